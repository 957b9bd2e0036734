/// Whose turn it is to start, and what holds steps back although a slot is free: their pool, or how many instances of a step may run.
///
/// A step that a limit holds back waits at that limit and in no other's way. While a limit has room and somebody waits at it, one of
/// those is among the runnable: each that leaves the limit, and each that was looked at and left it room, wakes the next.
#include "flow/scheduler_internal.h"

static bool pool_find(const Flow *flow, Str name, uint32_t *out)
{
    for (size_t i = 0; i < flow->pool_count; i++) {
        if (!str_equal(flow->pools[i].name, name)) continue;
        *out = (uint32_t)i + 1;
        return true;
    }
    return false;
}

static uint32_t limit_add(Scheduler *scheduler, uint32_t max)
{
    scheduler->limits[scheduler->limit_count++].max = max;
    return (uint32_t)scheduler->limit_count;
}

static void step_limit(Scheduler *scheduler, StepRun *step)
{
    const FlowStep *definition = step->definition;
    const FlowForeach *foreach = definition->foreach;
    if (definition->pool.size > 0) CHECK(pool_find(scheduler->flow, definition->pool, &step->limits[LIMIT_POOL]));
    if (foreach != NULL && foreach->parallel_max > 0)
        step->limits[LIMIT_FOREACH] = limit_add(scheduler, foreach->parallel_max);
}

bool scheduler_limits_make(Scheduler *scheduler, Error *err)
{
    const Flow *flow = scheduler->flow;
    scheduler->limits =
        arena_alloc_array(&scheduler->arena, flow->pool_count + flow->step_count + 1, sizeof(Limit), err);
    TRY(scheduler->limits != NULL);
    for (size_t i = 0; i < flow->pool_count; i++) (void)limit_add(scheduler, flow->pools[i].slots);
    for (size_t i = 0; i < scheduler->step_count; i++) step_limit(scheduler, &scheduler->steps[i]);
    return true;
}

void scheduler_limits_deinit(Scheduler *scheduler)
{
    for (size_t i = 0; i < scheduler->limit_count; i++) turns_deinit(&scheduler->limits[i].waiting);
    turns_deinit(&scheduler->runnable);
}

static Limit *step_limit_get(Scheduler *scheduler, size_t position, StepLimit which)
{
    uint32_t limit = scheduler->steps[position].limits[which];
    return limit == 0 ? NULL : &scheduler->limits[limit - 1];
}

static Limit *step_limit_full(Scheduler *scheduler, size_t position)
{
    for (StepLimit which = 0; which < LIMIT_COUNT; which++) {
        Limit *limit = step_limit_get(scheduler, position, which);
        if (limit != NULL && limit->used >= limit->max) return limit;
    }
    return NULL;
}

bool scheduler_limits_wake(Scheduler *scheduler, size_t position, Error *err)
{
    Turn turn = {0};
    for (StepLimit which = 0; which < LIMIT_COUNT; which++) {
        Limit *limit = step_limit_get(scheduler, position, which);
        if (limit == NULL || limit->used >= limit->max || !turns_take(&limit->waiting, &turn)) continue;
        TRY(turns_push(&scheduler->runnable, turn, err));
    }
    return true;
}

void scheduler_limits_take(Scheduler *scheduler, size_t position)
{
    for (StepLimit which = 0; which < LIMIT_COUNT; which++) {
        Limit *limit = step_limit_get(scheduler, position, which);
        if (limit != NULL) limit->used++;
    }
}

bool scheduler_limits_give(Scheduler *scheduler, size_t position, Error *err)
{
    for (StepLimit which = 0; which < LIMIT_COUNT; which++) {
        Limit *limit = step_limit_get(scheduler, position, which);
        CHECK(limit == NULL || limit->used > 0);
        if (limit != NULL) limit->used--;
    }
    return scheduler_limits_wake(scheduler, position, err);
}

bool scheduler_queue(Scheduler *scheduler, size_t position, Error *err)
{
    Turn turn = {.priority = scheduler->steps[position].definition->priority,
                 .position = (uint32_t)position,
                 .arrival = scheduler->arrivals++};
    return turns_push(&scheduler->runnable, turn, err);
}

bool scheduler_turn_next(Scheduler *scheduler, Turn *out, bool *out_found, Error *err)
{
    *out_found = false;
    while (turns_take(&scheduler->runnable, out)) {
        Limit *limit = step_limit_full(scheduler, out->position);
        *out_found = limit == NULL;
        if (*out_found) return true;
        TRY(turns_push(&limit->waiting, *out, err));
        TRY(scheduler_limits_wake(scheduler, out->position, err));
    }
    return true;
}
