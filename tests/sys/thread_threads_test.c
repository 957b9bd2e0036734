#include "support/test.h"
#include "sys/clock.h"
#include "sys/thread.h"

enum { TASK_COUNT = 2000 };

static bool square(void *context, size_t index, Error *err)
{
    UNUSED(err);
    uint64_t *squares = context;
    squares[index] = (uint64_t)index * index;
    return true;
}

static void results_are_the_same_for_any_number_of_threads(void **state)
{
    UNUSED(state);
    static uint64_t squares[TASK_COUNT];
    for (size_t thread_count = 1; thread_count <= 8; thread_count++) {
        Error err = {0};
        memset(squares, 0, sizeof(squares));
        ASSERT_OK(thread_parallel_for(TASK_COUNT, thread_count, square, squares, &err), err);
        for (size_t i = 0; i < TASK_COUNT; i++) {
            assert_true(squares[i] == (uint64_t)i * i);
        }
    }
}

/// Every third task fails, the low ones late.
static bool fail_in_disorder(void *context, size_t index, Error *err)
{
    UNUSED(context);
    if (index % 3 != 2) return true;
    if (index < 6) clock_sleep_us(clock_system(), 3000);
    return error_set(err, ERROR_DATA, "task %zu", index);
}

static void the_lowest_failing_task_gives_the_error(void **state)
{
    UNUSED(state);
    for (size_t thread_count = 1; thread_count <= 8; thread_count++) {
        Error err = {0};
        ASSERT_FAILS(thread_parallel_for(TASK_COUNT, thread_count, fail_in_disorder, NULL, &err), err, ERROR_DATA,
                     "task 2");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_the_same_for_any_number_of_threads),
        cmocka_unit_test(the_lowest_failing_task_gives_the_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
