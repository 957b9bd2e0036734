#include "flow/explain.h"

#include "base/array.h"
#include "flow/forecast_internal.h"

enum { EXPLAIN_NAMES_MAX = 256 }; ///< looked at for a "did you mean"

/// On the way to an answer.
typedef struct Explain {
    Forecast forecast;
    FlowExplanation *out;
    Arena *arena;
    ARRAY_OF(FlowCause) causes;
} Explain;

static void explain_deinit(Explain *explain)
{
    forecast_deinit(&explain->forecast);
    memory_free(explain->causes.items);
}

static bool step_unknown(const Flow *flow, Str name, Error *err)
{
    Str names[EXPLAIN_NAMES_MAX];
    size_t count = 0;
    for (; count < flow->step_count && count < COUNT_OF(names); count++) names[count] = flow->steps[count].name;
    Str nearest = str_nearest(name, names, count);
    if (nearest.size > 0)
        return error_set(err, ERROR_NOT_FOUND, "the pipeline has no step '%.*s'; did you mean '%.*s'?", STR_ARG(name),
                         STR_ARG(nearest));
    return error_set(err, ERROR_NOT_FOUND, "the pipeline has no step '%.*s'; 'pawl plan' lists them", STR_ARG(name));
}

static bool step_find(const Flow *flow, Str name, size_t *out, Error *err)
{
    for (size_t i = 0; i < flow->step_count; i++) {
        *out = i;
        if (str_equal(flow->steps[i].name, name)) return true;
    }
    return step_unknown(flow, name, err);
}

static bool cause_add(Explain *explain, Str step, Str reason, Error *err)
{
    FlowCause cause = {.step = step, .reason = reason};
    return ARRAY_PUSH(&explain->causes, cause, err);
}

/// Up through the steps that will run, to the one whose own key has changed.
static bool waiting_explain(Explain *explain, const FlowStep *step, Error *err)
{
    const Forecast *forecast = &explain->forecast;
    const FlowStep *upstream = forecast_upstream(forecast, step);
    for (; upstream != NULL; upstream = forecast_upstream(forecast, upstream)) {
        size_t position = graph_position(&forecast->graph, upstream->name);
        TRY(cause_add(explain, upstream->name, forecast->forecasts[position].reason, err));
    }
    return true;
}

static const FlowInput *input_find(const FlowStep *step, Str path)
{
    static const Str inputs = STR_INIT("inputs.");
    if (!str_starts(path, inputs)) return NULL;
    for (size_t i = 0; i < step->input_count; i++) {
        if (str_equal(step->inputs[i].name, str_slice(path, inputs.size, path.size))) return &step->inputs[i];
    }
    return NULL;
}

/// The key document of the upstream step's result that had this output; empty: it is not recorded any more.
static bool document_of(Explain *explain, const FlowInput *input, Str logical, Str *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    *out = (Str){0};
    TRY(statement_cached(explain->forecast.journal.store->database,
                         "SELECT document FROM flow_result JOIN flow_output USING (result) WHERE flow = ? AND step = ?"
                         " AND name = ? AND logical = ? ORDER BY result DESC LIMIT 1",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssss", explain->forecast.flow->name, input->step, input->output, logical));
    TRY(statement_step(statement, &row, err));
    if (row) TRY(statement_text(statement, 0, explain->arena, out, err));
    return statement_reset(statement, err);
}

/// What of the step that makes the input has changed since. `*next` is the input of its own that has, if one has.
static bool input_explain(Explain *explain, const FlowInput *input, Str logical, const FlowInput **next,
                          Str *next_logical, Error *err)
{
    size_t position = graph_position(&explain->forecast.graph, input->step);
    const Lookup *lookup = &explain->forecast.lookups[position];
    FlowDifference *differences = NULL;
    size_t count = 0;
    Str before = {0};
    Str reason = {0};
    *next = NULL;
    TRY(document_of(explain, input, logical, &before, err));
    if (before.size == 0)
        return cause_add(explain, input->step, STR("what it made before is not recorded any more"), err);
    TRY(key_differences(before, lookup->key.document, explain->arena, &differences, &count, err));
    TRY(key_difference(before, lookup->key.document, explain->arena, &reason, err));
    if (count == 0) reason = STR("was run again with the same key and made something else");
    for (size_t i = 0; i < count && *next == NULL; i++) {
        *next = input_find(&explain->forecast.flow->steps[position], differences[i].path);
        *next_logical = differences[i].before;
    }
    return cause_add(explain, input->step, reason, err);
}

/// From the first input that changed up to where the change began. Each round goes up the graph, so it ends.
static bool inputs_explain(Explain *explain, const FlowStep *step, Error *err)
{
    const FlowInput *input = NULL;
    Str logical = {0};
    for (size_t i = 0; i < explain->out->difference_count; i++) {
        FlowDifference *difference = &explain->out->differences[i];
        const FlowInput *found = input_find(step, difference->path);
        if (found == NULL) continue;
        difference->step = found->step;
        if (input == NULL) logical = difference->before;
        if (input == NULL) input = found;
    }
    while (input != NULL) TRY(input_explain(explain, input, logical, &input, &logical, err));
    return true;
}

/// The result that the step's key is compared with, or that answers it. `result` 0: the newest.
static bool result_read(Explain *explain, const FlowStep *step, int64_t result, Str *out_document, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(
        explain->forecast.journal.store->database,
        "SELECT document, run, attempt, created_us FROM flow_result WHERE flow = ?1 AND step = ?2 AND (?3 = 0 OR"
        " result = ?3) ORDER BY result DESC LIMIT 1",
        &statement, err));
    TRY(statement_bind(statement, err, "ssi", explain->forecast.flow->name, step->name, result));
    TRY(statement_step(statement, &row, err));
    if (row) {
        TRY(statement_text(statement, 0, explain->arena, out_document, err));
        TRY(statement_text(statement, 1, explain->arena, &explain->out->run, err));
        explain->out->attempt = statement_int(statement, 2);
        explain->out->created_us = statement_int(statement, 3);
    }
    return statement_reset(statement, err);
}

static bool known_explain(Explain *explain, const FlowStep *step, const Lookup *lookup, Error *err)
{
    FlowExplanation *out = explain->out;
    Str document = {0};
    TRY(arena_copy(explain->arena, str_from(digest_hex(&lookup->key.digest).text), &out->key, err));
    TRY(result_read(explain, step, lookup->result, &document, err));
    if (lookup->result != 0) {
        out->outputs = lookup->outputs;
        out->output_count = lookup->output_count;
        return true;
    }
    if (document.size == 0) return true;
    TRY(key_differences(document, lookup->key.document, explain->arena, &out->differences, &out->difference_count,
                        err));
    return inputs_explain(explain, step, err);
}

static bool step_explain(Explain *explain, size_t position, Error *err)
{
    const FlowStep *step = &explain->forecast.flow->steps[position];
    const FlowForecast *forecast = &explain->forecast.forecasts[position];
    *explain->out = (FlowExplanation){.step = step->name, .state = forecast->state, .reason = forecast->reason};
    if (forecast_upstream(&explain->forecast, step) == NULL &&
        explain->forecast.lookups[position].key.document.size == 0)
        return true; // decided when the run gets there
    return forecast_upstream(&explain->forecast, step) != NULL
               ? waiting_explain(explain, step, err)
               : known_explain(explain, step, &explain->forecast.lookups[position], err);
}

static bool causes_keep(Explain *explain, Error *err)
{
    FlowExplanation *out = explain->out;
    out->cause_count = explain->causes.count;
    out->causes = arena_alloc_array(explain->arena, out->cause_count + 1, sizeof(FlowCause), err);
    if (out->causes == NULL) return false;
    for (size_t i = 0; i < out->cause_count; i++) out->causes[i] = explain->causes.items[i];
    return true;
}

bool flow_explain(Store *store, const Flow *flow, const FlowOptions *options, Str step, Arena *arena,
                  FlowExplanation *out, Error *err)
{
    AUTO(explain_deinit)
    Explain explain = {.forecast = {.flow = flow, .options = options, .arena = arena}, .arena = arena, .out = out};
    size_t position = 0;
    TRY(step_find(flow, step, &position, err));
    TRY(journal_open(store, &explain.forecast.journal, err));
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin_reading(transaction, err));
    TRY(forecast_walk(&explain.forecast, store, err));
    TRY(step_explain(&explain, position, err));
    return causes_keep(&explain, err);
}
