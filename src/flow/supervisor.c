#include <signal.h>
#include <stdio.h>

#include "flow/executor_internal.h"
#include "flow/heartbeat_internal.h"
#include "flow/memory_limit_internal.h"
#include "flow/secret_mask_internal.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"
#include "sys/file_lock.h"
#include "sys/log.h"
#include "sys/process_tree.h"
#include "sys/pump.h"

/// What a step left running after it ended gets this long.
enum { LEFTOVER_GRACE_MS = 1000, SUPERVISOR_FAILED = 4, EXIT_SIGNAL_BASE = 128 };

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
    MemoryLimit memory;
    const Executor *executor;
    ExecutorTask task;
    SecretMask mask;
    Pump pump; ///< the way of the step's output into its log, when there are secrets to be kept out
    AttemptExit exit;
} Supervision;

static void supervision_deinit(Supervision *supervision)
{
    pump_deinit(&supervision->pump);
    secret_mask_deinit(&supervision->mask);
    memory_limit_end(&supervision->memory, clock_system());
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

static bool supervision_spec(Supervision *supervision, const ExecutorLaunch *launch, ProcessSpec *out, Error *err)
{
    *out = (ProcessSpec){.arguments = launch->arguments,
                         .argument_count = launch->argument_count,
                         .environment = launch->environment,
                         .environment_count = launch->environment_count,
                         .directory = supervision->directory,
                         .output_path = supervision->task.output,
                         .error_path = supervision->task.output,
                         .new_session = true,
                         .dies_with_us = true};
    if (launch->tells_status)
        TRY(attempt_path(supervision->directory, "status", &supervision->arena, &out->status_path, err));
    return control_group_entrance(&supervision->memory.group, &supervision->arena, &out->group_path, err);
}

static bool supervision_spawn(Supervision *supervision, Error *err)
{
    ExecutorLaunch launch = {0};
    ProcessSpec spec = {0};
    const Executor *executor = supervision->executor;
    TRY(attempt_inputs_verify(disk_system(), supervision->directory, err));
    TRY(executor->launch(&supervision->task, &launch, err));
    TRY(supervision_spec(supervision, &launch, &spec, err));
    if (executor->needs == NULL) {
        TRY(process_spawn(&spec, &supervision->step, err));
    } else {
        TRY_OR(process_spawn(&spec, &supervision->step, err), err, "'executor: %.*s' needs %s", STR_ARG(executor->name),
               executor->needs);
    }
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
    if (!supervision->executor->has_own_pids) return process_tree_signal(SIGTERM, &count, err);
    TRY(process_tree_signal_inside(SIGTERM, &count, err));
    // A step that is nobody's descendant here, as docker's are, is asked through whoever started it.
    return count > 0 || process_signal(&supervision->step, SIGTERM, err);
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

/// Nobody called, but it may be time to see how the step is.
static bool supervision_look(Supervision *supervision, Error *err)
{
    bool exceeded = false;
    uint64_t now_ns = clock_monotonic_ns(clock_system());
    TRY(memory_limit_look(&supervision->memory, now_ns, &exceeded, err));
    if (exceeded) return supervision_kill(supervision, err);
    return !heartbeat_is_late(&supervision->heartbeat, now_ns) || supervision_ask(supervision, ATTEMPT_SILENT, err);
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
        return supervision_look(supervision, err);
    case SUPERVISION_ASKED:
        return !(late || interrupted) || supervision_kill(supervision, err);
    case SUPERVISION_KILLED:
        return true;
    }
    return true;
}

static uint64_t earlier(uint64_t left_ns, uint64_t right_ns)
{
    return right_ns != 0 && (left_ns == 0 || right_ns < left_ns) ? right_ns : left_ns;
}

/// When to look even if nothing happens; 0: never.
static uint64_t supervision_wake_ns(const Supervision *supervision)
{
    if (supervision->stage != SUPERVISION_RUNNING) return supervision->deadline_ns;
    uint64_t look_ns = earlier(supervision->heartbeat.look_ns, supervision->memory.look_ns);
    return earlier(supervision->deadline_ns, look_ns);
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
    const Executor *executor = supervision->executor;
    bool calm = supervision->stage == SUPERVISION_RUNNING;
    FAILPOINT("supervisor.step_ended");
    if (calm && executor->waits_ms > 0) process_tree_await(clock_system(), executor->waits_ms);
    TRY(process_tree_end(clock_system(), calm ? LEFTOVER_GRACE_MS : 0, err));
    bool clean = calm && supervision->exit.reason != ATTEMPT_UNSTARTABLE && !supervision->exit.status.by_signal;
    if (!clean && executor->end != NULL) executor->end(&supervision->task);
    return true;
}

/// As shells and sandboxes tell of a child that a signal ended.
static ProcessExit exit_plain(ProcessExit status)
{
    bool signalled = !status.by_signal && status.code > EXIT_SIGNAL_BASE && status.code < EXIT_SIGNAL_BASE + SIGRTMIN;
    return signalled ? (ProcessExit){.by_signal = true, .code = status.code - EXIT_SIGNAL_BASE} : status;
}

/// What the end of the launched process means for the step.
static bool supervision_classify(Supervision *supervision, Error *err)
{
    AttemptExit *exit = &supervision->exit;
    Str message = {0};
    if (supervision->executor->explain != NULL) TRY(supervision->executor->explain(&supervision->task, exit, err));
    exit->status = exit_plain(exit->status);
    bool killed = exit->status.by_signal && exit->status.code == SIGKILL;
    if (exit->reason != ATTEMPT_EXITED || process_exit_ok(exit->status)) return true;
    if (!memory_limit_ran_out(&supervision->memory, killed, &message)) return true;
    exit->reason = ATTEMPT_OUT_OF_MEMORY;
    exit->message = message;
    return true;
}

/// Outputs are synced here, beside other steps, rather than by the scheduler, which does it again at no cost.
static bool supervision_sync_outputs(Supervision *supervision, Error *err)
{
    Str out = {0};
    DiskNames made = {0};
    const AttemptExit *exit = &supervision->exit;
    bool wanted = !exit->status.by_signal && exit->status.code <= 1 && exit->reason != ATTEMPT_SPILLED;
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

static bool supervision_task(Supervision *supervision, Error *err)
{
    supervision->task = (ExecutorTask){
        .command = &supervision->command, .directory = supervision->directory, .arena = &supervision->arena};
    return attempt_path(supervision->directory, "log", &supervision->arena, &supervision->task.output, err);
}

/// A step with secrets writes into a pipe, and what it writes becomes its log without them.
static bool supervision_guard(Supervision *supervision, Error *err)
{
    Str log = supervision->task.output;
    if (supervision->command.secret_count == 0) return true;
    TRY(executor_secrets(&supervision->task, &supervision->mask, err));
    TRY(attempt_path(supervision->directory, "pipe", &supervision->arena, &supervision->task.output, err));
    return pump_begin(&supervision->pump, supervision->task.output, log, secret_mask_filter, &supervision->mask, err);
}

/// The first file of the outputs with a secret in it, below `out`; empty: none.
static bool outputs_search(Supervision *supervision, Str out, Str *found, Error *err)
{
    DiskEntries entries = {0};
    TRY(disk_walk(disk_system(), out, &supervision->arena, &entries, err));
    *found = (Str){0};
    for (size_t i = 0; i < entries.count && found->size == 0; i++) {
        Str path = {0};
        bool spilled = false;
        const DiskStat *stat = &entries.items[i].stat;
        if (stat->is_directory || stat->is_link || stat->is_special) continue; // links and such are no outputs
        TRY(path_join(&supervision->arena, out, entries.items[i].path, &path, err));
        TRY(secret_mask_finds(&supervision->mask, disk_system(), path, &spilled, err));
        if (spilled) *found = entries.items[i].path;
    }
    return true;
}

/// A secret in an output would be stored for ever: the outputs go, and the attempt has failed.
static bool supervision_search(Supervision *supervision, Error *err)
{
    Str out = {0};
    Str found = {0};
    if (supervision->command.secret_count == 0) return true;
    TRY(attempt_path(supervision->directory, "out", &supervision->arena, &out, err));
    TRY(outputs_search(supervision, out, &found, err));
    if (found.size == 0) return true;
    TRY(disk_remove_tree(disk_system(), out, err));
    supervision->exit.reason = ATTEMPT_SPILLED;
    supervision->exit.message = found;
    return true;
}

/// What the step wrote for others to read, but for its outputs, in which a secret is a failure.
static bool supervision_mask(Supervision *supervision, Error *err)
{
    static const char *const FILES[] = {"result.json", "progress"};
    TRY(pump_end(&supervision->pump, err));
    for (size_t i = 0; i < COUNT_OF(FILES) && supervision->command.secret_count > 0; i++) {
        Str path = {0};
        TRY(attempt_path(supervision->directory, FILES[i], &supervision->arena, &path, err));
        TRY(secret_mask_file(&supervision->mask, disk_system(), path, err));
    }
    return true;
}

static bool supervision_run(Supervision *supervision, Error *err)
{
    Error unstartable = {0};
    TRY(executor_find(supervision->command.executor, &supervision->executor, err));
    uint64_t limit = supervision->executor->limits_memory ? 0 : supervision->command.memory_bytes;
    memory_limit_begin(&supervision->memory, supervision->directory, limit, clock_monotonic_ns(clock_system()));
    TRY(supervision_task(supervision, err));
    if (!supervision_guard(supervision, &unstartable) || !supervision_spawn(supervision, &unstartable)) {
        supervision->exit.reason = ATTEMPT_UNSTARTABLE;
        supervision->exit.message = str_from(unstartable.text);
        return attempt_exit_write(disk_system(), supervision->directory, &supervision->exit, err);
    }
    TRY(supervision_wait(supervision, err));
    TRY(supervision_classify(supervision, err));
    TRY(supervision_sweep(supervision, err));
    TRY(supervision_mask(supervision, err));
    TRY(supervision_search(supervision, err));
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
