#include <string.h>

#include "flow/graph_check_internal.h"

void graph_deinit(Graph *graph)
{
    map_deinit(&graph->names);
    *graph = (Graph){0};
}

size_t graph_position(const Graph *graph, Str name)
{
    uint64_t position = 0;
    CHECK(map_get(&graph->names, name, &position));
    return (size_t)position;
}

static bool graph_name_steps(Graph *graph, Error *err)
{
    for (size_t i = 0; i < graph->flow->step_count; i++) {
        const FlowStep *step = &graph->flow->steps[i];
        uint64_t before = 0;
        bool is_new = false;
        TRY(graph_check_step(step, err));
        TRY(map_get_or_put(&graph->names, step->name, i, &before, &is_new, err));
        if (!is_new) return error_set(err, ERROR_CONFIG, "two steps have the name '%.*s'", STR_ARG(step->name));
    }
    return true;
}

size_t graph_edge_count(const Graph *graph, size_t position)
{
    const FlowStep *step = &graph->flow->steps[position];
    const GraphCondition *condition = graph_condition(graph, position);
    bool listed = step->foreach != NULL && step->foreach->step.size > 0;
    return step->input_count + step->after_count + (condition == NULL ? 0 : condition->step_count) + listed;
}

GraphEdge graph_edge(const Graph *graph, size_t position, size_t i)
{
    const FlowStep *step = &graph->flow->steps[position];
    if (i < step->input_count) return (GraphEdge){step->inputs[i].step, false};
    i -= step->input_count;
    if (i < step->after_count) return (GraphEdge){step->after[i], true};
    i -= step->after_count;
    const GraphCondition *condition = graph_condition(graph, position);
    if (condition != NULL && i < condition->step_count) return (GraphEdge){condition->steps[i], true};
    return (GraphEdge){step->foreach->step, false};
}

static bool graph_count_edges(Graph *graph, size_t *out_count, Error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->flow->step_count; i++) {
        TRY(graph_check_edges(graph, i, err));
        size_t own = graph_edge_count(graph, i);
        for (size_t j = 0; j < own; j++) graph->offsets[graph_position(graph, graph_edge(graph, i, j).step) + 1]++;
        count += own;
        if (count > FLOW_EDGES_MAX)
            return error_set(err, ERROR_CONFIG, "more than %d inputs in one flow", (int)FLOW_EDGES_MAX);
        graph->wait_counts[i] = (uint32_t)own;
    }
    for (size_t i = 0; i < graph->flow->step_count; i++) graph->offsets[i + 1] += graph->offsets[i];
    *out_count = count;
    return true;
}

static bool graph_fill_edges(Graph *graph, Arena *arena, size_t edge_count, Error *err)
{
    size_t step_count = graph->flow->step_count;
    uint32_t *next = arena_alloc_array(arena, step_count + 1, sizeof(uint32_t), err);
    graph->dependents = arena_alloc_array(arena, edge_count + 1, sizeof(uint32_t), err);
    if (next == NULL || graph->dependents == NULL) return false;

    memcpy(next, graph->offsets, step_count * sizeof(uint32_t));
    for (size_t i = 0; i < step_count; i++) {
        for (size_t j = 0; j < graph->wait_counts[i]; j++) {
            GraphEdge edge = graph_edge(graph, i, j);
            uint32_t at = next[graph_position(graph, edge.step)]++;
            graph->dependents[at] = (uint32_t)i | (edge.after ? GRAPH_EDGE_AFTER : 0);
        }
    }
    return true;
}

/// Kahn, "Topological sorting of large networks" (1962); `order` is its queue as well.
static bool graph_sort(Graph *graph, Arena *arena, Error *err)
{
    size_t step_count = graph->flow->step_count;
    size_t filled = 0;
    uint32_t *waiting = arena_alloc_array(arena, step_count + 1, sizeof(uint32_t), err);
    graph->order = arena_alloc_array(arena, step_count + 1, sizeof(uint32_t), err);
    if (waiting == NULL || graph->order == NULL) return false;

    for (size_t i = 0; i < step_count; i++) {
        waiting[i] = graph->wait_counts[i];
        if (waiting[i] == 0) graph->order[filled++] = (uint32_t)i;
    }
    for (size_t done = 0; done < filled; done++) {
        uint32_t step = graph->order[done];
        for (uint32_t edge = graph->offsets[step]; edge < graph->offsets[step + 1]; edge++) {
            uint32_t dependent = graph->dependents[edge] & ~GRAPH_EDGE_AFTER;
            if (--waiting[dependent] == 0) graph->order[filled++] = dependent;
        }
    }
    return filled == step_count || graph_circle_error(graph, waiting, err);
}

static bool graph_fill(Graph *graph, Arena *arena, Error *err)
{
    size_t edge_count = 0;
    size_t step_count = graph->flow->step_count;
    if (step_count > FLOW_STEPS_MAX)
        return error_set(err, ERROR_CONFIG, "more than %d steps in one flow", (int)FLOW_STEPS_MAX);

    graph->wait_counts = arena_alloc_array(arena, step_count + 1, sizeof(uint32_t), err);
    graph->offsets = arena_alloc_array(arena, step_count + 1, sizeof(uint32_t), err);
    if (graph->wait_counts == NULL || graph->offsets == NULL) return false;
    TRY(graph_name_steps(graph, err));
    TRY(graph_read_conditions(graph, arena, err));
    TRY(graph_count_edges(graph, &edge_count, err));
    TRY(graph_fill_edges(graph, arena, edge_count, err));
    return graph_sort(graph, arena, err);
}

bool graph_build(const Flow *flow, Arena *arena, Graph *out, Error *err)
{
    Graph graph = {.flow = flow};
    if (!graph_fill(&graph, arena, err)) {
        graph_deinit(&graph);
        return false;
    }
    *out = graph;
    return true;
}

bool flow_check(const Flow *flow, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(graph_deinit) Graph graph = {0};
    return graph_build(flow, &arena, &graph, err);
}
