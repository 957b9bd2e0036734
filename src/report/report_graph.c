#include "report/report_graph.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/map.h"

enum { GRAPH_SWEEPS = 6 }; ///< over the layers, each putting nodes nearer to their neighbours

/// A graph on its way.
typedef struct GraphMaker {
    const Flow *flow;
    Arena *arena;
    ReportGraph graph;
    Map names;
    ARRAY_OF(GraphEdge) edges;
    uint32_t *offsets; ///< of each node, and one more: where its edges begin
} GraphMaker;

static void maker_deinit(GraphMaker *maker)
{
    map_deinit(&maker->names);
    memory_free(maker->edges.items);
}

static int edge_compare(const void *left, const void *right)
{
    const GraphEdge *a = left;
    const GraphEdge *b = right;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static bool edge_add(GraphMaker *maker, Str from, size_t to, Error *err)
{
    uint64_t place = 0;
    if (!map_get(&maker->names, from, &place)) return true;
    GraphEdge edge = {.from = (uint32_t)place, .to = (uint32_t)to};
    return ARRAY_PUSH(&maker->edges, edge, err);
}

static bool step_edges(GraphMaker *maker, size_t position, Error *err)
{
    const FlowStep *step = &maker->flow->steps[position];
    for (size_t i = 0; i < step->input_count; i++) TRY(edge_add(maker, step->inputs[i].step, position, err));
    for (size_t i = 0; i < step->after_count; i++) TRY(edge_add(maker, step->after[i], position, err));
    return step->foreach == NULL || edge_add(maker, step->foreach->step, position, err);
}

static bool nodes_make(GraphMaker *maker, Error *err)
{
    ReportGraph *graph = &maker->graph;
    graph->node_count = maker->flow->step_count;
    graph->nodes = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(GraphNode), err);
    graph->order = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(uint32_t), err);
    maker->offsets = arena_alloc_array(maker->arena, graph->node_count + 2, sizeof(uint32_t), err);
    if (graph->nodes == NULL || graph->order == NULL || maker->offsets == NULL) return false;
    for (size_t i = 0; i < graph->node_count; i++) {
        graph->nodes[i].name = maker->flow->steps[i].name;
        TRY(map_put(&maker->names, graph->nodes[i].name, i, err));
    }
    return true;
}

static bool edges_make(GraphMaker *maker, Error *err)
{
    ReportGraph *graph = &maker->graph;
    for (size_t i = 0; i < graph->node_count; i++) TRY(step_edges(maker, i, err));
    graph->edges = arena_alloc_array(maker->arena, maker->edges.count + 1, sizeof(GraphEdge), err);
    if (graph->edges == NULL) return false;
    if (maker->edges.count > 0) qsort(maker->edges.items, maker->edges.count, sizeof(GraphEdge), edge_compare);
    for (size_t i = 0; i < maker->edges.count; i++) {
        const GraphEdge *edge = &maker->edges.items[i];
        if (i > 0 && edge_compare(edge, edge - 1) == 0) continue;
        graph->edges[graph->edge_count++] = *edge;
        maker->offsets[edge->from + 1]++;
    }
    for (size_t i = 0; i < graph->node_count; i++) maker->offsets[i + 1] += maker->offsets[i];
    return true;
}

/// Kahn's algorithm: a node follows all that it waits for, one layer below the lowest of them.
static bool layers_make(GraphMaker *maker, Error *err)
{
    ReportGraph *graph = &maker->graph;
    uint32_t *waits = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(uint32_t), err);
    size_t count = 0;
    if (waits == NULL) return false;
    for (size_t i = 0; i < graph->edge_count; i++) waits[graph->edges[i].to]++;
    for (size_t i = 0; i < graph->node_count; i++)
        if (waits[i] == 0) graph->order[count++] = (uint32_t)i;
    for (size_t next = 0; next < count; next++) {
        uint32_t from = graph->order[next];
        for (uint32_t k = maker->offsets[from]; k < maker->offsets[from + 1]; k++) {
            GraphNode *to = &graph->nodes[graph->edges[k].to];
            if (to->layer <= graph->nodes[from].layer) to->layer = graph->nodes[from].layer + 1;
            if (--waits[graph->edges[k].to] == 0) graph->order[count++] = graph->edges[k].to;
        }
        if (graph->nodes[from].layer >= graph->layer_count) graph->layer_count = graph->nodes[from].layer + 1;
    }
    return count == graph->node_count || error_set(err, ERROR_CONFIG, "the steps wait for each other in a circle");
}

/// A node and where its neighbours would like it.
typedef struct Wish {
    uint32_t layer, node, place;
    double wanted;
} Wish;

static int wish_compare(const void *left, const void *right)
{
    const Wish *a = left;
    const Wish *b = right;
    if (a->layer != b->layer) return a->layer < b->layer ? -1 : 1;
    if (a->wanted != b->wanted) return a->wanted < b->wanted ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static void places_give(ReportGraph *graph, Wish *wishes)
{
    qsort(wishes, graph->node_count, sizeof(Wish), wish_compare);
    for (size_t i = 0, first = 0; i < graph->node_count; i++) {
        if (i > 0 && wishes[i].layer != wishes[i - 1].layer) first = i;
        graph->nodes[wishes[i].node].place = (uint32_t)(i - first);
        if (i - first + 1 > graph->layer_width) graph->layer_width = (uint32_t)(i - first + 1);
    }
}

/// Sugiyama's barycentre: each node to the mean place of its neighbours above (even rounds) or below (odd ones).
static void places_improve(ReportGraph *graph, Wish *wishes, double *sums, uint32_t *counts, bool up)
{
    for (size_t i = 0; i < graph->node_count; i++) {
        sums[i] = 0;
        counts[i] = 0;
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        uint32_t node = up ? graph->edges[i].to : graph->edges[i].from;
        uint32_t other = up ? graph->edges[i].from : graph->edges[i].to;
        sums[node] += graph->nodes[other].place;
        counts[node]++;
    }
    for (uint32_t i = 0; i < graph->node_count; i++) {
        double place = graph->nodes[i].place;
        wishes[i] = (Wish){.layer = graph->nodes[i].layer,
                           .node = i,
                           .place = graph->nodes[i].place,
                           .wanted = counts[i] > 0 ? sums[i] / counts[i] : place};
    }
    places_give(graph, wishes);
}

static bool places_make(GraphMaker *maker, Error *err)
{
    ReportGraph *graph = &maker->graph;
    size_t count = graph->node_count + 1;
    Wish *wishes = arena_alloc_array(maker->arena, count, sizeof(Wish), err);
    double *sums = arena_alloc_array(maker->arena, count, sizeof(double), err);
    uint32_t *counts = arena_alloc_array(maker->arena, count, sizeof(uint32_t), err);
    if (wishes == NULL || sums == NULL || counts == NULL) return false;
    for (uint32_t i = 0; i < graph->node_count; i++)
        wishes[i] = (Wish){.layer = graph->nodes[i].layer, .node = i, .place = i};
    places_give(graph, wishes);
    for (int round = 0; round < GRAPH_SWEEPS; round++) places_improve(graph, wishes, sums, counts, round % 2 == 0);
    return true;
}

/// The instances of one step, seen as one.
typedef struct NodeTime {
    int64_t started_us, ended_us;
} NodeTime;

/// Of instances the one tells most that goes on or went wrong.
static int weight_of(StepState state)
{
    static const int weights[STEP_STATE_COUNT] = {
        [STEP_WAITING] = 5, [STEP_RUNNING] = 9, [STEP_DONE] = 2,      [STEP_CACHED] = 1,    [STEP_REFUSED] = 7,
        [STEP_FAILED] = 8,  [STEP_SKIPPED] = 3, [STEP_CANCELLED] = 6, [STEP_PREEMPTED] = 6, [STEP_OMITTED] = 0,
    };
    return weights[state];
}

static void record_take(GraphNode *node, NodeTime *time, const StepRecord *step, bool first, int64_t now_us)
{
    int64_t ended_us = step->state == STEP_RUNNING ? now_us : step->ended_us;
    if (first || weight_of(step->state) > weight_of(node->state)) node->state = step->state;
    if (step->started_us == 0 || step->state == STEP_CACHED) return;
    if (time->started_us == 0 || step->started_us < time->started_us) time->started_us = step->started_us;
    if (ended_us > time->ended_us) time->ended_us = ended_us;
    node->took_us = time->ended_us > time->started_us ? time->ended_us - time->started_us : 0;
}

static bool records_take(GraphMaker *maker, const RunRecord *run, int64_t now_us, Error *err)
{
    ReportGraph *graph = &maker->graph;
    NodeTime *times = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(NodeTime), err);
    bool *seen = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(bool), err);
    if (times == NULL || seen == NULL) return false;
    for (size_t i = 0; i < run->step_count; i++) {
        Str name = str_slice(run->steps[i].step, 0, str_find(run->steps[i].step, '['));
        uint64_t place = 0;
        if (!map_get(&maker->names, name, &place)) continue;
        record_take(&graph->nodes[place], &times[place], &run->steps[i], !seen[place], now_us);
        seen[place] = true;
    }
    graph->run = run->run;
    return true;
}

/// The longest way by time; walked back from its end.
static bool critical_find(GraphMaker *maker, Error *err)
{
    ReportGraph *graph = &maker->graph;
    int64_t *longest = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(int64_t), err);
    uint32_t *before = arena_alloc_array(maker->arena, graph->node_count + 1, sizeof(uint32_t), err);
    uint32_t end = UINT32_MAX;
    if (longest == NULL || before == NULL) return false;
    for (size_t i = 0; i < graph->node_count; i++) before[i] = UINT32_MAX;
    for (size_t i = 0; i < graph->node_count; i++) {
        uint32_t node = graph->order[i];
        longest[node] += graph->nodes[node].took_us;
        if (longest[node] > graph->critical_us) end = node;
        if (longest[node] > graph->critical_us) graph->critical_us = longest[node];
        for (uint32_t k = maker->offsets[node]; k < maker->offsets[node + 1]; k++) {
            uint32_t to = graph->edges[k].to;
            if (longest[node] <= longest[to]) continue;
            longest[to] = longest[node];
            before[to] = node;
        }
    }
    for (; end != UINT32_MAX; end = before[end]) graph->nodes[end].critical = true;
    return true;
}

bool report_graph_make(const Flow *flow, const RunRecord *run, int64_t now_us, Arena *arena, ReportGraph *out,
                       Error *err)
{
    AUTO(maker_deinit) GraphMaker maker = {.flow = flow, .arena = arena, .graph = {.flow = flow->name}};
    TRY(nodes_make(&maker, err));
    TRY(edges_make(&maker, err));
    TRY(layers_make(&maker, err));
    TRY(places_make(&maker, err));
    if (run != NULL) TRY(records_take(&maker, run, now_us, err));
    TRY(critical_find(&maker, err));
    *out = maker.graph;
    return true;
}
