/// Aggregates of when rows happened: rates, gaps, and weights that decay.
#include "engine/aggregate_call.h"
#include "number/decayed_sum.h"

static double seconds_between(int64_t from, int64_t to)
{
    const double MICROSECONDS = 1e6;
    return (double)((Int128)to - from) / MICROSECONDS;
}

bool aggregate_rate(const AggregateCall *call, Error *err)
{
    UNUSED(err);
    double units = (double)call->plan->window.length_us / (double)call->plan->count;
    call_put_float(call, (double)call->count / units);
    return true;
}

bool aggregate_time_since_last(const AggregateCall *call, Error *err)
{
    UNUSED(err);
    call_put_float(call, seconds_between(call->time[call->rows[call->count - 1]], call->at));
    return true;
}

bool aggregate_time_since_first(const AggregateCall *call, Error *err)
{
    UNUSED(err);
    call_put_float(call, seconds_between(call->time[call->rows[0]], call->at));
    return true;
}

bool aggregate_mean_gap(const AggregateCall *call, Error *err)
{
    const double MICROSECONDS = 1e6;
    UNUSED(err);
    if (call->count < 2) return true;
    Int128 span = (Int128)call->time[call->rows[call->count - 1]] - call->time[call->rows[0]];
    call_put_float(call, (double)span / (double)(call->count - 1) / MICROSECONDS);
    return true;
}

// Rows are in the order of time, so no gap is below 0.
static void put_extreme_gap(const AggregateCall *call, bool longest)
{
    uint64_t best = 0;
    for (size_t i = 1; i < call->count; i++) {
        uint64_t gap = (uint64_t)call->time[call->rows[i]] - (uint64_t)call->time[call->rows[i - 1]];
        if (i == 1 || (longest ? gap > best : gap < best)) best = gap;
    }
    if (call->count > 1) call_put_float(call, (double)best / 1e6);
}

bool aggregate_max_gap(const AggregateCall *call, Error *err)
{
    UNUSED(err);
    put_extreme_gap(call, true);
    return true;
}

bool aggregate_min_gap(const AggregateCall *call, Error *err)
{
    UNUSED(err);
    put_extreme_gap(call, false);
    return true;
}

static int64_t latest_epoch(const AggregateCall *call)
{
    int64_t latest = INT64_MIN;
    for (size_t i = 0; i < call->count; i++) {
        int64_t epoch = decay_of(call->time[call->rows[i]], call->plan->count).epoch;
        latest = epoch > latest ? epoch : latest;
    }
    return latest;
}

// The sum of the argument's values, or of ones, as of the latest row's epoch.
static bool decayed(const AggregateCall *call, bool ones, DecayedSum **out, Error *err)
{
    DecayedSum *sum = arena_alloc(&call->scratch->arena, sizeof(*sum), err);
    TRY(sum != NULL);
    sum->epoch = latest_epoch(call);
    for (size_t i = 0; i < call->count; i++) {
        uint32_t row = call->rows[i];
        decayed_sum_add(sum, ones ? 1.0 : call->input.argument->values.floats[row],
                        decay_of(call->time[row], call->plan->count));
    }
    *out = sum;
    return true;
}

static bool put_decayed(const AggregateCall *call, bool ones, Error *err)
{
    DecayedSum *sum = NULL;
    TRY(decayed(call, ones, &sum, err));
    call_put_float(call, decayed_sum_at(sum, decay_of(call->at, call->plan->count)));
    return true;
}

bool aggregate_decayed_sum(const AggregateCall *call, Error *err)
{
    return put_decayed(call, false, err);
}

bool aggregate_decayed_count(const AggregateCall *call, Error *err)
{
    return put_decayed(call, true, err);
}

bool aggregate_decayed_mean(const AggregateCall *call, Error *err)
{
    DecayedSum *sum = NULL;
    DecayedSum *weight = NULL;
    TRY(decayed(call, false, &sum, err));
    TRY(decayed(call, true, &weight, err));
    call_put_float(call, decayed_sum_ratio(sum, weight));
    return true;
}
