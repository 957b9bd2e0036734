/// Aggregates of which values are in a window, and how often: a count for each, that follows what comes and goes.
#include <string.h>

#include "base/array.h"
#include "engine/series_slide.h"
#include "engine/series_slide_internal.h"
#include "number/pinned.h"

/// How often each different value is there, and how many are.
typedef struct Counts {
    SeriesOrder *order;
    int64_t distinct;
    uint32_t
        *tree; ///< node 1 is the root, the ids' leaves begin at `leaves`: the greatest count below. NULL: not asked for
    size_t leaves;
    ExactSum *products; ///< of c ln c over the counts; NULL: not asked for
} Counts;

static void counts_clear(Counts *counts)
{
    memset(counts->order->counts, 0, counts->order->id_count * sizeof(*counts->order->counts));
}

static void tree_put(Counts *counts, uint32_t id, uint32_t count)
{
    uint32_t *tree = counts->tree;
    size_t node = counts->leaves + id;
    tree[node] = count;
    for (node /= 2; node > 0; node /= 2)
        tree[node] = tree[2 * node] >= tree[2 * node + 1] ? tree[2 * node] : tree[2 * node + 1];
}

static double product_of(uint32_t count)
{
    double times = (double)count;
    return count == 0 ? 0 : times * pinned_log(times);
}

static void count_changes(Counts *counts, uint32_t id, uint32_t before, uint32_t after)
{
    counts->order->counts[id] = after;
    counts->distinct += (after > 0) - (before > 0);
    if (counts->tree != NULL) tree_put(counts, id, after);
    if (counts->products == NULL) return;
    exact_sum_remove(counts->products, product_of(before));
    exact_sum_add(counts->products, product_of(after));
}

static void counts_put(void *state, size_t begin, size_t end, bool comes)
{
    Counts *counts = state;
    for (size_t i = begin; i < end; i++) {
        uint32_t id = counts->order->ids[i];
        uint32_t before = counts->order->counts[id];
        count_changes(counts, id, before, comes ? before + 1 : before - 1);
    }
}

/// Of no window yet.
static bool counts_begin(Series *series, Counts *counts, Error *err)
{
    TRY(series_order(series, err));
    counts_clear(counts);
    return true;
}

static bool slide_distinct_to(const Sweep *sweep, Series *series, size_t index, int64_t limit, Error *err)
{
    Counts counts = {.order = &series->order};
    Slide slide = {.state = &counts, .put = counts_put};
    Block *out = &sweep->aggregates[index].result;
    TRY(counts_begin(series, &counts, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        uint32_t row = sweep->queries->rows[i];
        slide_to_query(&slide, sweep, series, i);
        out->valid[row] = 1;
        out->values.ints[row] = counts.distinct < limit ? counts.distinct : limit;
    }
    return true;
}

bool slide_distinct(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return slide_distinct_to(sweep, series, index, INT64_MAX, err);
}

bool slide_bounded_distinct(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return slide_distinct_to(sweep, series, index, sweep->aggregates[index].plan->count, err);
}

static bool tree_make(const Sweep *sweep, Counts *counts, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    counts->leaves = 1;
    while (counts->leaves < counts->order->id_count) counts->leaves *= 2;
    TRY(array_reserve(&scratch->nodes, &scratch->nodes_capacity, 2 * counts->leaves, sizeof(*scratch->nodes), err));
    counts->tree = scratch->nodes;
    memset(counts->tree, 0, 2 * counts->leaves * sizeof(*counts->tree));
    return true;
}

// The least of the ids that have the greatest count.
static uint32_t most_frequent(const Counts *counts)
{
    size_t node = 1;
    while (node < counts->leaves) node = 2 * node + (counts->tree[2 * node] < counts->tree[2 * node + 1]);
    return (uint32_t)(node - counts->leaves);
}

// The first value of an id in a window that holds it: its bits are the aggregate's.
static size_t first_in_window(const Series *series, uint32_t id, const Slide *slide)
{
    const SeriesOrder *order = &series->order;
    size_t from = 0; // the places of the window's values of this id are together, and ascend with the values
    size_t end = series->count;
    while (from < end) {
        size_t middle = from + (end - from) / 2;
        uint32_t value = order->sorted[middle];
        bool before = order->ids[value] < id || (order->ids[value] == id && value < slide->low);
        from = before ? middle + 1 : from;
        end = before ? end : middle;
    }
    return order->sorted[from];
}

bool slide_mode(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    Counts counts = {.order = &series->order};
    Slide slide = {.state = &counts, .put = counts_put};
    TRY(counts_begin(series, &counts, err));
    TRY(tree_make(sweep, &counts, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (!slide_to_query(&slide, sweep, series, i)) continue;
        size_t value = first_in_window(series, most_frequent(&counts), &slide);
        sweep_pick(&series->input, series_position(series, value), &sweep->aggregates[index], sweep->queries->rows[i]);
    }
    return true;
}

static void put_float(const Sweep *sweep, size_t index, size_t query, double value)
{
    Block *out = &sweep->aggregates[index].result;
    uint32_t row = sweep->queries->rows[query];
    out->valid[row] = 1;
    out->values.floats[row] = float_canonical(value);
}

bool slide_top1_ratio(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    Counts counts = {.order = &series->order};
    Slide slide = {.state = &counts, .put = counts_put};
    TRY(counts_begin(series, &counts, err));
    TRY(tree_make(sweep, &counts, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (!slide_to_query(&slide, sweep, series, i)) continue;
        put_float(sweep, index, i, (double)counts.tree[1] / (double)slide.count);
    }
    return true;
}

// As aggregate_entropy: the products are rounded, their sum is exact, whatever came and went.
bool slide_entropy(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    Counts counts = {.order = &series->order, .products = &sweep->scratch->state->sum};
    Slide slide = {.state = &counts, .put = counts_put};
    TRY(counts_begin(series, &counts, err));
    exact_sum_reset(counts.products);
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (!slide_to_query(&slide, sweep, series, i)) continue;
        double n = (double)slide.count;
        put_float(sweep, index, i, (n * pinned_log(n) - exact_sum_round(counts.products)) / n);
    }
    return true;
}
