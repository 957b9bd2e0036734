/// A flow as numbers: which steps wait for which. Built once, read-only afterwards; borrows the flow.
#ifndef PAWL_FLOW_GRAPH_INTERNAL_H
#define PAWL_FLOW_GRAPH_INTERNAL_H

#include "base/map.h"
#include "flow/condition.h"
#include "flow/flow.h"

enum {
    FLOW_STEPS_MAX = 1 << 20,
    FLOW_EDGES_MAX = 1 << 24,
    FLOW_NAME_BYTES_MAX =
        128, ///< a name of a step, input or output: letters, digits, '_', '-', '.'; no dot in front; steps of sub-graphs: with '/' between
};

/// A step's `when`, and the steps that it names.
typedef struct GraphCondition {
    Condition condition;
    const Str *steps;
    size_t step_count;
} GraphCondition;

/// One step that another waits for.
typedef struct GraphEdge {
    Str step;
    bool after; ///< only for its end: nothing of it is needed
} GraphEdge;

/// The zero value is empty. Arrays live in the arena handed to graph_build.
typedef struct Graph {
    const Flow *flow;
    Map names;             ///< of steps, to positions
    uint32_t *wait_counts; ///< of each step: edges that lead to it
    uint32_t *offsets;     ///< of each step, and one more: where its dependents begin
    uint32_t *dependents;  ///< one for each edge: a position, with GRAPH_EDGE_AFTER where nothing is handed over
    uint32_t *order;       ///< positions so that every step follows what it waits for
    const GraphCondition **conditions; ///< by position, NULL for steps without; NULL: no step has one
} Graph;

#define GRAPH_EDGE_AFTER ((uint32_t)1 << 31)

void graph_deinit(Graph *graph);

/// ERROR_CONFIG for bad or repeated names, edges that lead nowhere, circles.
MUST_CHECK bool graph_build(const Flow *flow, Arena *arena, Graph *out, Error *err);

/// What the step waits for, one by one: inputs, `after`, what its condition names, the list that it is repeated over.
size_t graph_edge_count(const Graph *graph, size_t position);
GraphEdge graph_edge(const Graph *graph, size_t position, size_t i);

/// NULL: it has none.
const GraphCondition *graph_condition(const Graph *graph, size_t position);

/// The position of the step with that name; it must be there.
size_t graph_position(const Graph *graph, Str name);

#endif
