#include "flow/digits_internal.h"
#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"
#include "sys/environment.h"

enum { SCHEDULER_PARALLEL_MAX = 1024 };

static void scheduler_deinit(Scheduler *scheduler)
{
    if (scheduler->store->database != NULL) transaction_rollback(scheduler->store->database);
    // The supervisors go on: the next scheduler finds them.
    for (size_t i = 0; i < scheduler->slot_count; i++) process_deinit(&scheduler->processes[i]);
    queue_deinit(&scheduler->ready);
    scheduler_limits_deinit(scheduler);
    queue_deinit(&scheduler->parked);
    memory_free(scheduler->handlers.items);
    memory_free(scheduler->delayed.items);
    memory_free(scheduler->starting.items);
    memory_free(scheduler->committed.items);
    memory_free(scheduler->values.items);
    memory_free(scheduler->events.items);
    arena_deinit(&scheduler->event_arena);
    graph_deinit(&scheduler->graph);
    file_lock_deinit(&scheduler->lock);
    arena_deinit(&scheduler->arena);
}

static bool scheduler_lock(Scheduler *scheduler, Error *err)
{
    Str path = {0};
    Str owner = {0};
    TRY(path_join(&scheduler->arena, scheduler->store->root, STR("scheduler.lock"), &path, err));
    TRY(arena_format(&scheduler->arena, &owner, err, "running '%.*s'", STR_ARG(scheduler->flow->name)));
    TRY_OR(file_lock_try(&scheduler->lock, path, owner, err), err, "another run is under way in this store");
    return true;
}

static bool slots_make(Scheduler *scheduler, size_t adopted_max, Error *err)
{
    size_t parallel =
        scheduler->options->parallel_max == 0 ? environment_cpu_count() : scheduler->options->parallel_max;
    scheduler->parallel_max = parallel > SCHEDULER_PARALLEL_MAX ? SCHEDULER_PARALLEL_MAX : parallel;
    scheduler->slot_max = scheduler->parallel_max + adopted_max;
    scheduler->cores = cores_make(environment_cpu_count(), scheduler->parallel_max);
    scheduler->slots = arena_alloc_array(&scheduler->arena, scheduler->slot_max, sizeof(Slot), err);
    scheduler->processes = arena_alloc_array(&scheduler->arena, scheduler->slot_max, sizeof(Process), err);
    return scheduler->slots != NULL && scheduler->processes != NULL;
}

static bool run_has_steps_of(const RunRow *row, const Flow *flow)
{
    if (row->step_count < flow->step_count) return false;
    for (size_t i = 0; i < flow->step_count; i++) {
        if (!str_equal(row->steps[i].name, flow->steps[i].name)) return false;
    }
    // What follows are instances: no step of a flow has a bracket in its name.
    for (size_t i = flow->step_count; i < row->step_count; i++)
        if (str_find(row->steps[i].name, '[') == row->steps[i].name.size) return false;
    return true;
}

/// What an earlier scheduler left running, in a run that cannot go on.
static bool run_abandon(Scheduler *scheduler, const RunRow *row, Error *err)
{
    for (size_t i = 0; i < row->step_count; i++) {
        AUTO(arena_deinit) Arena arena = {0};
        Str directory = {0};
        if (row->steps[i].state != STEP_RUNNING) continue;
        TRY(attempt_directory(scheduler->store, row->run, row->steps[i].name, row->steps[i].attempt, &arena, &directory,
                              err));
        TRY(attempt_abandon(attempt_world(scheduler->options), scheduler->store, directory, err));
    }
    return journal_end_run(&scheduler->journal, row->run, STEP_CANCELLED,
                           STR("the pipeline's steps have changed since"), err);
}

/// The run to go on with: the one asked for, or the last one that did not end. `out->run` 0: none.
static bool run_find(Scheduler *scheduler, RunRow *out, Error *err)
{
    Str asked = scheduler->options->resume;
    int64_t run = 0;
    *out = (RunRow){0};
    if (asked.size > 0 && !digits_parse(asked, &run))
        return error_set(err, ERROR_NOT_FOUND, "there is no run '%.*s'", STR_ARG(asked));
    if (asked.size == 0) TRY(journal_find_open_run(&scheduler->journal, scheduler->flow->name, &run, err));
    if (run == 0) return true;
    TRY(journal_read_run(&scheduler->journal, run, &scheduler->arena, out, err));
    if (run_has_steps_of(out, scheduler->flow)) return true;
    if (asked.size > 0) {
        return error_set(err, ERROR_CONFIG, "run %lld had other steps than the pipeline has now; start a new run",
                         (long long)run);
    }
    TRY(run_abandon(scheduler, out, err));
    *out = (RunRow){0};
    return true;
}

void step_restore(StepRun *step, const StepRow *from, bool run_had_ended)
{
    bool kept = step_state_is_done(from->state) || !step_state_is_end(from->state);
    // A run that had ended comes to a new end, which is handled anew.
    bool again = run_had_ended && step_is_handler(step->definition);
    step->state = kept ? from->state : STEP_WAITING;
    step->attempt = from->attempt;
    step->failures = kept ? from->failures : 0;
    step->recorded_key = from->key;
    step->staged = kept ? from->staged : (Str){0};
    step->resolved = kept ? from->resolved : (Resolved){0};
    step->result = kept && !again ? from->result : 0;
}

static bool run_resume(Scheduler *scheduler, const RunRow *row, Error *err)
{
    size_t running = 0;
    for (size_t i = 0; i < row->step_count; i++) running += row->steps[i].state == STEP_RUNNING;
    for (size_t i = 0; i < scheduler->step_count; i++)
        step_restore(&scheduler->steps[i], &row->steps[i], row->state != STEP_RUNNING);
    scheduler->before = *row;
    scheduler->row_next = row->step_count;
    scheduler->as_of_us = row->as_of_us;
    scheduler->claimed = arena_alloc_array(&scheduler->arena, row->step_count + 1, sizeof(bool), err);
    TRY(scheduler->claimed != NULL);
    TRY(slots_make(scheduler, running, err));
    return journal_resume_run(&scheduler->journal, row->run, err);
}

static bool run_begin(Scheduler *scheduler, Error *err)
{
    scheduler->as_of_us = scheduler->options->as_of_us;
    TRY(slots_make(scheduler, 0, err));
    return journal_begin_run(&scheduler->journal, scheduler->flow, scheduler->as_of_us, err);
}

static bool steps_make(Scheduler *scheduler, Error *err)
{
    size_t count = scheduler->flow->step_count;
    scheduler->steps = arena_alloc_array(&scheduler->arena, count + 1, sizeof(StepRun), err);
    if (scheduler->steps == NULL) return false;
    scheduler->step_count = count;
    scheduler->step_room = count + 1;
    scheduler->row_next = count;
    for (size_t i = 0; i < count; i++) {
        scheduler->steps[i].definition = &scheduler->flow->steps[i];
        scheduler->steps[i].row = i;
        scheduler->steps[i].waits = scheduler->graph.wait_counts[i];
        if (scheduler->steps[i].waits > 0) continue;
        bool at_end = step_is_handler(scheduler->steps[i].definition);
        TRY(at_end ? ARRAY_PUSH(&scheduler->handlers, (uint32_t)i, err) : queue_push(&scheduler->ready, i, err));
    }
    return true;
}

static bool scheduler_begin(Scheduler *scheduler, Error *err)
{
    RunRow row = {0};
    int64_t timeout_us = scheduler->flow->timeout_us;
    if (timeout_us > 0)
        scheduler->deadline_ns = clock_monotonic_ns(scheduler->store->clock) + (uint64_t)timeout_us * 1000;
    TRY(graph_build(scheduler->flow, &scheduler->arena, &scheduler->graph, err));
    TRY(scheduler_lock(scheduler, err));
    TRY(journal_open(scheduler->store, &scheduler->journal, err));
    TRY(journal_take_over(&scheduler->journal, err));
    TRY(steps_make(scheduler, err));
    TRY(scheduler_limits_make(scheduler, err));
    TRY(run_find(scheduler, &row, err));
    return row.run != 0 ? run_resume(scheduler, &row, err) : run_begin(scheduler, err);
}

static bool scheduler_is_finished(const Scheduler *scheduler)
{
    if (scheduler->slot_count > 0) return false;
    if (scheduler->cancelled) return true;
    return scheduler->delayed.count == 0 && queue_is_empty(&scheduler->ready) && scheduler->runnable.count == 0;
}

static bool scheduler_loop(Scheduler *scheduler, Error *err)
{
    while (!scheduler_is_finished(scheduler)) {
        size_t position = 0;
        while (!scheduler->cancelled && queue_take(&scheduler->ready, &position))
            TRY(scheduler_ready(scheduler, position, err));
        TRY(scheduler_start(scheduler, err));
        if (!scheduler_is_finished(scheduler) && queue_is_empty(&scheduler->ready)) TRY(scheduler_wait(scheduler, err));
    }
    return true;
}

StepState scheduler_state(const Scheduler *scheduler)
{
    static const StepState BY_WEIGHT[] = {STEP_FAILED, STEP_PREEMPTED, STEP_REFUSED};
    if (scheduler->timed_out) return STEP_FAILED;
    if (scheduler->interrupts_seen > 0) return scheduler->counts[STEP_PREEMPTED] > 0 ? STEP_PREEMPTED : STEP_CANCELLED;
    for (size_t i = 0; i < COUNT_OF(BY_WEIGHT); i++) {
        if (scheduler->counts[BY_WEIGHT[i]] > 0) return BY_WEIGHT[i];
    }
    return scheduler->counts[STEP_CANCELLED] > 0 ? STEP_CANCELLED : STEP_DONE;
}

static bool outcome_fill(const Scheduler *scheduler, FlowOutcome *outcome, Error *err)
{
    outcome->state = scheduler_state(scheduler);
    outcome->done = scheduler->counts[STEP_DONE];
    outcome->cached = scheduler->counts[STEP_CACHED];
    outcome->failed = scheduler->counts[STEP_FAILED] + scheduler->counts[STEP_REFUSED];
    outcome->skipped = scheduler->counts[STEP_SKIPPED];
    TRY(arena_format(&outcome->arena, &outcome->run, err, "%lld", (long long)scheduler->journal.run));
    TRY(arena_copy(&outcome->arena, scheduler->failed_step, &outcome->failed_step, err));
    return arena_copy(&outcome->arena, scheduler->message, &outcome->message, err);
}

static bool scheduler_end(Scheduler *scheduler, FlowOutcome *outcome, Error *err)
{
    if (scheduler->cancelled) TRY(scheduler_cancel_rest(scheduler, err));
    TRY(scheduler_end_unclaimed(scheduler, err));
    TRY(scheduler_flush(scheduler, err));
    TRY(outcome_fill(scheduler, outcome, err));
    return journal_end_run(&scheduler->journal, scheduler->journal.run, outcome->state, outcome->message, err);
}

/// The flow, and then its handlers.
static bool scheduler_loops(Scheduler *scheduler, Error *err)
{
    bool more = true;
    TRY(scheduler_loop(scheduler, err));
    TRY(scheduler_close(scheduler, &more, err));
    return !more || scheduler_loop(scheduler, err);
}

static bool scheduler_run(Scheduler *scheduler, FlowOutcome *outcome, Error *err)
{
    TRY(scheduler_begin(scheduler, err));
    TRY(scheduler_loops(scheduler, err));
    return scheduler_end(scheduler, outcome, err);
}

void flow_outcome_deinit(FlowOutcome *outcome)
{
    arena_deinit(&outcome->arena);
    *outcome = (FlowOutcome){0};
}

bool flow_run(Store *store, const Flow *flow, const FlowOptions *options, FlowOutcome *out, Error *err)
{
    AUTO(scheduler_deinit) Scheduler scheduler = {.store = store, .flow = flow, .options = options};
    FlowOutcome outcome = {0};
    if (!scheduler_run(&scheduler, &outcome, err)) {
        flow_outcome_deinit(&outcome);
        return false;
    }
    *out = outcome;
    return true;
}
