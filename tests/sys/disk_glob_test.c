#include <errno.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"

static void make_files(void **state)
{
    static const char *const FILES[] = {"a/1.csv", "a/2.csv", "a/3.txt", "b/c/4.csv", "b/.git/5.csv", "top.csv"};
    Error err = {0};
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        Str path = test_path(state, FILES[i]);
        ASSERT_OK(disk_make_directories(disk_system(), path_directory(path), &err), err);
        ASSERT_OK(disk_write_atomic(disk_system(), path, STR(""), &err), err);
    }
}

/// `expected` are the matches, each after a space, under the test's directory.
static void assert_glob(void **state, const char *pattern, const char *expected)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes found = {0};
    DiskNames paths = {0};
    ASSERT_OK(disk_glob(disk_system(), test_path(state, pattern), &arena, &paths, &err), err);
    for (size_t i = 0; i < paths.count; i++) {
        Str path = str_slice(paths.items[i], test_path(state, "").size + 1, SIZE_MAX);
        ASSERT_OK(bytes_append_format(&found, &err, " %.*s", STR_ARG(path)), err);
    }
    ASSERT_STR(bytes_str(&found), expected);
}

static void a_glob_gives_existing_paths_in_order(void **state)
{
    make_files(state);
    assert_glob(state, "a/*.csv", " a/1.csv a/2.csv");
    assert_glob(state, "*/?.csv", " a/1.csv a/2.csv");
    assert_glob(state, "a/[13].*", " a/1.csv a/3.txt");
    assert_glob(state, "a//3.txt", " a/3.txt");
    assert_glob(state, "missing.csv", "");
    assert_glob(state, "missing/*.csv", "");
    assert_glob(state, "top.csv/*", "");
    assert_glob(state, "a/9*", "");
}

static void two_stars_are_any_directories_also_none(void **state)
{
    make_files(state);
    assert_glob(state, "**/*.csv", " a/1.csv a/2.csv b/c/4.csv top.csv");
    assert_glob(state, "**/**/4.csv", " b/c/4.csv");
    assert_glob(state, "b/**", " b/c b/c/4.csv");
    assert_glob(state, "b/.git/*", " b/.git/5.csv");
}

static void a_relative_glob_stays_relative(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames paths = {0};
    ASSERT_OK(disk_glob(disk_system(), STR("*"), &arena, &paths, &err), err);
    for (size_t i = 0; i < paths.count; i++) {
        assert_int_equal(str_find(paths.items[i], '/'), paths.items[i].size);
    }
}

static void a_directory_that_cannot_be_listed_is_named(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames paths = {0};
    AUTO(fault_disk_deinit) FaultDisk faults;
    make_files(state);
    fault_disk_init(&faults);
    fault_disk_fail(&faults, FAULT_LIST, 1, EACCES);
    ASSERT_FAILS(disk_glob(&faults.disk, test_path(state, "a/*"), &arena, &paths, &err), err, ERROR_STORAGE,
                 "a/*': cannot list");
}

static bool glob_files(void *context, Error *err)
{
    const Str *pattern = context;
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames paths = {0};
    return disk_glob(disk_system(), *pattern, &arena, &paths, err);
}

static void a_glob_survives_every_failed_allocation(void **state)
{
    make_files(state);
    Str pattern = test_path(state, "**/*.csv");
    for_each_allocation_failure(glob_files, &pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_glob_gives_existing_paths_in_order),
        TEST_IN_DIRECTORY(two_stars_are_any_directories_also_none),
        TEST_IN_DIRECTORY(a_relative_glob_stays_relative),
        TEST_IN_DIRECTORY(a_directory_that_cannot_be_listed_is_named),
        TEST_IN_DIRECTORY(a_glob_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
