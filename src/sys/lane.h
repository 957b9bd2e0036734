/// Places to work in, each used by one thread at a time and handed on with what is in it: for work that comes in pieces on threads
/// that are not ours to number.
#ifndef PAWL_SYS_LANE_H
#define PAWL_SYS_LANE_H

#include "sys/lock.h"

/// The first member of what is pooled.
typedef struct Lane {
    struct Lane *next;
} Lane;

/// Those that nobody uses. Initialised with LANE_POOL_INIT; does not own them.
typedef struct LanePool {
    Lock lock;
    Lane *idle;
} LanePool;

#define LANE_POOL_INIT                                                                                                 \
    {                                                                                                                  \
        .lock = LOCK_INIT                                                                                              \
    }

/// NULL when all are in use: time to make another.
void *lane_take(LanePool *pool);
void lane_give(LanePool *pool, void *lane);

#endif
