/// What the model in production says of the same rows: its own plan over the tables, its examples found by id and moment.
#include <string.h>

#include "base/map.h"
#include "evaluate/evaluation_internal.h"

/// An id of several examples: none of them can be told to be the row's.
#define ID_AMBIGUOUS UINT64_MAX

/// Production's examples, which of them the rows are, and their predictions.
typedef struct ProductionAnswer {
    Arena arena;
    Examples examples;
    Map places;    ///< of the ids among the examples
    size_t *found; ///< rows of the builder
    uint64_t *examples_found;
    size_t count;
    double *predictions; ///< one for each row found
} ProductionAnswer;

static void answer_deinit(ProductionAnswer *answer)
{
    arena_deinit(&answer->arena);
    examples_deinit(&answer->examples);
    map_deinit(&answer->places);
}

static bool ids_index(ProductionAnswer *answer, Error *err)
{
    for (size_t i = 0; i < answer->examples.count; i++) {
        uint64_t place = 0;
        bool fresh = false;
        TRY(map_get_or_put(&answer->places, answer->examples.ids[i], i, &place, &fresh, err));
        if (!fresh) TRY(map_put(&answer->places, answer->examples.ids[i], ID_AMBIGUOUS, err));
    }
    return true;
}

static bool rows_find(const EvaluationBuilder *builder, ProductionAnswer *answer, Error *err)
{
    answer->found = arena_alloc_array(&answer->arena, builder->count + 1, sizeof(size_t), err);
    answer->examples_found = arena_alloc_array(&answer->arena, builder->count + 1, sizeof(uint64_t), err);
    TRY(answer->found != NULL && answer->examples_found != NULL);
    for (size_t i = 0; i < builder->count; i++) {
        uint64_t place = 0;
        if (!map_get(&answer->places, builder->ids[i], &place) || place == ID_AMBIGUOUS) continue;
        if (answer->examples.at[place] != builder->at[i]) continue;
        answer->found[answer->count] = i;
        answer->examples_found[answer->count++] = place;
    }
    return true;
}

static bool features_compute(const EvaluationBuilder *builder, ProductionAnswer *answer, const Frame *inputs,
                             Frame *out, Error *err)
{
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = builder->threads};
    int64_t *at = arena_alloc_array(&answer->arena, answer->count + 1, sizeof(int64_t), err);
    TRY(at != NULL);
    for (size_t i = 0; i < answer->count; i++) at[i] = answer->examples.at[answer->examples_found[i]];
    TRY(engine_open(&builder->production->plan, builder->tables, &options, &engine, err));
    return engine_evaluate(engine, inputs, at, out, NULL, err);
}

static bool predict(const EvaluationBuilder *builder, ProductionAnswer *answer, Error *err)
{
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame features = {0};
    TRY(frame_gather(&answer->examples.inputs, answer->examples_found, answer->count, &inputs, err));
    inputs.row_count = answer->count; // a plan may have no inputs
    TRY(features_compute(builder, answer, &inputs, &features, err));
    answer->predictions = arena_alloc_array(&answer->arena, answer->count + 1, sizeof(double), err);
    TRY(answer->predictions != NULL);
    return model_predict(builder->production, &features, NULL, answer->count, answer->predictions, err);
}

static bool label_check(const EvaluationBuilder *builder, Error *err)
{
    bool same = false;
    TRY(label_is_same(&builder->candidate->plan, &builder->production->plan, &same, err));
    if (same && builder->candidate->manifest.objective == builder->production->manifest.objective) return true;
    return error_set(err, ERROR_DATA, "production predicts another label: the two cannot be compared");
}

static bool matches_check(const EvaluationBuilder *builder, const ProductionAnswer *answer, Error *err)
{
    if (2 * answer->count >= builder->count) return true;
    return error_set(err, ERROR_DATA,
                     "production has examples for %zu of %zu held-out rows only, by id and moment: its dataset is "
                     "another one",
                     answer->count, builder->count);
}

static bool answer_make(const EvaluationBuilder *builder, ProductionAnswer *out, Error *err)
{
    int64_t as_of = builder->snapshot->manifest.as_of_us;
    TRY(label_check(builder, err));
    TRY(examples_build(&builder->production->plan, builder->tables, as_of, &out->examples, err));
    TRY(ids_index(out, err));
    TRY(rows_find(builder, out, err));
    TRY(matches_check(builder, out, err));
    return predict(builder, out, err);
}

/// Rows that production knows, and no others.
static bool answer_take(EvaluationBuilder *builder, const ProductionAnswer *answer, Error *err)
{
    double *predictions = arena_alloc_array(&builder->arena, answer->count + 1, sizeof(double), err);
    TRY(predictions != NULL);
    for (size_t i = 0; i < answer->count; i++) {
        size_t row = answer->found[i];
        builder->rows[i] = builder->rows[row];
        builder->ids[i] = builder->ids[row];
        builder->at[i] = builder->at[row];
        builder->label[i] = builder->label[row];
        predictions[i] = answer->predictions[i];
    }
    builder->evaluation.unmatched = builder->count - answer->count;
    builder->count = answer->count;
    builder->predictions[GATE_PRODUCTION] = predictions;
    return true;
}

bool evaluation_ask_production(EvaluationBuilder *builder, Error *err)
{
    AUTO(answer_deinit) ProductionAnswer answer = {0};
    Error problem = {0};
    if (builder->production == NULL) return true;
    if (answer_make(builder, &answer, &problem)) return answer_take(builder, &answer, err);
    if (problem.kind == ERROR_MEMORY) return error_set(err, ERROR_MEMORY, "%s", problem.text);
    builder->production = NULL;
    return arena_copy(&builder->arena, str_from(problem.text), &builder->production_error, err);
}
