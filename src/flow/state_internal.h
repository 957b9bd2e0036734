/// States of steps and runs by name, as the journal and people have them.
#ifndef PAWL_FLOW_STATE_INTERNAL_H
#define PAWL_FLOW_STATE_INTERNAL_H

#include "flow/flow.h"

MUST_CHECK bool step_state_parse(Str name, StepState *out, Error *err);

/// Nothing more happens to the step in this run.
bool step_state_is_end(StepState state);

static inline bool step_state_is_done(StepState state)
{
    return state == STEP_DONE || state == STEP_CACHED;
}

#endif
