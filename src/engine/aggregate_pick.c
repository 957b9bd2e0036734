/// Aggregates that give values as they are: of the first, the last, the least, the greatest rows.
#include "engine/aggregate_call.h"

// The first row of the least (sign 1) or greatest (sign -1) value.
static uint32_t extreme_row(const AggregateCall *call, const Vector *vector, int sign)
{
    uint32_t best = call->rows[0];
    for (size_t i = 1; i < call->count; i++) {
        if (sign * vector_compare(vector, call->rows[i], vector, best) < 0) best = call->rows[i];
    }
    return best;
}

static bool put_row(const AggregateCall *call, uint32_t row, Error *err)
{
    UNUSED(err);
    call_put_value(call, call->input.argument, row);
    return true;
}

bool aggregate_min(const AggregateCall *call, Error *err)
{
    return put_row(call, extreme_row(call, call->input.argument, 1), err);
}

bool aggregate_max(const AggregateCall *call, Error *err)
{
    return put_row(call, extreme_row(call, call->input.argument, -1), err);
}

bool aggregate_arg_min(const AggregateCall *call, Error *err)
{
    return put_row(call, extreme_row(call, call->input.second, 1), err);
}

bool aggregate_arg_max(const AggregateCall *call, Error *err)
{
    return put_row(call, extreme_row(call, call->input.second, -1), err);
}

bool aggregate_first(const AggregateCall *call, Error *err)
{
    return put_row(call, call->rows[0], err);
}

bool aggregate_last(const AggregateCall *call, Error *err)
{
    return put_row(call, call->rows[call->count - 1], err);
}

bool aggregate_lag(const AggregateCall *call, Error *err)
{
    size_t back = (size_t)call->plan->count;
    return back >= call->count || put_row(call, call->rows[call->count - 1 - back], err);
}

bool aggregate_nth(const AggregateCall *call, Error *err)
{
    size_t place = (size_t)call->plan->count - 1;
    return place >= call->count || put_row(call, call->rows[place], err);
}

static size_t kept(const AggregateCall *call)
{
    size_t count = (size_t)call->plan->count;
    return count < call->count ? count : call->count;
}

bool aggregate_first_k(const AggregateCall *call, Error *err)
{
    return call_put_list(call, call->rows, kept(call), err);
}

bool aggregate_last_k(const AggregateCall *call, Error *err)
{
    return call_put_list(call, call->rows + (call->count - kept(call)), kept(call), err);
}

bool aggregate_collect(const AggregateCall *call, Error *err)
{
    return call_put_list(call, call->rows, call->count, err);
}

bool aggregate_bottom_k(const AggregateCall *call, Error *err)
{
    uint32_t *sorted = NULL;
    TRY(call_sort(call, &sorted, err));
    return call_put_list(call, sorted, kept(call), err);
}

// From the greatest run of equal values down; the rows of a run in total order.
bool aggregate_top_k(const AggregateCall *call, Error *err)
{
    uint32_t *sorted = NULL;
    ValueRun *runs = NULL;
    size_t run_count = 0;
    size_t count = 0;
    TRY(call_sort(call, &sorted, err));
    TRY(call_runs(call, sorted, &runs, &run_count, err));
    uint32_t *top = arena_alloc_array(&call->scratch->arena, kept(call), sizeof(*top), err);
    TRY(top != NULL);
    for (size_t run = run_count; run-- > 0 && count < kept(call);) {
        for (size_t i = 0; i < runs[run].count && count < kept(call); i++) top[count++] = sorted[runs[run].begin + i];
    }
    return call_put_list(call, top, count, err);
}
