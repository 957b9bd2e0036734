/// Starting processes that need not become another program: a small process, forked before anything was loaded and while there was one
/// thread, that forks others on request. Each begins as this program did, but for the cost of its start.
///
/// A nursery ends with the process that made it. What it forked goes on.
#ifndef PAWL_SYS_NURSERY_H
#define PAWL_SYS_NURSERY_H

#include "sys/process.h"

enum { NURSERY_REQUEST_BYTES_MAX = 16384 };

/// Runs in the forked process, whose exit code it returns.
typedef int (*NurseryBody)(Str argument);

/// The zero value is none.
typedef struct Nursery {
    int64_t pid; ///< 0: none
    int socket;
} Nursery;

/// While this process has one thread only. `body` is what each forked process runs.
MUST_CHECK bool nursery_start(NurseryBody body, Nursery *out, Error *err);

/// Ends the nursery; what it forked goes on.
void nursery_deinit(Nursery *nursery);

/// Forks a process in a session of its own, away from this terminal's signals, that appends what it says to the file `output_path` and runs the
/// body with `argument`. It is no child of the caller: it can be waited for, but its exit cannot be taken.
MUST_CHECK bool nursery_spawn(const Nursery *nursery, Str argument, Str output_path, Process *out, Error *err);

#endif
