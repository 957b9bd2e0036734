/// What `pawl run` shows while it works: on a terminal one line per step that changes in place, elsewhere a plain line per change.
#ifndef PAWL_CLI_RUN_VIEW_H
#define PAWL_CLI_RUN_VIEW_H

#include "flow/flow.h"

#include <stdio.h>

typedef struct RunViewStep {
    Str name;
    StepState state;
    uint32_t attempt;
    int64_t elapsed_us, left_us;
    double done, total;
    char text[160];
    bool seen;
} RunViewStep;

typedef struct RunView {
    FILE *stream;
    bool live; ///< a terminal that is high enough
    bool json; ///< one JSON object a line instead
    size_t width;
    RunViewStep *steps;
    size_t step_count;
    size_t drawn; ///< lines on the screen
} RunView;

MUST_CHECK bool run_view_init(RunView *view, const Flow *flow, FILE *stream, bool json, Arena *arena, Error *err);

/// A FlowObserve; `context` is the view.
void run_view_observe(void *context, const FlowEvent *event);

#endif
