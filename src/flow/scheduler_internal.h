/// Running one flow: what is ready runs, what ended is committed, and what waited for it becomes ready.
///
/// Event driven: the scheduler sleeps until a supervisor ends, a signal comes, or a retry is due, and then does work that is
/// proportional to what has changed. Changes of a burst share one transaction; it is committed before any process starts and before
/// the scheduler sleeps. The scheduler may be killed at any moment: whatever it knows is in the journal or in attempt directories.
#ifndef PAWL_FLOW_SCHEDULER_INTERNAL_H
#define PAWL_FLOW_SCHEDULER_INTERNAL_H

#include "base/array.h"
#include "flow/attempt_internal.h"
#include "flow/cores_internal.h"
#include "flow/graph_internal.h"
#include "flow/journal_internal.h"
#include "flow/turns_internal.h"
#include "sys/file_lock.h"

enum {
    SCHEDULER_LOSSES_MAX = 3,          ///< attempts that end without a trace before the step fails
    SCHEDULER_PROGRESS_US = 500000,    ///< between looks at the running steps' progress, when somebody wants to know
    SCHEDULER_KILL_EXTRA_US = 5000000, ///< after the grace time, for supervisors that do not end
};

/// What limits how many of a step's kind run at once.
typedef enum StepLimit { LIMIT_POOL, LIMIT_FOREACH, LIMIT_COUNT } StepLimit;

/// At most so many of those that share it run at once.
typedef struct Limit {
    size_t max;
    size_t used;   ///< more than max when a resumed run had more
    Turns waiting; ///< only this limit held them back when they were looked at
} Limit;

/// A step's state in this run, beside its definition.
typedef struct StepRun {
    const FlowStep *definition;
    size_t row;     ///< its position in the journal
    uint32_t owner; ///< of an instance: 1 + the position of the step that is repeated; 0: it is none
    uint32_t first; ///< of a repeated step: its instances lie side by side from here on
    uint32_t count;
    uint32_t limits[LIMIT_COUNT]; ///< 1 + the position of each in Scheduler.limits; 0: none
    bool expanded;                ///< its instances are there: once they have ended it gathers what they made
    StepState state;              ///< as the journal has it
    uint32_t waits;               ///< edges to steps that are not done yet
    uint32_t attempt;             ///< the last one begun; 0: none
    uint32_t failures;
    uint32_t losses;
    Digest recorded_key; ///< of the journal's last attempt, from before this scheduler
    Str staged;          ///< likewise
    int64_t result;      ///< once it is done
    StepArtifact *outputs;
    size_t output_count;
    StepArtifact *inputs; ///< once it is ready: of FlowStep.inputs, in their order
    Str params;           ///< likewise
    Resolved resolved;    ///< what the params were made of in this run, now or before this scheduler
    StepKey key;          ///< likewise
    Str reason;           ///< why it runs
    Str message;          ///< why it did not get done
    Str handled_params;   ///< of a handler: its params with what it handles, for its key
    bool asked_again;     ///< the cache was asked once more just before its start
    bool settled;         ///< it has come to its end in this scheduler's life
    uint32_t heard;       ///< of a handler: 1 + the position of the first that did not get done; 0: all did
    bool failed;          ///< its last attempt failed by `failure`, and the observer was not told yet
    FlowFailure failure;
    uint64_t started_ns;
    uint64_t retry_ns; ///< when a failed one starts again
    uint64_t total_ns; ///< when the time for all its attempts is over; 0: never, or it has not begun
} StepRun;

/// A running step; its process is at the same index of Scheduler.processes.
typedef struct Slot {
    size_t position;
    bool is_child;            ///< started here; others were adopted
    uint64_t progress_offset; ///< what was read of the progress file
} Slot;

typedef ARRAY_OF(uint32_t) Positions;

/// First in, first out.
typedef struct Queue {
    Positions positions;
    size_t taken;
} Queue;

typedef struct Scheduler {
    Store *store;
    const Flow *flow;
    const FlowOptions *options;
    Arena arena;
    Graph graph;
    Journal journal;
    FileLock lock;
    int64_t as_of_us;
    StepRun *steps;    ///< by position
    size_t step_count; ///< with instances that were added
    size_t step_room;
    RunRow before;     ///< as an earlier scheduler left the run
    bool *claimed;     ///< of its rows behind the flow's steps: they are instances that are there again
    size_t row_next;   ///< of the next instance
    Queue ready;       ///< all that they wait for is done
    Turns runnable;    ///< not cached: a slot is all that they wait for
    uint64_t arrivals; ///< among the runnable so far
    Limit *limits;     ///< the flow's pools, and then those of its repeated steps
    size_t limit_count;
    Positions delayed;   ///< failed; wait for their next attempt
    Queue parked;        ///< the same key is running: its result will do
    Positions committed; ///< done; their checkpoints are dropped once that is committed
    Positions starting;  ///< marked as running, to be spawned when that is committed
    Process *processes;
    Slot *slots;
    size_t slot_count;
    size_t slot_max; ///< room; more than parallel_max when a resumed run had more
    size_t parallel_max;
    Cores cores;
    ARRAY_OF(StepValue) values; ///< of the steps done, "step.value"
    ARRAY_OF(FlowEvent) events; ///< not told yet: the observer hears of a change when it is committed
    Arena event_arena;          ///< their texts
    Str run_name;               ///< as they say it
    bool cancelled;
    int interrupts_seen;
    uint64_t deadline_ns; ///< of the run; 0: none, or it has passed, or its handlers run
    bool timed_out;       ///< the run is cancelled because of that, and has failed
    uint64_t kill_ns;     ///< when supervisors that do not end are killed
    uint64_t progress_ns; ///< when progress is looked at next
    Str failed_step;
    Str message;
    Positions handlers; ///< of the whole run: wait for its end, not for steps
    bool closing;       ///< everything else has ended: handlers may run even though the run is cancelled
    uint32_t
        counts[STEP_STATE_COUNT]; ///< of steps, by the state that they ended in; failures of optional ones are none
} Scheduler;

MUST_CHECK bool queue_push(Queue *queue, size_t position, Error *err);
MUST_CHECK bool queue_take(Queue *queue, size_t *out); ///< false: empty
bool queue_is_empty(const Queue *queue);
void queue_deinit(Queue *queue);

// Changes.

/// Opens the burst's transaction unless it is open.
MUST_CHECK bool scheduler_batch(Scheduler *scheduler, Error *err);

/// The same for changes that a crash of the machine may take back: that a step has started is such a one, as the attempt goes with it.
MUST_CHECK bool scheduler_batch_unsynced(Scheduler *scheduler, Error *err);

/// Commits it, if there is one, and tells the observer.
MUST_CHECK bool scheduler_flush(Scheduler *scheduler, Error *err);

/// Changes the step in the journal and here, counts ends, and tells the observer.
MUST_CHECK bool scheduler_change(Scheduler *scheduler, size_t position, StepState to, Str text, Error *err);

/// Told at the next flush.
MUST_CHECK bool scheduler_tell(Scheduler *scheduler, FlowEvent event, Error *err);

// Turns and limits.

MUST_CHECK bool scheduler_limits_make(Scheduler *scheduler, Error *err);
void scheduler_limits_deinit(Scheduler *scheduler);

/// A slot is all that it waits for.
MUST_CHECK bool scheduler_queue(Scheduler *scheduler, size_t position, Error *err);

/// Takes the next runnable step that no limit holds back. `*out_found` false: there is none.
MUST_CHECK bool scheduler_turn_next(Scheduler *scheduler, Turn *out, bool *out_found, Error *err);

/// The step runs, or does not any more.
void scheduler_limits_take(Scheduler *scheduler, size_t position);
MUST_CHECK bool scheduler_limits_give(Scheduler *scheduler, size_t position, Error *err);

/// Its turn is over, whether it has started or not: where its limits have room, the next that waits there is runnable.
MUST_CHECK bool scheduler_limits_wake(Scheduler *scheduler, size_t position, Error *err);

// A step's way.

/// All that it waits for is done: keeps what the journal has of it, takes it from the cache, or makes it runnable.
MUST_CHECK bool scheduler_ready(Scheduler *scheduler, size_t position, Error *err);

/// It is done: those that waited for it may become ready.
MUST_CHECK bool scheduler_done(Scheduler *scheduler, size_t position, int64_t result, Error *err);

/// Its condition was not true, or what it handles did not happen: those that read what it makes are omitted.
MUST_CHECK bool scheduler_omit(Scheduler *scheduler, size_t position, Str text, Error *err);

/// Tells those that wait for it that it has ended, as `state` says, and those that wait for these.
MUST_CHECK bool scheduler_spread(Scheduler *scheduler, size_t position, Error *err);

/// Adds an instance of the step for each item of its list, and makes them ready.
MUST_CHECK bool scheduler_expand(Scheduler *scheduler, size_t position, Error *err);

/// All instances have ended: what they made, in the order of the list, is what the step has made.
MUST_CHECK bool scheduler_gather(Scheduler *scheduler, size_t position, Error *err);

/// Ends instances of an earlier life of the run that its list does not ask for any more.
MUST_CHECK bool scheduler_end_unclaimed(Scheduler *scheduler, Error *err);

/// Takes over what the journal has of the step.
void step_restore(StepRun *step, const StepRow *from, bool run_had_ended);

/// Whether the step runs at all, by its condition or by what it handles; `*out` false: it has been omitted, or has failed.
MUST_CHECK bool scheduler_decide(Scheduler *scheduler, size_t position, bool *out, Error *err);

/// Whether the step handles an end instead of waiting for success.
static inline bool step_is_handler(const FlowStep *step)
{
    return step->on != ON_SUCCESS;
}

/// What a handler is told: state, failed step, its message. NULL arena fields are empty.
Handled scheduler_handled(const Scheduler *scheduler, size_t position);

/// The state that the run would end in now.
StepState scheduler_state(const Scheduler *scheduler);

/// A cancelled run's steps that never began, or that an earlier scheduler left running; handlers stay unless they were cancelled too.
MUST_CHECK bool scheduler_cancel_rest(Scheduler *scheduler, Error *err);

/// Hands the handlers of the whole run on, once nothing else is left. `*out` false: there was none.
MUST_CHECK bool scheduler_close(Scheduler *scheduler, bool *out, Error *err);

/// It did not get done: those that wait for it are skipped.
MUST_CHECK bool scheduler_undone(Scheduler *scheduler, size_t position, StepState state, Str message, Error *err);

/// Marks runnable steps as running while there are slots, commits that, and spawns them.
MUST_CHECK bool scheduler_start(Scheduler *scheduler, Error *err);

/// The journal says that it runs: collects, adopts, or gives up the attempt.
MUST_CHECK bool scheduler_attach(Scheduler *scheduler, size_t position, Error *err);

/// The supervisor in the slot has ended.
MUST_CHECK bool scheduler_collect(Scheduler *scheduler, size_t slot, Error *err);

/// What an ended attempt comes to: a commit, a failure, another attempt.
MUST_CHECK bool scheduler_finish(Scheduler *scheduler, size_t position, const AttemptExit *status, Error *err);

/// The attempt ended without a trace.
MUST_CHECK bool scheduler_lost(Scheduler *scheduler, size_t position, Str how, Error *err);

// Waiting.

/// Sleeps until something happens, and takes care of it.
MUST_CHECK bool scheduler_wait(Scheduler *scheduler, Error *err);

/// Ends what an earlier scheduler left running of this step and nobody wants any more.
MUST_CHECK bool scheduler_abandon(Scheduler *scheduler, size_t position, Error *err);

MUST_CHECK bool scheduler_directory(const Scheduler *scheduler, size_t position, Arena *arena, Str *out, Error *err);
MUST_CHECK bool scheduler_add_slot(Scheduler *scheduler, size_t position, Process *process, bool is_child, Error *err);

/// Looks at the progress files of running steps.
MUST_CHECK bool scheduler_progress(Scheduler *scheduler, Error *err);

#endif
