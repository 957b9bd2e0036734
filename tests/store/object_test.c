#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"
#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"

static void open_store(void **state, const Disk *disk, Store *out)
{
    Error err = {0};
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk, clock_system(), out, &err), err);
}

static Str write_text(void **state, const char *name, const char *text)
{
    Error err = {0};
    Str path = test_path(state, name);
    ASSERT_OK(disk_make_directories(disk_system(), path_directory(path), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), path, str_from(text), &err), err);
    return path;
}

/// A tree with a nested file, under .pawl/attempts.
static Str write_tree(void **state, const char *name, const char *text)
{
    char file[200];
    (void)snprintf(file, sizeof(file), ".pawl/attempts/%s/deep/rows", name);
    (void)write_text(state, file, text);
    (void)snprintf(file, sizeof(file), ".pawl/attempts/%s/manifest", name);
    (void)write_text(state, file, "one");
    (void)snprintf(file, sizeof(file), ".pawl/attempts/%s", name);
    return test_path(state, file);
}

static Digest commit(Store *store, Str path)
{
    Error err = {0};
    Digest digest = {0};
    ASSERT_OK(object_commit(store, path, &digest, &err), err);
    return digest;
}

static Str object_at(Store *store, const Digest *digest)
{
    Error err = {0};
    Str path = {0};
    ASSERT_OK(object_path(store, digest, &store->arena, &path, &err), err);
    return path;
}

static Str inside(Store *store, const Digest *digest, const char *name)
{
    Error err = {0};
    Str path = {0};
    ASSERT_OK(path_join(&store->arena, object_at(store, digest), str_from(name), &path, &err), err);
    return path;
}

static void overwrite(Str path, const char *text)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), path, str_from(text), &err), err);
}

static void a_committed_tree_is_found_and_intact(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Str path = write_tree(state, "1", "rows");
    Digest before = {0};
    ASSERT_OK(object_digest(disk_system(), path, &before, &err), err);

    Digest digest = commit(&store, path);
    assert_true(digest_equal(&before, &digest));
    assert_false(disk_exists(disk_system(), path));
    assert_true(disk_exists(disk_system(), inside(&store, &digest, "deep/rows")));
    assert_true(object_is_intact(&store, &digest));
    ASSERT_OK(object_verify(&store, &digest, &err), err);
}

static void a_committed_file_is_read_only(void **state)
{
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Digest digest = commit(&store, write_text(state, ".pawl/attempts/file", "model"));
    struct stat mode = {0};
    assert_int_equal(stat(object_at(&store, &digest).data, &mode), 0);
    assert_int_equal(mode.st_mode & 0222, 0);
    assert_true(object_is_intact(&store, &digest));
}

static void the_digest_is_of_names_and_contents_only(void **state)
{
    Error err = {0};
    Digest left = {0};
    Digest right = {0};
    Str first = write_tree(state, "1", "rows");
    Str second = write_tree(state, "2", "rows");
    struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, test_path(state, ".pawl/attempts/2/manifest").data, old, 0), 0);
    ASSERT_OK(object_digest(disk_system(), first, &left, &err), err);
    ASSERT_OK(object_digest(disk_system(), second, &right, &err), err);
    assert_true(digest_equal(&left, &right));

    overwrite(test_path(state, ".pawl/attempts/2/manifest"), "two");
    ASSERT_OK(object_digest(disk_system(), second, &right, &err), err);
    assert_false(digest_equal(&left, &right));
}

static void moving_bytes_between_files_changes_the_digest(void **state)
{
    Error err = {0};
    Digest left = {0};
    Digest right = {0};
    (void)write_text(state, "a/1", "xy");
    (void)write_text(state, "a/2", "");
    (void)write_text(state, "b/1", "x");
    (void)write_text(state, "b/2", "y");
    ASSERT_OK(object_digest(disk_system(), test_path(state, "a"), &left, &err), err);
    ASSERT_OK(object_digest(disk_system(), test_path(state, "b"), &right, &err), err);
    assert_false(digest_equal(&left, &right));
}

static void the_same_content_again_is_one_object(void **state)
{
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Digest first = commit(&store, write_tree(state, "1", "rows"));
    Str again = write_tree(state, "2", "rows");
    Digest second = commit(&store, again);
    assert_true(digest_equal(&first, &second));
    assert_false(disk_exists(disk_system(), again));
    assert_true(object_is_intact(&store, &first));
}

static void an_altered_object_is_not_intact(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Digest digest = commit(&store, write_tree(state, "1", "rows"));
    overwrite(inside(&store, &digest, "deep/rows"), "rowz");
    assert_false(object_is_intact(&store, &digest));
    ASSERT_FAILS(object_verify(&store, &digest, &err), err, ERROR_DATA, "damaged");
}

static void a_deleted_object_is_not_intact(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Digest digest = commit(&store, write_tree(state, "1", "rows"));
    ASSERT_OK(disk_remove_file(disk_system(), inside(&store, &digest, "manifest"), &err), err);
    assert_false(object_is_intact(&store, &digest));
    ASSERT_OK(disk_remove_tree(disk_system(), object_at(&store, &digest), &err), err);
    assert_false(object_is_intact(&store, &digest));
    ASSERT_FAILS(object_verify(&store, &digest, &err), err, ERROR_NOT_FOUND, "not in the store");
}

static void a_damaged_object_is_replaced_when_made_again(void **state)
{
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Digest digest = commit(&store, write_tree(state, "1", "rows"));
    overwrite(inside(&store, &digest, "manifest"), "two");
    Digest again = commit(&store, write_tree(state, "2", "rows"));
    assert_true(digest_equal(&digest, &again));
    ASSERT_OK(object_verify(&store, &digest, &err), err);
    assert_true(object_is_intact(&store, &digest));
}

static void a_link_is_refused(void **state)
{
    Error err = {0};
    Digest digest = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Str path = write_tree(state, "1", "rows");
    assert_int_equal(symlink("/etc/passwd", test_path(state, ".pawl/attempts/1/link").data), 0);
    ASSERT_FAILS(object_commit(&store, path, &digest, &err), err, ERROR_DATA, "link");
    assert_true(disk_exists(disk_system(), path));
}

static void a_pipe_is_refused_and_not_waited_for(void **state)
{
    Error err = {0};
    Digest digest = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    assert_int_equal(mkfifo(test_path(state, ".pawl/attempts/pipe").data, 0600), 0);
    ASSERT_FAILS(object_commit(&store, test_path(state, ".pawl/attempts/pipe"), &digest, &err), err, ERROR_DATA,
                 "neither");
}

static void placing_twice_is_placing_once(void **state)
{
    Error err = {0};
    Digest digest = {0};
    AUTO(store_deinit) Store store = {0};
    open_store(state, disk_system(), &store);
    Str path = write_tree(state, "1", "rows");
    ASSERT_OK(object_stage(&store, path, &digest, &err), err);
    ASSERT_OK(object_place(&store, path, &digest, &err), err);
    ASSERT_OK(object_place(&store, path, &digest, &err), err);
    assert_false(object_is_intact(&store, &digest));
    ASSERT_OK(object_record(&store, &digest, &err), err);
    assert_true(object_is_intact(&store, &digest));
}

/// Every single fsync failing once: never a success that was not synced, and always a store that goes on.
static void a_failed_sync_is_never_a_success(void **state)
{
    Error err = {0};
    FaultDisk faults;
    fault_disk_init(&faults);
    AUTO(store_deinit) Store store = {0};
    open_store(state, &faults.disk, &store);
    bool failed = true;
    for (uint64_t nth = 1; failed; nth++) {
        char name[16];
        char text[16];
        (void)snprintf(name, sizeof(name), "%d", (int)nth);
        (void)snprintf(text, sizeof(text), "rows %d", (int)nth);
        Str path = write_tree(state, name, text);
        Digest digest = {0};
        fault_disk_fail(&faults, FAULT_SYNC, nth, EIO);
        failed = !object_commit(&store, path, &digest, &err);
        fault_disk_fail(&faults, FAULT_SYNC, 0, 0);
        if (!failed) assert_true(nth > 4);
        if (failed) {
            test_error_matches(&err, ERROR_STORAGE, "sync");
            ASSERT_OK(object_digest(disk_system(), write_tree(state, "again", text), &digest, &err), err);
            assert_false(object_is_intact(&store, &digest));
            Digest again = commit(&store, test_path(state, ".pawl/attempts/again"));
            assert_true(digest_equal(&digest, &again));
            assert_true(object_is_intact(&store, &digest));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_committed_tree_is_found_and_intact),
        TEST_IN_DIRECTORY(a_committed_file_is_read_only),
        TEST_IN_DIRECTORY(the_digest_is_of_names_and_contents_only),
        TEST_IN_DIRECTORY(moving_bytes_between_files_changes_the_digest),
        TEST_IN_DIRECTORY(the_same_content_again_is_one_object),
        TEST_IN_DIRECTORY(an_altered_object_is_not_intact),
        TEST_IN_DIRECTORY(a_deleted_object_is_not_intact),
        TEST_IN_DIRECTORY(a_damaged_object_is_replaced_when_made_again),
        TEST_IN_DIRECTORY(a_link_is_refused),
        TEST_IN_DIRECTORY(a_pipe_is_refused_and_not_waited_for),
        TEST_IN_DIRECTORY(placing_twice_is_placing_once),
        TEST_IN_DIRECTORY(a_failed_sync_is_never_a_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
