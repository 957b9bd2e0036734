#include "sys/disk.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"

static void assert_content(Str path, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ASSERT_OK(disk_read(disk_system(), path, 1000, &bytes, &err), err);
    ASSERT_STR(bytes_str(&bytes), expected);
}

static void write_text(Str path, const char *text)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), path, str_from(text), &err), err);
}

static size_t name_count(Str directory)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    ASSERT_OK(disk_list(disk_system(), directory, &arena, &names, &err), err);
    return names.count;
}

static void a_file_is_read_back_as_written(void **state)
{
    Str path = test_path(state, "file");
    write_text(path, "first");
    assert_content(path, "first");
    write_text(path, "");
    assert_content(path, "");
    assert_int_equal(name_count(test_path(state, "")), 1);
}

static void a_file_over_its_limit_is_refused(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {.limit = 77};
    Str path = test_path(state, "file");
    write_text(path, "12345");
    ASSERT_OK(disk_read(disk_system(), path, 5, &bytes, &err), err);
    assert_int_equal(bytes.limit, 77);
    ASSERT_FAILS(disk_read(disk_system(), path, 4, &bytes, &err), err, ERROR_DATA, "larger than 4 bytes");
    ASSERT_FAILS(disk_read(disk_system(), STR("/dev/zero"), 4000, &bytes, &err), err, ERROR_DATA, "larger than 4000");
    ASSERT_STR(bytes_str(&bytes), "12345");
}

static void a_missing_file_is_named(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str path = test_path(state, "missing");
    ASSERT_FAILS(disk_read(disk_system(), path, 10, &bytes, &err), err, ERROR_NOT_FOUND,
                 "missing': No such file or directory");
    ASSERT_FAILS(disk_remove_file(disk_system(), path, &err), err, ERROR_NOT_FOUND, "missing");
    assert_false(disk_exists(disk_system(), path));
    ASSERT_FAILS(disk_read(disk_system(), STR("a\0b"), 10, &bytes, &err), err, ERROR_USAGE, "zero byte");
}

/// Writes over an old file with one call failing; the old or the new content is there whole, and nothing beside it.
static void write_with_fault(void **state, FaultCall call, uint64_t nth, int number, bool *out_reached)
{
    Error err = {0};
    Str path = test_path(state, "file");
    write_text(path, "old content");

    AUTO(fault_disk_deinit) FaultDisk faults;
    fault_disk_init(&faults);
    faults.write_bytes_max = 4;
    fault_disk_fail(&faults, call, nth, number);
    bool done = disk_write_atomic(&faults.disk, path, STR("the new content"), &err);
    *out_reached = faults.counts[call] >= nth;

    assert_true(done != *out_reached);
    if (!done) test_error_matches(&err, ERROR_STORAGE, number == ENOSPC ? "disk full" : "Input/output error");
    // The directory's sync comes after the rename: then the new content stands, and the caller knows that it may not last.
    bool renamed = done || (call == FAULT_SYNC && nth == 2);
    assert_content(path, renamed ? "the new content" : "old content");
    assert_int_equal(name_count(test_path(state, "")), 1);
}

static void an_atomic_write_leaves_old_or_new_at_every_failure(void **state)
{
    static const FaultCall CALLS[] = {FAULT_OPEN, FAULT_WRITE, FAULT_SYNC, FAULT_CLOSE, FAULT_RENAME};
    static const int NUMBERS[] = {ENOSPC, EIO};
    for (size_t i = 0; i < COUNT_OF(CALLS) * COUNT_OF(NUMBERS); i++) {
        bool reached = true;
        uint64_t nth = 0;
        while (reached) {
            write_with_fault(state, CALLS[i / 2], ++nth, NUMBERS[i % 2], &reached);
        }
        assert_true(nth > 1);
    }
}

static void a_power_cut_leaves_old_or_new_at_every_moment(void **state)
{
    Str path = test_path(state, "file");
    bool done = false;
    uint64_t calls = 0;
    for (; !done; calls++) {
        AUTO(fault_disk_deinit) FaultDisk faults;
        AUTO(bytes_deinit) Bytes bytes = {0};
        Error err = {0};
        write_text(path, "old content");
        fault_disk_init(&faults);
        faults.write_bytes_max = 4;
        fault_disk_cut_power_after(&faults, calls);
        done = disk_write_atomic(&faults.disk, path, STR("the new content"), &err);
        fault_disk_lose_unsynced(&faults);
        ASSERT_OK(disk_read(disk_system(), path, 100, &bytes, &err), err);
        bool is_new = str_equal(bytes_str(&bytes), STR("the new content"));
        assert_true(is_new || (!done && str_equal(bytes_str(&bytes), STR("old content"))));
    }
    // Four writes, a sync, the rename and the directory's sync.
    assert_int_equal(calls, 8);
}

static void a_full_disk_says_so(void **state)
{
    Error err = {0};
    AUTO(fault_disk_deinit) FaultDisk faults;
    fault_disk_init(&faults);
    faults.capacity_left = 10;
    Str path = test_path(state, "file");
    ASSERT_FAILS(disk_write_atomic(&faults.disk, path, STR("more than ten bytes"), &err), err, ERROR_STORAGE,
                 "disk full");
    assert_int_equal(name_count(test_path(state, "")), 0);
}

static void a_listing_is_sorted(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    write_text(test_path(state, "b"), "");
    write_text(test_path(state, "a"), "");
    write_text(test_path(state, ".c"), "");
    ASSERT_OK(disk_list(disk_system(), test_path(state, ""), &arena, &names, &err), err);
    assert_int_equal(names.count, 3);
    ASSERT_STR(names.items[0], ".c");
    ASSERT_STR(names.items[2], "b");
    ASSERT_FAILS(disk_list(disk_system(), test_path(state, "a"), &arena, &names, &err), err, ERROR_NOT_FOUND,
                 "Not a directory");
}

static void a_stat_identifies_a_file(void **state)
{
    Error err = {0};
    DiskStat file = {0};
    DiskStat other = {0};
    DiskStat directory = {0};
    write_text(test_path(state, "file"), "12345");
    write_text(test_path(state, "other"), "12345");
    ASSERT_OK(disk_stat(disk_system(), test_path(state, "file"), &file, &err), err);
    ASSERT_OK(disk_stat(disk_system(), test_path(state, "other"), &other, &err), err);
    ASSERT_OK(disk_stat(disk_system(), test_path(state, ""), &directory, &err), err);
    assert_int_equal(file.size, 5);
    assert_false(file.is_directory);
    assert_true(directory.is_directory);
    assert_true(file.inode != other.inode);
    assert_true(file.mtime_ns > 0 && file.ctime_ns >= file.mtime_ns);
}

static void directories_are_made_with_their_parents(void **state)
{
    Error err = {0};
    Str path = test_path(state, "a//b/c/");
    ASSERT_OK(disk_make_directories(disk_system(), path, &err), err);
    ASSERT_OK(disk_make_directories(disk_system(), path, &err), err);
    assert_true(disk_exists(disk_system(), test_path(state, "a/b/c")));

    write_text(test_path(state, "file"), "");
    ASSERT_FAILS(disk_make_directories(disk_system(), test_path(state, "file"), &err), err, ERROR_CONFLICT,
                 "is not a directory");
    ASSERT_FAILS(disk_make_directories(disk_system(), test_path(state, "file/x"), &err), err, ERROR_NOT_FOUND,
                 "Not a directory");
}

static void a_rename_to_a_new_name_never_replaces(void **state)
{
    Error err = {0};
    write_text(test_path(state, "from"), "from");
    write_text(test_path(state, "to"), "to");
    ASSERT_FAILS(disk_rename_new(disk_system(), test_path(state, "from"), test_path(state, "to"), &err), err,
                 ERROR_CONFLICT, "File exists");
    assert_content(test_path(state, "to"), "to");
    ASSERT_OK(disk_rename_new(disk_system(), test_path(state, "from"), test_path(state, "new"), &err), err);
    ASSERT_OK(disk_rename(disk_system(), test_path(state, "new"), test_path(state, "to"), &err), err);
    assert_content(test_path(state, "to"), "from");
    ASSERT_FAILS(disk_rename(disk_system(), test_path(state, "from"), test_path(state, "to"), &err), err,
                 ERROR_NOT_FOUND, "from': cannot rename to");
}

typedef struct ReadWork {
    Str directory;
    Str path;
} ReadWork;

static bool read_and_list(void *context, Error *err)
{
    const ReadWork *work = context;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    DiskNames names = {0};
    TRY(disk_read(disk_system(), work->path, 100, &bytes, err));
    TRY(disk_glob(disk_system(), work->path, &arena, &names, err));
    return disk_list(disk_system(), work->directory, &arena, &names, err);
}

static void reading_survives_every_failed_allocation(void **state)
{
    ReadWork work = {test_path(state, ""), test_path(state, "file")};
    write_text(work.path, "content");
    for_each_allocation_failure(read_and_list, &work);
}

static void a_protected_file_has_no_write_bits(void **state)
{
    Error err = {0};
    Str path = test_path(state, "file");
    struct stat mode = {0};
    write_text(path, "kept");
    ASSERT_OK(disk_protect_file(disk_system(), path, &err), err);
    assert_int_equal(stat(path.data, &mode), 0);
    assert_int_equal(mode.st_mode & 0222, 0);
    assert_content(path, "kept");
}

static void links_and_special_files_are_told_apart(void **state)
{
    Error err = {0};
    DiskStat stat = {0};
    assert_int_equal(symlink("/dev/null", test_path(state, "link").data), 0);
    ASSERT_OK(disk_stat_link(disk_system(), test_path(state, "link"), &stat, &err), err);
    assert_true(stat.is_link && !stat.is_special);
    ASSERT_OK(disk_stat(disk_system(), test_path(state, "link"), &stat, &err), err);
    assert_true(stat.is_special && !stat.is_link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_protected_file_has_no_write_bits),
        TEST_IN_DIRECTORY(links_and_special_files_are_told_apart),
        TEST_IN_DIRECTORY(a_file_is_read_back_as_written),
        TEST_IN_DIRECTORY(a_file_over_its_limit_is_refused),
        TEST_IN_DIRECTORY(a_missing_file_is_named),
        TEST_IN_DIRECTORY(an_atomic_write_leaves_old_or_new_at_every_failure),
        TEST_IN_DIRECTORY(a_power_cut_leaves_old_or_new_at_every_moment),
        TEST_IN_DIRECTORY(a_full_disk_says_so),
        TEST_IN_DIRECTORY(a_listing_is_sorted),
        TEST_IN_DIRECTORY(a_stat_identifies_a_file),
        TEST_IN_DIRECTORY(directories_are_made_with_their_parents),
        TEST_IN_DIRECTORY(a_rename_to_a_new_name_never_replaces),
        TEST_IN_DIRECTORY(reading_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
