#include "sys/process_tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/memory.h"
#include "sys/disk.h"
#include "sys/process_internal.h"

enum { TREE_POLL_US = 1000 };

/// After this long of SIGKILL something makes processes faster than they can be ended.
#define TREE_KILL_TIMEOUT_NS ((uint64_t)10 * 1000000000U)

typedef struct TreeProcess {
    int64_t pid;
    int64_t parent_pid;
    uint64_t start_ticks;
    bool is_ours; ///< this process or one that it started, directly or not
    bool ended;
} TreeProcess;

typedef ARRAY_OF(TreeProcess) TreeProcesses;

static void processes_deinit(TreeProcesses *processes)
{
    memory_free(processes->items);
}

bool process_tree_adopt_orphans(Error *err)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) == 0) return true;
    return error_set(err, ERROR_ENVIRONMENT, "cannot become a subreaper: %s", strerrordesc_np(errno));
}

static bool processes_add(TreeProcesses *processes, int64_t pid, Error *err)
{
    ProcessFacts facts = {0};
    if (pid == 0 || !process_facts(pid, &facts)) return true;
    TreeProcess process = {
        .pid = pid,
        .parent_pid = facts.parent_pid,
        .start_ticks = facts.start_ticks,
        .is_ours = pid == getpid(),
        .ended = facts.ended,
    };
    return ARRAY_PUSH(processes, process, err);
}

static bool processes_list(TreeProcesses *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    TRY(disk_list(disk_system(), STR("/proc"), &arena, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        TRY(processes_add(out, process_number_parse(names.items[i]), err));
    }
    return true;
}

static int process_compare_pids(const void *left, const void *right)
{
    int64_t left_pid = ((const TreeProcess *)left)->pid;
    int64_t right_pid = ((const TreeProcess *)right)->pid;
    return (left_pid > right_pid) - (left_pid < right_pid);
}

static bool parent_is_ours(const TreeProcesses *processes, int64_t pid)
{
    TreeProcess key = {.pid = pid};
    const TreeProcess *parent =
        bsearch(&key, processes->items, processes->count, sizeof(TreeProcess), process_compare_pids);
    return parent != NULL && parent->is_ours;
}

/// Passes ownership from parents to children until none is new; as many rounds as the tree is deep.
static void processes_mark_ours(TreeProcesses *processes)
{
    if (processes->count == 0) return;
    qsort(processes->items, processes->count, sizeof(TreeProcess), process_compare_pids);
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < processes->count; i++) {
            TreeProcess *process = &processes->items[i];
            if (process->is_ours || !parent_is_ours(processes, process->parent_pid)) continue;
            process->is_ours = true;
            changed = true;
        }
    }
}

/// With the handle open, the start tells whether the number has passed to somebody else.
static bool process_send(const TreeProcess *process, int signal)
{
    ProcessFacts facts = {0};
    int handle = pidfd_open((pid_t)process->pid, 0);
    if (handle < 0) return false;
    bool sent = process_facts(process->pid, &facts) && facts.start_ticks == process->start_ticks &&
                pidfd_send_signal(handle, signal, NULL, 0) == 0;
    (void)close(handle);
    return sent;
}

typedef bool (*TreeSelect)(int64_t pid);

static size_t processes_send(const TreeProcesses *processes, TreeSelect select, int signal)
{
    size_t count = 0;
    for (size_t i = 0; i < processes->count; i++) {
        const TreeProcess *process = &processes->items[i];
        if (!process->is_ours || process->ended || process->pid == getpid() || !select(process->pid)) continue;
        if (process_send(process, signal)) count++;
    }
    return count;
}

static bool tree_signal(TreeSelect select, int signal, size_t *out_count, Error *err)
{
    AUTO(processes_deinit) TreeProcesses processes = {0};
    TRY(processes_list(&processes, err));
    processes_mark_ours(&processes);
    *out_count = processes_send(&processes, select, signal);
    return true;
}

static bool select_all(int64_t pid)
{
    UNUSED(pid);
    return true;
}

bool process_tree_signal(int signal, size_t *out_count, Error *err)
{
    return tree_signal(select_all, signal, out_count, err);
}

bool process_tree_signal_inside(int signal, size_t *out_count, Error *err)
{
    return tree_signal(process_is_in_other_namespace, signal, out_count, err);
}

bool process_tree_memory(uint64_t *out_bytes, Error *err)
{
    AUTO(processes_deinit) TreeProcesses processes = {0};
    uint64_t bytes = 0;
    TRY(processes_list(&processes, err));
    processes_mark_ours(&processes);
    for (size_t i = 0; i < processes.count; i++) {
        const TreeProcess *process = &processes.items[i];
        if (process->is_ours && !process->ended && process->pid != getpid()) bytes += process_memory(process->pid);
    }
    *out_bytes = bytes;
    return true;
}

/// Reaps what has ended; false when there is no child left.
static bool children_remain(void)
{
    pid_t child = 0;
    do {
        child = waitpid(-1, NULL, WNOHANG);
    } while (child > 0 || (child < 0 && errno == EINTR));
    return child == 0;
}

/// True when no child is left at the deadline.
static bool children_end_before(const Clock *clock, uint64_t deadline_ns)
{
    while (children_remain()) {
        if (clock_monotonic_ns(clock) >= deadline_ns) return false;
        clock_sleep_us(clock, TREE_POLL_US);
    }
    return true;
}

void process_tree_await(const Clock *clock, uint64_t wait_ms)
{
    (void)children_end_before(clock, clock_monotonic_ns(clock) + wait_ms * 1000000U);
}

/// Each killed process hands its own children to this one, so rounds go on until there are none.
static bool children_kill(const Clock *clock, Error *err)
{
    size_t count = 0;
    uint64_t deadline_ns = clock_monotonic_ns(clock) + TREE_KILL_TIMEOUT_NS;
    while (children_remain()) {
        TRY(process_tree_signal(SIGKILL, &count, err));
        if (clock_monotonic_ns(clock) >= deadline_ns) {
            return error_set(err, ERROR_ENVIRONMENT, "processes go on appearing although they are killed");
        }
        clock_sleep_us(clock, TREE_POLL_US);
    }
    return true;
}

bool process_tree_end(const Clock *clock, uint64_t grace_ms, Error *err)
{
    size_t count = 0;
    if (!children_remain()) return true;
    if (grace_ms > 0) {
        TRY(process_tree_signal(SIGTERM, &count, err));
        if (children_end_before(clock, clock_monotonic_ns(clock) + grace_ms * 1000000U)) return true;
    }
    return children_kill(clock, err);
}
