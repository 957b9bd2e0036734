#include "sys/process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "sys/clock.h"
#include "sys/process_internal.h"

void process_deinit(Process *process)
{
    if (process->pid != 0) (void)close(process->handle);
    *process = (Process){0};
}

bool process_find(int64_t pid, uint64_t start_ticks, Process *out, bool *out_alive, Error *err)
{
    *out_alive = false;
    if (pid <= 0 || pid > INT_MAX) return true;

    int handle = pidfd_open((pid_t)pid, 0);
    if (handle < 0) {
        if (errno == ESRCH || errno == EINVAL) return true;
        return error_set(err, ERROR_ENVIRONMENT, "cannot watch process %lld: %s", (long long)pid,
                         strerrordesc_np(errno));
    }
    // With the handle open the number cannot pass to another process unnoticed: the start tells.
    ProcessFacts facts = {0};
    if (!process_facts(pid, &facts) || facts.ended ||
        (start_ticks != PROCESS_ANY_START && facts.start_ticks != start_ticks)) {
        (void)close(handle);
        return true;
    }
    *out = (Process){.pid = pid, .start_ticks = facts.start_ticks, .handle = handle};
    *out_alive = true;
    return true;
}

/// Milliseconds for poll: -1 for ever, 0 when the deadline has passed.
static int poll_timeout(int64_t timeout_ms, uint64_t start_ns)
{
    if (timeout_ms < 0) return -1;
    int64_t passed_ms = (int64_t)((clock_monotonic_ns(clock_system()) - start_ns) / 1000000U);
    int64_t left_ms = timeout_ms - passed_ms;
    if (left_ms < 0) return 0;
    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

/// Until one is ready or time is up.
static bool poll_until(struct pollfd *polls, size_t count, int64_t timeout_ms, Error *err)
{
    uint64_t start_ns = clock_monotonic_ns(clock_system());
    int ready = -1;
    do {
        ready = poll(polls, count, poll_timeout(timeout_ms, start_ns));
    } while (ready < 0 && errno == EINTR);
    return ready >= 0 || error_set(err, ERROR_ENVIRONMENT, "cannot wait: %s", strerrordesc_np(errno));
}

/// The first `count` are the processes'; one more is the interrupt's. A handle of -1 is left out by poll.
static void polls_fill(struct pollfd *polls, const Process *processes, size_t count, const Interrupt *interrupt)
{
    for (size_t i = 0; i < count; i++) {
        polls[i] = (struct pollfd){.fd = processes[i].pid == 0 ? -1 : processes[i].handle, .events = POLLIN};
    }
    bool listens = interrupt != NULL && interrupt->open;
    polls[count] = (struct pollfd){.fd = listens ? interrupt->handle : -1, .events = POLLIN};
}

static size_t polls_first_ready(const struct pollfd *polls, size_t count)
{
    size_t i = 0;
    while (i < count && polls[i].revents == 0) {
        i++;
    }
    return i;
}

bool process_wait_any(const Process *processes, size_t count, Interrupt *interrupt, int64_t timeout_ms,
                      size_t *out_index, Error *err)
{
    if (count > PROCESS_WAIT_MAX) {
        return error_set(err, ERROR_MEMORY, "more than %d processes to wait for", PROCESS_WAIT_MAX);
    }
    struct pollfd *polls = memory_alloc_array(count + 1, sizeof(*polls), err);
    if (polls == NULL) return false;

    polls_fill(polls, processes, count, interrupt);
    bool done = poll_until(polls, count + 1, timeout_ms, err);
    if (done) {
        if (polls[count].revents != 0) (void)interrupt_raised(interrupt);
        *out_index = polls_first_ready(polls, count);
    }
    memory_free(polls);
    return done;
}

bool process_reap(Process *process, ProcessExit *out, Error *err)
{
    siginfo_t info = {0};
    int result = -1;
    CHECK(process->pid != 0);
    do {
        result = waitid(P_PIDFD, (id_t)process->handle, &info, WEXITED);
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
        return error_set(err, ERROR_ENVIRONMENT, "cannot take the exit of process %lld: %s", (long long)process->pid,
                         strerrordesc_np(errno));
    }
    *out = (ProcessExit){.by_signal = info.si_code != CLD_EXITED, .code = info.si_status};
    process_deinit(process);
    return true;
}

bool process_signal(const Process *process, int signal, Error *err)
{
    if (pidfd_send_signal(process->handle, signal, NULL, 0) == 0 || errno == ESRCH) return true;
    return error_set(err, ERROR_ENVIRONMENT, "cannot signal process %lld: %s", (long long)process->pid,
                     strerrordesc_np(errno));
}

bool process_self(Process *out, Error *err)
{
    ProcessFacts facts = {0};
    bool alive = false;
    int64_t pid = getpid();
    if (!process_facts(pid, &facts)) return error_set(err, ERROR_ENVIRONMENT, "cannot read /proc/self/stat");
    TRY(process_find(pid, facts.start_ticks, out, &alive, err));
    return alive || error_set(err, ERROR_ENVIRONMENT, "cannot find this process in /proc");
}

bool process_exit_text(ProcessExit status, Arena *arena, Str *out, Error *err)
{
    if (!status.by_signal) return arena_format(arena, out, err, "exited with code %d", status.code);
    const char *name = sigdescr_np(status.code);
    return arena_format(arena, out, err, "killed by signal %d (%s)", status.code, name == NULL ? "unknown" : name);
}
