/// Aggregates that go through the rows in their total order, which pins every bit.
#include "engine/aggregate_call.h"

bool aggregate_streak(const AggregateCall *call, Error *err)
{
    size_t length = 0;
    UNUSED(err);
    while (length < call->count && call->input.argument->values.bools[call->rows[call->count - 1 - length]]) length++;
    call_put_int(call, (int64_t)length);
    return true;
}

bool aggregate_longest_streak(const AggregateCall *call, Error *err)
{
    int64_t longest = 0;
    int64_t length = 0;
    UNUSED(err);
    for (size_t i = 0; i < call->count; i++) {
        length = call->input.argument->values.bools[call->rows[i]] ? length + 1 : 0;
        longest = length > longest ? length : longest;
    }
    call_put_int(call, longest);
    return true;
}

// A NaN among the values or the falls (that from an infinite peak to another) is the result.
bool aggregate_drawdown(const AggregateCall *call, Error *err)
{
    const double *values = call->input.argument->values.floats;
    double peak = -float_infinity();
    double deepest = 0;
    UNUSED(err);
    for (size_t i = 0; i < call->count; i++) {
        double value = values[call->rows[i]];
        if (value > peak || float_is_nan(value)) peak = value;
        double fall = peak > 0 || float_is_nan(peak) ? (peak - value) / peak : 0;
        if (fall > deepest || float_is_nan(fall)) deepest = fall;
        if (float_is_nan(deepest)) break;
    }
    call_put_float(call, deepest);
    return true;
}

bool aggregate_ewma(const AggregateCall *call, Error *err)
{
    const double *values = call->input.argument->values.floats;
    double average = values[call->rows[0]];
    UNUSED(err);
    for (size_t i = 1; i < call->count; i++) average = average + call->plan->number * (values[call->rows[i]] - average);
    call_put_float(call, average);
    return true;
}
