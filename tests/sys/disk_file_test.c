#include "sys/disk_file.h"

#include <errno.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"

static void write_file(Str path, DiskMode mode, Str text)
{
    Error err = {0};
    AUTO(disk_file_deinit) DiskFile file = {0};
    ASSERT_OK(disk_file_open(disk_system(), path, mode, &file, &err), err);
    ASSERT_OK(disk_file_write(&file, text, &err), err);
    ASSERT_OK(disk_file_close(&file, &err), err);
}

static void assert_content(Str path, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ASSERT_OK(disk_read(disk_system(), path, 1000, &bytes, &err), err);
    ASSERT_STR(bytes_str(&bytes), expected);
}

static void each_mode_treats_what_is_there_its_own_way(void **state)
{
    Error err = {0};
    AUTO(disk_file_deinit) DiskFile file = {0};
    Str path = test_path(state, "file");
    ASSERT_FAILS(disk_file_open(disk_system(), path, DISK_UPDATE, &file, &err), err, ERROR_NOT_FOUND, "file");
    write_file(path, DISK_CREATE_NEW, STR("12345"));
    ASSERT_FAILS(disk_file_open(disk_system(), path, DISK_CREATE_NEW, &file, &err), err, ERROR_CONFLICT, "File exists");
    write_file(path, DISK_APPEND, STR("67"));
    assert_content(path, "1234567");
    write_file(path, DISK_UPDATE, STR("ab"));
    assert_content(path, "ab34567");
    write_file(path, DISK_REPLACE, STR("x"));
    assert_content(path, "x");
}

static void reads_go_on_where_the_last_one_ended(void **state)
{
    Error err = {0};
    char buffer[4] = {0};
    size_t count = 0;
    AUTO(disk_file_deinit) DiskFile file = {0};
    Str path = test_path(state, "file");
    write_file(path, DISK_CREATE_NEW, STR("12345"));
    ASSERT_OK(disk_file_open(disk_system(), path, DISK_READ, &file, &err), err);
    ASSERT_OK(disk_file_read(&file, buffer, 3, &count, &err), err);
    assert_int_equal(count, 3);
    ASSERT_OK(disk_file_read(&file, buffer, 3, &count, &err), err);
    assert_int_equal(count, 2);
    assert_memory_equal(buffer, "45", 2);
    ASSERT_OK(disk_file_read(&file, buffer, 3, &count, &err), err);
    assert_int_equal(count, 0);
}

static void a_file_can_be_cut(void **state)
{
    Error err = {0};
    AUTO(disk_file_deinit) DiskFile file = {0};
    Str path = test_path(state, "file");
    write_file(path, DISK_CREATE_NEW, STR("12345"));
    ASSERT_OK(disk_file_open(disk_system(), path, DISK_UPDATE, &file, &err), err);
    ASSERT_OK(disk_file_truncate(&file, 2, &err), err);
    ASSERT_OK(disk_file_sync(&file, &err), err);
    assert_content(path, "12");
}

static void short_writes_are_finished_and_failures_told(void **state)
{
    Error err = {0};
    AUTO(disk_file_deinit) DiskFile file = {0};
    Str path = test_path(state, "file");
    AUTO(fault_disk_deinit) FaultDisk faults;
    fault_disk_init(&faults);
    faults.write_bytes_max = 2;
    ASSERT_OK(disk_file_open(&faults.disk, path, DISK_CREATE_NEW, &file, &err), err);
    ASSERT_OK(disk_file_write(&file, STR("12345"), &err), err);
    assert_int_equal(faults.counts[FAULT_WRITE], 3);
    assert_content(path, "12345");

    fault_disk_fail(&faults, FAULT_SYNC, 1, EIO);
    ASSERT_FAILS(disk_file_sync(&file, &err), err, ERROR_STORAGE, "cannot sync");
    fault_disk_fail(&faults, FAULT_CLOSE, 1, EDQUOT);
    ASSERT_FAILS(disk_file_close(&file, &err), err, ERROR_STORAGE, "disk full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(each_mode_treats_what_is_there_its_own_way),
        TEST_IN_DIRECTORY(reads_go_on_where_the_last_one_ended),
        TEST_IN_DIRECTORY(a_file_can_be_cut),
        TEST_IN_DIRECTORY(short_writes_are_finished_and_failures_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
