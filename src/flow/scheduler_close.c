#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"

static bool step_cancel(Scheduler *scheduler, size_t position, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    if (step->settled) return true;
    if (step_state_is_end(step->state)) return true; // done before: it stays so for the next life of the run
    if (step->state == STEP_RUNNING) TRY(scheduler_abandon(scheduler, position, err));
    return scheduler_change(scheduler, position, STEP_CANCELLED, (Str){0}, err);
}

bool scheduler_cancel_rest(Scheduler *scheduler, Error *err)
{
    size_t count = scheduler->step_count;
    bool handlers_too = scheduler->closing;
    for (size_t i = 0; i < count; i++)
        if (handlers_too || !step_is_handler(scheduler->steps[i].definition)) TRY(step_cancel(scheduler, i, err));
    // All that were cancelled first: a step is cancelled rather than skipped because another was.
    for (size_t i = 0; i < count && !handlers_too; i++)
        if (scheduler->steps[i].state == STEP_CANCELLED) TRY(scheduler_spread(scheduler, i, err));
    return scheduler_flush(scheduler, err);
}

/// A cancelled step does not wait for its next attempt. Handlers do.
static void delayed_forget(Scheduler *scheduler)
{
    size_t kept = 0;
    for (size_t i = 0; i < scheduler->delayed.count; i++) {
        uint32_t position = scheduler->delayed.items[i];
        if (!scheduler->steps[position].settled) scheduler->delayed.items[kept++] = position;
    }
    scheduler->delayed.count = kept;
}

static bool has_handlers(const Scheduler *scheduler)
{
    for (size_t i = 0; i < scheduler->step_count; i++)
        if (step_is_handler(scheduler->steps[i].definition) && !scheduler->steps[i].settled) return true;
    return false;
}

bool scheduler_close(Scheduler *scheduler, bool *out, Error *err)
{
    *out = has_handlers(scheduler) && (scheduler->timed_out || scheduler->counts[STEP_PREEMPTED] == 0);
    if (!*out) return true;
    if (scheduler->cancelled) TRY(scheduler_cancel_rest(scheduler, err));
    delayed_forget(scheduler);
    scheduler->closing = true;
    scheduler->cancelled = false;
    scheduler->deadline_ns = 0;
    scheduler->kill_ns = 0;
    for (size_t i = 0; i < scheduler->handlers.count; i++)
        TRY(queue_push(&scheduler->ready, scheduler->handlers.items[i], err));
    return true;
}
