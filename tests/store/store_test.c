#include "store/store.h"

#include "support/test.h"
#include "support/test_directory.h"

static void open_store(void **state, Store *out)
{
    Error err = {0};
    ASSERT_OK(store_open(test_path(state, "here/.pawl"), disk_system(), clock_system(), out, &err), err);
}

static void a_new_store_has_its_directories(void **state)
{
    AUTO(store_deinit) Store store = {0};
    open_store(state, &store);
    assert_true(disk_exists(disk_system(), test_path(state, "here/.pawl/objects")));
    assert_true(disk_exists(disk_system(), test_path(state, "here/.pawl/attempts")));
    assert_true(disk_exists(disk_system(), test_path(state, "here/.pawl/checkpoints")));
    assert_true(disk_exists(disk_system(), test_path(state, "here/.pawl/pawl.db")));
}

static void what_one_opener_commits_another_sees(void **state)
{
    Error err = {0};
    Digest digest = {0};
    AUTO(store_deinit) Store first = {0};
    AUTO(store_deinit) Store second = {0};
    open_store(state, &first);
    open_store(state, &second);
    Str path = test_path(state, "here/.pawl/attempts/file");
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("content"), &err), err);
    ASSERT_OK(object_commit(&first, path, &digest, &err), err);
    assert_true(object_is_intact(&second, &digest));
}

static void a_place_that_cannot_be_made_is_named(void **state)
{
    Error err = {0};
    Store store = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "file"), STR(""), &err), err);
    ASSERT_FAILS(store_open(test_path(state, "file/.pawl"), disk_system(), clock_system(), &store, &err), err,
                 ERROR_NOT_FOUND, "store ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_new_store_has_its_directories),
        TEST_IN_DIRECTORY(what_one_opener_commits_another_sees),
        TEST_IN_DIRECTORY(a_place_that_cannot_be_made_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
