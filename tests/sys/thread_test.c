#include "sys/thread.h"

#include "support/test.h"

static bool add_one(void *context, size_t index, Error *err)
{
    UNUSED(err);
    int *counts = context;
    counts[index]++;
    return true;
}

static void every_task_runs_once(void **state)
{
    UNUSED(state);
    Error err = {0};
    int counts[100] = {0};
    ASSERT_OK(thread_parallel_for(100, 1, add_one, counts, &err), err);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(counts[i], 1);
    }
}

static void no_task_is_no_work(void **state)
{
    UNUSED(state);
    Error err = {0};
    ASSERT_OK(thread_parallel_for(0, 8, add_one, NULL, &err), err);
}

static bool fail_from_seven(void *context, size_t index, Error *err)
{
    size_t *last = context;
    *last = index;
    return index < 7 || error_set(err, ERROR_DATA, "task %zu", index);
}

static void one_thread_stops_at_the_first_failure(void **state)
{
    UNUSED(state);
    Error err = {0};
    size_t last = 0;
    ASSERT_FAILS(thread_parallel_for(100, 1, fail_from_seven, &last, &err), err, ERROR_DATA, "task 7");
    assert_int_equal(last, 7);
}

static bool run_tasks(void *context, Error *err)
{
    int counts[10] = {0};
    UNUSED(context);
    return thread_parallel_for(10, 2, add_one, counts, err);
}

static void threads_survive_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(run_tasks, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_once),
        cmocka_unit_test(no_task_is_no_work),
        cmocka_unit_test(one_thread_stops_at_the_first_failure),
        cmocka_unit_test(threads_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
