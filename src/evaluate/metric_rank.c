/// Metrics of ranks: how well predictions order the rows.
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/metric_internal.h"
#include "number/float_order.h"

typedef struct SortItem {
    uint64_t key; ///< the prediction's place in the order of doubles
    uint32_t row;
} SortItem;

static int sort_item_compare(const void *left, const void *right)
{
    const SortItem *one = left;
    const SortItem *other = right;
    if (one->key != other->key) return one->key < other->key ? -1 : 1;
    return (one->row > other->row) - (one->row < other->row);
}

static void items_free(SortItem **items)
{
    memory_free(*items);
}

bool rank_rows(const double *values, const double *label, size_t count, RankRow *out, Error *err)
{
    AUTO(items_free) SortItem *items = memory_alloc_array(count, sizeof(SortItem), err);
    TRY(items != NULL);
    for (size_t i = 0; i < count; i++) items[i] = (SortItem){float_order_bits(values[i]), (uint32_t)i};
    qsort(items, count, sizeof(SortItem), sort_item_compare);
    for (size_t i = 0; i < count; i++) {
        bool tie_ends = i + 1 == count || items[i + 1].key != items[i].key;
        out[i] = (RankRow){items[i].row, label[items[i].row] == 1, tie_ends};
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
