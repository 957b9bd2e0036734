/// Aggregates over windows that are ranges of a series' values: a difference of sums, a scan of keys, a place in the order.
#ifndef PAWL_ENGINE_SERIES_SWEEP_H
#define PAWL_ENGINE_SERIES_SWEEP_H

#include "engine/window_plan.h"

/// How an aggregate is evaluated over a series; NULL: it is not.
SeriesFunction *series_function(const WindowAggregate *aggregate);

/// How it is where single rows enter and leave; NULL likewise.
SeriesFunction *changes_function(const WindowAggregate *aggregate);

#endif
