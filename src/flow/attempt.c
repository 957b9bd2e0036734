#include <signal.h>

#include "flow/attempt_internal.h"
#include "flow/digits_internal.h"
#include "flow/executor_internal.h"
#include "flow/memory_limit_internal.h"
#include "sys/failpoint.h"
#include "sys/file_lock.h"
#include "sys/process_marked.h"

enum { OWNER_WAIT_US = 2000, OWNER_TRIES_MAX = 5000 };

/// Line of the environment that every process of the attempt has, unless it took pains.
static bool attempt_mark(Str directory, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "PAWL_STEP=%.*s/step.json", STR_ARG(directory));
}

/// What its executor keeps. An attempt whose command cannot be read was never started.
static void executor_end_left(const Store *store, Str directory, Arena *arena)
{
    AttemptCommand command = {0};
    const Executor *executor = NULL;
    Error ignored = {0};
    if (!attempt_command_read(store->disk, directory, arena, &command, &ignored)) return;
    if (!executor_find(command.executor, &executor, &ignored) || executor->end == NULL) return;
    executor->end(&(ExecutorTask){.command = &command, .directory = directory, .arena = arena});
}

bool attempt_end_orphans(const Store *store, Str directory, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str mark = {0};
    TRY(attempt_mark(directory, &arena, &mark, err));
    memory_limit_end_left(directory, store->clock);
    TRY(process_end_marked(mark, store->clock, err));
    executor_end_left(store, directory, &arena);
    return true;
}

static bool supervisor_run(const FlowOptions *options, Str directory, Str log, Arena *arena, Process *out, Error *err)
{
    Str *arguments = arena_alloc_array(arena, options->supervisor_count + 1, sizeof(Str), err);
    if (arguments == NULL) return false;

    for (size_t i = 0; i < options->supervisor_count; i++) arguments[i] = options->supervisor[i];
    arguments[options->supervisor_count] = directory;
    ProcessSpec spec = {.arguments = arguments,
                        .argument_count = options->supervisor_count + 1,
                        .output_path = log,
                        .error_path = log,
                        .new_session = true};
    return process_spawn(&spec, out, err);
}

bool attempt_spawn(const FlowOptions *options, Str directory, Process *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str log = {0};
    TRY(attempt_path(directory, "log", &arena, &log, err));
    FAILPOINT("flow.before_spawn");
    TRY_OR(options->nursery != NULL ? nursery_spawn(options->nursery, directory, log, out, err)
                                    : supervisor_run(options, directory, log, &arena, out, err),
           err, "supervisor");
    FAILPOINT("flow.after_spawn");
    return true;
}

/// The number after `name` in "pid 12 start 345".
static bool owner_number(Str line, Str name, int64_t *out)
{
    Str word = {0};
    Str rest = str_trim(line);
    while (str_split(&rest, ' ', &word)) {
        if (!str_equal(word, name)) continue;
        Str number = {0};
        return str_split(&rest, ' ', &number) && digits_parse(number, out);
    }
    return false;
}

/// Who holds the lock. Its text is written just after it is taken: not there yet is no error.
static bool owner_read(const Store *store, Str lock_path, int64_t *out_pid, int64_t *out_start, bool *out_found,
                       Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(disk_read(store->disk, lock_path, FILE_LOCK_OWNER_BYTES_MAX, &text, err));
    Str line = bytes_str(&text);
    *out_found = str_ends(line, STR("\n")) && owner_number(line, STR("pid"), out_pid) &&
                 owner_number(line, STR("start"), out_start);
    return true;
}

static bool fence_write(const Store *store, Str directory, Arena *arena, Error *err)
{
    Str path = {0};
    TRY(attempt_path(directory, "fenced", arena, &path, err));
    return disk_write_atomic(store->disk, path, STR("another attempt took this one's place\n"), err);
}

/// With the lock in hand: no supervisor lives. One that has not begun yet finds the fence.
static bool attempt_find_locked(const Store *store, Str directory, AttemptFate *out_fate, Arena *arena, Error *err)
{
    AttemptExit status = {0};
    bool ended = false;
    TRY(attempt_exit_read(store->disk, directory, arena, &status, &ended, err));
    *out_fate = ended ? ATTEMPT_ENDED : ATTEMPT_LOST;
    if (ended) return true;
    TRY(fence_write(store, directory, arena, err));
    FAILPOINT("flow.attempt_fenced");
    return attempt_end_orphans(store, directory, err);
}

/// The lock is held by somebody: `*out_fate` says ALIVE when that one was found.
static bool attempt_find_owner(const Store *store, Str lock_path, AttemptFate *out_fate, Process *out_process,
                               Error *err)
{
    int64_t pid = 0;
    int64_t start = 0;
    bool found = false;
    TRY(owner_read(store, lock_path, &pid, &start, &found, err));
    if (found) TRY(process_find(pid, (uint64_t)start, out_process, &found, err));
    *out_fate = found ? ATTEMPT_ALIVE : ATTEMPT_LOST;
    return true;
}

/// One look: `*out_known` is false while the lock is just being taken or given back.
static bool attempt_look(const Store *store, Str directory, Str lock_path, AttemptFate *out_fate, Process *out_process,
                         bool *out_known, Arena *arena, Error *err)
{
    AUTO(file_lock_deinit) FileLock lock = {0};
    Error conflict = {0};
    *out_known = true;
    if (file_lock_try(&lock, lock_path, STR("scheduler"), &conflict)) {
        return attempt_find_locked(store, directory, out_fate, arena, err);
    }
    if (conflict.kind != ERROR_CONFLICT) return error_set(err, conflict.kind, "%s", conflict.text);
    TRY(attempt_find_owner(store, lock_path, out_fate, out_process, err));
    *out_known = *out_fate == ATTEMPT_ALIVE;
    return true;
}

bool attempt_find(const Store *store, Str directory, AttemptFate *out_fate, Process *out_process, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str lock_path = {0};
    bool known = false;
    *out_fate = ATTEMPT_LOST;
    if (!disk_exists(store->disk, directory)) return true;
    TRY(attempt_path(directory, "lock", &arena, &lock_path, err));
    for (int tries = 0; tries < OWNER_TRIES_MAX; tries++) {
        TRY(attempt_look(store, directory, lock_path, out_fate, out_process, &known, &arena, err));
        if (known) return true;
        clock_sleep_us(store->clock, OWNER_WAIT_US);
    }
    return error_set(err, ERROR_ENVIRONMENT, "%.*s is locked by a process that cannot be found", STR_ARG(lock_path));
}

bool attempt_abandon(const AttemptWorld *world, const Store *store, Str directory, Error *err)
{
    AttemptFate fate = ATTEMPT_LOST;
    AUTO(process_deinit) Process process = {0};
    size_t index = 0;
    TRY(world->find(world->context, store, directory, &fate, &process, err));
    if (fate != ATTEMPT_ALIVE) return true;
    TRY(world->signal(world->context, &process, SIGKILL, err));
    TRY(world->wait(world->context, &process, 1, NULL, -1, &index, err));
    return world->end_orphans(world->context, store, directory, err);
}
