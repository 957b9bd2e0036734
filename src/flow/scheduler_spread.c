/// What the end of a step means to those that wait for it.
#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"

/// How an end counts.
typedef enum Ended {
    ENDED_DONE,
    ENDED_OMITTED, ///< there is nothing to read of it, and that is no failure
    ENDED_UNDONE,
} Ended;

static Ended step_ended(const StepRun *step)
{
    if (step_state_is_done(step->state)) return ENDED_DONE;
    return step->state == STEP_OMITTED || step->definition->optional ? ENDED_OMITTED : ENDED_UNDONE;
}

static bool wait_end(Scheduler *scheduler, size_t position, Error *err)
{
    return --scheduler->steps[position].waits > 0 || queue_push(&scheduler->ready, position, err);
}

static bool step_leave(Scheduler *scheduler, size_t position, size_t cause, StepState state, Queue *queue, Error *err)
{
    Str text = {0};
    const char *why = state == STEP_OMITTED ? "has nothing to read" : "did not get done";
    TRY(arena_format(&scheduler->arena, &text, err, "'%.*s' %s", STR_ARG(scheduler->steps[cause].definition->name),
                     why));
    if (scheduler->steps[position].state == STEP_RUNNING) TRY(scheduler_abandon(scheduler, position, err));
    TRY(scheduler_change(scheduler, position, state, text, err));
    return queue_push(queue, position, err);
}

static bool handler_hear(Scheduler *scheduler, size_t position, size_t cause, Error *err)
{
    StepRun *handler = &scheduler->steps[position];
    StepState state = scheduler->steps[cause].state;
    bool good = step_state_is_done(state) || state == STEP_OMITTED;
    if (!good && handler->heard == 0) handler->heard = (uint32_t)cause + 1;
    return wait_end(scheduler, position, err);
}

/// `edge` leads from `cause`, which has ended.
static bool edge_spread(Scheduler *scheduler, uint32_t edge, size_t cause, Queue *queue, Error *err)
{
    size_t position = edge & ~GRAPH_EDGE_AFTER;
    bool after = (edge & GRAPH_EDGE_AFTER) != 0;
    if (scheduler->steps[position].settled) return true;
    if (step_is_handler(scheduler->steps[position].definition)) return handler_hear(scheduler, position, cause, err);
    switch (step_ended(&scheduler->steps[cause])) {
    case ENDED_UNDONE:
        return step_leave(scheduler, position, cause, STEP_SKIPPED, queue, err);
    case ENDED_OMITTED:
        if (!after) return step_leave(scheduler, position, cause, STEP_OMITTED, queue, err);
        return wait_end(scheduler, position, err);
    case ENDED_DONE:
        return wait_end(scheduler, position, err);
    }
    return true;
}

static bool edges_spread(Scheduler *scheduler, size_t position, Queue *queue, Error *err)
{
    const Graph *graph = &scheduler->graph;
    uint32_t owner = scheduler->steps[position].owner;
    // For the end of an instance only its step waits, whatever the end.
    if (owner > 0) return scheduler->steps[owner - 1].settled || wait_end(scheduler, owner - 1, err);
    for (uint32_t edge = graph->offsets[position]; edge < graph->offsets[position + 1]; edge++)
        TRY(edge_spread(scheduler, graph->dependents[edge], position, queue, err));
    return true;
}

bool scheduler_spread(Scheduler *scheduler, size_t position, Error *err)
{
    AUTO(queue_deinit) Queue queue = {0};
    size_t next = position;
    TRY(edges_spread(scheduler, next, &queue, err));
    while (queue_take(&queue, &next)) TRY(edges_spread(scheduler, next, &queue, err));
    return true;
}

bool scheduler_omit(Scheduler *scheduler, size_t position, Str text, Error *err)
{
    if (scheduler->steps[position].state == STEP_RUNNING) TRY(scheduler_abandon(scheduler, position, err));
    TRY(scheduler_change(scheduler, position, STEP_OMITTED, text, err));
    return scheduler_spread(scheduler, position, err);
}

bool scheduler_undone(Scheduler *scheduler, size_t position, StepState state, Str message, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    TRY(scheduler_change(scheduler, position, state, message, err));
    TRY(arena_copy(&scheduler->arena, message, &step->message, err));
    bool first = scheduler->failed_step.size == 0 || (state == STEP_FAILED && scheduler->counts[STEP_FAILED] == 1);
    if (first && !step->definition->optional && !scheduler->timed_out) {
        scheduler->failed_step = step->definition->name;
        scheduler->message = step->message;
    }
    return scheduler_spread(scheduler, position, err);
}
