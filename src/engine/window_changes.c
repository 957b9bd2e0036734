#include <stdlib.h>
#include <string.h>

#include "engine/window_internal.h"

enum { CHANGE_LEAVES = 1 };

static int compare_instants(const void *left, const void *right, void *context)
{
    const int64_t *instants = context;
    uint32_t i = *(const uint32_t *)left;
    uint32_t j = *(const uint32_t *)right;
    if (instants[i] != instants[j]) return instants[i] < instants[j] ? -1 : 1;
    return (i > j) - (i < j);
}

// The entity's positions, counted from its first, in the order of their instants.
static bool order_positions(const int64_t *instants, size_t count, uint32_t **order, size_t *capacity, Error *err)
{
    union {
        const int64_t *read;
        void *context;
    } borrowed = {.read = instants};

    TRY(array_reserve(order, capacity, count, sizeof(**order), err));
    for (uint32_t i = 0; i < count; i++) (*order)[i] = i;
    qsort_r(*order, count, sizeof(**order), compare_instants, borrowed.context);
    return true;
}

static bool reserve_changes(const Sweep *sweep, size_t count, Error *err)
{
    WindowScratch *scratch = sweep->scratch;

    TRY(array_reserve(&scratch->ends, &scratch->ends_capacity, count, sizeof(*scratch->ends), err));
    TRY(array_reserve(&scratch->active, &scratch->active_capacity, count, sizeof(*scratch->active), err));
    TRY(array_reserve(&scratch->changes, &scratch->change_capacity, 2 * count, sizeof(*scratch->changes), err));
    TRY(array_reserve(&scratch->change_begin, &scratch->change_begin_capacity, sweep->queries->count + 1,
                      sizeof(*scratch->change_begin), err));
    memset(scratch->active, 0, count);
    scratch->change_count = 0;
    return true;
}

static void push_change(WindowScratch *scratch, uint32_t position, uint32_t leaves)
{
    scratch->changes[scratch->change_count++] = position << 1 | leaves;
}

static void changes_of_query(const Sweep *sweep, int64_t at, size_t *known_next, size_t *end_next)
{
    WindowScratch *scratch = sweep->scratch;
    const int64_t *known = sweep->facts->known + sweep->begin;
    size_t count = sweep->end - sweep->begin;

    for (; *known_next < count && known[scratch->by_known[*known_next]] < at; (*known_next)++) {
        uint32_t position = scratch->by_known[*known_next];
        if (scratch->ends[position] < at) continue; // came and went between two queries
        scratch->active[position] = 1;
        push_change(scratch, position, 0);
    }
    for (; *end_next < count && scratch->ends[scratch->by_end[*end_next]] < at; (*end_next)++) {
        uint32_t position = scratch->by_end[*end_next];
        if (scratch->active[position]) push_change(scratch, position, CHANGE_LEAVES);
    }
}

// One query needs no order.
static void changes_of_single(const Sweep *sweep)
{
    WindowScratch *scratch = sweep->scratch;
    const int64_t *known = sweep->facts->known + sweep->begin;
    int64_t at = sweep->queries->at[0];

    for (uint32_t i = 0; i < sweep->end - sweep->begin; i++) {
        if (known[i] < at && at <= scratch->ends[i]) push_change(scratch, i, 0);
    }
    scratch->change_begin[1] = (uint32_t)scratch->change_count;
}

bool sweep_changes(const Sweep *sweep, int64_t window_us, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t count = sweep->end - sweep->begin;
    size_t known_next = 0;
    size_t end_next = 0;

    TRY(reserve_changes(sweep, count, err));
    for (size_t i = 0; i < count; i++) scratch->ends[i] = window_end(sweep->facts, sweep->begin + i, window_us);
    scratch->change_begin[0] = 0;
    if (sweep->queries->count == 1) {
        changes_of_single(sweep);
        return true;
    }
    TRY(order_positions(sweep->facts->known + sweep->begin, count, &scratch->by_known, &scratch->by_known_capacity,
                        err));
    TRY(order_positions(scratch->ends, count, &scratch->by_end, &scratch->by_end_capacity, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        changes_of_query(sweep, sweep->queries->at[i], &known_next, &end_next);
        scratch->change_begin[i + 1] = (uint32_t)scratch->change_count;
    }
    return true;
}

bool window_gather(const Sweep *sweep, const Window *window, int64_t t, WindowRows *out, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t count = 0;

    TRY(array_reserve(&scratch->gathered, &scratch->gathered_capacity, sweep->end - sweep->begin,
                      sizeof(*scratch->gathered), err));
    for (size_t i = sweep->begin; i < sweep->end; i++) {
        bool in = sweep->facts->known[i] < t && t <= window_end(sweep->facts, i, window->length_us);
        if (in) scratch->gathered[count++] = (uint32_t)i;
    }
    *out = (WindowRows){scratch->gathered, count};
    return true;
}

static void accumulate(const Sweep *sweep, const AggregateFunctions *functions, WindowAggregate *aggregate)
{
    WindowScratch *scratch = sweep->scratch;
    AggregateInput input = sweep_input(sweep, aggregate);
    size_t change = 0;

    aggregate_start(functions, scratch->state, &input, sweep->begin, sweep->end);
    for (size_t i = 0; i < sweep->queries->count; i++) {
        for (; change < scratch->change_begin[i + 1]; change++) {
            size_t position = sweep->begin + (scratch->changes[change] >> 1);
            bool leaves = scratch->changes[change] & CHANGE_LEAVES;
            (leaves ? functions->remove : functions->add)(scratch->state, &input, position, position + 1);
        }
        functions->finish(scratch->state, aggregate->argument, &aggregate->result, sweep->queries->rows[i]);
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
    for (node /= 2; node > 0; node /= 2)
        tree->nodes[node] = prefer(tree, tree->nodes[2 * node], tree->nodes[2 * node + 1]);
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

static bool pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err)
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

bool changes_aggregate(const Sweep *sweep, WindowAggregate *aggregate, Error *err)
{
    const AggregateFunctions *functions =
        aggregate_find(aggregate->plan->aggregation, type_storage(aggregate->argument));

    if (functions == NULL) return pick(sweep, aggregate, err);
    accumulate(sweep, functions, aggregate);
    return true;
}
