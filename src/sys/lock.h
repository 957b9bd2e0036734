/// Mutual exclusion between threads. Held for moments: nothing that waits is done under a Lock.
#ifndef PAWL_SYS_LOCK_H
#define PAWL_SYS_LOCK_H

#include <pthread.h>

/// Initialised with LOCK_INIT; owns nothing.
typedef struct Lock {
    pthread_mutex_t mutex;
} Lock;

#define LOCK_INIT                                                                                                      \
    {                                                                                                                  \
        PTHREAD_MUTEX_INITIALIZER                                                                                      \
    }

void lock_enter(Lock *lock);
void lock_leave(Lock *lock);

#endif
