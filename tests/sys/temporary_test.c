#include "sys/temporary.h"

#include <sys/stat.h>

#include "support/test.h"
#include "support/test_directory.h"

static void a_temporary_directory_goes_with_all_in_it(void **state)
{
    Error err = {0};
    Str file = test_path(state, "link");
    TemporaryDirectory directory = {0};
    ASSERT_OK(temporary_directory_init(&directory, disk_system(), test_path(state, ""), &err), err);

    AUTO(arena_deinit) Arena arena = {0};
    Str nested = {0};
    ASSERT_OK(path_join(&arena, temporary_directory_path(&directory), STR("a/b"), &nested, &err), err);
    ASSERT_OK(disk_make_directories(disk_system(), nested, &err), err);
    assert_true(disk_exists(disk_system(), nested));

    struct stat stat_now = {0};
    assert_int_equal(stat(directory.path, &stat_now), 0);
    assert_int_equal(stat_now.st_mode & 0777, 0700);

    temporary_directory_deinit(&directory);
    assert_false(disk_exists(disk_system(), nested));
    assert_false(disk_exists(disk_system(), file));
    temporary_directory_deinit(&directory);
}

static void a_missing_parent_is_named(void **state)
{
    Error err = {0};
    TemporaryDirectory directory = {0};
    ASSERT_FAILS(temporary_directory_init(&directory, disk_system(), test_path(state, "missing"), &err), err,
                 ERROR_NOT_FOUND, "missing");
    temporary_directory_deinit(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_temporary_directory_goes_with_all_in_it),
        TEST_IN_DIRECTORY(a_missing_parent_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
