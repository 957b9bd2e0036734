#include "base/array.h"
#include "support/test.h"

typedef ARRAY_OF(int) IntArray;

static void array_grows_and_zeroes_new_items(void **state)
{
    UNUSED(state);
    Error err = {0};
    IntArray array = {0};
    for (int i = 0; i < 1000; i++) {
        ASSERT_OK(ARRAY_PUSH(&array, i, &err), err);
    }
    assert_int_equal(array.count, 1000);
    assert_int_equal(array.items[999], 999);
    assert_true(array.capacity >= 1000 && array.capacity <= 2048);
    assert_int_equal(array.items[array.capacity - 1], 0);
    memory_free(array.items);
}

static void array_too_large_for_memory_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    IntArray array = {0};
    ASSERT_FAILS(array_reserve(&array.items, &array.capacity, SIZE_MAX / 2, sizeof(int), &err), err, ERROR_MEMORY, "");
    assert_null(array.items);
}

static bool push_many(void *context, Error *err)
{
    UNUSED(context);
    IntArray array = {0};
    bool done = true;
    for (int i = 0; done && i < 100; i++) {
        done = ARRAY_PUSH(&array, i, err);
    }
    memory_free(array.items);
    return done;
}

static void array_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(push_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(array_grows_and_zeroes_new_items),
        cmocka_unit_test(array_too_large_for_memory_is_refused),
        cmocka_unit_test(array_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
