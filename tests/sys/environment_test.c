#include "sys/environment.h"

#include <stdlib.h>

#include "support/test.h"
#include "sys/disk.h"

static void a_variable_that_is_not_set_is_empty(void **state)
{
    UNUSED(state);
    assert_int_equal(setenv("PAWL_TEST_VARIABLE", "value", 1), 0);
    ASSERT_STR(environment_get("PAWL_TEST_VARIABLE"), "value");
    assert_int_equal(unsetenv("PAWL_TEST_VARIABLE"), 0);
    assert_int_equal(environment_get("PAWL_TEST_VARIABLE").size, 0);
}

static void a_default_gives_way_to_what_is_set(void **state)
{
    UNUSED(state);
    environment_set_default("PAWL_TEST_VARIABLE", "first");
    ASSERT_STR(environment_get("PAWL_TEST_VARIABLE"), "first");
    environment_set_default("PAWL_TEST_VARIABLE", "second");
    ASSERT_STR(environment_get("PAWL_TEST_VARIABLE"), "first");
    assert_int_equal(unsetenv("PAWL_TEST_VARIABLE"), 0);
}

static void the_environment_is_listed_in_order(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str *items = NULL;
    size_t count = 0;
    assert_int_equal(setenv("PAWL_TEST_VARIABLE", "value", 1), 0);
    ASSERT_OK(environment_list(&arena, &items, &count, &err), err);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) assert_true(str_compare(items[i - 1], items[i]) <= 0);
        found = found || str_equal(items[i], STR("PAWL_TEST_VARIABLE=value"));
    }
    assert_true(found);
}

static void the_executable_is_this_one(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    ASSERT_OK(environment_executable(&arena, &path, &err), err);
    assert_true(str_starts(path, STR("/")));
    assert_true(str_ends(path, STR("environment_test")));
    ASSERT_OK(environment_directory(&arena, &path, &err), err);
    assert_true(disk_exists(disk_system(), path));
    ASSERT_OK(environment_host_name(&arena, &path, &err), err);
    assert_true(path.size > 0);
}

static void the_machine_has_processors_and_memory(void **state)
{
    UNUSED(state);
    assert_true(environment_cpu_count() >= 1);
    assert_true(environment_memory_bytes() > (uint64_t)1 << 24);
}

static void a_file_is_no_terminal(void **state)
{
    UNUSED(state);
    FILE *stream = tmpfile();
    assert_non_null(stream);
    assert_false(terminal_is(stream));
    assert_int_equal(terminal_width(stream, 77), 77);
    assert_int_equal(terminal_height(stream, 7), 7);
    assert_int_equal(fclose(stream), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_variable_that_is_not_set_is_empty),   cmocka_unit_test(a_default_gives_way_to_what_is_set),
        cmocka_unit_test(the_environment_is_listed_in_order),    cmocka_unit_test(the_executable_is_this_one),
        cmocka_unit_test(the_machine_has_processors_and_memory), cmocka_unit_test(a_file_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
