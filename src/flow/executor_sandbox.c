/// bubblewrap: the machine's own programs, seen by a process that can change nothing but what is its attempt's.
///
/// Everything is there to be read, but for /tmp, which is new, and the store, of which only the step's inputs and its attempt can be seen.
/// To be written: the attempt's directory, but for what tells the step what to do, and its checkpoint. It numbers processes by itself, and
/// all of them end with the first. No network unless asked. Against mistakes and forgotten inputs, not against an enemy.
#include <string.h>
#include <unistd.h>

#include "flow/executor_internal.h"
#include "sys/disk.h"

enum { STATUS_BYTES_MAX = 1 << 16 };

#define SANDBOX_PROGRAM "bwrap"
#define STATUS_FIELD "\"exit-code\""

/// What a step may not change of its attempt.
static const char *const PROTECTED[] = {"step.json", "command.json", "lock"};

static bool add_bind(Arguments *arguments, const char *option, Str path, Error *err)
{
    return ARGUMENTS_ADD(arguments, err, str_from(option), path, path);
}

/// As a container's root: it may read and write whatever its user's files are, but change nothing of the sandbox.
static bool add_capabilities(Arguments *arguments, Error *err)
{
    TRY(ARGUMENTS_ADD(arguments, err, STR("--cap-drop"), STR("ALL")));
    if (geteuid() != 0) return true;
    return ARGUMENTS_ADD(arguments, err, STR("--cap-add"), STR("CAP_DAC_OVERRIDE"), STR("--cap-add"), STR("CAP_CHOWN"),
                         STR("--cap-add"), STR("CAP_FOWNER"), STR("--cap-add"), STR("CAP_SETUID"), STR("--cap-add"),
                         STR("CAP_SETGID"));
}

static bool add_machine(Arguments *arguments, const AttemptCommand *command, Error *err)
{
    TRY(ARGUMENTS_ADD(arguments, err, STR(SANDBOX_PROGRAM), STR("--json-status-fd"), STR("3"), STR("--die-with-parent"),
                      STR("--unshare-pid"), STR("--unshare-ipc"), STR("--ro-bind"), STR("/"), STR("/"), STR("--dev"),
                      STR("/dev"), STR("--proc"), STR("/proc"), STR("--tmpfs"), STR("/tmp"), STR("--tmpfs"),
                      STR("/var/tmp")));
    if (!command->network) TRY(ARGUMENTS_ADD(arguments, err, STR("--unshare-net")));
    TRY(add_capabilities(arguments, err));
    TRY(ARGUMENTS_ADD(arguments, err, STR("--setenv"), STR("TMPDIR"), STR("/tmp")));
    return true;
}

/// A program that lies where the sandbox has a /tmp of its own, as the binary of a test does.
static bool add_program(Arguments *arguments, const AttemptCommand *command, Error *err)
{
    Str program = command->arguments[0];
    if (!str_starts(program, STR("/tmp/")) && !str_starts(program, STR("/var/tmp/"))) return true;
    return add_bind(arguments, "--ro-bind", path_directory(program), err);
}

static bool add_attempt(Arguments *arguments, const ExecutorTask *task, Error *err)
{
    TRY(add_bind(arguments, "--bind", task->directory, err));
    for (size_t i = 0; i < COUNT_OF(PROTECTED); i++) {
        Str path = {0};
        TRY(attempt_path(task->directory, PROTECTED[i], task->arena, &path, err));
        TRY(add_bind(arguments, "--ro-bind", path, err));
    }
    return add_bind(arguments, "--bind", task->command->checkpoint, err);
}

static bool add_files(Arguments *arguments, const ExecutorTask *task, Error *err)
{
    const AttemptCommand *command = task->command;
    TRY(add_program(arguments, command, err));
    TRY(add_bind(arguments, "--ro-bind", command->pipeline, err));
    TRY(ARGUMENTS_ADD(arguments, err, STR("--tmpfs"), command->store));
    for (size_t i = 0; i < command->input_count; i++) TRY(add_bind(arguments, "--ro-bind", command->inputs[i], err));
    TRY(add_attempt(arguments, task, err));
    return ARGUMENTS_ADD(arguments, err, STR("--remount-ro"), command->store, STR("--chdir"), task->directory,
                         STR("--"));
}

static bool sandbox_launch(const ExecutorTask *task, ExecutorLaunch *out, Error *err)
{
    AUTO(arguments_deinit) Arguments arguments = {0};
    *out = (ExecutorLaunch){.tells_status = true};
    TRY(add_machine(&arguments, task->command, err));
    TRY(add_files(&arguments, task, err));
    TRY(arguments_add(&arguments, task->command->arguments, task->command->argument_count, err));
    TRY(arguments_copy(&arguments, task->arena, &out->arguments, &out->argument_count, err));
    return executor_environment(task, true, out, err);
}

/// bubblewrap writes {"exit-code": N} once the step has ended: without it, the sandbox itself has failed.
static bool status_tells_exit(const ExecutorTask *task, bool *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(attempt_path(task->directory, "status", task->arena, &path, err));
    TRY(disk_read(disk_system(), path, STATUS_BYTES_MAX, &text, err));
    *out = text.size > 0 && memmem(text.data, text.size, STATUS_FIELD, strlen(STATUS_FIELD)) != NULL;
    return true;
}

static bool sandbox_explain(const ExecutorTask *task, AttemptExit *exit, Error *err)
{
    bool told = false;
    if (exit->status.by_signal || exit->reason != ATTEMPT_EXITED) return true;
    TRY(status_tells_exit(task, &told, err));
    if (told) return true;
    exit->reason = ATTEMPT_UNSTARTABLE;
    exit->message =
        STR("bubblewrap could not make the sandbox; where user namespaces are not allowed, run pawl as root, allow "
            "them (sysctl kernel.unprivileged_userns_clone=1), or write 'executor: process'");
    return true;
}

const Executor executor_sandbox = {.name = STR_INIT("sandbox"),
                                   .needs = "bubblewrap (apt install bubblewrap)",
                                   .has_own_pids = true,
                                   .launch = sandbox_launch,
                                   .explain = sandbox_explain};
