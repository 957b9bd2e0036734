/// Aggregates of pairs that slide: a pair enters and leaves exactly.
#include "engine/aggregate_internal.h"

static void pairs_start(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    UNUSED(input);
    UNUSED(begin);
    UNUSED(end);
    exact_pairs_reset(&state->pairs);
}

static void pairs_put(AggregateState *state, const AggregateInput *input, size_t begin, size_t end, int sign)
{
    const double *x = input->argument->values.floats;
    const double *y = input->second->values.floats;
    for (size_t i = begin; i < end; i++) {
        if (!aggregate_counts(input, i) || !vector_is_valid(input->second, i)) continue;
        exact_pairs_put(&state->pairs, x[i], y[i], sign);
    }
}

static void pairs_add(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    pairs_put(state, input, begin, end, 1);
}

static void pairs_remove(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    pairs_put(state, input, begin, end, -1);
}

static bool pairs_covariance_pop(const ExactPairs *pairs, double *out)
{
    *out = exact_pairs_covariance(pairs, EXACT_SPREAD_POPULATION);
    return pairs->count > 0;
}

static bool pairs_covariance_samp(const ExactPairs *pairs, double *out)
{
    *out = exact_pairs_covariance(pairs, EXACT_SPREAD_SAMPLE);
    return pairs->count > 1;
}

#define PAIRS_FINISH(name, function)                                                                                   \
    static void name(const AggregateState *state, Type argument, Block *out, size_t row)                               \
    {                                                                                                                  \
        double value = 0;                                                                                              \
        UNUSED(argument);                                                                                              \
        bool there = function(&state->pairs, &value);                                                                  \
        out->valid[row] = there;                                                                                       \
        out->values.floats[row] = there ? float_canonical(value) : 0;                                                  \
    }

PAIRS_FINISH(covar_pop_finish, pairs_covariance_pop)
PAIRS_FINISH(covar_samp_finish, pairs_covariance_samp)
PAIRS_FINISH(corr_finish, exact_pairs_correlation)
PAIRS_FINISH(slope_finish, exact_pairs_slope)
PAIRS_FINISH(intercept_finish, exact_pairs_intercept)
PAIRS_FINISH(weighted_mean_finish, exact_pairs_weighted_mean)

#define PAIRS_ROW(finish)                                                                                              \
    {                                                                                                                  \
        pairs_start, pairs_add, pairs_remove, (finish)                                                                 \
    }

static const AggregateFunctions functions[AGGREGATION_COUNT_] = {
    [AGGREGATION_COVAR_POP] = PAIRS_ROW(covar_pop_finish),
    [AGGREGATION_COVAR_SAMP] = PAIRS_ROW(covar_samp_finish),
    [AGGREGATION_CORR] = PAIRS_ROW(corr_finish),
    [AGGREGATION_SLOPE] = PAIRS_ROW(slope_finish),
    [AGGREGATION_INTERCEPT] = PAIRS_ROW(intercept_finish),
    [AGGREGATION_WEIGHTED_MEAN] = PAIRS_ROW(weighted_mean_finish),
};

const AggregateFunctions *aggregate_find_pairs(Aggregation aggregation)
{
    const AggregateFunctions *found = &functions[aggregation];
    return found->add == NULL ? NULL : found;
}
