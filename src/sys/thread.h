/// Independent pieces of work on several threads, with an outcome that does not depend on which thread was faster.
#ifndef PAWL_SYS_THREAD_H
#define PAWL_SYS_THREAD_H

#include "base/error.h"

enum { THREAD_COUNT_MAX = 1024 };

/// One piece; writes only what belongs to `index`.
typedef bool (*ThreadTask)(void *context, size_t index, Error *err);

/// Runs task 0 .. task_count - 1, begun in this order, on `thread_count` threads (1 .. THREAD_COUNT_MAX; the caller's is
/// one of them). After a failure no further task is begun; the error is that of the lowest failing index, whatever the
/// number of threads.
MUST_CHECK bool thread_parallel_for(size_t task_count, size_t thread_count, ThreadTask task, void *context, Error *err);

#endif
