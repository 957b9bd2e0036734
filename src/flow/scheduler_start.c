#include "flow/scheduler_internal.h"
#include "sys/failpoint.h"

static bool key_is_running(const Scheduler *scheduler, size_t position)
{
    const Digest *key = &scheduler->steps[position].key.digest;
    for (size_t i = 0; i < scheduler->slot_count; i++) {
        if (digest_equal(key, &scheduler->steps[scheduler->slots[i].position].key.digest)) return true;
    }
    for (size_t i = 0; i < scheduler->starting.count; i++) {
        if (digest_equal(key, &scheduler->steps[scheduler->starting.items[i]].key.digest)) return true;
    }
    return false;
}

/// Another step with the same key may have got done since this one became runnable. Asked once: outputs that are gone make no circle.
static bool key_was_done(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    int64_t result = 0;
    *out = false;
    if (step->asked_again || step->definition->uncached || step_is_handler(step->definition)) return true;
    step->asked_again = true;
    TRY(journal_find_cached(&scheduler->journal, &step->key.digest, &result, err));
    *out = result != 0;
    return true;
}

static bool step_mark(Scheduler *scheduler, size_t position, Error *err)
{
    bool done = false;
    if (scheduler->steps[position].settled) return true; // cancelled meanwhile
    TRY(key_was_done(scheduler, position, &done, err));
    if (done) return queue_push(&scheduler->ready, position, err);
    if (key_is_running(scheduler, position)) return queue_push(&scheduler->parked, position, err);
    TRY(scheduler_change(scheduler, position, STEP_RUNNING, scheduler->steps[position].reason, err));
    cores_take(&scheduler->cores, &scheduler->steps[position].definition->place);
    scheduler_limits_take(scheduler, position);
    return ARRAY_PUSH(&scheduler->starting, (uint32_t)position, err);
}

/// From its first start on in this run.
static int64_t total_left_us(Scheduler *scheduler, size_t position)
{
    StepRun *step = &scheduler->steps[position];
    int64_t total_us = scheduler->steps[position].definition->timeout_total_us;
    uint64_t now_ns = clock_monotonic_ns(scheduler->store->clock);
    if (total_us == 0) return 0;
    if (step->total_ns == 0) step->total_ns = now_ns + (uint64_t)total_us * 1000;
    return step->total_ns <= now_ns ? 0 : (int64_t)((step->total_ns - now_ns) / 1000);
}

static AttemptPlan step_plan(const Scheduler *scheduler, size_t position)
{
    const StepRun *step = &scheduler->steps[position];
    return (AttemptPlan){
        .store = scheduler->store,
        .flow = scheduler->flow,
        .step = scheduler->steps[position].definition,
        .options = scheduler->options,
        .run = scheduler->journal.run,
        .attempt = step->attempt,
        .as_of_us = scheduler->as_of_us,
        .params = step->params,
        .inputs = step->inputs,
        .key = step->key.digest,
        .handled = scheduler_handled(scheduler, position),
    };
}

static bool step_spawn(Scheduler *scheduler, size_t position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(process_deinit) Process process = {0};
    const AttemptWorld *world = attempt_world(scheduler->options);
    AttemptPlan plan = step_plan(scheduler, position);
    bool is_child = false;
    plan.total_left_us = total_left_us(scheduler, position);
    Str directory = {0};
    TRY(scheduler_directory(scheduler, position, &arena, &directory, err));
    TRY(attempt_prepare(&plan, directory, err));
    TRY(world->spawn(world->context, scheduler->options, directory, &process, &is_child, err));
    return scheduler_add_slot(scheduler, position, &process, is_child, err);
}

static bool slot_is_free(const Scheduler *scheduler)
{
    return !scheduler->cancelled && scheduler->slot_count + scheduler->starting.count < scheduler->parallel_max;
}

/// Marks the next one, if the cores that it asks for are free; nobody overtakes it meanwhile. One that asks for more than there are runs
/// alone. `*out` false: none could start.
static bool next_mark(Scheduler *scheduler, bool *out, Error *err)
{
    Turn turn = {0};
    TRY(scheduler_turn_next(scheduler, &turn, out, err));
    if (!*out) return true;
    *out = cores_are_free(&scheduler->cores, &scheduler->steps[turn.position].definition->place);
    if (!*out) return turns_push(&scheduler->runnable, turn, err);
    TRY(step_mark(scheduler, turn.position, err));
    return scheduler_limits_wake(scheduler, turn.position, err);
}

bool scheduler_start(Scheduler *scheduler, Error *err)
{
    bool more = true;
    scheduler->starting.count = 0;
    while (more && slot_is_free(scheduler)) TRY(next_mark(scheduler, &more, err));
    TRY(scheduler_flush(scheduler, err));
    FAILPOINT("flow.starting");
    for (size_t i = 0; i < scheduler->starting.count; i++) {
        size_t position = scheduler->starting.items[i];
        TRY_OR(step_spawn(scheduler, position, err), err, "step '%.*s'",
               STR_ARG(scheduler->steps[position].definition->name));
    }
    scheduler->starting.count = 0;
    return true;
}

static bool step_adopt(Scheduler *scheduler, size_t position, Process *process, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    step->started_ns = clock_monotonic_ns(scheduler->store->clock);
    FlowEvent event = {.step = scheduler->steps[position].definition,
                       .state = STEP_RUNNING,
                       .attempt = step->attempt,
                       .text = STR("still running from before"),
                       .left_us = -1};
    TRY(scheduler_tell(scheduler, event, err));
    cores_take(&scheduler->cores, &scheduler->steps[position].definition->place);
    scheduler_limits_take(scheduler, position);
    return scheduler_add_slot(scheduler, position, process, false, err);
}

/// exit.json is there.
static bool step_collect(Scheduler *scheduler, size_t position, Str directory, Arena *arena, Error *err)
{
    AttemptExit status = {0};
    bool found = false;
    TRY(attempt_exit_read(scheduler->store->disk, directory, arena, &status, &found, err));
    CHECK(found);
    return scheduler_finish(scheduler, position, &status, err);
}

bool scheduler_attach(Scheduler *scheduler, size_t position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(process_deinit) Process process = {0};
    const AttemptWorld *world = attempt_world(scheduler->options);
    AttemptFate fate = ATTEMPT_LOST;
    Str directory = {0};
    TRY(scheduler_flush(scheduler, err));
    TRY(scheduler_directory(scheduler, position, &arena, &directory, err));
    TRY(world->find(world->context, scheduler->store, directory, &fate, &process, err));
    switch (fate) {
    case ATTEMPT_ENDED:
        return step_collect(scheduler, position, directory, &arena, err);
    case ATTEMPT_ALIVE:
        return step_adopt(scheduler, position, &process, err);
    case ATTEMPT_LOST:
        return scheduler_lost(scheduler, position, STR("the machine or its supervisor ended"), err);
    }
    return true;
}

bool scheduler_abandon(Scheduler *scheduler, size_t position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str directory = {0};
    TRY(scheduler_directory(scheduler, position, &arena, &directory, err));
    return attempt_abandon(attempt_world(scheduler->options), scheduler->store, directory, err);
}
