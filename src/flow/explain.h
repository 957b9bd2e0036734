/// Why a step will run, or which result answers it: what `pawl explain STEP` prints.
#ifndef PAWL_FLOW_EXPLAIN_H
#define PAWL_FLOW_EXPLAIN_H

#include "flow/flow.h"

/// A field of a key that is another now. Values are whole; "(nothing)" where only the other has the field.
typedef struct FlowDifference {
    Str path; ///< "params.rounds", "inputs.rows"
    Str before, after;
    Str step; ///< of an input: the step that makes it; else empty
} FlowDifference;

/// A step upstream, and what of it led to the step that was asked about.
typedef struct FlowCause {
    Str step;
    Str reason; ///< "params.rounds: 100 -> 200", "waits for 'x', which will run"
} FlowCause;

typedef struct FlowExplanation {
    Str step;
    StepState state; ///< CACHED or WAITING
    Str reason;      ///< why it will run
    Str key;         ///< empty while it waits for a step that will run
    FlowDifference *differences;
    size_t difference_count;
    FlowCause *causes; ///< the nearest first
    size_t cause_count;
    Str run; ///< that made the result which answers it, or the last one, which it is compared with; empty: none
    int64_t attempt, created_us;
    StepArtifact *outputs; ///< of the result that answers it
    size_t output_count;
} FlowExplanation;

/// ERROR_NOT_FOUND with the nearest name when the flow has no such step.
MUST_CHECK bool flow_explain(Store *store, const Flow *flow, const FlowOptions *options, Str step, Arena *arena,
                             FlowExplanation *out, Error *err);

#endif
