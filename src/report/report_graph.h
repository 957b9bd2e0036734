/// A flow as a picture: its steps in layers, what waits for what, how each went in a run, and the chain that the run's time went into.
#ifndef PAWL_REPORT_REPORT_GRAPH_H
#define PAWL_REPORT_REPORT_GRAPH_H

#include "base/bytes.h"
#include "flow/flow.h"

enum { GRAPH_SVG_STEPS_MAX = 2000 };

typedef struct GraphNode {
    Str name;
    StepState state; ///< WAITING when there is no run
    int64_t took_us; ///< from the first start to the last end of its instances; 0: not run
    bool critical;   ///< on the chain
    uint32_t layer;  ///< longest way from a step that waits for none
    uint32_t place;  ///< within the layer
} GraphNode;

typedef struct GraphEdge {
    uint32_t from, to; ///< nodes
} GraphEdge;

typedef struct ReportGraph {
    Str flow;
    Str run; ///< empty: none
    GraphNode *nodes;
    uint32_t *order; ///< of nodes, so that each follows what it waits for
    size_t node_count;
    GraphEdge *edges; ///< by (from, to), each once
    size_t edge_count;
    uint32_t layer_count;
    uint32_t layer_width; ///< nodes of the widest
    int64_t critical_us;  ///< of the chain of steps, each waiting for the one before, that took longest
} ReportGraph;

/// `run` may be NULL. All in `arena`; borrows the flow's names. `now_us`: until when steps that run have taken.
MUST_CHECK bool report_graph_make(const Flow *flow, const RunRecord *run, int64_t now_us, Arena *arena,
                                  ReportGraph *out, Error *err);

/// One line a step, further in for each layer.
MUST_CHECK bool report_graph_text(const ReportGraph *graph, Bytes *out, Error *err);

/// Only the chain, its steps with their share of it.
MUST_CHECK bool report_graph_critical(const ReportGraph *graph, Bytes *out, Error *err);

/// Graphviz.
MUST_CHECK bool report_graph_dot(const ReportGraph *graph, Bytes *out, Error *err);

/// A picture of its own, light or dark as the viewer prefers. More than GRAPH_SVG_STEPS_MAX steps are an ERROR_USAGE.
MUST_CHECK bool report_graph_svg(const ReportGraph *graph, Bytes *out, Error *err);

MUST_CHECK bool report_graph_json(const ReportGraph *graph, Bytes *out, Error *err);

#endif
