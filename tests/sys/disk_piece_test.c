#include <errno.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"

enum { LARGE_BYTES = 600000 };

static Str large_text(void)
{
    static char text[LARGE_BYTES];
    for (size_t i = 0; i < LARGE_BYTES; i++) text[i] = (char)(i * 31 % 251);
    return (Str){text, LARGE_BYTES};
}

static void a_file_hashed_in_pieces_has_the_digest_of_the_whole(void **state)
{
    Error err = {0};
    Digest of_file = {0};
    Digest of_text = {0};
    Str path = test_path(state, "file");
    ASSERT_OK(disk_write_atomic(disk_system(), path, large_text(), &err), err);
    ASSERT_OK(disk_hash_file(disk_system(), path, &of_file, &err), err);
    ASSERT_OK(digest_of(large_text(), &of_text, &err), err);
    assert_true(digest_equal(&of_file, &of_text));

    AUTO(fault_disk_deinit) FaultDisk faults;
    fault_disk_init(&faults);
    fault_disk_fail(&faults, FAULT_READ, 2, EIO);
    ASSERT_FAILS(disk_hash_file(&faults.disk, path, &of_file, &err), err, ERROR_STORAGE, "cannot read");
}

static void a_copy_is_whole_or_not_there(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str from = test_path(state, "from");
    Str to = test_path(state, "to");
    ASSERT_OK(disk_write_atomic(disk_system(), from, large_text(), &err), err);

    AUTO(fault_disk_deinit) FaultDisk faults;
    fault_disk_init(&faults);
    faults.capacity_left = 300000;
    ASSERT_FAILS(disk_copy_file(&faults.disk, from, to, &err), err, ERROR_STORAGE, "disk full");
    assert_false(disk_exists(disk_system(), to));

    ASSERT_OK(disk_copy_file(disk_system(), from, to, &err), err);
    ASSERT_OK(disk_read(disk_system(), to, LARGE_BYTES, &bytes, &err), err);
    assert_true(str_equal(bytes_str(&bytes), large_text()));
    ASSERT_FAILS(disk_copy_file(disk_system(), from, to, &err), err, ERROR_CONFLICT, "File exists");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_file_hashed_in_pieces_has_the_digest_of_the_whole),
        TEST_IN_DIRECTORY(a_copy_is_whole_or_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
