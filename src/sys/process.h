/// Other programs: starting them with everything stated, waiting for many at once, and telling how they ended.
#ifndef PAWL_SYS_PROCESS_H
#define PAWL_SYS_PROCESS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "sys/interrupt.h"

enum { PROCESS_ARGUMENTS_MAX = 65536, PROCESS_WAIT_MAX = 4096 };

/// What to start. All borrowed; the zero value of a field is its default.
typedef struct ProcessSpec {
    const Str *arguments; ///< the first is the program; one without a slash is searched in PATH
    size_t argument_count;
    const Str *environment; ///< "NAME=value" lines: the whole environment. NULL: this process's own
    size_t environment_count;
    Str directory;     ///< to start in; default: this process's
    Str input_path;    ///< default: /dev/null
    Str output_path;   ///< appended to; default: this process's
    Str error_path;    ///< appended to, may be the output's; default: this process's
    Str status_path;   ///< made anew, as the program's file 3; default: none
    Str group_path;    ///< "cgroup.procs" of a control group that it joins before it starts; default: stays in ours
    bool new_session;  ///< own session and process group, away from the terminal's signals
    bool dies_with_us; ///< killed when the thread that started it ends
} ProcessSpec;

/// A process, told apart from a later one with the same number by when it started.
typedef struct Process {
    int64_t pid; ///< 0: none
    uint64_t start_ticks;
    int handle; ///< pidfd
} Process;

typedef struct ProcessExit {
    bool by_signal;
    int code; ///< exit code, or the signal
} ProcessExit;

/// Closes the handle; the process goes on.
void process_deinit(Process *process);

/// Starts a child. A program that cannot be started is an ERROR_ENVIRONMENT that names it. Signals are at their
/// defaults and unblocked in the child; no file but the three standard ones,
/// and `status_path`'s, is passed on.
MUST_CHECK bool process_spawn(const ProcessSpec *spec, Process *out, Error *err);

#define PROCESS_ANY_START ((uint64_t)0) ///< whenever it started: for who knows otherwise that it is the right one

/// A process that this one need not have started: `*out_alive` is false when no such process runs (any more).
MUST_CHECK bool process_find(int64_t pid, uint64_t start_ticks, Process *out, bool *out_alive, Error *err);

/// Waits until one of the processes has ended, `interrupt` (may be NULL) was raised, or `timeout_ms` (<0: for ever) have
/// passed. `*out_index` is the lowest ended one's, or `count`.
MUST_CHECK bool process_wait_any(const Process *processes, size_t count, Interrupt *interrupt, int64_t timeout_ms,
                                 size_t *out_index, Error *err);

/// Waits for a child's end and takes its exit. Once only.
MUST_CHECK bool process_reap(Process *process, ProcessExit *out, Error *err);

/// A process that has ended already is fine.
MUST_CHECK bool process_signal(const Process *process, int signal, Error *err);

/// This process: pid and start.
MUST_CHECK bool process_self(Process *out, Error *err);

/// "exited with code 3", "killed by signal 9 (Killed)".
MUST_CHECK bool process_exit_text(ProcessExit status, Arena *arena, Str *out, Error *err);

static inline bool process_exit_ok(ProcessExit status)
{
    return !status.by_signal && status.code == 0;
}

#endif
