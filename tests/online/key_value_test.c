#include "online/key_value.h"
#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const KeyValueKind *lmdb(void)
{
    return key_value_find(STR("lmdb"));
}

static KeyValue *opened(void **state, bool read_only)
{
    KeyValue *store = NULL;
    Error err = {0};
    ASSERT_OK(lmdb()->open(test_path(state, ""), read_only, &store, &err), err);
    return store;
}

static void put_all(KeyValueWrite *write, int first, int count, const char *value)
{
    Error err = {0};
    for (int i = first; i < first + count; i++) {
        char key[32];
        (void)snprintf(key, sizeof(key), "key-%06d", i);
        ASSERT_OK(lmdb()->put(write, str_from(key), str_from(value), &err), err);
    }
}

/// How many of the keys have this value; the rest must be absent.
static int count_all(KeyValue *store, int first, int count, const char *value)
{
    KeyValueRead *read = NULL;
    Error err = {0};
    int found = 0;
    ASSERT_OK(lmdb()->read_begin(store, &read, &err), err);
    for (int i = first; i < first + count; i++) {
        char key[32];
        Str actual = {0};
        (void)snprintf(key, sizeof(key), "key-%06d", i);
        ASSERT_OK(lmdb()->get(read, str_from(key), &actual, &err), err);
        assert_true(actual.data == NULL || str_equal(actual, str_from(value)));
        found += actual.data != NULL;
    }
    lmdb()->read_end(&read);
    return found;
}

static void unknown_kind_is_not_found(void **state)
{
    UNUSED(state);
    assert_null(key_value_find(STR("nothing")));
}

static void committed_values_are_read_back_after_reopening(void **state)
{
    KeyValue *store = opened(state, false);
    KeyValueWrite *write = NULL;
    Error err = {0};
    ASSERT_OK(lmdb()->write_begin(store, &write, &err), err);
    put_all(write, 0, 1000, "value");
    ASSERT_OK(lmdb()->commit(&write, &err), err);
    lmdb()->close(&store);
    store = opened(state, true);
    assert_int_equal(count_all(store, 0, 1000, "value"), 1000);
    assert_int_equal(count_all(store, 1000, 10, "value"), 0);
    lmdb()->close(&store);
}

static void abandoned_write_leaves_nothing(void **state)
{
    KeyValue *store = opened(state, false);
    KeyValueWrite *write = NULL;
    Error err = {0};
    ASSERT_OK(lmdb()->write_begin(store, &write, &err), err);
    put_all(write, 0, 100, "value");
    lmdb()->abandon(&write);
    assert_int_equal(count_all(store, 0, 100, "value"), 0);
    lmdb()->close(&store);
}

static void reader_keeps_the_state_that_it_began_with(void **state)
{
    KeyValue *store = opened(state, false);
    KeyValueWrite *write = NULL;
    KeyValueRead *read = NULL;
    Error err = {0};
    Str value = {0};
    ASSERT_OK(lmdb()->read_begin(store, &read, &err), err);
    ASSERT_OK(lmdb()->write_begin(store, &write, &err), err);
    put_all(write, 0, 1, "new");
    ASSERT_OK(lmdb()->commit(&write, &err), err);
    ASSERT_OK(lmdb()->get(read, STR("key-000000"), &value, &err), err);
    assert_null(value.data);
    lmdb()->read_end(&read);
    assert_int_equal(count_all(store, 0, 1, "new"), 1);
    lmdb()->close(&store);
}

static void prefix_is_removed_and_nothing_beside_it(void **state)
{
    KeyValue *store = opened(state, false);
    KeyValueWrite *write = NULL;
    Error err = {0};
    ASSERT_OK(lmdb()->write_begin(store, &write, &err), err);
    put_all(write, 0, 2000, "value");
    ASSERT_OK(lmdb()->remove_prefix(write, STR("key-0010"), &err), err);
    ASSERT_OK(lmdb()->remove_prefix(write, STR("zzz"), &err), err);
    ASSERT_OK(lmdb()->commit(&write, &err), err);
    assert_int_equal(count_all(store, 0, 1000, "value"), 1000);
    assert_int_equal(count_all(store, 1000, 100, "value"), 0);
    assert_int_equal(count_all(store, 1100, 900, "value"), 900);
    lmdb()->close(&store);
}

/// A writer that dies in the middle, again and again: the store holds all of a transaction or nothing of it.
static void writer_killed_at(void **state, const char *failpoint, int expected)
{
    pid_t child = fork();
    if (child == 0) {
        KeyValueWrite *write = NULL;
        Error err = {0};
        (void)setenv("PAWL_FAILPOINT", failpoint, 1);
        KeyValue *store = opened(state, false);
        if (lmdb()->write_begin(store, &write, &err)) put_all(write, 0, 5000, "value");
        (void)!lmdb()->commit(&write, &err);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    KeyValue *store = opened(state, false);
    assert_int_equal(count_all(store, 0, 5000, "value"), expected);
    lmdb()->close(&store);
}

static void killed_writer_leaves_all_or_nothing(void **state)
{
    writer_killed_at(state, "online.before_commit", 0);
    writer_killed_at(state, "online.after_commit", 5000);
}

static void missing_directory_is_a_storage_error(void **state)
{
    KeyValue *store = NULL;
    Error err = {0};
    ASSERT_FAILS(lmdb()->open(test_path(state, "nowhere"), false, &store, &err), err, ERROR_STORAGE, "nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_kind_is_not_found),
        TEST_IN_DIRECTORY(committed_values_are_read_back_after_reopening),
        TEST_IN_DIRECTORY(abandoned_write_leaves_nothing),
        TEST_IN_DIRECTORY(reader_keeps_the_state_that_it_began_with),
        TEST_IN_DIRECTORY(prefix_is_removed_and_nothing_beside_it),
        TEST_IN_DIRECTORY(killed_writer_leaves_all_or_nothing),
        TEST_IN_DIRECTORY(missing_directory_is_a_storage_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
