#include "store/sweep.h"
#include "support/test.h"
#include "support/test_directory.h"

static void store_at(void **state, Store *out)
{
    Error err = {0};
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), clock_system(), out, &err), err);
}

static Digest object_make(Store *store, void **state, const char *text)
{
    Error err = {0};
    Digest digest = {0};
    Str path = test_path(state, ".pawl/attempts/made");
    ASSERT_OK(disk_write_atomic(disk_system(), path, str_from(text), &err), err);
    ASSERT_OK(object_commit(store, path, &digest, &err), err);
    return digest;
}

static size_t count_listed(Store *store, bool recorded)
{
    Error err = {0};
    Digest *digests = NULL;
    size_t count = 0;
    ASSERT_OK(recorded ? object_list_recorded(store, &store->arena, &digests, &count, &err)
                       : object_list(store, &store->arena, &digests, &count, &err),
              err);
    for (size_t i = 1; i < count; i++) assert_true(digest_compare(&digests[i - 1], &digests[i]) < 0);
    return count;
}

static void objects_are_listed_in_order_and_strangers_are_not(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    store_at(state, &store);
    static const char *const TEXTS[] = {"a", "b", "c"};
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) (void)object_make(&store, state, TEXTS[i]);
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, ".pawl/objects/note"), STR("x"), &err), err);
    assert_int_equal(count_listed(&store, false), 3);
    assert_int_equal(count_listed(&store, true), 3);
}

static void what_is_discarded_is_gone_at_once_and_its_bytes_later(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    store_at(state, &store);
    Digest digest = object_make(&store, state, "rows");
    ASSERT_OK(transaction_begin(store.database, &err), err);
    ASSERT_OK(object_discard(&store, &digest, &err), err);
    ASSERT_OK(transaction_commit(store.database, &err), err);
    assert_int_equal(count_listed(&store, false), 0);
    assert_int_equal(count_listed(&store, true), 0);
    assert_true(disk_exists(disk_system(), test_path(state, ".pawl/trash")));
    ASSERT_OK(store_empty_trash(&store, &err), err);
    assert_false(disk_exists(disk_system(), test_path(state, ".pawl/trash")));
    ASSERT_OK(store_empty_trash(&store, &err), err);
    ASSERT_OK(store_discard(&store, test_path(state, ".pawl/attempts/none"), &err), err);
}

static void what_is_set_aside_is_not_found_and_can_be_made_again(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    store_at(state, &store);
    Digest digest = object_make(&store, state, "rows");
    ASSERT_OK(transaction_begin(store.database, &err), err);
    ASSERT_OK(object_set_aside(&store, &digest, &err), err);
    ASSERT_OK(transaction_commit(store.database, &err), err);
    assert_false(object_is_intact(&store, &digest));
    assert_int_equal(count_listed(&store, false), 0);
    Digest again = object_make(&store, state, "rows");
    assert_true(digest_equal(&digest, &again));
    assert_true(object_is_intact(&store, &digest));
    ASSERT_OK(store_discard_damaged(&store, INT64_MAX, &err), err);
    assert_int_equal(count_listed(&store, false), 1);
}

static void files_and_trees_are_measured_and_nothing_is_zero(void **state)
{
    Error err = {0};
    uint64_t bytes = 7;
    AUTO(store_deinit) Store store = {0};
    store_at(state, &store);
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, "tree/deep"), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "tree/deep/a"), STR("12345"), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "tree/b"), STR("123"), &err), err);
    ASSERT_OK(store_measure(&store, test_path(state, "tree"), &bytes, &err), err);
    assert_int_equal(bytes, 8);
    ASSERT_OK(store_measure(&store, test_path(state, "tree/b"), &bytes, &err), err);
    assert_int_equal(bytes, 3);
    ASSERT_OK(store_measure(&store, test_path(state, "none"), &bytes, &err), err);
    assert_int_equal(bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(objects_are_listed_in_order_and_strangers_are_not),
        TEST_IN_DIRECTORY(what_is_discarded_is_gone_at_once_and_its_bytes_later),
        TEST_IN_DIRECTORY(what_is_set_aside_is_not_found_and_can_be_made_again),
        TEST_IN_DIRECTORY(files_and_trees_are_measured_and_nothing_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
