/// Aggregates of third and fourth powers: skewness and kurtosis.
#include "engine/aggregate_call.h"
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
