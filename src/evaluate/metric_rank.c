/// Metrics of ranks: how well predictions order the rows.
#include <string.h>

#include "base/memory.h"
#include "evaluate/metric_internal.h"
#include "number/float_order.h"

typedef struct SortItem {
    uint64_t key; ///< the prediction's place in the order of doubles
    uint32_t row;
} SortItem;

enum { DIGIT_BITS = 11, DIGIT_VALUES = 1 << DIGIT_BITS, DIGIT_COUNT = (64 + DIGIT_BITS - 1) / DIGIT_BITS };

static size_t digit_of(uint64_t key, int digit)
{
    return (key >> (DIGIT_BITS * digit)) & (DIGIT_VALUES - 1);
}

/// How often each value of a digit occurs becomes where its items begin; false when all items have one value.
static bool places_find(const SortItem *items, size_t count, int digit, size_t places[DIGIT_VALUES])
{
    size_t begin = 0;
    memset(places, 0, DIGIT_VALUES * sizeof(*places));
    for (size_t i = 0; i < count; i++) places[digit_of(items[i].key, digit)]++;
    if (places[digit_of(items[0].key, digit)] == count) return false;
    for (size_t i = 0; i < DIGIT_VALUES; i++) {
        size_t size = places[i];
        places[i] = begin;
        begin += size;
    }
    return true;
}

/// By key, ties in the order of rows: digit by digit from the lowest. `room` is as large; gives whichever of the two ends up sorted.
static SortItem *items_sort(SortItem *items, SortItem *room, size_t count)
{
    size_t places[DIGIT_VALUES];
    for (int digit = 0; count > 1 && digit < DIGIT_COUNT; digit++) {
        if (!places_find(items, count, digit, places)) continue;
        for (size_t i = 0; i < count; i++) room[places[digit_of(items[i].key, digit)]++] = items[i];
        SortItem *sorted = room;
        room = items;
        items = sorted;
    }
    return items;
}

static void items_free(SortItem **items)
{
    memory_free(*items);
}

bool rank_rows(const double *values, const double *label, size_t count, RankRow *out, Error *err)
{
    AUTO(items_free) SortItem *items = memory_alloc_array(2 * count, sizeof(SortItem), err);
    TRY(items != NULL);
    for (size_t i = 0; i < count; i++) items[i] = (SortItem){float_order_bits(values[i]), (uint32_t)i};
    const SortItem *sorted = items_sort(items, items + count, count);
    for (size_t i = 0; i < count; i++) {
        bool tie_ends = i + 1 == count || sorted[i + 1].key != sorted[i].key;
        out[i] = (RankRow){sorted[i].row, label[sorted[i].row] == 1, tie_ends};
    }
    return true;
}

/// Pairs ranked right and pairs in all, both doubled so that half a pair is an integer.
typedef struct PairCount {
    Uint128 right;
    uint64_t positives, negatives;
} PairCount;

/// `weight` may be NULL: 1 each.
static PairCount pairs_count(const RankRow *rows, size_t count, const uint32_t *weight)
{
    PairCount pairs = {0};
    uint64_t tied[2] = {0};
    for (size_t i = 0; i < count; i++) {
        tied[rows[i].positive] += weight == NULL ? 1 : weight[rows[i].row];
        if (!rows[i].tie_ends) continue;
        pairs.right += (Uint128)tied[1] * (2 * pairs.negatives + tied[0]);
        pairs.negatives += tied[0];
        pairs.positives += tied[1];
        tied[0] = 0;
        tied[1] = 0;
    }
    return pairs;
}

static double pairs_share(const PairCount *pairs)
{
    Uint128 all = (Uint128)2 * pairs->positives * pairs->negatives;
    return all == 0 ? float_nan() : (double)pairs->right / (double)all;
}

bool auc_prepare(const double *label, const double *prediction, size_t count, MetricSample *out, Error *err)
{
    CHECK(count <= METRIC_ROWS_MAX);
    out->count = count;
    out->rows = memory_alloc_array(count, sizeof(RankRow), err);
    return out->rows != NULL && rank_rows(prediction, label, count, out->rows, err);
}

bool auc_compute(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err)
{
    AUTO(metric_sample_deinit) MetricSample sample = {0};
    if (!metric_rows_binary(label, prediction, count, out)) return true;
    TRY(auc_prepare(label, prediction, count, &sample, err));
    PairCount pairs = pairs_count(sample.rows, count, NULL);
    if (pairs.positives == 0 || pairs.negatives == 0)
        metric_undefine(out, "all labels are %d: there is no pair to rank", pairs.positives > 0);
    else
        metric_define(out, pairs_share(&pairs));
    return true;
}

double auc_resample(const MetricSample *sample, const uint32_t *weight)
{
    PairCount pairs = pairs_count(sample->rows, sample->count, weight);
    return pairs_share(&pairs);
}
