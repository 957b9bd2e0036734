#include "sys/thread.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/memory.h"

typedef struct Parallel {
    ThreadTask task;
    void *context;
    size_t task_count;
    atomic_size_t next;
    atomic_bool failed;

    pthread_mutex_t lock; ///< of what follows
    size_t failed_index;
    Error error;
} Parallel;

/// Tasks are begun in order, so all below a failing one have begun too and will have their say.
static void parallel_fail(Parallel *parallel, size_t index, const Error *error)
{
    atomic_store(&parallel->failed, true);
    CHECK(pthread_mutex_lock(&parallel->lock) == 0);
    if (index < parallel->failed_index) {
        parallel->failed_index = index;
        parallel->error = *error;
    }
    CHECK(pthread_mutex_unlock(&parallel->lock) == 0);
}

static void *parallel_work(void *context)
{
    Parallel *parallel = context;
    while (!atomic_load(&parallel->failed)) {
        size_t index = atomic_fetch_add(&parallel->next, 1);
        if (index >= parallel->task_count) break;

        Error error = {0};
        if (!parallel->task(parallel->context, index, &error)) parallel_fail(parallel, index, &error);
    }
    return NULL;
}

/// As many as the system allows: fewer threads do the same work.
static size_t threads_start(pthread_t *threads, size_t count, Parallel *parallel)
{
    size_t started = 0;
    while (started < count && pthread_create(&threads[started], NULL, parallel_work, parallel) == 0) {
        started++;
    }
    return started;
}

/// `extra` threads beside the caller's.
static bool parallel_run(Parallel *parallel, size_t extra, Error *err)
{
    pthread_t *threads = memory_alloc_array(extra, sizeof(pthread_t), err);
    if (threads == NULL) return false;

    size_t started = threads_start(threads, extra, parallel);
    (void)parallel_work(parallel);
    for (size_t i = 0; i < started; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    memory_free(threads);
    return true;
}

bool thread_parallel_for(size_t task_count, size_t thread_count, ThreadTask task, void *context, Error *err)
{
    CHECK(thread_count >= 1 && thread_count <= THREAD_COUNT_MAX);
    if (task_count == 0) return true;

    Parallel parallel = {
        .task = task,
        .context = context,
        .task_count = task_count,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .failed_index = SIZE_MAX,
    };
    size_t useful = thread_count < task_count ? thread_count : task_count;
    TRY(parallel_run(&parallel, useful - 1, err));
    if (!atomic_load(&parallel.failed)) return true;
    return error_set(err, parallel.error.kind, "%s", parallel.error.text);
}
