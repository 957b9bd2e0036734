/// The aggregations, each by its name, over the rows that its window and its condition leave.
#ifndef PAWL_NAIVE_AGGREGATES_H
#define PAWL_NAIVE_AGGREGATES_H

#include "naive/value.h"

/// The rows, in total order. Rows with a null argument are left out, but for aggregations that look at nulls.
typedef struct Counted {
    size_t count;
    Value *values;  ///< the first argument; true where there is none
    Value *seconds; ///< the second
    Value *categories;
    int64_t *times;
    Type type; ///< of the first argument
    Type second_type;
    Type category_type; ///< TYPE_COUNT: no category
    const Value *parameters;
    size_t parameter_count;
    int64_t at;
    int64_t window_us; ///< of a window in time
    Arena *arena;
} Counted;

typedef struct NaiveAggregation {
    const char *name;
    size_t arguments;  ///< at most; what follows in the call are parameters
    bool numbers;      ///< of bools: 0 and 1
    bool floats;       ///< arguments become float64
    bool counts_nulls; ///< nulls of the first argument count
    Value (*compute)(const Counted *counted);
} NaiveAggregation;

/// NULL when the interpreter does not know it.
const NaiveAggregation *naive_aggregation(Str name);

int64_t counted_int(const Counted *counted, size_t parameter, int64_t otherwise);
double counted_number(const Counted *counted, size_t parameter, double otherwise);
Value *counted_array(const Counted *counted, size_t count);
Value counted_list(const Counted *counted, const Value *values, size_t count);

/// The values without repeats, ascending; of equal ones the first in total order. `counts` (may be NULL): how often each is there.
size_t counted_distinct(const Counted *counted, Value *values, int64_t *counts);

// Sums and what is made of them.
Value naive_sum(const Counted *counted);
Value naive_mean(const Counted *counted);
Value naive_stddev_samp(const Counted *counted);
Value naive_stddev_pop(const Counted *counted);
Value naive_var_samp(const Counted *counted);
Value naive_var_pop(const Counted *counted);
Value naive_skew(const Counted *counted);
Value naive_kurtosis(const Counted *counted);
Value naive_covar_pop(const Counted *counted);
Value naive_covar_samp(const Counted *counted);
Value naive_corr(const Counted *counted);
Value naive_slope(const Counted *counted);
Value naive_intercept(const Counted *counted);
Value naive_weighted_mean(const Counted *counted);

// What the order of rows decides.
Value naive_first(const Counted *counted);
Value naive_last(const Counted *counted);
Value naive_arg_min(const Counted *counted);
Value naive_arg_max(const Counted *counted);
Value naive_first_k(const Counted *counted);
Value naive_last_k(const Counted *counted);
Value naive_first_distinct_k(const Counted *counted);
Value naive_last_distinct_k(const Counted *counted);
Value naive_lag(const Counted *counted);
Value naive_latest(const Counted *counted);
Value naive_nth(const Counted *counted);
Value naive_streak(const Counted *counted);
Value naive_longest_streak(const Counted *counted);
Value naive_drawdown(const Counted *counted);
Value naive_ewma(const Counted *counted);
Value naive_collect(const Counted *counted);
Value naive_concat_lists(const Counted *counted);

// What the order of values decides.
Value naive_min(const Counted *counted);
Value naive_max(const Counted *counted);
Value naive_top_k(const Counted *counted);
Value naive_bottom_k(const Counted *counted);
Value naive_median(const Counted *counted);
Value naive_quantile(const Counted *counted);
Value naive_approx_quantile(const Counted *counted);
Value naive_histogram(const Counted *counted);

// How often values are there.
Value naive_distinct(const Counted *counted);
Value naive_bounded_distinct(const Counted *counted);
Value naive_approx_distinct(const Counted *counted);
Value naive_value_counts(const Counted *counted);
Value naive_top_n_frequency(const Counted *counted);
Value naive_mode(const Counted *counted);
Value naive_top1_ratio(const Counted *counted);
Value naive_entropy(const Counted *counted);

// Time.
Value naive_rate(const Counted *counted);
Value naive_time_since_last(const Counted *counted);
Value naive_time_since_first(const Counted *counted);
Value naive_mean_gap(const Counted *counted);
Value naive_max_gap(const Counted *counted);
Value naive_min_gap(const Counted *counted);
Value naive_decayed_sum(const Counted *counted);
Value naive_decayed_count(const Counted *counted);
Value naive_decayed_mean(const Counted *counted);

// Vectors, element by element.
Value naive_sum_list(const Counted *counted);
Value naive_mean_list(const Counted *counted);
Value naive_min_list(const Counted *counted);
Value naive_max_list(const Counted *counted);

#endif
