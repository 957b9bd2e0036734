/// The aggregations' states: what enters and leaves a window, and the value that results.
///
/// Invertible ones (counts, sum, mean, the spread) add and remove exactly, so that neither order nor partition can show. Min, max,
/// first and last pick the position of one row; ties go to the earlier row in the total order. The others look at all rows of a window
/// anew: engine/aggregate_call.h.
/// Rows count whose argument is there and whose condition is true.
#ifndef PAWL_ENGINE_AGGREGATE_H
#define PAWL_ENGINE_AGGREGATE_H

#include "engine/kernel.h"
#include "number/exact_pairs.h"
#include "number/int_sum.h"
#include "number/unit_sum.h"

/// What an aggregate reads of the facts. Positions index all vectors.
typedef struct AggregateInput {
    const Vector *argument;  ///< NULL: rows themselves
    const Vector *second;    ///< NULL: none
    const Vector *category;  ///< NULL: none
    const Vector *condition; ///< NULL: every row
} AggregateInput;

static inline bool aggregate_counts(const AggregateInput *input, size_t position)
{
    // A null condition holds zero bits.
    if (input->condition != NULL && !input->condition->values.bools[position]) return false;
    return input->argument == NULL || vector_is_valid(input->argument, position);
}

typedef struct AggregateState {
    uint64_t count;
    IntSum integers;
    bool
        in_units; ///< sums of floats, and all spreads, stand in `units`; otherwise in `sum` and `squares`: the bits are the same
    UnitScale scale;
    UnitMoments units;
    ExactSum sum;
    ExactSum squares;
    ExactPairs pairs; ///< of aggregations of two arguments
} AggregateState;

typedef void AggregateRange(AggregateState *state, const AggregateInput *input, size_t begin, size_t end);

/// One row of the table: how an invertible aggregation works on one storage.
typedef struct AggregateFunctions {
    AggregateRange *start;  ///< empties the state for the facts [begin, end); NULL: only count and integers are used
    AggregateRange *add;    ///< positions [begin, end) enter
    AggregateRange *remove; ///< they leave
    /// Writes row `row` of `out`, whose `valid` says whether there is a value.
    void (*finish)(const AggregateState *state, Type argument, Block *out, size_t row);
} AggregateFunctions;

/// The functions for an aggregation over a storage (STORAGE_BOOL for count() of rows); NULL when it picks.
const AggregateFunctions *aggregate_find(Aggregation aggregation, Storage storage);

/// The unit of the values at [begin, end) that count, for sums of them: bools, integers, decimals, floats.
UnitScale aggregate_scale(const AggregateInput *input, size_t begin, size_t end);

/// How a picking aggregation prefers one of two positions of which `left` is the earlier: true for `left`.
bool aggregate_prefers_left(Aggregation aggregation, const Vector *argument, size_t left, size_t right);

void aggregate_start(const AggregateFunctions *functions, AggregateState *state, const AggregateInput *input,
                     size_t begin, size_t end);

/// The value over no rows, in all rows of `out`. `text` keeps a histogram's zeros.
MUST_CHECK bool aggregate_fill_empty(const PlanAggregate *aggregate, Arena *text, Block *out, Error *err);

#endif
