#include <signal.h>

#include "flow/failure_internal.h"
#include "flow/scheduler_internal.h"

static uint64_t scheduler_now(const Scheduler *scheduler)
{
    return clock_monotonic_ns(scheduler->store->clock);
}

static bool progress_is_wanted(const Scheduler *scheduler)
{
    return scheduler->options->observe != NULL && scheduler->slot_count > 0;
}

static uint64_t earlier(uint64_t left_ns, uint64_t right_ns)
{
    return right_ns != 0 && (left_ns == 0 || right_ns < left_ns) ? right_ns : left_ns;
}

/// When something is due even if no process ends; 0: never.
static uint64_t wake_ns(const Scheduler *scheduler)
{
    uint64_t wake = earlier(scheduler->kill_ns, scheduler->deadline_ns);
    for (size_t i = 0; i < scheduler->delayed.count && !scheduler->cancelled; i++) {
        wake = earlier(wake, scheduler->steps[scheduler->delayed.items[i]].retry_ns);
    }
    // A first look is due at once.
    return progress_is_wanted(scheduler) ? earlier(wake, scheduler->progress_ns + 1) : wake;
}

/// Rounded up: waking too early would mean waking again.
static int64_t wake_timeout_ms(const Scheduler *scheduler)
{
    uint64_t wake = wake_ns(scheduler);
    uint64_t now = scheduler_now(scheduler);
    if (wake == 0) return -1;
    return wake <= now ? 0 : (int64_t)((wake - now + 999999) / 1000000);
}

static bool supervisors_signal(Scheduler *scheduler, int signal, Error *err)
{
    const AttemptWorld *world = attempt_world(scheduler->options);
    for (size_t i = 0; i < scheduler->slot_count; i++)
        TRY(world->signal(world->context, &scheduler->processes[i], signal, err));
    return true;
}

/// Asks the running steps to end; nothing else starts but handlers. Supervisors that do not follow are killed.
static bool run_cancel(Scheduler *scheduler, Error *err)
{
    int64_t grace_us = scheduler->options->grace_us > 0 ? scheduler->options->grace_us : ATTEMPT_GRACE_US;
    scheduler->cancelled = true;
    scheduler->deadline_ns = 0;
    scheduler->kill_ns = scheduler_now(scheduler) + (uint64_t)(grace_us + SCHEDULER_KILL_EXTRA_US) * 1000;
    return supervisors_signal(scheduler, SIGTERM, err);
}

/// The first signal asks the steps to end, a second one kills them.
static bool interrupts_take(Scheduler *scheduler, Error *err)
{
    Interrupt *interrupt = scheduler->options->interrupt;
    if (!interrupt_raised(interrupt) || interrupt->count == scheduler->interrupts_seen) return true;
    scheduler->interrupts_seen = interrupt->count;
    return run_cancel(scheduler, err);
}

/// What failed before is not why the run ended.
static bool timeout_take(Scheduler *scheduler, Error *err)
{
    if (scheduler->deadline_ns == 0 || scheduler_now(scheduler) < scheduler->deadline_ns) return true;
    scheduler->timed_out = true;
    scheduler->failed_step = (Str){0};
    TRY(failure_limit_text("the run took longer than its timeout", scheduler->flow->timeout_us, &scheduler->arena,
                           &scheduler->message, err));
    return run_cancel(scheduler, err);
}

static bool late_kill(Scheduler *scheduler, Error *err)
{
    if (scheduler->kill_ns == 0 || scheduler_now(scheduler) < scheduler->kill_ns) return true;
    scheduler->kill_ns = 0;
    return supervisors_signal(scheduler, SIGKILL, err);
}

static bool delayed_start(Scheduler *scheduler, Error *err)
{
    size_t kept = 0;
    uint64_t now = scheduler_now(scheduler);
    for (size_t i = 0; i < scheduler->delayed.count; i++) {
        uint32_t position = scheduler->delayed.items[i];
        if (scheduler->steps[position].retry_ns > now) {
            scheduler->delayed.items[kept++] = position;
        } else {
            TRY(scheduler_queue(scheduler, position, err));
        }
    }
    scheduler->delayed.count = kept;
    return true;
}

static bool progress_look(Scheduler *scheduler, Error *err)
{
    uint64_t now = scheduler_now(scheduler);
    if (!progress_is_wanted(scheduler) || now <= scheduler->progress_ns) return true;
    scheduler->progress_ns = now + (uint64_t)SCHEDULER_PROGRESS_US * 1000;
    return scheduler_progress(scheduler, err);
}

bool scheduler_wait(Scheduler *scheduler, Error *err)
{
    const AttemptWorld *world = attempt_world(scheduler->options);
    size_t index = 0;
    TRY(world->wait(world->context, scheduler->processes, scheduler->slot_count, scheduler->options->interrupt,
                    wake_timeout_ms(scheduler), &index, err));
    TRY(interrupts_take(scheduler, err));
    TRY(timeout_take(scheduler, err));
    TRY(late_kill(scheduler, err));
    if (index < scheduler->slot_count) TRY(scheduler_collect(scheduler, index, err));
    TRY(delayed_start(scheduler, err));
    return progress_look(scheduler, err);
}
