/// Aggregates that look at all rows of a window anew: what each gets, and what it gives.
///
/// A call has the rows that count, in total order, and at least one of them; without any, the driver gives the value on empty. By a
/// category there is a call per value, and the driver makes the map.
#ifndef PAWL_ENGINE_AGGREGATE_CALL_H
#define PAWL_ENGINE_AGGREGATE_CALL_H

#include "engine/aggregate.h"
#include "frame/list.h"

/// Memory of one thread's calls; the zero value is ready. Owned.
typedef struct AggregateScratch {
    Arena arena; ///< of one call, or of the calls of one map
    ListWriter list;
    ListWriter map;
    AggregateState *state;
    uint32_t *counted;
    size_t counted_capacity;
    Arena *text; ///< where lists and maps live; borrowed, set by whoever asks
} AggregateScratch;

void aggregate_scratch_deinit(AggregateScratch *scratch);

typedef struct AggregateCall {
    const PlanAggregate *plan;
    Type type; ///< of the result, without the category
    AggregateInput input;
    const int64_t *time; ///< per position
    int64_t at;
    const uint32_t *rows; ///< positions
    size_t count;         ///< 1 at least
    AggregateScratch *scratch;
    Block *out;
    size_t row; ///< of `out`; null and zero before the call
} AggregateCall;

typedef bool AggregateFunction(const AggregateCall *call, Error *err);

// One for each row of language/aggregations.def that is not evaluated by sliding, and for some that are.

AggregateFunction aggregate_min, aggregate_max, aggregate_first, aggregate_last, aggregate_arg_min, aggregate_arg_max,
    aggregate_lag, aggregate_nth;
AggregateFunction aggregate_first_k, aggregate_last_k, aggregate_collect, aggregate_top_k, aggregate_bottom_k;
AggregateFunction aggregate_median, aggregate_quantile, aggregate_approx_quantile, aggregate_histogram;
AggregateFunction aggregate_distinct, aggregate_bounded_distinct, aggregate_approx_distinct, aggregate_first_distinct_k,
    aggregate_last_distinct_k;
AggregateFunction aggregate_value_counts, aggregate_top_n_frequency, aggregate_mode, aggregate_top1_ratio,
    aggregate_entropy;
AggregateFunction aggregate_skew, aggregate_kurtosis;
AggregateFunction aggregate_decayed_sum, aggregate_decayed_count, aggregate_decayed_mean, aggregate_rate,
    aggregate_time_since_last, aggregate_time_since_first, aggregate_mean_gap, aggregate_max_gap, aggregate_min_gap;
AggregateFunction aggregate_streak, aggregate_longest_streak, aggregate_drawdown, aggregate_ewma;
AggregateFunction aggregate_sum_list, aggregate_mean_list, aggregate_min_list, aggregate_max_list,
    aggregate_concat_lists;

// How they give a value.

void call_put_int(const AggregateCall *call, int64_t value);
void call_put_float(const AggregateCall *call, double value);
void call_put_string(const AggregateCall *call, Str value);

/// Value `position` of a vector of the result's type; null when it is null.
void call_put_value(const AggregateCall *call, const Vector *vector, size_t position);

/// The list of the argument's values at these positions.
MUST_CHECK bool call_put_list(const AggregateCall *call, const uint32_t *positions, size_t count, Error *err);

/// A list of float64, null where `valid` (may be NULL) is 0.
MUST_CHECK bool call_put_floats(const AggregateCall *call, const double *values, const uint8_t *valid, size_t count,
                                Error *err);

/// The rows' values of a vector of float64, in order, in the scratch arena.
MUST_CHECK bool call_floats(const AggregateCall *call, const Vector *vector, double **out, Error *err);

/// The rows in the order of their arguments' values; rows of equal values in total order.
MUST_CHECK bool call_sort(const AggregateCall *call, uint32_t **out, Error *err);

/// Rows that have one value, among those that call_sort gave.
typedef struct ValueRun {
    size_t begin;
    size_t count;
} ValueRun;

/// The runs of equal arguments among sorted rows, ascending.
MUST_CHECK bool call_runs(const AggregateCall *call, const uint32_t *sorted, ValueRun **out, size_t *out_count,
                          Error *err);

#endif
