/// What each executor is to the supervisor, which starts, watches and ends a step's process without knowing where that runs.
#ifndef PAWL_FLOW_EXECUTOR_INTERNAL_H
#define PAWL_FLOW_EXECUTOR_INTERNAL_H

#include "base/array.h"
#include "flow/attempt_internal.h"
#include "flow/executor.h"
#include "flow/secret_mask_internal.h"

/// One attempt. All borrowed; texts are made in `arena`.
typedef struct ExecutorTask {
    const AttemptCommand *command;
    Str directory; ///< the attempt's
    Str output;    ///< where what the step writes goes: its log, or the pipe on the way there
    Arena *arena;
} ExecutorTask;

/// What the supervisor starts.
typedef struct ExecutorLaunch {
    Str *arguments;
    size_t argument_count;
    Str *environment;
    size_t environment_count;
    bool tells_status; ///< it writes how its step ended into its file 3
} ExecutorLaunch;

typedef struct Executor {
    Str name;
    const char *needs;  ///< what must be installed; NULL: nothing
    bool has_own_pids;  ///< its processes have a PID namespace of their own, which ends with the first of them
    bool limits_memory; ///< by itself: the supervisor need not
    uint64_t waits_ms;  ///< how long processes that served the step may take to go by themselves once it has ended

    MUST_CHECK bool (*launch)(const ExecutorTask *task, ExecutorLaunch *out, Error *err);

    /// The launched process ended with `status`: whether the step was started at all (`out_message` tells why not), and whether it ran
    /// out of the memory that the executor limits. NULL: the status is the step's.
    MUST_CHECK bool (*explain)(const ExecutorTask *task, AttemptExit *exit, Error *err);

    /// Removes what killing processes does not. NULL: nothing.
    void (*end)(const ExecutorTask *task);
} Executor;

extern const Executor executor_process;
extern const Executor executor_sandbox;
extern const Executor executor_container;

/// The empty name is "process". ERROR_CONFIG for one that there is not.
MUST_CHECK bool executor_find(Str name, const Executor **out, Error *err);

/// The environment of the step as its supervisor knows it, secrets with it: handed through from this process's own environment.
/// With `host`, what programs of this machine need too (PATH, HOME).
MUST_CHECK bool executor_environment(const ExecutorTask *task, bool host, ExecutorLaunch *out, Error *err);

/// The values of the step's secrets. ERROR_CONFIG names one that is not set.
MUST_CHECK bool executor_secrets(const ExecutorTask *task, SecretMask *mask, Error *err);

/// A list of arguments while it grows; the texts stay borrowed.
typedef ARRAY_OF(Str) Arguments;
void arguments_deinit(Arguments *arguments);
MUST_CHECK bool arguments_add(Arguments *arguments, const Str *texts, size_t count, Error *err);

/// ARGUMENTS_ADD(&arguments, err, STR("--bind"), path, path)
#define ARGUMENTS_ADD(arguments, err, ...)                                                                             \
    arguments_add((arguments), (const Str[]){__VA_ARGS__}, sizeof((const Str[]){__VA_ARGS__}) / sizeof(Str), (err))

/// Into the arena.
MUST_CHECK bool arguments_copy(const Arguments *arguments, Arena *arena, Str **out, size_t *out_count, Error *err);

#endif
