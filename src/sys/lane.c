#include "sys/lane.h"

#include <stddef.h>

void *lane_take(LanePool *pool)
{
    lock_enter(&pool->lock);
    Lane *lane = pool->idle;
    if (lane != NULL) pool->idle = lane->next;
    lock_leave(&pool->lock);
    return lane;
}

void lane_give(LanePool *pool, void *lane)
{
    Lane *given = lane;
    lock_enter(&pool->lock);
    given->next = pool->idle;
    pool->idle = given;
    lock_leave(&pool->lock);
}
