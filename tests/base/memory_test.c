#include "base/memory.h"
#include "support/test.h"

static void memory_is_zeroed_and_never_null(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint8_t *bytes = memory_alloc(100, &err);
    assert_non_null(bytes);
    for (size_t i = 0; i < 100; i++) assert_int_equal(bytes[i], 0);
    memory_free(bytes);

    void *nothing = memory_alloc(0, &err);
    assert_non_null(nothing);
    memory_free(nothing);
    memory_free(NULL);
}

static void memory_of_an_overflowing_array_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    assert_null(memory_alloc_array(SIZE_MAX / 2, 3, &err));
    assert_int_equal(err.kind, ERROR_MEMORY);
    int *items = memory_alloc_array(3, sizeof(int), &err);
    assert_non_null(items);
    memory_free(items);
}

static void memory_failure_leaves_the_old_block_alone(void **state)
{
    UNUSED(state);
    Error err = {0};
    char *text = memory_alloc(4, &err);
    assert_non_null(text);
    memcpy(text, "abc", 4);

    memory_fail_at(1);
    assert_null(memory_realloc(text, 100, &err));
    memory_fail_at(0);
    assert_int_equal(err.kind, ERROR_MEMORY);
    assert_string_equal(text, "abc");

    char *grown = memory_realloc(text, 100, &err);
    assert_non_null(grown);
    assert_string_equal(grown, "abc");
    memory_free(grown);
}

static void memory_fails_once_at_the_chosen_allocation(void **state)
{
    UNUSED(state);
    Error err = {0};
    memory_fail_at(2);
    void *first = memory_alloc(1, &err);
    void *second = memory_alloc(1, &err);
    void *third = memory_alloc(1, &err);
    assert_int_equal(memory_alloc_count(), 3);
    memory_fail_at(0);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    memory_free(first);
    memory_free(third);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_never_null),
        cmocka_unit_test(memory_of_an_overflowing_array_is_refused),
        cmocka_unit_test(memory_failure_leaves_the_old_block_alone),
        cmocka_unit_test(memory_fails_once_at_the_chosen_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
