/// A graph of steps, and running it: keys, cache, scheduling, retries, timeouts, commit. Knows no frames: what a step does is its own.
#ifndef PAWL_FLOW_FLOW_H
#define PAWL_FLOW_FLOW_H

#include "flow/step.h"
#include "store/store.h"
#include "sys/interrupt.h"

/// An upstream output that becomes this step's input `name`.
typedef struct FlowInput {
    Str name;
    Str step;
    Str output;
} FlowInput;

typedef struct FlowRetries {
    uint32_t limit; ///< attempts after the first
    int64_t backoff_us;
    double factor;
    double jitter; ///< 0.2: up to 20% more or less, from a hash of (run, step, attempt)
} FlowRetries;

typedef struct FlowStep {
    Str name;
    Str kind;        ///< "command", or the name of one of pawl's stages
    const Str *argv; ///< run as is; for pawl's stages the binary itself
    size_t argv_count;
    Str params; ///< canonical JSON object; part of the key
    const FlowInput *inputs;
    size_t input_count;
    const Str *outputs; ///< names; each is a file or directory made under the attempt's `out/`
    size_t output_count;
    const Str *after; ///< steps that must be done first, without handing anything over
    size_t after_count;
    const Str *environment; ///< names of variables handed through and part of the key
    size_t environment_count;
    Str code_digest; ///< of what the step runs; part of the key
    int64_t seed;
    int64_t timeout_us; ///< per attempt; 0: none
    FlowRetries retries;
    bool uncached; ///< runs every time
} FlowStep;

typedef struct Flow {
    Str name;
    Str directory; ///< absolute: where commands find the user's files
    const FlowStep *steps;
    size_t step_count;
} Flow;

typedef enum StepState {
    STEP_WAITING,
    STEP_RUNNING,
    STEP_DONE,
    STEP_CACHED,
    STEP_REFUSED, ///< exit 1: the pipeline said no
    STEP_FAILED,
    STEP_SKIPPED, ///< something upstream did not get done
    STEP_CANCELLED,
    STEP_PREEMPTED,
} StepState;

const char *step_state_name(StepState state);

/// Just before a step starts, when all that it reads is committed: may replace its params (they go into its key).
/// `values` are those of the steps done so far, named "step.value".
typedef bool (*FlowResolve)(void *context, const FlowStep *step, const StepValue *values, size_t value_count,
                            Bytes *params, Error *err);

/// Told of every change, from the scheduler's thread; for the live view. Fields that do not apply are empty.
typedef struct FlowEvent {
    const FlowStep *step;
    StepState state;
    uint32_t attempt;
    int64_t elapsed_us;
    Str text;           ///< progress text, error, or why it runs ("params.rounds: 100 -> 200")
    double done, total; ///< progress; total 0: unknown
    int64_t left_us;    ///< -1: unknown
    bool tick;          ///< nothing is new but `elapsed_us` of a running step; twice a second
} FlowEvent;
typedef void (*FlowObserve)(void *context, const FlowEvent *event);

typedef struct FlowOptions {
    uint32_t parallel_max; ///< steps at once; 0: cores
    uint32_t threads;      ///< handed to each step
    uint64_t memory_bytes; ///< likewise; 0: no limit
    int64_t as_of_us;      ///< recorded with the run
    Str resume;            ///< a run to go on with; empty: the last one if it did not end, else a new one
    FlowResolve resolve;   ///< may be NULL
    void *resolve_context;
    FlowObserve observe; ///< may be NULL
    void *observe_context;
    const Str *supervisor; ///< argv before the attempt directory: how a supervisor process is started
    size_t supervisor_count;
    Interrupt *interrupt; ///< cancels the run; may be NULL
    int64_t grace_us;     ///< between asking a step to end and killing it; 0: 10 s
} FlowOptions;

typedef struct FlowOutcome {
    Arena arena;
    Str run;
    StepState state; ///< DONE, REFUSED, FAILED, CANCELLED, PREEMPTED
    Str failed_step;
    Str message;
    uint32_t done, cached, failed, skipped;
} FlowOutcome;

void flow_outcome_deinit(FlowOutcome *outcome);

/// Names unknown, inputs that nothing makes, circles: ERROR_CONFIG.
MUST_CHECK bool flow_check(const Flow *flow, Error *err);

/// True when the run came to an end of its own, whatever the outcome; false when flow itself could not go on.
MUST_CHECK bool flow_run(Store *store, const Flow *flow, const FlowOptions *options, FlowOutcome *out, Error *err);

/// The body of the supervisor process: starts the attempt's command, holds its deadline, kills its whole tree, records its
/// exit in `exit.json`. Outlives the scheduler. Returns the process's exit code.
int flow_supervise(Str attempt_directory);

/// One step of a plan: what `pawl plan` prints.
typedef struct FlowForecast {
    Str step;
    StepState state; ///< CACHED or WAITING
    Str reason;
} FlowForecast;
MUST_CHECK bool flow_forecast(Store *store, const Flow *flow, const FlowOptions *options, Arena *arena,
                              FlowForecast **out, Error *err);

/// A run as recorded: what `pawl status` prints. Newest first.
typedef struct StepRecord {
    Str step, kind, message, key, log_path;
    Str reason; ///< why it ran: the field of its key that differed
    StepState state;
    uint32_t attempt;
    int64_t started_us, ended_us;
    StepArtifact *outputs;
    size_t output_count;
    StepValue *values;
    size_t value_count;
} StepRecord;

typedef struct RunRecord {
    Str run, flow;
    StepState state;
    int64_t started_us, ended_us, as_of_us;
    StepRecord *steps;
    size_t step_count;
} RunRecord;
/// Without the steps' outputs and values.
MUST_CHECK bool flow_runs(Store *store, size_t limit, Arena *arena, RunRecord **out, size_t *out_count, Error *err);

/// `run` may be empty: the newest.
MUST_CHECK bool flow_run_find(Store *store, Str run, Arena *arena, RunRecord *out, Error *err);

#endif
