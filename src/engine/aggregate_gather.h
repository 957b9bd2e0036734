/// Evaluates aggregates that look at all rows of a window anew, one query at a time: those without a sliding form, and all by a
/// category.
#ifndef PAWL_ENGINE_AGGREGATE_GATHER_H
#define PAWL_ENGINE_AGGREGATE_GATHER_H

#include "engine/window_internal.h"

/// Whether it is evaluated here.
bool aggregate_is_gathered(const WindowAggregate *aggregate);

/// Those among aggregates of one window that are gathered, for all queries.
MUST_CHECK bool gather_aggregates(const Sweep *sweep, const WindowPart *part, Error *err);

/// Where windows are ranges of a series' values: the rows that count lie there one after the other.
SeriesFunction gather_series;

#endif
