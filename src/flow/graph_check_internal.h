/// What makes a flow a graph that can be run, and the errors that tell why it is none.
#ifndef PAWL_FLOW_GRAPH_CHECK_INTERNAL_H
#define PAWL_FLOW_GRAPH_CHECK_INTERNAL_H

#include "flow/graph_internal.h"

/// One step by itself: its names, its command.
MUST_CHECK bool graph_check_step(const FlowStep *step, Error *err);

/// What it takes from others. Needs the graph's names.
MUST_CHECK bool graph_check_edges(const Graph *graph, size_t position, Error *err);

/// Parses every `when`, and fills graph->conditions.
MUST_CHECK bool graph_read_conditions(Graph *graph, Arena *arena, Error *err);

/// Whether a name of a condition is a value of another step.
bool graph_names_step(const ConditionNode *node);

/// Names a circle among the steps whose count in `waiting` is above zero. Always false.
bool graph_circle_error(const Graph *graph, const uint32_t *waiting, Error *err);

#endif
