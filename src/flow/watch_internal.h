/// What the parts of a watch share: the run so far, and what each part does with a change.
#ifndef PAWL_FLOW_WATCH_INTERNAL_H
#define PAWL_FLOW_WATCH_INTERNAL_H

#include "base/map.h"
#include "flow/delivery_internal.h"
#include "flow/metrics_internal.h"
#include "flow/watch.h"

/// A step as the watch last saw it.
typedef struct WatchStep {
    StepState state;
    uint32_t attempt;
    int64_t started_us; ///< of the last attempt
} WatchStep;

/// A change of a step's: `event` and what it was before.
typedef struct WatchChange {
    const FlowEvent *event;
    StepState before;
    int64_t now_us;
    int64_t started_us; ///< of the attempt that runs or has ended
} WatchChange;

/// OpenLineage events on their way.
typedef struct LineageOut {
    Store *store;
    Str job_space;
    Str flow;
    Str file;   ///< appended to; or
    Lane *lane; ///< posted
    char run_id[37];
    int64_t started_us;
    Str problem; ///< of the file
} LineageOut;

struct FlowWatch {
    Store *store;
    const Flow *flow;
    FlowWatchOptions options;
    Arena arena;
    Str run; ///< empty until the first event
    int64_t started_us;
    bool *late_told; ///< of each of the flow's alerts
    Map names;       ///< of steps, to places in `steps`
    ARRAY_OF(WatchStep) steps;
    Metrics metrics;
    LineageOut lineage;
    Lane lineage_lane;
    Lane *alert_lanes; ///< one for each of the flow's alerts
    Str problem;       ///< of the watch itself, the first one
};

/// A UUID that is the same for the same parts.
MUST_CHECK bool lineage_uuid(const Store *store, Str run, int64_t began_us, Str step, uint32_t attempt, char out[37],
                             Error *err);

/// The run has begun.
MUST_CHECK bool lineage_begin(LineageOut *out, Str run, int64_t now_us, Error *err);

/// A step started or ended; other changes give no event.
MUST_CHECK bool lineage_change(LineageOut *out, const WatchChange *change, Error *err);

MUST_CHECK bool lineage_end(LineageOut *out, Str run, const FlowOutcome *outcome, int64_t now_us, Error *err);

/// Tells of the moment, those alerts that ask for it.
MUST_CHECK bool alerts_retry(FlowWatch *watch, const WatchChange *change, Error *err);
MUST_CHECK bool alerts_late(FlowWatch *watch, int64_t now_us, Error *err);
MUST_CHECK bool alerts_end(FlowWatch *watch, const FlowOutcome *outcome, int64_t now_us, Error *err);

#endif
