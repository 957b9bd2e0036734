/// Aggregates of which values are there, and how often.
#include <stdlib.h>
#include <string.h>

#include "engine/aggregate_call.h"
#include "engine/aggregate_hash.h"
#include "number/pinned.h"
#include "number/sketch.h"

static bool sorted_runs(const AggregateCall *call, uint32_t **rows, ValueRun **runs, size_t *run_count, Error *err)
{
    TRY(call_sort(call, rows, err));
    return call_runs(call, *rows, runs, run_count, err);
}

static bool count_distinct(const AggregateCall *call, int64_t limit, Error *err)
{
    uint32_t *rows = NULL;
    ValueRun *runs = NULL;
    size_t count = 0;
    TRY(sorted_runs(call, &rows, &runs, &count, err));
    call_put_int(call, (int64_t)count < limit ? (int64_t)count : limit);
    return true;
}

bool aggregate_distinct(const AggregateCall *call, Error *err)
{
    return count_distinct(call, INT64_MAX, err);
}

bool aggregate_bounded_distinct(const AggregateCall *call, Error *err)
{
    return count_distinct(call, call->plan->count, err);
}

bool aggregate_approx_distinct(const AggregateCall *call, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    uint8_t registers[HYPERLOGLOG_REGISTERS] = {0};
    uint64_t hash = 0;
    for (size_t i = 0; i < call->count; i++) {
        TRY(value_hash(call->input.argument, call->rows[i], &bytes, &hash, err));
        hyperloglog_add(registers, hash);
    }
    call_put_int(call, hyperloglog_estimate(registers));
    return true;
}

static int compare_positions(const void *left, const void *right)
{
    uint32_t i = *(const uint32_t *)left;
    uint32_t j = *(const uint32_t *)right;
    return (i > j) - (i < j);
}

// One row of every value: the first or the last of its run, in total order.
static bool distinct_rows(const AggregateCall *call, bool last, uint32_t **out, size_t *out_count, Error *err)
{
    uint32_t *rows = NULL;
    ValueRun *runs = NULL;
    TRY(sorted_runs(call, &rows, &runs, out_count, err));
    for (size_t i = 0; i < *out_count; i++) rows[i] = rows[last ? runs[i].begin + runs[i].count - 1 : runs[i].begin];
    qsort(rows, *out_count, sizeof(*rows), compare_positions);
    *out = rows;
    return true;
}

static size_t at_most(size_t count, int64_t limit)
{
    return (int64_t)count < limit ? count : (size_t)limit;
}

bool aggregate_first_distinct_k(const AggregateCall *call, Error *err)
{
    uint32_t *rows = NULL;
    size_t count = 0;
    TRY(distinct_rows(call, false, &rows, &count, err));
    return call_put_list(call, rows, at_most(count, call->plan->count), err);
}

bool aggregate_last_distinct_k(const AggregateCall *call, Error *err)
{
    uint32_t *rows = NULL;
    size_t count = 0;
    TRY(distinct_rows(call, true, &rows, &count, err));
    for (size_t i = 0; i < count / 2; i++) {
        uint32_t row = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = row;
    }
    return call_put_list(call, rows, at_most(count, call->plan->count), err);
}

bool aggregate_value_counts(const AggregateCall *call, Error *err)
{
    uint32_t *rows = NULL;
    ValueRun *runs = NULL;
    size_t count = 0;
    Str bytes = {0};
    ListWriter *map = &call->scratch->list;
    TRY(sorted_runs(call, &rows, &runs, &count, err));
    TRY(list_writer_begin(map, call->type, err));
    for (size_t i = 0; i < count; i++) {
        int64_t there = (int64_t)runs[i].count;
        Vector one = {.type = TYPE_OF(TYPE_INT64), .count = 1, .values = {.ints = &there}};
        TRY(list_writer_push(map, call->input.argument, rows[runs[i].begin], err));
        TRY(list_writer_push(map, &one, 0, err));
    }
    TRY(list_writer_finish(map, call->scratch->text, &bytes, err));
    call_put_string(call, bytes);
    return true;
}

// Runs come in the order of their values, which is that of their begins.
static int compare_frequency(const void *left, const void *right)
{
    const ValueRun *i = left;
    const ValueRun *j = right;
    if (i->count != j->count) return i->count > j->count ? -1 : 1;
    return (i->begin > j->begin) - (i->begin < j->begin);
}

bool aggregate_top_n_frequency(const AggregateCall *call, Error *err)
{
    uint32_t *rows = NULL;
    ValueRun *runs = NULL;
    size_t count = 0;
    TRY(sorted_runs(call, &rows, &runs, &count, err));
    qsort(runs, count, sizeof(*runs), compare_frequency);
    count = at_most(count, call->plan->count);
    uint32_t *top = arena_alloc_array(&call->scratch->arena, count, sizeof(*top), err);
    TRY(top != NULL);
    for (size_t i = 0; i < count; i++) top[i] = rows[runs[i].begin];
    return call_put_list(call, top, count, err);
}

static bool most_frequent(const AggregateCall *call, uint32_t *out_row, size_t *out_count, Error *err)
{
    uint32_t *rows = NULL;
    ValueRun *runs = NULL;
    size_t count = 0;
    ValueRun best = {0};
    TRY(sorted_runs(call, &rows, &runs, &count, err));
    for (size_t i = 0; i < count; i++) best = runs[i].count > best.count ? runs[i] : best;
    *out_row = rows[best.begin];
    *out_count = best.count;
    return true;
}

bool aggregate_mode(const AggregateCall *call, Error *err)
{
    uint32_t row = 0;
    size_t count = 0;
    TRY(most_frequent(call, &row, &count, err));
    call_put_value(call, call->input.argument, row);
    return true;
}

bool aggregate_top1_ratio(const AggregateCall *call, Error *err)
{
    uint32_t row = 0;
    size_t count = 0;
    TRY(most_frequent(call, &row, &count, err));
    call_put_float(call, (double)count / (double)call->count);
    return true;
}

// (n ln n - sum of c ln c) / n; the products are rounded, their sum is exact and rounded once.
bool aggregate_entropy(const AggregateCall *call, Error *err)
{
    uint32_t *rows = NULL;
    ValueRun *runs = NULL;
    size_t count = 0;
    double n = (double)call->count;
    TRY(sorted_runs(call, &rows, &runs, &count, err));
    ExactSum *sum = arena_alloc(&call->scratch->arena, sizeof(*sum), err);
    TRY(sum != NULL);
    for (size_t i = 0; i < count; i++) {
        double times = (double)runs[i].count;
        exact_sum_add(sum, times * pinned_log(times));
    }
    call_put_float(call, (n * pinned_log(n) - exact_sum_round(sum)) / n);
    return true;
}
