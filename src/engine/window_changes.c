#include <stddef.h>
#include <string.h>

#include "engine/window_internal.h"

static bool push_change(WindowScratch *scratch, size_t position, uint32_t leaves, Error *err)
{
    if (scratch->change_count == UINT32_MAX) return error_set(err, ERROR_MEMORY, "windows of one entity move too much");
    TRY(array_reserve(&scratch->changes, &scratch->change_capacity, scratch->change_count + 1,
                      sizeof(*scratch->changes), err));
    scratch->changes[scratch->change_count++] = (uint32_t)(position << 1 | leaves);
    return true;
}

// Bounds of every query; tells whether none lies before one of an earlier query.
static bool fill_bounds(const Sweep *sweep, const Window *window, bool *out_ascending, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t count = sweep->queries->count;
    WindowClock clock = window_clock(window);

    *out_ascending = true;
    TRY(array_reserve(&scratch->bounds, &scratch->bounds_capacity, count, sizeof(*scratch->bounds), err));
    for (size_t i = 0; i < count; i++) {
        scratch->bounds[i] = window_bounds(&clock, sweep->queries->at[i]);
        if (i > 0 && scratch->bounds[i].low < scratch->bounds[i - 1].low) *out_ascending = false;
    }
    return true;
}

// The first query from `from` on whose bound, the int64 at `bound`, is above the instant. Bounds ascend.
static size_t first_above(const WindowScratch *scratch, size_t bound, size_t from, size_t count, int64_t instant)
{
    while (from < count) {
        size_t middle = from + (count - from) / 2;
        int64_t value = 0;
        memcpy(&value, (const uint8_t *)&scratch->bounds[middle] + bound, sizeof(value));
        if (value > instant) {
            count = middle;
        } else {
            from = middle + 1;
        }
    }
    return from;
}

// A position is in the windows of the queries [comes, goes).
static void find_stay(const Sweep *sweep, size_t position)
{
    WindowScratch *scratch = sweep->scratch;
    const FactTable *facts = sweep->facts;
    size_t count = sweep->queries->count;
    size_t i = position - sweep->begin;
    size_t from = first_above(scratch, offsetof(WindowBounds, seen), 0, count, facts->known[position]);
    from = first_above(scratch, offsetof(WindowBounds, high), from, count, facts->time[position]);
    size_t end = first_above(scratch, offsetof(WindowBounds, low), from, count, facts->time[position]);
    if (facts->superseded != NULL && facts->superseded[position] != INT64_MAX)
        end = first_above(scratch, offsetof(WindowBounds, seen), from, end, facts->superseded[position]);
    scratch->comes[i] = (uint32_t)from;
    scratch->goes[i] = (uint32_t)end;
}

// Turns the counts of each query's changes into where they begin.
static void sum_begins(WindowScratch *scratch, size_t query_count)
{
    uint32_t begin = 0;
    for (size_t i = 0; i < query_count; i++) {
        uint32_t count = scratch->change_begin[i];
        scratch->change_begin[i] = begin;
        begin += count;
    }
    scratch->change_begin[query_count] = begin;
}

// Puts each change behind those of its query; begins move to their ends, which are the next query's begins.
static void place_changes(const Sweep *sweep)
{
    WindowScratch *scratch = sweep->scratch;
    size_t count = sweep->queries->count;
    uint32_t *ends = scratch->change_begin;

    for (uint32_t i = 0; i < sweep->end - sweep->begin; i++) {
        if (scratch->comes[i] == scratch->goes[i]) continue;
        scratch->changes[ends[scratch->comes[i]]++] = i << 1;
        if (scratch->goes[i] < count) scratch->changes[ends[scratch->goes[i]]++] = i << 1 | CHANGE_LEAVES;
    }
    memmove(ends + 1, ends, count * sizeof(*ends));
    ends[0] = 0;
}

static bool changes_by_stays(const Sweep *sweep, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t count = sweep->end - sweep->begin;
    size_t query_count = sweep->queries->count;

    TRY(array_reserve(&scratch->comes, &scratch->come_capacity, count, sizeof(*scratch->comes), err));
    TRY(array_reserve(&scratch->goes, &scratch->go_capacity, count, sizeof(*scratch->goes), err));
    memset(scratch->change_begin, 0, (query_count + 1) * sizeof(*scratch->change_begin));
    for (size_t i = 0; i < count; i++) {
        find_stay(sweep, sweep->begin + i);
        if (scratch->comes[i] == scratch->goes[i]) continue;
        scratch->change_begin[scratch->comes[i]]++;
        if (scratch->goes[i] < query_count) scratch->change_begin[scratch->goes[i]]++;
    }
    sum_begins(scratch, query_count);
    scratch->change_count = scratch->change_begin[query_count];
    TRY(array_reserve(&scratch->changes, &scratch->change_capacity, scratch->change_count, sizeof(*scratch->changes),
                      err));
    place_changes(sweep);
    return true;
}

// Both ascend: what only the one has leaves, what only the other has comes.
static bool push_differences(const Sweep *sweep, const WindowRows *rows, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t i = 0;
    size_t k = 0;

    while (i < scratch->before_count || k < rows->count) {
        uint32_t old = i < scratch->before_count ? scratch->before[i] : UINT32_MAX;
        uint32_t new = k < rows->count ? rows->positions[k] : UINT32_MAX;
        i += old <= new;
        k += new <= old;
        if (old < new) TRY(push_change(scratch, old - sweep->begin, CHANGE_LEAVES, err));
        if (new < old) TRY(push_change(scratch, new - sweep->begin, 0, err));
    }
    return true;
}

// What is no single stay - the last rows, a session - is gathered for each query and compared with what was there.
static bool changes_by_gathering(const Sweep *sweep, const Window *window, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    WindowRows rows = {0};

    scratch->change_count = 0;
    scratch->before_count = 0;
    for (size_t i = 0; i < sweep->queries->count; i++) {
        scratch->change_begin[i] = (uint32_t)scratch->change_count;
        TRY(window_gather(sweep, window, sweep->queries->at[i], &rows, err));
        TRY(push_differences(sweep, &rows, err));
        TRY(array_reserve(&scratch->before, &scratch->before_capacity, rows.count, sizeof(*scratch->before), err));
        if (rows.count > 0) memcpy(scratch->before, rows.positions, rows.count * sizeof(*scratch->before));
        scratch->before_count = rows.count;
    }
    scratch->change_begin[sweep->queries->count] = (uint32_t)scratch->change_count;
    return true;
}

bool sweep_changes(const Sweep *sweep, const Window *window, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    bool ascending = false;

    TRY(array_reserve(&scratch->change_begin, &scratch->change_begin_capacity, sweep->queries->count + 1,
                      sizeof(*scratch->change_begin), err));
    TRY(fill_bounds(sweep, window, &ascending, err));
    bool chosen = window->kind == WINDOW_SESSION || window->rows_max > 0;
    return ascending && !chosen ? changes_by_stays(sweep, err) : changes_by_gathering(sweep, window, err);
}

void changes_slide(const Sweep *sweep, const AggregateWork *work)
{
    WindowScratch *scratch = sweep->scratch;
    const AggregateFunctions *functions = work->functions;
    AggregateInput input = work_input(sweep, work);
    size_t change = 0;

    aggregate_start(functions, scratch->state, &input, sweep->begin, sweep->end);
    for (size_t i = 0; i < sweep->queries->count; i++) {
        for (; change < scratch->change_begin[i + 1]; change++) {
            size_t position = sweep->begin + (scratch->changes[change] >> 1);
            bool leaves = scratch->changes[change] & CHANGE_LEAVES;
            (leaves ? functions->remove : functions->add)(scratch->state, &input, position, position + 1);
        }
        readers_finish(sweep, work, sweep->queries->rows[i]);
    }
}

/// A tree over the entity's positions: a node holds 1 + the preferred position below it, 0 for none.
typedef struct PickTree {
    uint32_t *nodes; ///< the root is node 1, the leaves begin at `leaves`
    size_t leaves;
    size_t base; ///< the table's position of leaf 0
    Aggregation aggregation;
    const Vector *argument;
} PickTree;

static uint32_t prefer(const PickTree *tree, uint32_t left, uint32_t right)
{
    if (left == 0 || right == 0) return left | right;
    bool keep =
        aggregate_prefers_left(tree->aggregation, tree->argument, tree->base + left - 1, tree->base + right - 1);
    return keep ? left : right;
}

static void tree_set(PickTree *tree, size_t leaf, uint32_t value)
{
    size_t node = tree->leaves + leaf;

    tree->nodes[node] = value;
    for (node /= 2; node > 0; node /= 2) {
        uint32_t preferred = prefer(tree, tree->nodes[2 * node], tree->nodes[2 * node + 1]);
        if (preferred == tree->nodes[node]) break; // and so are all above
        tree->nodes[node] = preferred;
    }
}

static bool tree_init(const Sweep *sweep, const WindowAggregate *aggregate, const Vector *argument, PickTree *out,
                      Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t leaves = 1;

    while (leaves < sweep->end - sweep->begin) leaves *= 2;
    TRY(array_reserve(&scratch->nodes, &scratch->nodes_capacity, 2 * leaves, sizeof(*scratch->nodes), err));
    memset(scratch->nodes, 0, 2 * leaves * sizeof(*scratch->nodes));
    *out = (PickTree){.nodes = scratch->nodes,
                      .leaves = leaves,
                      .base = sweep->begin,
                      .aggregation = aggregate->plan->aggregation,
                      .argument = argument};
    return true;
}

bool changes_pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err)
{
    const WindowScratch *scratch = sweep->scratch;
    AggregateInput input = sweep_input(sweep, aggregate);
    PickTree tree = {0};
    size_t change = 0;

    TRY(tree_init(sweep, aggregate, input.argument, &tree, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        for (; change < scratch->change_begin[i + 1]; change++) {
            uint32_t position = scratch->changes[change] >> 1;
            bool leaves = scratch->changes[change] & CHANGE_LEAVES;
            if (aggregate_counts(&input, sweep->begin + position)) tree_set(&tree, position, leaves ? 0 : position + 1);
        }
        if (tree.nodes[1] != 0)
            sweep_pick(&input, sweep->begin + tree.nodes[1] - 1, aggregate, sweep->queries->rows[i]);
    }
    return true;
}
