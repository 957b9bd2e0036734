/// Aggregations over values in their own order, and over how often each is there.
#include <math.h>

#include "base/hash.h"
#include "naive/aggregates.h"
#include "naive/wide.h"
#include "number/pinned.h"

static Value extreme(const Counted *counted, int sign)
{
    if (counted->count == 0) return value_null(counted->type);
    Value best = counted->values[0];
    for (size_t i = 1; i < counted->count; i++) {
        if (value_compare(counted->values[i], best) * sign > 0) best = counted->values[i];
    }
    return best;
}

Value naive_min(const Counted *counted)
{
    return extreme(counted, -1);
}

Value naive_max(const Counted *counted)
{
    return extreme(counted, 1);
}

/// By insertion, so that ties stay in order.
static Value *sorted(const Counted *counted, int sign)
{
    Value *values = counted_array(counted, counted->count);
    for (size_t i = 0; i < counted->count; i++) {
        size_t place = i;
        for (; place > 0 && value_compare(values[place - 1], counted->values[i]) * sign > 0; place--)
            values[place] = values[place - 1];
        values[place] = counted->values[i];
    }
    return values;
}

static Value first_sorted(const Counted *counted, int sign)
{
    size_t most = (size_t)counted_int(counted, 0, 0);
    return counted_list(counted, sorted(counted, sign), most < counted->count ? most : counted->count);
}

Value naive_top_k(const Counted *counted)
{
    return first_sorted(counted, -1);
}

Value naive_bottom_k(const Counted *counted)
{
    return first_sorted(counted, 1);
}

static Value quantile_of(const Counted *counted, double quantile)
{
    if (counted->count == 0) return value_null(TYPE_OF(TYPE_FLOAT64));
    Value *values = sorted(counted, 1);
    for (size_t i = 0; i < counted->count; i++) values[i].number += 0.0; // -0 is 0
    double place = quantile * (double)(counted->count - 1);
    size_t below = (size_t)floor(place);
    double part = place - floor(place);
    double low = values[below].number;
    if (fpclassify(part) == FP_ZERO) return value_float(low);
    return value_float(low + (values[below + 1].number - low) * part);
}

Value naive_median(const Counted *counted)
{
    return quantile_of(counted, 0.5);
}

Value naive_quantile(const Counted *counted)
{
    return quantile_of(counted, counted_number(counted, 0, 0));
}

/// Of a finite number that is not near 0: the middle of its bucket.
static double bucket_value(double size, double gamma)
{
    double log_gamma = pinned_log(gamma);
    double bucket = ceil(pinned_log(size) / log_gamma);
    return pinned_exp(bucket * log_gamma) * (2 / (gamma + 1));
}

Value naive_approx_quantile(const Counted *counted)
{
    double error = counted_number(counted, 1, 0.01);
    double gamma = (1 + error) / (1 - error);
    if (counted->count == 0) return value_null(TYPE_OF(TYPE_FLOAT64));
    Value *values = sorted(counted, 1);
    double x = values[(size_t)floor(counted_number(counted, 0, 0) * (double)(counted->count - 1))].number;
    if (!isfinite(x)) return value_float(x);
    if (fabs(x) < 0x1p-1000) return value_float(0);
    return value_float(x < 0 ? -bucket_value(-x, gamma) : bucket_value(x, gamma));
}

Value naive_histogram(const Counted *counted)
{
    Value *keys = NULL;
    Value *edges = NULL;
    size_t edge_count = value_items(counted->parameters[0], counted->arena, &keys, &edges);
    Value *counts = counted_array(counted, edge_count + 1);
    for (size_t i = 0; i < edge_count; i++) edges[i] = value_widen(edges[i], TYPE_OF(TYPE_FLOAT64));
    for (size_t i = 0; i <= edge_count; i++) counts[i] = value_int(0);
    for (size_t i = 0; i < counted->count; i++) {
        size_t place = 0;
        while (place < edge_count && value_compare(counted->values[i], edges[place]) >= 0) place++;
        counts[place].integer++;
    }
    return value_list(TYPE_OF(TYPE_INT64), counts, edge_count + 1, counted->arena);
}

Value naive_distinct(const Counted *counted)
{
    return value_int((int64_t)counted_distinct(counted, counted_array(counted, counted->count), NULL));
}

Value naive_bounded_distinct(const Counted *counted)
{
    int64_t distinct = naive_distinct(counted).integer;
    int64_t most = counted_int(counted, 0, 0);
    return value_int(distinct < most ? distinct : most);
}

/// Values without repeats and their numbers.
typedef struct Frequencies {
    size_t count;
    Value *values;
    int64_t *counts;
} Frequencies;

static Frequencies frequencies_of(const Counted *counted)
{
    int64_t *counts = arena_alloc_array(counted->arena, counted->count + 1, sizeof(*counts), NULL);
    CHECK(counts != NULL);
    Frequencies out = {.values = counted_array(counted, counted->count), .counts = counts};
    out.count = counted_distinct(counted, out.values, out.counts);
    return out;
}

Value naive_value_counts(const Counted *counted)
{
    Frequencies all = frequencies_of(counted);
    Value *counts = counted_array(counted, all.count);
    for (size_t i = 0; i < all.count; i++) counts[i] = value_int(all.counts[i]);
    return value_map(counted->type, TYPE_OF(TYPE_INT64), all.values, counts, all.count, counted->arena);
}

/// The most frequent that is not taken yet, of equals the least; its count becomes 0.
static Value take_most_frequent(Frequencies *all, int64_t *out_count)
{
    size_t best = 0;
    for (size_t i = 1; i < all->count; i++) {
        if (all->counts[i] > all->counts[best]) best = i;
    }
    *out_count = all->counts[best];
    all->counts[best] = 0;
    return all->values[best];
}

Value naive_top_n_frequency(const Counted *counted)
{
    Frequencies all = frequencies_of(counted);
    size_t most = (size_t)counted_int(counted, 0, 0);
    size_t count = all.count < most ? all.count : most;
    Value *values = counted_array(counted, count);
    int64_t times = 0;
    for (size_t i = 0; i < count; i++) values[i] = take_most_frequent(&all, &times);
    return counted_list(counted, values, count);
}

Value naive_mode(const Counted *counted)
{
    Frequencies all = frequencies_of(counted);
    int64_t times = 0;
    return all.count == 0 ? value_null(counted->type) : take_most_frequent(&all, &times);
}

Value naive_top1_ratio(const Counted *counted)
{
    Frequencies all = frequencies_of(counted);
    int64_t times = 0;
    if (all.count == 0) return value_null(TYPE_OF(TYPE_FLOAT64));
    (void)take_most_frequent(&all, &times);
    return value_float((double)times / (double)counted->count);
}

Value naive_entropy(const Counted *counted)
{
    Frequencies all = frequencies_of(counted);
    double *products = arena_alloc_array(counted->arena, all.count + 1, sizeof(*products), NULL);
    CHECK(products != NULL);
    if (all.count == 0) return value_null(TYPE_OF(TYPE_FLOAT64));
    if (all.count == 1) return value_float(0);
    for (size_t i = 0; i < all.count; i++) products[i] = (double)all.counts[i] * pinned_log((double)all.counts[i]);
    Sample sample = {all.count, products, NULL};
    double n = (double)counted->count;
    return value_float((n * pinned_log(n) - sample_sum(&sample)) / n);
}
