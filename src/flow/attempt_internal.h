/// One attempt of a step: its private directory, the two files that tell its supervisor and its process what to do, and finding out
/// what became of it.
///
///     step.json     what the step's process reads: flow/step.h
///     command.json  what the supervisor reads: what to start, and for how long
///     out/          the outputs
///     log           what the process and the supervisor wrote
///     lock          held by the supervisor while it lives; names it
///     fenced        there: a supervisor that comes late must not start
///     exit.json     how it ended, written by the supervisor as its last act
#ifndef PAWL_FLOW_ATTEMPT_INTERNAL_H
#define PAWL_FLOW_ATTEMPT_INTERNAL_H

#include "base/array.h"
#include "flow/flow.h"
#include "sys/process.h"

enum {
    ATTEMPT_GRACE_US = 10 * 1000 * 1000, ///< between asking a step to end and killing it
    ATTEMPT_FILE_BYTES_MAX = 1 << 24,    ///< of each JSON file
};

MUST_CHECK bool attempt_directory(const Store *store, int64_t run, Str step, uint32_t attempt, Arena *arena, Str *out,
                                  Error *err);

/// A file of the attempt.
MUST_CHECK bool attempt_path(Str directory, const char *name, Arena *arena, Str *out, Error *err);

/// Reads one of the JSON files; ERROR_NOT_FOUND when it is not there.
MUST_CHECK bool attempt_file_parse(const Disk *disk, Str directory, const char *name, Arena *arena, Document *out,
                                   Error *err);

/// Where a step with that key keeps what it can go on from.
MUST_CHECK bool attempt_checkpoint(const Store *store, const Digest *key, Arena *arena, Str *out, Error *err);

/// What command.json says. Secrets are names here: their values go from process to process, never through a file.
typedef struct AttemptCommand {
    Str *arguments;
    size_t argument_count;
    Str *environment; ///< "NAME=value" lines that the step has wherever it runs
    size_t environment_count;
    Str *host; ///< likewise, where it runs with the programs of this machine
    size_t host_count;
    Str *secrets;
    size_t secret_count;
    Str executor; ///< empty: process
    Str image;    ///< with its digest
    bool network;
    uint64_t memory_bytes; ///< 0: no limit
    uint32_t cpu_milli;    ///< 0: no limit
    Str store;             ///< of it a step in a sandbox sees nothing but what is its own
    Str pipeline;          ///< the directory of the user's files, to be read
    Str checkpoint;        ///< a directory to be written
    Str *inputs;           ///< paths to be read
    size_t input_count;
    int64_t timeout_us;    ///< 0: none
    bool timeout_is_total; ///< it is what was left of the time for all attempts
    int64_t heartbeat_us;  ///< longest silence of the progress file; 0: may be silent
    int64_t grace_us;
} AttemptCommand;

MUST_CHECK bool attempt_command_read(const Disk *disk, Str directory, Arena *arena, AttemptCommand *out, Error *err);

/// Why an attempt ended.
typedef enum AttemptReason {
    ATTEMPT_EXITED,
    ATTEMPT_TIMEOUT,
    ATTEMPT_CANCELLED,
    ATTEMPT_UNSTARTABLE,   ///< `message` tells why
    ATTEMPT_OUT_OF_MEMORY, ///< `message` tells who held the limit
    ATTEMPT_SILENT,        ///< no heartbeat in time
    ATTEMPT_TIMEOUT_TOTAL, ///< the time for all attempts was over
    ATTEMPT_SPILLED,       ///< an output, which `message` names, held a secret; the outputs are gone
} AttemptReason;

/// What exit.json says.
typedef struct AttemptExit {
    AttemptReason reason;
    ProcessExit status;
    Str message;
} AttemptExit;

/// Survives this process, not the machine: exit.json names the machine's boot, and counts in no other. An attempt that the machine took with it
/// is lost, and made again.
MUST_CHECK bool attempt_exit_write(const Disk *disk, Str directory, const AttemptExit *status, Error *err);

/// `*out_found` is false when there is no exit.json of this boot.
MUST_CHECK bool attempt_exit_read(const Disk *disk, Str directory, Arena *arena, AttemptExit *out, bool *out_found,
                                  Error *err);

/// What a handler finds in its environment.
typedef struct Handled {
    Str state; ///< "done", "failed", "refused", "cancelled"; empty: the step is no handler
    Str step, message;
} Handled;

/// What an attempt is about to do.
typedef struct AttemptPlan {
    const Store *store;
    const Flow *flow;
    const FlowStep *step;
    const FlowOptions *options;
    int64_t run;
    uint32_t attempt;
    int64_t as_of_us;
    int64_t total_left_us; ///< of the step's timeout_total_us
    Str params;            ///< canonical JSON
    const StepArtifact *inputs;
    Digest key;
    Handled handled;
} AttemptPlan;

/// Makes the directory and the files in it. One that is there from before is made anew.
MUST_CHECK bool attempt_prepare(const AttemptPlan *plan, Str directory, Error *err);

/// The text of command.json.
MUST_CHECK bool attempt_command_encode(const AttemptPlan *plan, Str directory, const StepRequest *request, Bytes *out,
                                       Error *err);

/// "NAME=value" lines of a step's environment.
typedef ARRAY_OF(Str) EnvironmentLines;
void environment_lines_deinit(EnvironmentLines *lines);

/// What a step is told and what it declared; never its secrets.
MUST_CHECK bool attempt_environment(const AttemptPlan *plan, Str directory, const StepRequest *request, Arena *arena,
                                    EnvironmentLines *lines, Error *err);

/// What programs of this machine find: PATH, HOME, but for what the step declares itself.
MUST_CHECK bool attempt_environment_host(const FlowPlace *place, Arena *arena, EnvironmentLines *lines, Error *err);

/// Starts the supervisor.
MUST_CHECK bool attempt_spawn(const FlowOptions *options, Str directory, Process *out, Error *err);

/// Reads all inputs of a command again, in its supervisor: what the store's disk has altered is served to nobody. ERROR_DATA, "is damaged".
/// pawl's own stages do so themselves.
MUST_CHECK bool attempt_inputs_verify(const Disk *disk, Str directory, Error *err);

typedef enum AttemptFate {
    ATTEMPT_ENDED, ///< exit.json is there
    ATTEMPT_ALIVE, ///< its supervisor lives
    ATTEMPT_LOST,  ///< neither: nothing of it runs any more, and nothing ever will
} AttemptFate;

/// The processes of attempts behind a table, so that a simulator can put its own in their place, with its own time.
/// `is_child` of a spawned one tells whether its end can be taken (process_reap).
typedef struct AttemptWorld {
    void *context;
    bool (*spawn)(void *context, const FlowOptions *options, Str directory, Process *out, bool *out_is_child,
                  Error *err);
    bool (*wait)(void *context, const Process *processes, size_t count, Interrupt *interrupt, int64_t timeout_ms,
                 size_t *out_index, Error *err);
    bool (*signal)(void *context, const Process *process, int signal, Error *err);
    bool (*find)(void *context, const Store *store, Str directory, AttemptFate *out_fate, Process *out_process,
                 Error *err);
    bool (*end_orphans)(void *context, const Store *store, Str directory, Error *err);
} AttemptWorld;

/// The machine's own, unless the options bring another.
const AttemptWorld *attempt_world(const FlowOptions *options);

/// Finds out about an attempt that an earlier scheduler began. `out_process` is set when it lives. A lost one is fenced first: a
/// supervisor that comes late does not start, and what its step left running is killed.
MUST_CHECK bool attempt_find(const Store *store, Str directory, AttemptFate *out_fate, Process *out_process,
                             Error *err);

/// Ends an attempt that nobody wants any more, with all that it started.
MUST_CHECK bool attempt_abandon(const AttemptWorld *world, const Store *store, Str directory, Error *err);

/// Kills what a supervisor that is gone left running.
MUST_CHECK bool attempt_end_orphans(const Store *store, Str directory, Error *err);

#endif
