/// A container of podman's or docker's: the programs of an image, which is pinned by its digest, and of this machine only the step's own
/// files, under the same paths inside as outside.
///
/// The pipeline's directory and the inputs can be read, the attempt's directory and the checkpoint written; all else that it writes ends with
/// it. No network unless asked.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/hash.h"
#include "flow/container_engine_internal.h"
#include "flow/executor_internal.h"
#include "sys/disk.h"

enum { ENGINE_GOES_MS = 10000, ENGINE_TEXT_BYTES_MAX = 1 << 20 };

/// Runs in the image: writes down that it got there, then becomes the step, whose output goes where it would outside, in the same order.
#define CONTAINER_SCRIPT "output=$1; : > \"$2\"; shift 2; exec \"$@\" >> \"$output\" 2>&1"

static const char *const PROTECTED[] = {"step.json", "command.json", "lock"};

static bool container_name(Str directory, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "pawl-%016llx", (unsigned long long)hash64(directory.data, directory.size, 0));
}

static bool add_bind(Arguments *arguments, Str path, bool readonly, Arena *arena, Error *err)
{
    Str mount = {0};
    if (str_find(path, ',') < path.size)
        return error_set(err, ERROR_CONFIG, "a container cannot see '%.*s': its path has a comma", STR_ARG(path));
    TRY(arena_format(arena, &mount, err, "type=bind,source=%.*s,target=%.*s%s", STR_ARG(path), STR_ARG(path),
                     readonly ? ",readonly" : ""));
    return ARGUMENTS_ADD(arguments, err, STR("--mount"), mount);
}

static bool add_limits(Arguments *arguments, const ExecutorTask *task, Error *err)
{
    Str memory = {0};
    Str user = {0};
    const AttemptCommand *command = task->command;
    if (!command->network) TRY(ARGUMENTS_ADD(arguments, err, STR("--network"), STR("none")));
    if (command->memory_bytes > 0) {
        TRY(arena_format(task->arena, &memory, err, "%llu", (unsigned long long)command->memory_bytes));
        TRY(ARGUMENTS_ADD(arguments, err, STR("--memory"), memory, STR("--memory-swap"), memory));
    }
    // docker's daemon is root: what a step makes is to be its user's.
    if (!str_equal(arguments->items[0], STR("docker")) || geteuid() == 0) return true;
    TRY(arena_format(task->arena, &user, err, "%u:%u", (unsigned)geteuid(), (unsigned)getegid()));
    return ARGUMENTS_ADD(arguments, err, STR("--user"), user);
}

static bool path_is_below(Str path, Str directory)
{
    return path.size > directory.size && str_starts(path, directory) && path.data[directory.size] == '/';
}

static bool add_files(Arguments *arguments, const ExecutorTask *task, Error *err)
{
    const AttemptCommand *command = task->command;
    Str hidden = {0};
    TRY(add_bind(arguments, command->pipeline, true, task->arena, err));
    if (path_is_below(command->store, command->pipeline)) {
        // podman would first copy into it what it hides.
        bool copies = str_equal(arguments->items[0], STR("podman"));
        TRY(arena_format(task->arena, &hidden, err, "type=tmpfs,target=%.*s%s", STR_ARG(command->store),
                         copies ? ",notmpcopyup" : ""));
        TRY(ARGUMENTS_ADD(arguments, err, STR("--mount"), hidden));
    }
    for (size_t i = 0; i < command->input_count; i++)
        TRY(add_bind(arguments, command->inputs[i], true, task->arena, err));
    TRY(add_bind(arguments, task->directory, false, task->arena, err));
    for (size_t i = 0; i < COUNT_OF(PROTECTED); i++) {
        Str path = {0};
        TRY(attempt_path(task->directory, PROTECTED[i], task->arena, &path, err));
        TRY(add_bind(arguments, path, true, task->arena, err));
    }
    return add_bind(arguments, command->checkpoint, false, task->arena, err);
}

/// Secrets by name alone: the engine takes their values from its own environment.
static bool add_environment(Arguments *arguments, const AttemptCommand *command, Error *err)
{
    for (size_t i = 0; i < command->environment_count; i++)
        TRY(ARGUMENTS_ADD(arguments, err, STR("--env"), command->environment[i]));
    for (size_t i = 0; i < command->secret_count; i++)
        TRY(ARGUMENTS_ADD(arguments, err, STR("--env"), command->secrets[i]));
    return true;
}

static bool add_run(Arguments *arguments, const ExecutorTask *task, Error *err)
{
    Str name = {0};
    Str started = {0};
    TRY(container_name(task->directory, task->arena, &name, err));
    TRY(attempt_path(task->directory, "status", task->arena, &started, err));
    TRY(ARGUMENTS_ADD(arguments, err, STR("--name"), name, STR("--rm"), STR("--pull"), STR("never"), STR("--read-only"),
                      STR("--tmpfs"), STR("/tmp"), STR("--workdir"), task->directory));
    TRY(add_limits(arguments, task, err));
    TRY(add_files(arguments, task, err));
    TRY(add_environment(arguments, task->command, err));
    TRY(ARGUMENTS_ADD(arguments, err, STR("--entrypoint"), STR("/bin/sh"), task->command->image, STR("-c"),
                      STR(CONTAINER_SCRIPT), STR("pawl"), task->output, started));
    return arguments_add(arguments, task->command->arguments, task->command->argument_count, err);
}

static bool container_launch(const ExecutorTask *task, ExecutorLaunch *out, Error *err)
{
    AUTO(arguments_deinit) Arguments arguments = {0};
    ContainerEngine engine = {0};
    *out = (ExecutorLaunch){0};
    if (task->command->image.size == 0) return error_set(err, ERROR_CONFIG, "'executor: container' needs an image");
    TRY(engine_find(task->command->store, task->command->image, task->arena, &engine, err));
    TRY(arguments_add(&arguments, engine.arguments, engine.argument_count, err));
    TRY(add_run(&arguments, task, err));
    TRY(arguments_copy(&arguments, task->arena, &out->arguments, &out->argument_count, err));
    return executor_environment(task, true, out, err);
}

/// A step that was not started: the engine's own failure. One that was killed, not by pawl, while its memory was limited: for that.
static bool container_explain(const ExecutorTask *task, AttemptExit *exit, Error *err)
{
    Str started = {0};
    bool killed = exit->status.code == (exit->status.by_signal ? SIGKILL : 128 + SIGKILL);
    if (exit->reason != ATTEMPT_EXITED) return true;
    TRY(attempt_path(task->directory, "status", task->arena, &started, err));
    if (!disk_exists(disk_system(), started)) {
        exit->reason = ATTEMPT_UNSTARTABLE;
        exit->message = STR("the container engine failed");
    } else if (killed && task->command->memory_bytes > 0) {
        exit->reason = ATTEMPT_OUT_OF_MEMORY;
        exit->message = STR("as its container was killed");
    }
    return true;
}

/// What the engine keeps of a container whose processes are gone. That nothing is there any more is fine.
static void container_end(const ExecutorTask *task)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {.limit = ENGINE_TEXT_BYTES_MAX};
    ContainerEngine engine = {0};
    Str name = {0};
    Error ignored = {0};
    int status = 0;
    if (!engine_find(task->command->store, task->command->image, &arena, &engine, &ignored)) return;
    if (!container_name(task->directory, &arena, &name, &ignored)) return;
    const Str arguments[] = {engine.arguments[0], STR("rm"), STR("-f"), name};
    bool called = engine_call(arguments, COUNT_OF(arguments), &status, &text, &ignored);
    UNUSED(called);
}

const Executor executor_container = {.name = STR_INIT("container"),
                                     .needs = "podman or docker",
                                     .has_own_pids = true,
                                     .limits_memory = true,
                                     .waits_ms = ENGINE_GOES_MS,
                                     .launch = container_launch,
                                     .explain = container_explain,
                                     .end = container_end};

static bool image_inspect(Str engine, Str image, Arena *arena, Str *out, bool *out_found, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {.limit = ENGINE_TEXT_BYTES_MAX};
    const Str arguments[] = {engine, STR("image"), STR("inspect"), STR("--format"), STR("{{.Id}}"), image};
    int status = 0;
    TRY(engine_call(arguments, COUNT_OF(arguments), &status, &text, err));
    *out_found = status == 0;
    if (status != 0) return true;
    Str line = engine_last_line(&text);
    Str prefix = STR("sha256:");
    if (str_starts(line, prefix)) return arena_copy(arena, line, out, err);
    return arena_format(arena, out, err, "%.*s%.*s", STR_ARG(prefix), STR_ARG(line));
}

static bool image_pull(Str engine, Str image, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {.limit = ENGINE_TEXT_BYTES_MAX};
    const Str arguments[] = {engine, STR("pull"), STR("--quiet"), image};
    int status = 0;
    TRY(engine_call(arguments, COUNT_OF(arguments), &status, &text, err));
    if (status == 0) return true;
    Str line = engine_last_line(&text);
    return error_set(err, ERROR_ENVIRONMENT, "the image '%.*s' is not here, and '%.*s pull' cannot fetch it: %.*s",
                     STR_ARG(image), STR_ARG(engine), STR_ARG(line));
}

bool executor_image_digest(Str image, Arena *arena, Str *out, Error *err)
{
    Str engine = {0};
    bool found = false;
    size_t at = str_find(image, '@');
    if (at < image.size) return arena_copy(arena, str_slice(image, at + 1, image.size), out, err);
    TRY(engine_name(&engine, err));
    TRY(image_inspect(engine, image, arena, out, &found, err));
    if (found) return true;
    TRY(image_pull(engine, image, err));
    TRY(image_inspect(engine, image, arena, out, &found, err));
    return found ||
           error_set(err, ERROR_ENVIRONMENT, "the image '%.*s' cannot be found after it was fetched", STR_ARG(image));
}
