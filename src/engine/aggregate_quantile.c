/// Aggregates of where values lie: quantiles, exact and sketched, and histograms.
#include <stdlib.h>

#include "engine/aggregate_call.h"
#include "number/pinned.h"
#include "number/sketch.h"

// -0 is 0 and every NaN one, the greatest.
static bool sorted_floats(const AggregateCall *call, double **out, Error *err)
{
    TRY(call_floats(call, call->input.argument, out, err));
    for (size_t i = 0; i < call->count; i++) (*out)[i] = float_canonical_key((*out)[i]);
    qsort(*out, call->count, sizeof(**out), float_compare_items);
    return true;
}

static bool put_quantile(const AggregateCall *call, double q, Error *err)
{
    double *values = NULL;
    double place = q * (double)(call->count - 1);
    double whole = pinned_floor(place);
    size_t i = (size_t)whole;
    TRY(sorted_floats(call, &values, err));
    double between = place - whole;
    call_put_float(call, between == 0 ? values[i] : values[i] + (values[i + 1] - values[i]) * between);
    return true;
}

bool aggregate_median(const AggregateCall *call, Error *err)
{
    return put_quantile(call, 0.5, err);
}

bool aggregate_quantile(const AggregateCall *call, Error *err)
{
    return put_quantile(call, call->plan->number, err);
}

static int compare_buckets(const void *left, const void *right)
{
    int64_t i = *(const int64_t *)left;
    int64_t j = *(const int64_t *)right;
    return (i > j) - (i < j);
}

bool aggregate_approx_quantile(const AggregateCall *call, Error *err)
{
    SketchScale scale = sketch_scale(call->plan->error);
    const double *values = call->input.argument->values.floats;
    int64_t *buckets = arena_alloc_array(&call->scratch->arena, call->count, sizeof(*buckets), err);
    TRY(buckets != NULL);
    for (size_t i = 0; i < call->count; i++) buckets[i] = sketch_bucket(&scale, values[call->rows[i]]);
    qsort(buckets, call->count, sizeof(*buckets), compare_buckets);
    size_t rank = (size_t)pinned_floor(call->plan->number * (double)(call->count - 1));
    call_put_float(call, sketch_value(&scale, buckets[rank]));
    return true;
}

// The number of edges that are not above the value: its place among the counts.
static size_t edge_place(const PlanAggregate *plan, double value)
{
    size_t from = 0;
    size_t end = plan->edge_count;
    while (from < end) {
        size_t middle = from + (end - from) / 2;
        if (float_compare(plan->edges[middle], value) <= 0) {
            from = middle + 1;
        } else {
            end = middle;
        }
    }
    return from;
}

bool aggregate_histogram(const AggregateCall *call, Error *err)
{
    size_t count = (size_t)call->plan->edge_count + 1;
    const double *values = call->input.argument->values.floats;
    Str bytes = {0};
    Vector counts = {.type = TYPE_OF(TYPE_INT64), .count = count};
    counts.values.ints = arena_alloc_array(&call->scratch->arena, count, sizeof(int64_t), err);
    TRY(counts.values.ints != NULL);
    for (size_t i = 0; i < call->count; i++) counts.values.ints[edge_place(call->plan, values[call->rows[i]])]++;
    TRY(list_writer_begin(&call->scratch->list, call->type, err));
    for (size_t i = 0; i < count; i++) TRY(list_writer_push(&call->scratch->list, &counts, i, err));
    TRY(list_writer_finish(&call->scratch->list, call->scratch->text, &bytes, err));
    call_put_string(call, bytes);
    return true;
}
