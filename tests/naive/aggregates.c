#include "naive/aggregates.h"

#include <stdlib.h>

static Value count(const Counted *counted)
{
    return value_int((int64_t)counted->count);
}

static Value count_that(const Counted *counted, bool (*is)(Value value))
{
    int64_t found = 0;
    for (size_t i = 0; i < counted->count; i++) found += is(counted->values[i]);
    return value_int(found);
}

static bool is_null(Value value)
{
    return !value.there;
}

static bool is_false(Value value)
{
    return value.there && !value.boolean;
}

static Value count_if(const Counted *counted)
{
    return count_that(counted, value_is_true);
}

static Value null_count(const Counted *counted)
{
    return count_that(counted, is_null);
}

static Value any(const Counted *counted)
{
    if (counted->count == 0) return value_null(TYPE_OF(TYPE_BOOL));
    return value_bool(count_if(counted).integer > 0);
}

static Value all(const Counted *counted)
{
    if (counted->count == 0) return value_null(TYPE_OF(TYPE_BOOL));
    return value_bool(count_that(counted, is_false).integer == 0);
}

static const NaiveAggregation AGGREGATIONS[] = {
    {.name = "count", .arguments = 1, .compute = count},
    {.name = "count_if", .arguments = 1, .compute = count_if},
    {.name = "null_count", .arguments = 1, .counts_nulls = true, .compute = null_count},
    {.name = "any", .arguments = 1, .compute = any},
    {.name = "all", .arguments = 1, .compute = all},

    {.name = "sum", .arguments = 1, .numbers = true, .compute = naive_sum},
    {.name = "mean", .arguments = 1, .numbers = true, .compute = naive_mean},
    {.name = "stddev", .arguments = 1, .numbers = true, .compute = naive_stddev_samp},
    {.name = "stddev_samp", .arguments = 1, .numbers = true, .compute = naive_stddev_samp},
    {.name = "stddev_pop", .arguments = 1, .numbers = true, .compute = naive_stddev_pop},
    {.name = "var_samp", .arguments = 1, .numbers = true, .compute = naive_var_samp},
    {.name = "variance", .arguments = 1, .numbers = true, .compute = naive_var_samp},
    {.name = "var_pop", .arguments = 1, .numbers = true, .compute = naive_var_pop},
    {.name = "skew", .arguments = 1, .numbers = true, .compute = naive_skew},
    {.name = "kurtosis", .arguments = 1, .numbers = true, .compute = naive_kurtosis},
    {.name = "covar_pop", .arguments = 2, .floats = true, .compute = naive_covar_pop},
    {.name = "covar_samp", .arguments = 2, .floats = true, .compute = naive_covar_samp},
    {.name = "corr", .arguments = 2, .floats = true, .compute = naive_corr},
    {.name = "slope", .arguments = 2, .floats = true, .compute = naive_slope},
    {.name = "intercept", .arguments = 2, .floats = true, .compute = naive_intercept},
    {.name = "weighted_mean", .arguments = 2, .floats = true, .compute = naive_weighted_mean},

    {.name = "first", .arguments = 1, .compute = naive_first},
    {.name = "last", .arguments = 1, .compute = naive_last},
    {.name = "arg_min", .arguments = 2, .compute = naive_arg_min},
    {.name = "arg_max", .arguments = 2, .compute = naive_arg_max},
    {.name = "first_k", .arguments = 1, .compute = naive_first_k},
    {.name = "last_k", .arguments = 1, .compute = naive_last_k},
    {.name = "first_distinct_k", .arguments = 1, .compute = naive_first_distinct_k},
    {.name = "last_distinct_k", .arguments = 1, .compute = naive_last_distinct_k},
    {.name = "lag", .arguments = 1, .counts_nulls = true, .compute = naive_lag},
    {.name = "latest", .arguments = 1, .counts_nulls = true, .compute = naive_latest},
    {.name = "nth", .arguments = 1, .compute = naive_nth},
    {.name = "streak", .arguments = 1, .compute = naive_streak},
    {.name = "longest_streak", .arguments = 1, .compute = naive_longest_streak},
    {.name = "drawdown", .arguments = 1, .floats = true, .compute = naive_drawdown},
    {.name = "ewma", .arguments = 1, .floats = true, .compute = naive_ewma},
    {.name = "collect", .arguments = 1, .compute = naive_collect},
    {.name = "concat_lists", .arguments = 1, .compute = naive_concat_lists},

    {.name = "min", .arguments = 1, .compute = naive_min},
    {.name = "max", .arguments = 1, .compute = naive_max},
    {.name = "top_k", .arguments = 1, .compute = naive_top_k},
    {.name = "bottom_k", .arguments = 1, .compute = naive_bottom_k},
    {.name = "median", .arguments = 1, .floats = true, .compute = naive_median},
    {.name = "quantile", .arguments = 1, .floats = true, .compute = naive_quantile},
    {.name = "approx_quantile", .arguments = 1, .floats = true, .compute = naive_approx_quantile},
    {.name = "histogram", .arguments = 1, .floats = true, .compute = naive_histogram},

    {.name = "distinct", .arguments = 1, .compute = naive_distinct},
    {.name = "bounded_distinct", .arguments = 1, .compute = naive_bounded_distinct},
    {.name = "approx_distinct", .arguments = 1, .compute = naive_approx_distinct},
    {.name = "value_counts", .arguments = 1, .compute = naive_value_counts},
    {.name = "top_n_frequency", .arguments = 1, .compute = naive_top_n_frequency},
    {.name = "mode", .arguments = 1, .compute = naive_mode},
    {.name = "top1_ratio", .arguments = 1, .compute = naive_top1_ratio},
    {.name = "entropy", .arguments = 1, .compute = naive_entropy},

    {.name = "rate", .compute = naive_rate},
    {.name = "time_since_last", .compute = naive_time_since_last},
    {.name = "time_since_first", .compute = naive_time_since_first},
    {.name = "mean_gap", .compute = naive_mean_gap},
    {.name = "max_gap", .compute = naive_max_gap},
    {.name = "min_gap", .compute = naive_min_gap},
    {.name = "decayed_sum", .arguments = 1, .floats = true, .compute = naive_decayed_sum},
    {.name = "decayed_count", .compute = naive_decayed_count},
    {.name = "decayed_mean", .arguments = 1, .floats = true, .compute = naive_decayed_mean},

    {.name = "sum_list", .arguments = 1, .compute = naive_sum_list},
    {.name = "mean_list", .arguments = 1, .compute = naive_mean_list},
    {.name = "min_list", .arguments = 1, .compute = naive_min_list},
    {.name = "max_list", .arguments = 1, .compute = naive_max_list},
};

const NaiveAggregation *naive_aggregation(Str name)
{
    for (size_t i = 0; i < COUNT_OF(AGGREGATIONS); i++) {
        if (str_equal(name, str_from(AGGREGATIONS[i].name))) return &AGGREGATIONS[i];
    }
    return NULL;
}

int64_t counted_int(const Counted *counted, size_t parameter, int64_t otherwise)
{
    return parameter < counted->parameter_count ? counted->parameters[parameter].integer : otherwise;
}

double counted_number(const Counted *counted, size_t parameter, double otherwise)
{
    if (parameter >= counted->parameter_count) return otherwise;
    return value_widen(counted->parameters[parameter], TYPE_OF(TYPE_FLOAT64)).number;
}

Value *counted_array(const Counted *counted, size_t count)
{
    Value *values = arena_alloc_array(counted->arena, count + 1, sizeof(*values), NULL);
    CHECK(values != NULL);
    return values;
}

Value counted_list(const Counted *counted, const Value *values, size_t count)
{
    return value_list(counted->type, values, count, counted->arena);
}

size_t counted_distinct(const Counted *counted, Value *values, int64_t *counts)
{
    size_t count = 0;
    for (size_t i = 0; i < counted->count; i++) {
        size_t place = 0;
        while (place < count && value_compare(values[place], counted->values[i]) < 0) place++;
        bool there = place < count && value_compare(values[place], counted->values[i]) == 0;
        for (size_t j = count; !there && j > place; j--) {
            values[j] = values[j - 1];
            if (counts != NULL) counts[j] = counts[j - 1];
        }
        if (!there) values[place] = counted->values[i];
        if (counts != NULL) counts[place] = there ? counts[place] + 1 : 1;
        count += !there;
    }
    return count;
}
