#include "model/checkpoint_internal.h"

#include <errno.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"

static Checkpoints checkpoints_of(void **state, uint8_t key)
{
    Checkpoints checkpoints = {.disk = disk_system(), .directory = test_path(state, "")};
    checkpoints.key.bytes[0] = key;
    return checkpoints;
}

static void loads(const Checkpoints *checkpoints, int64_t round, const char *saved)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes found = {0};
    int64_t found_round = -1;
    ASSERT_OK(checkpoint_load(checkpoints, &found, &found_round, &err), err);
    assert_int_equal(found_round, round);
    ASSERT_STR(bytes_str(&found), saved);
}

static void writes(const Checkpoints *checkpoints, int64_t round, const char *saved)
{
    Error err = {0};
    ASSERT_OK(checkpoint_write(checkpoints, round, str_from(saved), &err), err);
}

static void the_newest_is_loaded(void **state)
{
    Checkpoints checkpoints = checkpoints_of(state, 1);
    loads(&checkpoints, 0, "");
    writes(&checkpoints, 9, "nine");
    writes(&checkpoints, 10, "ten");
    loads(&checkpoints, 10, "ten");
    writes(&checkpoints, 123456789, "");
    loads(&checkpoints, 123456789, "");
}

static void another_trainings_checkpoint_is_removed(void **state)
{
    Checkpoints mine = checkpoints_of(state, 1);
    Checkpoints other = checkpoints_of(state, 2);
    writes(&mine, 5, "five");
    writes(&other, 6, "six");
    loads(&mine, 5, "five");
    assert_false(disk_exists(disk_system(), test_path(state, "round-00000006")));
}

static void names_of_others_are_left_alone(void **state)
{
    static const char *const NAMES[] = {"round-", "round-1", "round-+0000001", "round-0000000x", "notes", "other.tmp"};
    Error err = {0};
    Checkpoints checkpoints = checkpoints_of(state, 1);
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, NAMES[i]), STR("x"), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, "round-00000007.tmp"), STR("x"), &err), err);
    loads(&checkpoints, 0, "");
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) assert_true(disk_exists(disk_system(), test_path(state, NAMES[i])));
    assert_false(disk_exists(disk_system(), test_path(state, "round-00000007.tmp")));
}

static void every_flipped_byte_is_noticed(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes content = {0};
    Str path = test_path(state, "round-00000003");
    Checkpoints checkpoints = checkpoints_of(state, 1);
    writes(&checkpoints, 3, "three");
    ASSERT_OK(disk_read(disk_system(), path, 1000, &content, &err), err);
    for (size_t i = 0; i < content.size; i++) {
        content.data[i] ^= 1;
        ASSERT_OK(disk_write_atomic(disk_system(), path, bytes_str(&content), &err), err);
        content.data[i] ^= 1;
        loads(&checkpoints, 0, "");
        assert_false(disk_exists(disk_system(), path));
    }
}

static void a_renamed_checkpoint_is_not_taken(void **state)
{
    Error err = {0};
    Checkpoints checkpoints = checkpoints_of(state, 1);
    writes(&checkpoints, 3, "three");
    ASSERT_OK(disk_rename(disk_system(), test_path(state, "round-00000003"), test_path(state, "round-00000004"), &err),
              err);
    loads(&checkpoints, 0, "");
}

static void a_full_disk_is_told(void **state)
{
    Error err = {0};
    FaultDisk faults;
    Checkpoints checkpoints = checkpoints_of(state, 1);
    fault_disk_init(&faults);
    faults.capacity_left = 10;
    checkpoints.disk = &faults.disk;
    ASSERT_FAILS(checkpoint_write(&checkpoints, 1, STR("one"), &err), err, ERROR_STORAGE, "writing a checkpoint: ");
    fault_disk_deinit(&faults);
    checkpoints.disk = disk_system();
    loads(&checkpoints, 0, "");
}

static bool write_and_load(void *context, Error *err)
{
    AUTO(bytes_deinit) Bytes found = {0};
    int64_t round = 0;
    TRY(checkpoint_write(context, 1, STR("one"), err));
    return checkpoint_load(context, &found, &round, err);
}

static void checkpoints_survive_every_failing_allocation(void **state)
{
    Checkpoints checkpoints = checkpoints_of(state, 1);
    for_each_allocation_failure(write_and_load, &checkpoints);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(the_newest_is_loaded),
        TEST_IN_DIRECTORY(another_trainings_checkpoint_is_removed),
        TEST_IN_DIRECTORY(names_of_others_are_left_alone),
        TEST_IN_DIRECTORY(every_flipped_byte_is_noticed),
        TEST_IN_DIRECTORY(a_renamed_checkpoint_is_not_taken),
        TEST_IN_DIRECTORY(a_full_disk_is_told),
        TEST_IN_DIRECTORY(checkpoints_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
