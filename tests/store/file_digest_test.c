#include <unistd.h>

#include "store/store.h"
#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"

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

static void overwrite(Str path, const char *text)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), path, str_from(text), &err), err);
}

static void an_unchanged_file_is_read_once(void **state)
{
    Error err = {0};
    FaultDisk faults;
    fault_disk_init(&faults);
    AUTO(store_deinit) Store store = {0};
    open_store(state, &faults.disk, &store);
    Str path = write_text(state, "trips.csv", "a,b\n1,2\n");
    Digest first = {0};
    Digest second = {0};
    usleep(150 * 1000);

    ASSERT_OK(store_file_digest(&store, path, &first, &err), err);
    assert_true(faults.counts[FAULT_READ] > 0);
    faults.counts[FAULT_READ] = 0;
    ASSERT_OK(store_file_digest(&store, path, &second, &err), err);
    assert_int_equal(faults.counts[FAULT_READ], 0);
    assert_true(digest_equal(&first, &second));

    overwrite(path, "a,b\n1,3\n");
    ASSERT_OK(store_file_digest(&store, path, &second, &err), err);
    assert_false(digest_equal(&first, &second));
}

/// Its next change could fall into the same time stamp.
static void a_file_just_written_is_not_remembered(void **state)
{
    Error err = {0};
    FaultDisk faults;
    fault_disk_init(&faults);
    AUTO(store_deinit) Store store = {0};
    open_store(state, &faults.disk, &store);
    Str path = write_text(state, "trips.csv", "a");
    Digest digest = {0};
    ASSERT_OK(store_file_digest(&store, path, &digest, &err), err);
    faults.counts[FAULT_READ] = 0;
    ASSERT_OK(store_file_digest(&store, path, &digest, &err), err);
    assert_true(faults.counts[FAULT_READ] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(an_unchanged_file_is_read_once),
        TEST_IN_DIRECTORY(a_file_just_written_is_not_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
