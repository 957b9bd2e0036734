/// A graph of steps, and running it: keys, cache, scheduling, retries, timeouts, commit. Knows no frames: what a step does is its own.
#ifndef PAWL_FLOW_FLOW_H
#define PAWL_FLOW_FLOW_H

#include "flow/step.h"
#include "store/store.h"
#include "sys/interrupt.h"
#include "sys/nursery.h"

/// An upstream output that becomes this step's input `name`.
typedef struct FlowInput {
    Str name;
    Str step;
    Str output;
} FlowInput;

/// Why an attempt failed: what a retry policy, a metric and an alert can tell apart.
typedef enum FlowFailure {
    FAILURE_EXIT,    ///< an exit code other than 0, 1 and 75
    FAILURE_SIGNAL,  ///< a signal that pawl did not send
    FAILURE_TIMEOUT, ///< the attempt's deadline passed
    FAILURE_SILENT,  ///< no heartbeat in time
    FAILURE_MEMORY,  ///< killed for want of memory
    FAILURE_LOST,    ///< ended without a trace, with its supervisor
    FAILURE_STORAGE, ///< what it made could not be stored
    FAILURE_OUTPUT,  ///< exit 0, but a declared output is missing, empty or not of its type
    FAILURE_START,   ///< the program, image or sandbox could not be started
    FAILURE_COUNT,
} FlowFailure;

/// "exit", "signal", "timeout", "silent", "memory", "lost", "storage", "output", "start".
const char *flow_failure_name(FlowFailure failure);

typedef struct FlowRetries {
    uint32_t limit; ///< attempts after the first
    int64_t backoff_us;
    int64_t cap_us; ///< a backoff is never longer; 0: an hour
    double factor;
    double jitter;         ///< 0.2: up to 20% more or less, from a hash of (run, step, attempt)
    uint32_t failures;     ///< one bit per FlowFailure that is retried; 0: all but FAILURE_START and FAILURE_STORAGE
    const int *exit_codes; ///< of FAILURE_EXIT, only these are retried; none: all
    size_t exit_code_count;
} FlowRetries;

/// A variable of a step's environment, stated by the pipeline. Part of the key.
typedef struct FlowVariable {
    Str name, value;
} FlowVariable;

/// Where and with what a step's process runs.
typedef struct FlowPlace {
    Str executor;           ///< "process" (also when empty), "sandbox", "container"
    Str image;              ///< container: as the user wrote it
    Str image_digest;       ///< "sha256:..." that it is pinned to; part of the key instead of `image`
    bool network;           ///< sandbox and container: none unless asked
    uint32_t cpu_milli;     ///< 1500: one and a half cores, held against those at hand; 0: one
    uint64_t memory_bytes;  ///< limit of all its processes; 0: none
    const Str *environment; ///< names of variables handed through and part of the key
    size_t environment_count;
    const FlowVariable *variables;
    size_t variable_count;
    const Str *secrets; ///< names of variables handed through: never stored, never logged, not part of the key
    size_t secret_count;
} FlowPlace;

/// What an output or a parameter is, so that a wrong one is found where it is made.
typedef enum FlowType {
    FLOW_PATH,   ///< file or folder, whatever is there
    FLOW_FILE,   ///< a file that is not empty
    FLOW_FOLDER, ///< a folder with something in it
    FLOW_TABLE,  ///< Parquet, CSV or JSON lines; later steps depend on its rows, not on its bytes
    FLOW_BOOL,   ///< the rest are values: JSON in result.json
    FLOW_INT,
    FLOW_FLOAT,
    FLOW_TEXT,
    FLOW_LIST,
    FLOW_TYPE_COUNT,
} FlowType;

typedef struct FlowOutput {
    Str name;
    FlowType type;
    Str file; ///< as the user named it: its ending tells a table's format; may be empty
} FlowOutput;

/// A value goes into result.json and to the readers as JSON; everything else is a file or folder.
static inline bool flow_type_is_value(FlowType type)
{
    return type >= FLOW_BOOL;
}

/// "path", "file", "folder", "table", "bool", "int", "float", "text", "list".
const char *flow_type_name(FlowType type);

/// When a step runs, seen from the end of those that it is `after`.
typedef enum FlowOn {
    ON_SUCCESS, ///< all got done
    ON_FAILURE, ///< at least one failed, was refused or cancelled
    ON_ALWAYS,  ///< once all have ended, also when the run is cancelled
} FlowOn;

/// One instance of the step for each value of a list that is known only when the run gets there: "train[3]", each with its own key,
/// cache, retries and log. Readers of the step see what all of them made: of a file, table or folder a folder with one entry for each
/// item, in the order of the list ("00003.csv"; none for an omitted one), of a value a list.
enum { FLOW_INSTANCES_MAX = 10000 }; ///< of one step

typedef struct FlowForeach {
    Str item; ///< the name under which each instance finds its value: a param, and PAWL_ITEM
    Str step; ///< whose value `value`, a list, is gone through; empty: `values`
    Str value;
    Str values;            ///< or a list stated in the pipeline, as JSON
    uint32_t parallel_max; ///< instances at once; 0: no limit of its own
} FlowForeach;

typedef struct FlowStep {
    Str name;        ///< "etl/clean" for the step `clean` of the sub-graph `etl`
    Str kind;        ///< "command", or the name of one of pawl's stages
    const Str *argv; ///< run as is; for pawl's stages the binary itself
    size_t argv_count;
    Str params; ///< canonical JSON object; part of the key
    const FlowInput *inputs;
    size_t input_count;
    const FlowOutput *outputs; ///< but for values, each is a file or directory made under the attempt's `out/`
    size_t output_count;
    const Str *after; ///< steps that must have ended first, without handing anything over
    size_t after_count;
    FlowOn on;     ///< how those must have ended
    Str when;      ///< condition over upstream values (flow/condition.h); empty: always. False: STEP_OMITTED
    bool optional; ///< its failure does not fail the run; what reads its outputs is omitted
    const FlowForeach *foreach; ///< NULL: one instance
    Str code_digest;            ///< of what the step runs; part of the key
    int64_t seed;
    FlowPlace place;
    int64_t timeout_us;       ///< per attempt; 0: none
    int64_t timeout_total_us; ///< from its first start in this run over all attempts and backoffs; 0: none
    int64_t heartbeat_us;     ///< longest silence of its progress file; 0: may be silent
    FlowRetries retries;
    int32_t priority; ///< higher starts first among those that could
    Str pool;         ///< empty: only the run's own limit holds
    bool uncached;    ///< runs every time
} FlowStep;

/// A named limit on steps at once: over all runs of the store, as one scheduler at a time holds it.
typedef struct FlowPool {
    Str name;
    uint32_t slots;
} FlowPool;

/// Who is told of what.
typedef struct FlowAlert {
    bool on_failure, on_retry, on_late, on_success;
    int64_t late_us; ///< on_late: the run lasts longer than this
    Str webhook;     ///< URL that gets a CloudEvent by POST; or
    Str command;     ///< run with sh -c, the CloudEvent on its standard input
} FlowAlert;

typedef struct Flow {
    Str name;
    Str directory; ///< absolute: where commands find the user's files
    const FlowStep *steps;
    size_t step_count;
    int64_t
        timeout_us; ///< of the whole run but for the handlers of its end; 0: none. When it passes, the run has failed
    const FlowPool *pools;
    size_t pool_count;
    const FlowAlert *alerts;
    size_t alert_count;
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
    STEP_OMITTED, ///< its condition was false, or nothing that it handles happened
    STEP_STATE_COUNT,
} StepState;

const char *step_state_name(StepState state);

/// Just before a step starts, when all that it reads is committed: may replace its params (they go into its key).
/// `values` are those of the steps done so far, named "step.value".
typedef bool (*FlowResolve)(void *context, const FlowStep *step, const StepValue *values, size_t value_count,
                            Bytes *params, Error *err);

/// The digest of a table's rows, whatever the bytes that hold them: flow itself knows no tables. `file` is the output's declared name. A
/// file that is no table is an ERROR_DATA.
typedef bool (*FlowTableDigest)(void *context, Str path, Str file, Digest *out, Error *err);

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
    Str run;
    bool failed;         ///< an attempt has just failed, by `failure`; with STEP_WAITING another one follows
    FlowFailure failure; ///< while `failed`
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
    FlowTableDigest table_digest; ///< NULL: a table counts as the bytes that it is
    void *table_digest_context;
    FlowObserve observe; ///< may be NULL
    void *observe_context;
    const Str *supervisor; ///< argv before the attempt directory: how a supervisor process is started
    size_t supervisor_count;
    const Nursery *nursery; ///< forks supervisors instead (its body is flow_supervise); NULL: `supervisor` is run
    const struct AttemptWorld *world; ///< what processes are; NULL: the machine's. For simulations
    Interrupt *interrupt;             ///< cancels the run; may be NULL
    int64_t grace_us;                 ///< between asking a step to end and killing it; 0: 10 s
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
