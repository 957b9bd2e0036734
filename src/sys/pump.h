/// Carries what processes write into a named pipe through a filter into a file, on a thread of its own.
#ifndef PAWL_SYS_PUMP_H
#define PAWL_SYS_PUMP_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/str.h"

/// Appends to `out` what is to be written of `data`; at the `end` also what it held back.
typedef bool (*PumpFilter)(void *context, Str data, bool end, Bytes *out, Error *err);

/// The zero value carries nothing. Must not be moved while it does.
typedef struct Pump {
    bool open;
    int reader, keeper, target;
    atomic_bool ending;
    PumpFilter filter;
    void *context; ///< the thread's alone until pump_end
    pthread_t thread;
    Error failure;
} Pump;

/// Makes the pipe `path` and appends to the file `target`.
MUST_CHECK bool pump_begin(Pump *pump, Str path, Str target, PumpFilter filter, void *context, Error *err);

/// Carries what is there and ends. For after the processes have ended; ones that still have the pipe open lose what they write.
MUST_CHECK bool pump_end(Pump *pump, Error *err);

/// As pump_end, whatever comes of it.
void pump_deinit(Pump *pump);

#endif
