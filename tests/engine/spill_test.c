#include "engine/spill.h"

#include <errno.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"

static void pieces_come_back_and_no_file_is_seen(void **state)
{
    AUTO(spill_deinit) Spill spill;
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    uint8_t data[3][5000];
    uint8_t back[5000];
    uint64_t offsets[3] = {0};
    FaultDisk faults;
    Error err = {0};
    fault_disk_init(&faults);
    faults.write_bytes_max = 700; // a write may do less than it is asked to
    spill_init(&faults.disk, test_path(state, ""), &spill);
    for (size_t i = 0; i < 3; i++) {
        memset(data[i], (int)i + 1, sizeof(data[i]));
        ASSERT_OK(spill_reserve(&spill, sizeof(data[i]), &offsets[i], &err), err);
    }
    for (size_t i = 3; i-- > 0;) ASSERT_OK(spill_write(&spill, offsets[i], data[i], sizeof(data[i]), &err), err);
    for (size_t i = 0; i < 3; i++) {
        ASSERT_OK(spill_read(&spill, offsets[i], back, sizeof(back), &err), err);
        assert_memory_equal(back, data[i], sizeof(back));
    }
    ASSERT_OK(disk_list(disk_system(), test_path(state, ""), &arena, &names, &err), err);
    assert_int_equal(names.count, 0);
    ASSERT_FAILS(spill_read(&spill, 3 * sizeof(back), back, 1, &err), err, ERROR_STORAGE, "shorter");
    spill_deinit(&spill);
    fault_disk_deinit(&faults);
}

static void failures_of_the_disk_come_through(void **state)
{
    uint8_t byte = 1;
    uint64_t offset = 0;
    FaultDisk faults;
    Error err = {0};
    fault_disk_init(&faults);
    {
        AUTO(spill_deinit) Spill spill;
        spill_init(&faults.disk, test_path(state, ""), &spill);
        fault_disk_fail(&faults, FAULT_OPEN, 1, EIO);
        ASSERT_FAILS(spill_reserve(&spill, 1, &offset, &err), err, ERROR_STORAGE, "exceed the memory given");
        ASSERT_OK(spill_reserve(&spill, 1, &offset, &err), err);
        faults.capacity_left = 0;
        ASSERT_FAILS(spill_write(&spill, offset, &byte, 1, &err), err, ERROR_STORAGE, "disk full");
        fault_disk_fail(&faults, FAULT_READ, 1, EIO);
        ASSERT_FAILS(spill_read(&spill, offset, &byte, 1, &err), err, ERROR_STORAGE, "reading facts back");
    }
    fault_disk_deinit(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(pieces_come_back_and_no_file_is_seen),
        TEST_IN_DIRECTORY(failures_of_the_disk_come_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
