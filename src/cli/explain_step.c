#include "cli/explain_step.h"

#include "text/json_writer.h"
#include "text/timestamp.h"
#include "text/utf8.h"

enum { VALUE_WIDTH_MAX = 100, DIGEST_WIDTH = 12, SECOND_US = 1000000 };

/// For people: digests short, long values cut, on one line.
static bool value_write(Str value, Bytes *out, Error *err)
{
    Str cut = value.size == DIGEST_HEX_CHARS ? str_slice(value, 0, DIGEST_WIDTH) : utf8_cut(value, VALUE_WIDTH_MAX);
    for (size_t i = 0; i < cut.size; i++)
        TRY(bytes_append_byte(out, cut.data[i] == '\n' ? ' ' : (uint8_t)cut.data[i], err));
    return true;
}

static bool difference_write(const FlowDifference *difference, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "  %.*s: ", STR_ARG(difference->path)));
    TRY(value_write(difference->before, out, err));
    TRY(bytes_append_str(out, STR(" -> "), err));
    TRY(value_write(difference->after, out, err));
    if (difference->step.size > 0) TRY(bytes_append_format(out, err, ", made by '%.*s'", STR_ARG(difference->step)));
    return bytes_append_byte(out, '\n', err);
}

static bool causes_write(const FlowExplanation *found, Bytes *out, Error *err)
{
    for (size_t i = 0; i < found->cause_count; i++) {
        for (size_t depth = 0; depth < i + 2 && depth < 20; depth++) TRY(bytes_append_str(out, STR("  "), err));
        TRY(bytes_append_format(out, err, "%.*s: %.*s\n", STR_ARG(found->causes[i].step),
                                STR_ARG(found->causes[i].reason)));
    }
    return true;
}

static bool cached_write(const FlowExplanation *found, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "%.*s is cached: run %.*s made it in attempt %lld, %s\n  key %.*s\n",
                            STR_ARG(found->step), STR_ARG(found->run), (long long)found->attempt,
                            timestamp_format(found->created_us / SECOND_US * SECOND_US).text, STR_ARG(found->key)));
    for (size_t i = 0; i < found->output_count; i++)
        TRY(bytes_append_format(out, err, "  output %.*s: %s\n", STR_ARG(found->outputs[i].name),
                                digest_hex(&found->outputs[i].digest).text));
    return true;
}

static bool running_write(const FlowExplanation *found, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "%.*s will run: ", STR_ARG(found->step)));
    if (found->difference_count == 0) {
        TRY(bytes_append_format(out, err, "%.*s\n", STR_ARG(found->reason)));
        return causes_write(found, out, err);
    }
    TRY(bytes_append_format(out, err, "its key differs from the one of run %.*s\n", STR_ARG(found->run)));
    for (size_t i = 0; i < found->difference_count; i++) TRY(difference_write(&found->differences[i], out, err));
    return causes_write(found, out, err);
}

static bool differences_json(JsonWriter *json, const FlowExplanation *found, Error *err)
{
    TRY(json_field_array(json, STR("differences"), err));
    for (size_t i = 0; i < found->difference_count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("field"), found->differences[i].path, err));
        TRY(json_field_str(json, STR("before"), found->differences[i].before, err));
        TRY(json_field_str(json, STR("after"), found->differences[i].after, err));
        TRY(json_field_str(json, STR("made_by"), found->differences[i].step, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

static bool causes_json(JsonWriter *json, const FlowExplanation *found, Error *err)
{
    TRY(json_field_array(json, STR("causes"), err));
    for (size_t i = 0; i < found->cause_count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("step"), found->causes[i].step, err));
        TRY(json_field_str(json, STR("reason"), found->causes[i].reason, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

static bool explanation_json(const FlowExplanation *found, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("step"), found->step, err));
    TRY(json_field_bool(&json, STR("cached"), found->state == STEP_CACHED, err));
    TRY(json_field_str(&json, STR("reason"), found->reason, err));
    TRY(json_field_str(&json, STR("key"), found->key, err));
    TRY(json_field_str(&json, STR("run"), found->run, err));
    TRY(json_field_int(&json, STR("attempt"), found->attempt, err));
    TRY(json_field_int(&json, STR("created_us"), found->created_us, err));
    TRY(differences_json(&json, found, err));
    TRY(causes_json(&json, found, err));
    TRY(json_field_object(&json, STR("outputs"), err));
    for (size_t i = 0; i < found->output_count; i++)
        TRY(json_field_str(&json, found->outputs[i].name, str_from(digest_hex(&found->outputs[i].digest).text), err));
    TRY(json_object_end(&json, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool explanation_write(const Invocation *invocation, const FlowExplanation *found, Bytes *out, Error *err)
{
    if (invocation->json) return explanation_json(found, out, err);
    return found->state == STEP_CACHED ? cached_write(found, out, err) : running_write(found, out, err);
}

bool explain_step(Invocation *invocation, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    FlowOptions options = {0};
    FlowExplanation found = {0};
    TRY(command_pipeline(invocation, &pipeline, err));
    TRY(pipeline_prepare(&pipeline, err));
    TRY(pipeline_explain(&pipeline, &options, invocation->words[0], &invocation->arena, &found, err));
    TRY(explanation_write(invocation, &found, &text, err));
    return command_print(invocation, &text, err);
}
