#include "flow/forecast_internal.h"

void forecast_deinit(Forecast *forecast)
{
    memory_free(forecast->values.items);
    graph_deinit(&forecast->graph);
}

const FlowStep *forecast_upstream(const Forecast *forecast, const FlowStep *step)
{
    size_t position = graph_position(&forecast->graph, step->name);
    for (size_t i = 0; i < forecast->graph.wait_counts[position]; i++) {
        size_t upstream = graph_position(&forecast->graph, graph_edge(&forecast->graph, position, i).step);
        if (forecast->lookups[upstream].result == 0) return &forecast->flow->steps[upstream];
    }
    return NULL;
}

static bool inputs_gather(Forecast *forecast, const FlowStep *step, StepArtifact **out, Error *err)
{
    StepArtifact *inputs = arena_alloc_array(forecast->arena, step->input_count + 1, sizeof(StepArtifact), err);
    if (inputs == NULL) return false;
    for (size_t i = 0; i < step->input_count; i++) {
        const Lookup *upstream = &forecast->lookups[graph_position(&forecast->graph, step->inputs[i].step)];
        TRY(lookup_input(&forecast->journal, &step->inputs[i], upstream->result, upstream->outputs,
                         upstream->output_count, forecast->arena, &inputs[i], err));
    }
    *out = inputs;
    return true;
}

static bool values_add(Forecast *forecast, const FlowStep *step, int64_t result, Error *err)
{
    StepValue *values = NULL;
    size_t count = 0;
    TRY(journal_read_values(&forecast->journal, result, forecast->arena, &values, &count, err));
    for (size_t i = 0; i < count; i++) {
        StepValue value = {.json = values[i].json};
        TRY(arena_format(forecast->arena, &value.name, err, "%.*s.%.*s", STR_ARG(step->name), STR_ARG(values[i].name)));
        TRY(ARRAY_PUSH(&forecast->values, value, err));
    }
    return true;
}

static bool step_forecast_known(Forecast *forecast, size_t position, Error *err)
{
    const FlowStep *step = &forecast->flow->steps[position];
    Lookup *lookup = &forecast->lookups[position];
    StepArtifact *inputs = NULL;
    TRY(inputs_gather(forecast, step, &inputs, err));
    TRY(lookup_key(step, forecast->options, inputs, forecast->values.items, forecast->values.count, forecast->arena,
                   lookup, err));
    TRY(lookup_cache(&forecast->journal, forecast->flow, step, forecast->arena, lookup, err));
    forecast->forecasts[position].state = lookup->result == 0 ? STEP_WAITING : STEP_CACHED;
    forecast->forecasts[position].reason = lookup->reason;
    return lookup->result == 0 || values_add(forecast, step, lookup->result, err);
}

/// Why a step is not known before the run gets there; NULL: it is.
static const char *step_undecided(const FlowStep *step)
{
    if (step->foreach != NULL) return "repeats over a list: its instances are known when the run gets there";
    if (step->when.size > 0) return "has a condition: it is asked when the run gets there";
    return step->on != ON_SUCCESS ? "runs as those before it end" : NULL;
}

static bool step_forecast(Forecast *forecast, size_t position, Error *err)
{
    const FlowStep *step = &forecast->flow->steps[position];
    const FlowStep *upstream = forecast_upstream(forecast, step);
    FlowForecast *out = &forecast->forecasts[position];
    *out = (FlowForecast){.step = step->name, .state = STEP_WAITING};
    const char *undecided = step_undecided(step);
    if (undecided != NULL) out->reason = str_from(undecided);
    if (undecided != NULL) return true;
    if (upstream == NULL) return step_forecast_known(forecast, position, err);
    return arena_format(forecast->arena, &out->reason, err, "waits for '%.*s', which will run",
                        STR_ARG(upstream->name));
}

bool forecast_walk(Forecast *forecast, Store *store, Error *err)
{
    const Flow *flow = forecast->flow;
    CHECK(transaction_is_open(store->database));
    TRY(graph_build(flow, forecast->arena, &forecast->graph, err));
    forecast->lookups = arena_alloc_array(forecast->arena, flow->step_count + 1, sizeof(Lookup), err);
    forecast->forecasts = arena_alloc_array(forecast->arena, flow->step_count + 1, sizeof(FlowForecast), err);
    if (forecast->lookups == NULL || forecast->forecasts == NULL) return false;
    for (size_t i = 0; i < flow->step_count; i++) TRY(step_forecast(forecast, forecast->graph.order[i], err));
    return true;
}

bool flow_forecast(Store *store, const Flow *flow, const FlowOptions *options, Arena *arena, FlowForecast **out,
                   Error *err)
{
    AUTO(forecast_deinit) Forecast forecast = {.flow = flow, .options = options, .arena = arena};
    TRY(journal_open(store, &forecast.journal, err));
    // Of one moment: a gc beside us may forget what was just found.
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin_reading(transaction, err));
    TRY(forecast_walk(&forecast, store, err));
    *out = forecast.forecasts;
    return true;
}
