#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"

void queue_deinit(Queue *queue)
{
    memory_free(queue->positions.items);
    *queue = (Queue){0};
}

bool queue_push(Queue *queue, size_t position, Error *err)
{
    // All taken: begin at the front again, so that the queue stays as long as what waits in it.
    if (queue->taken == queue->positions.count) {
        queue->positions.count = 0;
        queue->taken = 0;
    }
    return ARRAY_PUSH(&queue->positions, (uint32_t)position, err);
}

bool queue_is_empty(const Queue *queue)
{
    return queue->taken == queue->positions.count;
}

bool queue_take(Queue *queue, size_t *out)
{
    if (queue_is_empty(queue)) return false;
    *out = queue->positions.items[queue->taken++];
    return true;
}

bool scheduler_batch(Scheduler *scheduler, Error *err)
{
    Database *database = scheduler->store->database;
    if (transaction_is_unsynced(database)) TRY(transaction_commit(database, err));
    return transaction_is_open(database) || transaction_begin(database, err);
}

bool scheduler_batch_unsynced(Scheduler *scheduler, Error *err)
{
    Database *database = scheduler->store->database;
    return transaction_is_open(database) || transaction_begin_unsynced(database, err);
}

static void events_tell(Scheduler *scheduler)
{
    for (size_t i = 0; i < scheduler->events.count; i++) {
        scheduler->options->observe(scheduler->options->observe_context, &scheduler->events.items[i]);
    }
    scheduler->events.count = 0;
    arena_reset(&scheduler->event_arena);
}

/// What a step went on from is of no use once its outputs are there. One that stays takes room, no more.
static void checkpoints_drop(Scheduler *scheduler)
{
    for (size_t i = 0; i < scheduler->committed.count; i++) {
        AUTO(arena_deinit) Arena arena = {0};
        Error ignored = {0};
        Str path = {0};
        const StepRun *step = &scheduler->steps[scheduler->committed.items[i]];
        bool dropped = attempt_checkpoint(scheduler->store, &step->key.digest, &arena, &path, &ignored) &&
                       disk_remove_tree(scheduler->store->disk, path, &ignored);
        UNUSED(dropped);
    }
    scheduler->committed.count = 0;
}

bool scheduler_flush(Scheduler *scheduler, Error *err)
{
    if (transaction_is_open(scheduler->store->database)) {
        FAILPOINT("flow.before_commit");
        TRY(transaction_commit(scheduler->store->database, err));
        FAILPOINT("flow.after_commit");
    }
    checkpoints_drop(scheduler);
    events_tell(scheduler);
    return true;
}

bool scheduler_tell(Scheduler *scheduler, FlowEvent event, Error *err)
{
    if (scheduler->options->observe == NULL) return true;
    if (scheduler->run_name.size == 0)
        TRY(arena_format(&scheduler->arena, &scheduler->run_name, err, "%lld", (long long)scheduler->journal.run));
    event.run = scheduler->run_name;
    TRY(arena_copy(&scheduler->event_arena, event.text, &event.text, err));
    return ARRAY_PUSH(&scheduler->events, event, err);
}

static bool step_tell(Scheduler *scheduler, size_t position, Str text, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    uint64_t now_ns = clock_monotonic_ns(scheduler->store->clock);
    FlowEvent event = {
        .step = scheduler->steps[position].definition,
        .state = step->state,
        .attempt = step->attempt,
        .elapsed_us = step->started_ns == 0 ? 0 : (int64_t)((now_ns - step->started_ns) / 1000),
        .text = text,
        .left_us = -1,
        .failed = step->failed,
        .failure = step->failure,
    };
    step->failed = false;
    return scheduler_tell(scheduler, event, err);
}

bool scheduler_change(Scheduler *scheduler, size_t position, StepState to, Str text, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    bool starts = to == STEP_RUNNING;
    bool decided = starts || to == STEP_CACHED;
    StepChange change = {
        .position = step->row,
        .from = step->state,
        .from_attempt = step->attempt,
        .to = to,
        .attempt = step->attempt + (starts ? 1 : 0),
        .failures = step->failures,
        .losses = step->losses,
        .result = step->result,
        .key = decided ? &step->key.digest : NULL,
        .resolved = decided ? &step->resolved : NULL,
        .reason = starts ? text : (Str){0},
        .message = starts ? (Str){0} : text,
    };
    TRY(starts ? scheduler_batch_unsynced(scheduler, err) : scheduler_batch(scheduler, err));
    TRY_OR(journal_change_step(&scheduler->journal, &change, err), err, "step '%.*s'",
           STR_ARG(scheduler->steps[position].definition->name));
    step->state = to;
    step->attempt = change.attempt;
    step->staged = (Str){0};
    if (starts) step->started_ns = clock_monotonic_ns(scheduler->store->clock);
    if (step_state_is_end(to)) {
        bool forgiven = step->definition->optional && (to == STEP_FAILED || to == STEP_REFUSED);
        if (!forgiven) scheduler->counts[to]++;
        step->settled = true;
    }
    return step_tell(scheduler, position, text, err);
}

bool scheduler_directory(const Scheduler *scheduler, size_t position, Arena *arena, Str *out, Error *err)
{
    return attempt_directory(scheduler->store, scheduler->journal.run, scheduler->steps[position].definition->name,
                             scheduler->steps[position].attempt, arena, out, err);
}

bool scheduler_add_slot(Scheduler *scheduler, size_t position, Process *process, bool is_child, Error *err)
{
    if (scheduler->slot_count == scheduler->slot_max)
        return error_set(err, ERROR_MEMORY, "more than %zu steps run", scheduler->slot_max);
    scheduler->processes[scheduler->slot_count] = *process;
    scheduler->slots[scheduler->slot_count] = (Slot){.position = position, .is_child = is_child};
    scheduler->slot_count++;
    *process = (Process){0};
    return true;
}
