/// Time as a parameter, so that a test can hold it still.
///
/// A Clock is borrowed by whoever is handed one; clock_system() lives for ever and may be used from any thread.
#ifndef PAWL_SYS_CLOCK_H
#define PAWL_SYS_CLOCK_H

#include "base/base.h"

typedef struct ClockTable {
    int64_t (*now_us)(void *context);
    uint64_t (*monotonic_ns)(void *context);
    void (*sleep_us)(void *context, uint64_t duration_us);
} ClockTable;

typedef struct Clock {
    const ClockTable *table;
    void *context;
} Clock;

const Clock *clock_system(void);

/// Wall time: microseconds since 1970 UTC. May jump.
int64_t clock_now_us(const Clock *clock);

/// For durations and deadlines: never goes back, from an arbitrary start.
uint64_t clock_monotonic_ns(const Clock *clock);

/// A test clock does not wait but moves on.
void clock_sleep_us(const Clock *clock, uint64_t duration_us);

#endif
