/// Aggregates of powers and products: skewness, kurtosis, covariance, lines. Exact sums, so that order cannot show.
#include "engine/aggregate_call.h"
#include "number/exact_pairs.h"
#include "number/exact_powers.h"

static bool read_integers(const AggregateCall *call, PowerValues *out, Error *err)
{
    const Vector *argument = call->input.argument;
    bool decimal = type_storage(argument->type) == STORAGE_DECIMAL;
    Int128 *values = arena_alloc_array(&call->scratch->arena, call->count, sizeof(*values), err);
    TRY(values != NULL);
    for (size_t i = 0; i < call->count; i++)
        values[i] = decimal ? argument->values.decimals[call->rows[i]] : argument->values.ints[call->rows[i]];
    *out = (PowerValues){.integers = values, .count = call->count};
    return true;
}

static bool read_values(const AggregateCall *call, PowerValues *out, Error *err)
{
    double *floats = NULL;
    if (type_storage(call->input.argument->type) != STORAGE_FLOAT) return read_integers(call, out, err);
    TRY(call_floats(call, call->input.argument, &floats, err));
    *out = (PowerValues){.floats = floats, .count = call->count};
    return true;
}

// A decimal's units have the same skewness and kurtosis.
bool aggregate_skew(const AggregateCall *call, Error *err)
{
    PowerValues values = {0};
    double skew = 0;
    TRY(read_values(call, &values, err));
    if (exact_skewness(&values, &skew)) call_put_float(call, skew);
    return true;
}

bool aggregate_kurtosis(const AggregateCall *call, Error *err)
{
    PowerValues values = {0};
    double kurtosis = 0;
    TRY(read_values(call, &values, err));
    if (exact_kurtosis(&values, &kurtosis)) call_put_float(call, kurtosis);
    return true;
}

static bool read_pairs(const AggregateCall *call, ExactPairs **out, Error *err)
{
    const double *x = call->input.argument->values.floats;
    const double *y = call->input.second->values.floats;
    ExactPairs *pairs = arena_alloc(&call->scratch->arena, sizeof(*pairs), err);
    TRY(pairs != NULL);
    for (size_t i = 0; i < call->count; i++) exact_pairs_put(pairs, x[call->rows[i]], y[call->rows[i]], 1);
    *out = pairs;
    return true;
}

static bool put_of_pairs(const AggregateCall *call, bool (*function)(const ExactPairs *pairs, double *out), Error *err)
{
    ExactPairs *pairs = NULL;
    double value = 0;
    TRY(read_pairs(call, &pairs, err));
    if (function(pairs, &value)) call_put_float(call, value);
    return true;
}

bool aggregate_corr(const AggregateCall *call, Error *err)
{
    return put_of_pairs(call, exact_pairs_correlation, err);
}

bool aggregate_slope(const AggregateCall *call, Error *err)
{
    return put_of_pairs(call, exact_pairs_slope, err);
}

bool aggregate_intercept(const AggregateCall *call, Error *err)
{
    return put_of_pairs(call, exact_pairs_intercept, err);
}

bool aggregate_weighted_mean(const AggregateCall *call, Error *err)
{
    return put_of_pairs(call, exact_pairs_weighted_mean, err);
}

bool aggregate_covar_pop(const AggregateCall *call, Error *err)
{
    ExactPairs *pairs = NULL;
    TRY(read_pairs(call, &pairs, err));
    call_put_float(call, exact_pairs_covariance(pairs, EXACT_SPREAD_POPULATION));
    return true;
}

bool aggregate_covar_samp(const AggregateCall *call, Error *err)
{
    ExactPairs *pairs = NULL;
    TRY(read_pairs(call, &pairs, err));
    if (call->count > 1) call_put_float(call, exact_pairs_covariance(pairs, EXACT_SPREAD_SAMPLE));
    return true;
}
