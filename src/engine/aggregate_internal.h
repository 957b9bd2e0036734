/// The parts of the table of aggregations that slide.
#ifndef PAWL_ENGINE_AGGREGATE_INTERNAL_H
#define PAWL_ENGINE_AGGREGATE_INTERNAL_H

#include "engine/aggregate.h"

/// Those of pairs (aggregate_pairs.c); NULL when it is none.
const AggregateFunctions *aggregate_find_pairs(Aggregation aggregation);

#endif
