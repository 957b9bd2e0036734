#include "flow/commit_internal.h"
#include "flow/failure_internal.h"
#include "flow/retry_policy_internal.h"
#include "flow/scheduler_internal.h"
#include "store/sweep.h"
#include "sys/failpoint.h"

#include <string.h>

enum { STEP_EXIT_REFUSED = 1, STEP_EXIT_PREEMPTED = 75 };

static RetryCase retry_case(const Scheduler *scheduler, size_t position, FlowFailure failure)
{
    const StepRun *step = &scheduler->steps[position];
    return (RetryCase){.step = scheduler->steps[position].definition,
                       .run = scheduler->journal.run,
                       .attempt = step->attempt,
                       .failures = step->failures,
                       .failure = failure};
}

/// Another attempt, unless the time for all of them would be over before it began.
static bool step_retry(Scheduler *scheduler, size_t position, const RetryCase *failed, Str text, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    step->retry_ns = clock_monotonic_ns(scheduler->store->clock) + (uint64_t)retry_delay_us(failed) * 1000;
    if (step->total_ns != 0 && step->retry_ns >= step->total_ns)
        return scheduler_undone(scheduler, position, STEP_FAILED, text, err);
    TRY(scheduler_change(scheduler, position, STEP_WAITING, text, err));
    TRY(arena_format(&scheduler->arena, &step->reason, err, "attempt %u failed", step->attempt));
    return ARRAY_PUSH(&scheduler->delayed, (uint32_t)position, err);
}

/// Forgotten and out of the way, so that the next run makes it again.
static bool input_set_aside(Scheduler *scheduler, const StepArtifact *input, Error *err)
{
    Error damage = {0};
    if (input->value.size > 0 || object_verify(scheduler->store, &input->digest, &damage)) return true;
    if (damage.kind != ERROR_DATA) return true;
    TRY(scheduler_batch(scheduler, err));
    return object_set_aside(scheduler->store, &input->digest, err);
}

/// Who read an input and found it damaged says so; only then all of them are read again here.
static bool damage_set_aside(Scheduler *scheduler, size_t position, Str text, Error *err)
{
    static const char said[] = "is damaged";
    const StepRun *step = &scheduler->steps[position];
    if (text.size == 0 || memmem(text.data, text.size, said, sizeof(said) - 1) == NULL) return true;
    for (size_t i = 0; i < step->definition->input_count && step->inputs != NULL; i++)
        TRY(input_set_aside(scheduler, &step->inputs[i], err));
    return true;
}

/// `problem`, when not empty, is told instead of the exit.
static bool step_fail(Scheduler *scheduler, size_t position, const AttemptExit *status, FlowFailure failure,
                      Str problem, Str directory, Arena *arena, Error *err)
{
    const FlowStep *definition = scheduler->steps[position].definition;
    Str text = {0};
    TRY(failure_text(scheduler->store, definition, directory, status, problem, arena, &text, err));
    TRY(damage_set_aside(scheduler, position, text, err));
    scheduler->steps[position].failures++;
    RetryCase failed = retry_case(scheduler, position, failure);
    failed.exit_code = status->status.code;
    scheduler->steps[position].failed = true;
    scheduler->steps[position].failure = failed.failure;
    bool again = status->reason != ATTEMPT_TIMEOUT_TOTAL && !scheduler->cancelled && retry_is_allowed(&failed);
    return again ? step_retry(scheduler, position, &failed, text, err)
                 : scheduler_undone(scheduler, position, STEP_FAILED, text, err);
}

/// With the last lines that the supervisor wrote: they may tell why it could not go on.
static bool step_give_up(Scheduler *scheduler, size_t position, Str problem, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str directory = {0};
    Str text = {0};
    TRY(scheduler_directory(scheduler, position, &arena, &directory, err));
    TRY(failure_text(scheduler->store, scheduler->steps[position].definition, directory, &(AttemptExit){0}, problem,
                     &arena, &text, err));
    return scheduler_undone(scheduler, position, STEP_FAILED, text, err);
}

bool scheduler_lost(Scheduler *scheduler, size_t position, Str how, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    Str text = {0};
    step->losses++;
    step->failed = true;
    step->failure = FAILURE_LOST;
    TRY(arena_format(&scheduler->arena, &text, err, "attempt %u ended without a trace: %.*s", step->attempt,
                     STR_ARG(how)));
    bool again = retry_is_free(&scheduler->steps[position].definition->retries, FAILURE_LOST);
    if (!again || step->losses > SCHEDULER_LOSSES_MAX) return step_give_up(scheduler, position, text, err);
    TRY(scheduler_change(scheduler, position, STEP_WAITING, text, err));
    step->reason = text;
    return scheduler_queue(scheduler, position, err);
}

/// Outputs, values, lineage, cache and state: one transaction, which the flush after this burst commits.
static bool step_record(Scheduler *scheduler, size_t position, const Made *made, bool evidence, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    const FlowStep *definition = scheduler->steps[position].definition;
    NewResult result = {.step = definition,
                        .flow = scheduler->flow->name,
                        .attempt = step->attempt,
                        .key = &step->key,
                        .inputs = step->inputs,
                        .outputs = made->outputs,
                        .output_count = made->output_count,
                        .values = made->values,
                        .value_count = made->value_count,
                        .cached = !evidence && !definition->uncached && !step_is_handler(definition)};
    TRY(scheduler_batch(scheduler, err));
    for (size_t i = 0; i < made->output_count; i++) TRY(object_record(scheduler->store, &made->outputs[i].digest, err));
    TRY(journal_add_result(&scheduler->journal, &result, &step->result, err));
    FAILPOINT("flow.result_added");
    step->outputs = made->outputs;
    step->output_count = made->output_count;
    if (evidence) return scheduler_undone(scheduler, position, STEP_REFUSED, made->message, err);
    TRY(scheduler_change(scheduler, position, STEP_DONE, made->message, err));
    TRY(ARRAY_PUSH(&scheduler->committed, (uint32_t)position, err));
    return scheduler_done(scheduler, position, step->result, err);
}

/// Only where the policy names it: nothing that any step makes could be stored.
static bool storage_is_retried(const FlowStep *step, const Error *placing)
{
    return placing->kind == ERROR_STORAGE && (step->retries.failures >> FAILURE_STORAGE & 1U) != 0;
}

/// A step that made what cannot be an object has failed; a store that cannot take it ends the run, which can go on later.
static bool step_commit(Scheduler *scheduler, size_t position, const AttemptExit *status, bool evidence, Str directory,
                        Arena *arena, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    const FlowStep *definition = scheduler->steps[position].definition;
    Made made = {0};
    Str problem = {0};
    Error placing = {0};
    TRY(commit_look(scheduler->store, definition, scheduler->options, directory, step->staged, evidence,
                    &scheduler->arena, &made, &problem, err));
    if (problem.size > 0) return step_fail(scheduler, position, status, FAILURE_OUTPUT, problem, directory, arena, err);
    if (commit_place(&scheduler->journal, step->row, step->attempt, &made, &placing))
        return step_record(scheduler, position, &made, evidence, err);
    FlowFailure failure = placing.kind == ERROR_DATA ? FAILURE_OUTPUT : FAILURE_STORAGE;
    if (failure == FAILURE_STORAGE && !storage_is_retried(definition, &placing))
        return error_set(err, placing.kind, "step '%.*s': %s", STR_ARG(definition->name), placing.text);
    return step_fail(scheduler, position, status, failure, str_from(placing.text), directory, arena, err);
}

/// What an exit means; the rest is a failure.
typedef enum Verdict { VERDICT_DONE, VERDICT_REFUSED, VERDICT_PREEMPTED, VERDICT_CANCELLED, VERDICT_FAILED } Verdict;

static Verdict exit_verdict(const AttemptExit *status)
{
    bool exited =
        !status->status.by_signal && (status->reason == ATTEMPT_EXITED || status->reason == ATTEMPT_CANCELLED);
    if (exited && status->status.code == 0) return VERDICT_DONE;
    if (exited && status->status.code == STEP_EXIT_PREEMPTED) return VERDICT_PREEMPTED;
    if (status->reason == ATTEMPT_CANCELLED) return VERDICT_CANCELLED;
    return exited && status->status.code == STEP_EXIT_REFUSED ? VERDICT_REFUSED : VERDICT_FAILED;
}

bool scheduler_finish(Scheduler *scheduler, size_t position, const AttemptExit *status, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str directory = {0};
    TRY(scheduler_flush(scheduler, err));
    FAILPOINT("flow.before_finish");
    TRY(scheduler_directory(scheduler, position, &arena, &directory, err));
    switch (exit_verdict(status)) {
    case VERDICT_DONE:
        return step_commit(scheduler, position, status, false, directory, &arena, err);
    case VERDICT_REFUSED:
        return step_commit(scheduler, position, status, true, directory, &arena, err);
    case VERDICT_PREEMPTED:
        return scheduler_undone(scheduler, position, STEP_PREEMPTED, STR("asks to be run again"), err);
    case VERDICT_CANCELLED:
        return scheduler_undone(scheduler, position, STEP_CANCELLED, STR("was cancelled"), err);
    case VERDICT_FAILED:
        return step_fail(scheduler, position, status, failure_of(status), (Str){0}, directory, &arena, err);
    }
    return true;
}

/// Takes the slot out; its process is the caller's.
static Slot slot_remove(Scheduler *scheduler, size_t index, Process *out)
{
    Slot slot = scheduler->slots[index];
    *out = scheduler->processes[index];
    scheduler->slot_count--;
    for (size_t i = index; i < scheduler->slot_count; i++) {
        scheduler->slots[i] = scheduler->slots[i + 1];
        scheduler->processes[i] = scheduler->processes[i + 1];
    }
    return slot;
}

/// How a supervisor ended that wrote no exit.json. Only a child's end is known.
static bool supervisor_end(Slot slot, Process *process, Arena *arena, Str *out, Error *err)
{
    ProcessExit status = {0};
    Str text = {0};
    *out = STR("its supervisor ended");
    if (!slot.is_child) return true;
    TRY(process_reap(process, &status, err));
    TRY(process_exit_text(status, arena, &text, err));
    return arena_format(arena, out, err, "its supervisor %s%.*s", status.by_signal ? "was " : "", STR_ARG(text));
}

static bool slot_finish(Scheduler *scheduler, Slot slot, Str how, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AttemptExit status = {0};
    bool found = false;
    Str directory = {0};
    const AttemptWorld *world = attempt_world(scheduler->options);
    TRY(scheduler_directory(scheduler, slot.position, &arena, &directory, err));
    TRY(attempt_exit_read(scheduler->store->disk, directory, &arena, &status, &found, err));
    if (found) return scheduler_finish(scheduler, slot.position, &status, err);
    TRY(world->end_orphans(world->context, scheduler->store, directory, err));
    if (scheduler->cancelled)
        return scheduler_undone(scheduler, slot.position, STEP_CANCELLED, STR("was cancelled"), err);
    return scheduler_lost(scheduler, slot.position, how, err);
}

bool scheduler_collect(Scheduler *scheduler, size_t slot_index, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(process_deinit) Process process = {0};
    Str how = {0};
    size_t parked = 0;
    Slot slot = slot_remove(scheduler, slot_index, &process);
    cores_give(&scheduler->cores, &scheduler->steps[slot.position].definition->place);
    TRY(scheduler_limits_give(scheduler, slot.position, err));
    TRY(supervisor_end(slot, &process, &arena, &how, err));
    TRY(slot_finish(scheduler, slot, how, err));
    while (queue_take(&scheduler->parked, &parked)) TRY(queue_push(&scheduler->ready, parked, err));
    return true;
}
