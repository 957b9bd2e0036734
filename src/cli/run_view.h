/// What `pawl run` shows while it works: on a terminal one line per step that changes in place, elsewhere a plain line per change.
#ifndef PAWL_CLI_RUN_VIEW_H
#define PAWL_CLI_RUN_VIEW_H

#include "base/map.h"
#include "flow/flow.h"

#include <stdio.h>

typedef struct RunViewStep {
    Str name;
    StepState state;
    uint32_t attempt;
    int64_t elapsed_us, left_us;
    double done, total;
    char text[240];
    bool seen;
    bool looks;       ///< one of pawl's own that runs every time to see whether there is something to do
    uint64_t changed; ///< the later a state came, the greater
} RunViewStep;

typedef struct RunViewOptions {
    FILE *stream;
    bool json; ///< one JSON object a line instead
    const Clock *clock;
    const Interrupt *interrupt; ///< NULL: cannot be cancelled
} RunViewOptions;

typedef struct RunView {
    RunViewOptions options;
    bool live;  ///< a terminal that can move its cursor
    bool color; ///< unless NO_COLOR is set
    Arena *arena;
    RunViewStep *steps; ///< in the order of the flow; those that are added while it runs come last
    size_t step_count;
    size_t step_room;
    Map names; ///< of steps, to their place
    size_t name_width;
    uint64_t changes;
    size_t drawn; ///< lines on the screen
    uint64_t drawn_ns;
} RunView;

/// Borrows the flow and the arena.
MUST_CHECK bool run_view_init(RunView *view, const RunViewOptions *options, const Flow *flow, Arena *arena, Error *err);

void run_view_deinit(RunView *view);

/// A FlowObserve; `context` is the view.
void run_view_observe(void *context, const FlowEvent *event);

/// Shows how the run ended; nothing is drawn after it.
void run_view_end(RunView *view);

/// Whether a step did work that a cache could have saved: false says that all was up to date.
bool run_view_worked(const RunView *view);

/// One step as a line without an end, without colours.
MUST_CHECK bool run_view_line(const RunViewStep *step, size_t name_width, Bytes *out, Error *err);

#endif
