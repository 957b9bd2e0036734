#include "sys/disk_tree.h"

#include <errno.h>
#include <unistd.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"

/// tree/{a/b/file, a-b, link -> a}
static void make_tree(void **state)
{
    Error err = {0};
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, "tree/a/b"), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "tree/a/b/file"), STR("content"), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "tree/a-b"), STR(""), &err), err);
}

static void make_link(void **state)
{
    assert_int_equal(symlink(test_path(state, "tree/a").data, test_path(state, "tree/link").data), 0);
}

static void a_walk_gives_directories_before_what_is_in_them(void **state)
{
    static const char *const PATHS[] = {"a", "a-b", "a/b", "a/b/file", "link"};
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    DiskEntries entries = {0};
    make_tree(state);
    make_link(state);
    ASSERT_OK(disk_walk(disk_system(), test_path(state, "tree"), &arena, &entries, &err), err);
    assert_int_equal(entries.count, COUNT_OF(PATHS));
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        ASSERT_STR(entries.items[i].path, PATHS[i]);
    }
    assert_true(entries.items[0].stat.is_directory);
    assert_int_equal(entries.items[3].stat.size, 7);
    assert_true(entries.items[4].stat.is_link);
}

static void a_tree_is_removed_but_not_what_its_links_name(void **state)
{
    Error err = {0};
    make_tree(state);
    Str outside = test_path(state, "outside");
    ASSERT_OK(disk_write_atomic(disk_system(), outside, STR("kept"), &err), err);
    assert_int_equal(symlink(outside.data, test_path(state, "tree/link").data), 0);
    ASSERT_OK(disk_remove_tree(disk_system(), test_path(state, "tree"), &err), err);
    assert_false(disk_exists(disk_system(), test_path(state, "tree")));
    assert_true(disk_exists(disk_system(), outside));
    ASSERT_OK(disk_remove_tree(disk_system(), test_path(state, "tree"), &err), err);
    ASSERT_OK(disk_remove_tree(disk_system(), outside, &err), err);
    assert_false(disk_exists(disk_system(), outside));
}

static void a_deep_tree_is_removed_without_a_deep_stack(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes path = {0};
    ASSERT_OK(bytes_append_str(&path, test_path(state, "deep"), &err), err);
    for (size_t i = 0; i < 1500; i++) ASSERT_OK(bytes_append_str(&path, STR("/d"), &err), err);
    ASSERT_OK(disk_make_directories(disk_system(), bytes_str(&path), &err), err);
    ASSERT_OK(disk_remove_tree(disk_system(), test_path(state, "deep"), &err), err);
    assert_false(disk_exists(disk_system(), test_path(state, "deep")));
}

static void a_tree_is_synced_whole(void **state)
{
    Error err = {0};
    make_tree(state);
    make_link(state);
    AUTO(fault_disk_deinit) FaultDisk faults;
    fault_disk_init(&faults);
    ASSERT_OK(disk_sync_tree(&faults.disk, test_path(state, "tree"), &err), err);
    // Two files, two directories, and the root; not the link.
    assert_int_equal(faults.counts[FAULT_SYNC], 5);
    for (uint64_t nth = 1; nth <= 5; nth++) {
        fault_disk_fail(&faults, FAULT_SYNC, nth, EIO);
        ASSERT_FAILS(disk_sync_tree(&faults.disk, test_path(state, "tree"), &err), err, ERROR_STORAGE, "cannot sync");
    }
    ASSERT_OK(disk_sync_tree(disk_system(), test_path(state, "tree/a-b"), &err), err);
}

static void a_tree_is_copied_without_links(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    make_tree(state);
    ASSERT_OK(disk_copy_tree(disk_system(), test_path(state, "tree"), test_path(state, "copy"), &err), err);
    ASSERT_OK(disk_read(disk_system(), test_path(state, "copy/a/b/file"), 10, &bytes, &err), err);
    ASSERT_STR(bytes_str(&bytes), "content");
    ASSERT_FAILS(disk_copy_tree(disk_system(), test_path(state, "tree"), test_path(state, "copy"), &err), err,
                 ERROR_CONFLICT, "File exists");
    make_link(state);
    ASSERT_FAILS(disk_copy_tree(disk_system(), test_path(state, "tree"), test_path(state, "other"), &err), err,
                 ERROR_DATA, "is a link");
}

static bool walk_tree(void *context, Error *err)
{
    const Str *root = context;
    AUTO(arena_deinit) Arena arena = {0};
    DiskEntries entries = {0};
    return disk_walk(disk_system(), *root, &arena, &entries, err);
}

static void a_walk_survives_every_failed_allocation(void **state)
{
    make_tree(state);
    Str root = test_path(state, "tree");
    for_each_allocation_failure(walk_tree, &root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_walk_gives_directories_before_what_is_in_them),
        TEST_IN_DIRECTORY(a_tree_is_removed_but_not_what_its_links_name),
        TEST_IN_DIRECTORY(a_deep_tree_is_removed_without_a_deep_stack),
        TEST_IN_DIRECTORY(a_tree_is_synced_whole),
        TEST_IN_DIRECTORY(a_tree_is_copied_without_links),
        TEST_IN_DIRECTORY(a_walk_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
