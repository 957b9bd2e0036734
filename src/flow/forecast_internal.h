/// A walk through the graph in order with what the cache holds; runs nothing. Behind plans and explanations.
#ifndef PAWL_FLOW_FORECAST_INTERNAL_H
#define PAWL_FLOW_FORECAST_INTERNAL_H

#include "base/array.h"
#include "flow/graph_internal.h"
#include "flow/lookup_internal.h"

typedef struct Forecast {
    const Flow *flow;
    const FlowOptions *options;
    Arena *arena;
    Graph graph;
    Journal journal;
    Lookup *lookups; ///< by position; `result` 0: it will run
    FlowForecast *forecasts;
    ARRAY_OF(StepValue) values;
} Forecast;

void forecast_deinit(Forecast *forecast);

/// Fills `lookups` and `forecasts`. In the caller's transaction, so that all is of one moment.
MUST_CHECK bool forecast_walk(Forecast *forecast, Store *store, Error *err);

/// The first step that this one waits for and that will run; NULL: none.
const FlowStep *forecast_upstream(const Forecast *forecast, const FlowStep *step);

#endif
