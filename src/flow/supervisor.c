#include <signal.h>
#include <stdio.h>

#include "flow/attempt_internal.h"
#include "flow/heartbeat_internal.h"
#include "flow/memory_events_internal.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"
#include "sys/file_lock.h"
#include "sys/log.h"
#include "sys/process_tree.h"

/// What a step left running after it ended gets this long.
enum { LEFTOVER_GRACE_MS = 1000, SUPERVISOR_FAILED = 4 };

typedef enum SupervisionStage {
    SUPERVISION_RUNNING,
    SUPERVISION_ASKED, ///< SIGTERM was sent
    SUPERVISION_KILLED,
} SupervisionStage;

typedef struct Supervision {
    Arena arena;
    Str directory;
    FileLock lock;
    Interrupt interrupt;
    AttemptCommand command;
    Process step;
    SupervisionStage stage;
    int interrupts_seen;
    uint64_t deadline_ns; ///< of the stage; 0: none
    Heartbeat heartbeat;
    uint64_t kills_before; ///< of the control group, for want of memory
    AttemptExit exit;
} Supervision;

static void supervision_deinit(Supervision *supervision)
{
    process_deinit(&supervision->step);
    interrupt_deinit(&supervision->interrupt);
    file_lock_deinit(&supervision->lock);
    arena_deinit(&supervision->arena);
}

static uint64_t deadline_after(int64_t duration_us)
{
    if (duration_us <= 0) return 0;
    return clock_monotonic_ns(clock_system()) + (uint64_t)duration_us * 1000;
}

static int64_t deadline_left_ms(uint64_t deadline_ns)
{
    uint64_t now_ns = clock_monotonic_ns(clock_system());
    if (deadline_ns == 0) return -1;
    // Rounded up: waking too early would mean waking again.
    return deadline_ns <= now_ns ? 0 : (int64_t)((deadline_ns - now_ns + 999999) / 1000000);
}

static bool deadline_passed(uint64_t deadline_ns)
{
    return deadline_ns != 0 && clock_monotonic_ns(clock_system()) >= deadline_ns;
}

/// The lock says that this attempt lives, and the owner's text says who keeps it.
static bool supervision_lock(Supervision *supervision, Error *err)
{
    AUTO(process_deinit) Process self = {0};
    Str path = {0};
    Str owner = {0};
    TRY(process_self(&self, err));
    TRY(arena_format(&supervision->arena, &owner, err, "start %llu", (unsigned long long)self.start_ticks));
    TRY(attempt_path(supervision->directory, "lock", &supervision->arena, &path, err));
    TRY(file_lock_try(&supervision->lock, path, owner, err));
    FAILPOINT("supervisor.locked");
    return true;
}

/// An attempt that was given up, or that has ended, is not begun again.
static bool supervision_is_late(Supervision *supervision, bool *out, Error *err)
{
    Str fenced = {0};
    Str ended = {0};
    TRY(attempt_path(supervision->directory, "fenced", &supervision->arena, &fenced, err));
    TRY(attempt_path(supervision->directory, "exit.json", &supervision->arena, &ended, err));
    *out = disk_exists(disk_system(), fenced) || disk_exists(disk_system(), ended);
    return true;
}

static bool supervision_spawn(Supervision *supervision, Error *err)
{
    Str log = {0};
    TRY(attempt_inputs_verify(disk_system(), supervision->directory, err));
    TRY(attempt_path(supervision->directory, "log", &supervision->arena, &log, err));
    ProcessSpec spec = {.arguments = supervision->command.arguments,
                        .argument_count = supervision->command.argument_count,
                        .environment = supervision->command.environment,
                        .environment_count = supervision->command.environment_count,
                        .directory = supervision->directory,
                        .output_path = log,
                        .error_path = log,
                        .new_session = true,
                        .dies_with_us = true};
    TRY(process_spawn(&spec, &supervision->step, err));
    FAILPOINT("supervisor.step_started");
    return true;
}

/// A first SIGTERM to all that the step started; then the grace time runs.
static bool supervision_ask(Supervision *supervision, AttemptReason reason, Error *err)
{
    size_t count = 0;
    supervision->stage = SUPERVISION_ASKED;
    supervision->exit.reason = reason;
    supervision->deadline_ns = deadline_after(supervision->command.grace_us);
    return process_tree_signal(SIGTERM, &count, err);
}

static bool supervision_kill(Supervision *supervision, Error *err)
{
    supervision->stage = SUPERVISION_KILLED;
    supervision->deadline_ns = 0;
    return process_signal(&supervision->step, SIGKILL, err);
}

static AttemptReason timeout_reason(const AttemptCommand *command)
{
    return command->timeout_is_total ? ATTEMPT_TIMEOUT_TOTAL : ATTEMPT_TIMEOUT;
}

/// The step goes on running, but a signal came or a deadline passed, or neither.
static bool supervision_react(Supervision *supervision, Error *err)
{
    bool interrupted = supervision->interrupt.count > supervision->interrupts_seen;
    bool late = deadline_passed(supervision->deadline_ns);
    supervision->interrupts_seen = supervision->interrupt.count;
    switch (supervision->stage) {
    case SUPERVISION_RUNNING:
        if (interrupted) return supervision_ask(supervision, ATTEMPT_CANCELLED, err);
        if (late) return supervision_ask(supervision, timeout_reason(&supervision->command), err);
        return !heartbeat_is_late(&supervision->heartbeat, clock_monotonic_ns(clock_system())) ||
               supervision_ask(supervision, ATTEMPT_SILENT, err);
    case SUPERVISION_ASKED:
        return !(late || interrupted) || supervision_kill(supervision, err);
    case SUPERVISION_KILLED:
        return true;
    }
    return true;
}

/// When to look even if nothing happens; 0: never.
static uint64_t supervision_wake_ns(const Supervision *supervision)
{
    uint64_t look_ns = supervision->stage == SUPERVISION_RUNNING ? supervision->heartbeat.look_ns : 0;
    uint64_t deadline_ns = supervision->deadline_ns;
    return look_ns != 0 && (deadline_ns == 0 || look_ns < deadline_ns) ? look_ns : deadline_ns;
}

static bool supervision_watch(Supervision *supervision, Error *err)
{
    Str progress = {0};
    supervision->deadline_ns = deadline_after(supervision->command.timeout_us);
    if (supervision->command.heartbeat_us == 0) return true;
    TRY(attempt_path(supervision->directory, "progress", &supervision->arena, &progress, err));
    heartbeat_begin(&supervision->heartbeat, disk_system(), progress, supervision->command.heartbeat_us,
                    clock_monotonic_ns(clock_system()));
    return true;
}

static bool supervision_wait(Supervision *supervision, Error *err)
{
    TRY(supervision_watch(supervision, err));
    for (;;) {
        size_t index = 1;
        TRY(process_wait_any(&supervision->step, 1, &supervision->interrupt,
                             deadline_left_ms(supervision_wake_ns(supervision)), &index, err));
        if (index == 0) return process_reap(&supervision->step, &supervision->exit.status, err);
        TRY(supervision_react(supervision, err));
    }
}

/// The step has ended; what it left running has had its grace when it was asked to end.
static bool supervision_sweep(Supervision *supervision, Error *err)
{
    FAILPOINT("supervisor.step_ended");
    return process_tree_end(clock_system(), supervision->stage == SUPERVISION_RUNNING ? LEFTOVER_GRACE_MS : 0, err);
}

/// Killed, not by us, while the kernel killed for want of memory.
static void supervision_classify(Supervision *supervision)
{
    bool killed = supervision->exit.status.by_signal && supervision->exit.status.code == SIGKILL;
    if (!killed || supervision->stage != SUPERVISION_RUNNING) return;
    if (memory_kill_count(disk_system()) > supervision->kills_before) supervision->exit.reason = ATTEMPT_OUT_OF_MEMORY;
}

/// Outputs are synced here, beside other steps, rather than by the scheduler, which does it again at no cost.
static bool supervision_sync_outputs(Supervision *supervision, Error *err)
{
    Str out = {0};
    DiskNames made = {0};
    bool wanted = !supervision->exit.status.by_signal && supervision->exit.status.code <= 1;
    if (!wanted) return true;
    TRY(attempt_path(supervision->directory, "out", &supervision->arena, &out, err));
    TRY(disk_list(disk_system(), out, &supervision->arena, &made, err));
    return made.count == 0 || disk_sync_tree(disk_system(), out, err);
}

static bool supervision_record(Supervision *supervision, Error *err)
{
    TRY(supervision_sync_outputs(supervision, err));
    FAILPOINT("supervisor.before_exit_recorded");
    TRY(attempt_exit_write(disk_system(), supervision->directory, &supervision->exit, err));
    FAILPOINT("supervisor.after_exit_recorded");
    return true;
}

static bool supervision_run(Supervision *supervision, Error *err)
{
    Error unstartable = {0};
    supervision->kills_before = memory_kill_count(disk_system());
    if (!supervision_spawn(supervision, &unstartable)) {
        supervision->exit.reason = ATTEMPT_UNSTARTABLE;
        supervision->exit.message = str_from(unstartable.text);
        return attempt_exit_write(disk_system(), supervision->directory, &supervision->exit, err);
    }
    TRY(supervision_wait(supervision, err));
    supervision_classify(supervision);
    TRY(supervision_sweep(supervision, err));
    return supervision_record(supervision, err);
}

static bool supervise(Str directory, Error *err)
{
    AUTO(supervision_deinit) Supervision supervision = {.directory = directory};
    bool late = false;
    TRY(interrupt_init(&supervision.interrupt, err));
    TRY(supervision_lock(&supervision, err));
    TRY(supervision_is_late(&supervision, &late, err));
    if (late) return true;
    TRY(process_tree_adopt_orphans(err));
    TRY(attempt_command_read(disk_system(), directory, &supervision.arena, &supervision.command, err));
    return supervision_run(&supervision, err);
}

int flow_supervise(Str attempt_directory)
{
    Error err = {0};
    Log log = {.stream = stderr, .clock = clock_system(), .level = LOG_LEVEL_WARNING};
    if (supervise(attempt_directory, &err)) return 0;
    log_write(&log, LOG_LEVEL_ERROR, "supervisor: %s", err.text);
    return SUPERVISOR_FAILED;
}
