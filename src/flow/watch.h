/// What others are told of a run while it goes: metrics in a file, OpenLineage events, alerts. None of it can fail or hold up the run:
/// what could not be told is told at the end.
#ifndef PAWL_FLOW_WATCH_H
#define PAWL_FLOW_WATCH_H

#include "flow/flow.h"

typedef struct FlowWatchOptions {
    Str metrics;      ///< path of a Prometheus text file; empty: none
    Str lineage;      ///< path of a file of OpenLineage events, one a line, or a URL; empty: none
    Str job_space;    ///< namespace of jobs and datasets; empty: "pawl"
    FlowObserve next; ///< who is told of each event too; may be NULL
    void *next_context;
    int64_t patience_us; ///< at the end, for what is still under way; 0: 30 s
} FlowWatchOptions;

typedef struct FlowWatch FlowWatch;

/// The flow's alerts are told as well. Borrows all; the flow may get steps while it runs.
MUST_CHECK bool flow_watch_begin(Store *store, const Flow *flow, const FlowWatchOptions *options, FlowWatch **out,
                                 Error *err);

/// A FlowObserve; `context` is the watch.
void flow_watch_observe(void *context, const FlowEvent *event);

/// The run has ended (`outcome` NULL: it could not go on). Waits for deliveries, at most for the options' patience. `out_problems` gets
/// a line for each thing that could not be told.
MUST_CHECK bool flow_watch_end(FlowWatch *watch, const FlowOutcome *outcome, Bytes *out_problems, Error *err);

void flow_watch_close(FlowWatch **watch);

#endif
