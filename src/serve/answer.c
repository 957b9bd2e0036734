#include "serve/answer.h"

#include "base/memory.h"
#include "frame/json_value.h"
#include "serve/request.h"
#include "text/json_writer.h"
#include "text/timestamp.h"

/// The rows of one answer, computed.
typedef struct Answer {
    Request request;
    Frame features;
    EntityStatus *statuses; ///< group-major
    double *predictions;
} Answer;

static void answer_deinit(Answer *answer)
{
    request_deinit(&answer->request);
    frame_deinit(&answer->features);
    memory_free(answer->statuses);
    memory_free(answer->predictions);
}

static bool features_read(const AnswerSource *source, Answer *answer, Error *err)
{
    const Plan *plan = &source->served->model.plan;
    AUTO(online_reader_deinit) OnlineReader reader = {.kind = source->kind, .plan = plan->digest};
    answer->statuses = memory_alloc_array(plan->group_count * answer->request.count + 1, sizeof(EntityStatus), err);
    TRY(answer->statuses != NULL);
    TRY(source->kind->read_begin(source->online, &reader.read, err));
    FactStore facts = online_facts(&reader);
    return engine_evaluate_store(plan, &facts, &answer->request.inputs, answer->request.at, &answer->features,
                                 answer->statuses, err);
}

static bool predictions_make(const AnswerSource *source, Answer *answer, Error *err)
{
    answer->predictions = memory_alloc_array(answer->request.count, sizeof(double), err);
    TRY(answer->predictions != NULL);
    return model_predict(&source->served->model, &answer->features, NULL, answer->request.count, answer->predictions,
                         err);
}

static bool features_write(JsonWriter *json, const Plan *plan, const Answer *answer, size_t row, Error *err)
{
    TRY(json_field_object(json, STR("features"), err));
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        Vector vector = frame_vector(&answer->features, i);
        TRY(json_key(json, plan->features[i].name, err));
        TRY(vector_write_json(&vector, row, json, err));
    }
    return json_object_end(json, err);
}

/// A view may be several groups; its entity is known or not to all of them alike.
static bool entities_write(JsonWriter *json, const Plan *plan, const Answer *answer, size_t row, Error *err)
{
    TRY(json_field_object(json, STR("entities"), err));
    for (uint32_t i = 0; i < plan->group_count; i++) {
        bool again = false;
        for (uint32_t k = 0; k < i; k++) again = again || str_equal(plan->groups[k].view, plan->groups[i].view);
        if (again) continue;
        bool known = answer->statuses[i * answer->request.count + row] == ENTITY_KNOWN;
        TRY(json_field_str(json, plan->groups[i].view, known ? STR("known") : STR("unknown"), err));
    }
    return json_object_end(json, err);
}

static bool row_write(JsonWriter *json, const Plan *plan, const Answer *answer, size_t row, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("at"), str_from(timestamp_format(answer->request.at[row]).text), err));
    if (answer->predictions != NULL) TRY(json_field_double(json, STR("prediction"), answer->predictions[row], err));
    TRY(features_write(json, plan, answer, row, err));
    TRY(entities_write(json, plan, answer, row, err));
    return json_object_end(json, err);
}

static bool rows_write(const ServedModel *served, const Answer *answer, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("model"), served->name, err));
    TRY(json_field_array(&json, STR("results"), err));
    for (size_t i = 0; i < answer->request.count; i++) TRY(row_write(&json, &served->model.plan, answer, i, err));
    TRY(json_array_end(&json, err));
    return json_object_end(&json, err);
}

bool answer_rows(const AnswerSource *source, Str body, bool predict, Bytes *out, Error *err)
{
    AUTO(answer_deinit) Answer answer = {0};
    TRY(request_parse(&source->served->model.plan, body, source->now_us, &answer.request, err));
    TRY(features_read(source, &answer, err));
    if (predict) TRY(predictions_make(source, &answer, err));
    return rows_write(source->served, &answer, out, err);
}

static bool field_write(JsonWriter *json, Str name, Type type, Error *err)
{
    char text[TYPE_NAME_BYTES_MAX];
    type_name(type, text);
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("name"), name, err));
    TRY(json_field_str(json, STR("type"), str_from(text), err));
    return json_object_end(json, err);
}

bool answer_model(const ServedModel *served, Bytes *out, Error *err)
{
    const Plan *plan = &served->model.plan;
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("model"), served->name, err));
    TRY(json_field_str(&json, STR("digest"), str_from(digest_hex(&served->model.digest).text), err));
    TRY(json_field_str(&json, STR("plan"), str_from(digest_hex(&plan->digest).text), err));
    TRY(json_field_array(&json, STR("inputs"), err));
    for (uint32_t i = 0; i < plan->input_count; i++)
        TRY(field_write(&json, plan->inputs[i].name, plan->inputs[i].type, err));
    TRY(json_array_end(&json, err));
    TRY(json_field_array(&json, STR("features"), err));
    for (uint32_t i = 0; i < plan->feature_count; i++)
        TRY(field_write(&json, plan->features[i].name, plan->features[i].type, err));
    TRY(json_array_end(&json, err));
    return json_object_end(&json, err);
}

bool answer_health(const ServedModel *served, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("status"), STR("ok"), err));
    TRY(json_field_str(&json, STR("model"), served->name, err));
    return json_object_end(&json, err);
}

bool answer_error(const Error *error, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_object(&json, STR("error"), err));
    TRY(json_field_str(&json, STR("kind"), str_from(error_kind_name(error->kind)), err));
    TRY(json_field_str(&json, STR("text"), str_from(error->text), err));
    TRY(json_object_end(&json, err));
    return json_object_end(&json, err);
}
