/// A flow as numbers: which steps wait for which. Built once, read-only afterwards; borrows the flow.
#ifndef PAWL_FLOW_GRAPH_INTERNAL_H
#define PAWL_FLOW_GRAPH_INTERNAL_H

#include "base/map.h"
#include "flow/flow.h"

enum {
    FLOW_STEPS_MAX = 1 << 20,
    FLOW_EDGES_MAX = 1 << 24,
    FLOW_NAME_BYTES_MAX = 128, ///< a name of a step, input or output: letters, digits, '_', '-', '.'; no dot in front
};

/// The zero value is empty. Arrays live in the arena handed to graph_build.
typedef struct Graph {
    const Flow *flow;
    Map names;             ///< of steps, to positions
    uint32_t *wait_counts; ///< of each step: edges that lead to it
    uint32_t *offsets;     ///< of each step, and one more: where its dependents begin
    uint32_t *dependents;  ///< one for each edge
    uint32_t *order;       ///< positions so that every step follows what it waits for
} Graph;

void graph_deinit(Graph *graph);

/// ERROR_CONFIG for bad or repeated names, edges that lead nowhere, circles.
MUST_CHECK bool graph_build(const Flow *flow, Arena *arena, Graph *out, Error *err);

/// The position of the step with that name; it must be there.
size_t graph_position(const Graph *graph, Str name);

#endif
