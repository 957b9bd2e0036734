/// The parts of the table of aggregations that slide, and how their ranges are written.
#ifndef PAWL_ENGINE_AGGREGATE_INTERNAL_H
#define PAWL_ENGINE_AGGREGATE_INTERNAL_H

#include "engine/aggregate.h"

/// Those of pairs (aggregate_pairs.c); NULL when it is none.
const AggregateFunctions *aggregate_find_pairs(Aggregation aggregation);

/// Sums, means and spreads (aggregate_sums.c); NULL when it is none.
const AggregateFunctions *aggregate_find_sums(Aggregation aggregation, Storage storage);

/// What to do with each position that counts; `i` is the position.
#define FOR_COUNTED(input, begin, end)                                                                                 \
    for (size_t i = (begin); i < (end); i++)                                                                           \
        if (aggregate_counts((input), i))

/// A function that does so over [begin, end), to `state`.
#define RANGE(name, ...)                                                                                               \
    static void name(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)                     \
    {                                                                                                                  \
        FOR_COUNTED(input, begin, end)                                                                                 \
        {                                                                                                              \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }

#endif
