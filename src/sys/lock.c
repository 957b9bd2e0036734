#include "sys/lock.h"

#include "base/base.h"

void lock_enter(Lock *lock)
{
    CHECK(pthread_mutex_lock(&lock->mutex) == 0);
}

void lock_leave(Lock *lock)
{
    CHECK(pthread_mutex_unlock(&lock->mutex) == 0);
}
