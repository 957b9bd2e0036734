/// Asking the scheduler of another process to end its run.
#ifndef PAWL_FLOW_CANCEL_H
#define PAWL_FLOW_CANCEL_H

#include "flow/flow.h"
#include "sys/process.h"

/// Signals the process that holds the store's scheduler: running steps are asked to save and end; with `now` they are killed.
/// `out_owner` says who it is, `out_process` can be waited for. ERROR_NOT_FOUND when no run is under way.
MUST_CHECK bool flow_cancel(Store *store, bool now, Arena *arena, Process *out_process, Str *out_owner, Error *err);

#endif
