/// A snapshot of written tables, for any memory, is the one that is made in memory.
#include "base/memory.h"
#include "dataset/snapshot.h"
#include "support/frame_text.h"
#include "support/snapshot_case.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static const SplitOptions SPLIT = {.train = 0.7, .validation = 0.15, .test = 0.15};

typedef struct Made {
    Lake *lake;
    SnapshotManifest manifest;
    uint64_t looked_rows;
    bool looked;
    bool refuses;
} Made;

static bool rows_looked(void *context, const Frame *block, uint64_t first_row, const Engine *label, Error *err)
{
    Made *made = context;
    UNUSED(err);
    UNUSED(first_row);
    assert_null(label);
    made->looked_rows += block->row_count;
    return true;
}

static bool all_looked(void *context, Error *err)
{
    Made *made = context;
    made->looked = true;
    return !made->refuses || error_set(err, ERROR_REFUSED, "not this one");
}

static bool make(void **state, SnapshotCase *test, uint64_t memory_bytes, Made *made, Error *err)
{
    Str path = test_path(state, "table.parquet");
    const SnapshotRequest request = {.pipeline = STR("trips"),
                                     .plan = &test->plan,
                                     .paths = &path,
                                     .sources = &test->source,
                                     .split = &SPLIT,
                                     .as_of_us = test_instant("2016-03-01"),
                                     .options = {.threads = 2, .memory_bytes = memory_bytes},
                                     .look = rows_looked,
                                     .looked = all_looked,
                                     .context = made};
    TRY(lake_write_parquet(made->lake, &test->table, path, err));
    return snapshot_make(made->lake, disk_system(), &request, test_path(state, ""), &made->manifest, err);
}

static void manifests_are_equal(const SnapshotManifest *left, const SnapshotManifest *right)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    ASSERT_OK(snapshot_manifest_encode(left, &text, &err), err);
    ASSERT_OK(snapshot_manifest_encode(right, &other, &err), err);
    ASSERT_OK(bytes_append_byte(&text, 0, &err), err);
    ASSERT_OK(bytes_append_byte(&other, 0, &err), err);
    assert_string_equal((const char *)text.data, (const char *)other.data);
}

static void any_memory_makes_the_snapshot_that_is_made_in_memory(void **state)
{
    const uint64_t memories[] = {0, 1, 4096, 1 << 20};
    for (size_t i = 0; i < COUNT_OF(memories); i++) {
        Error err = {0};
        AUTO(lake_close) Lake *lake = test_lake_open(state);
        AUTO(snapshot_case_deinit) SnapshotCase test = {0};
        AUTO(snapshot_deinit) Snapshot expected = {0};
        AUTO(snapshot_deinit) Snapshot back = {0};
        Made made = {.lake = lake};
        snapshot_case_init(&test);
        ASSERT_OK(make(state, &test, memories[i], &made, &err), err);
        assert_int_equal(made.looked_rows, test.table.row_count);
        ASSERT_OK(snapshot_case_build(&test, 1, &expected, &err), err);
        manifests_are_equal(&expected.manifest, &made.manifest);
        ASSERT_OK(snapshot_read(lake, disk_system(), test_path(state, ""), &back, &err), err);
        assert_true(test_frame_same(&expected.frame, &back.frame));
        snapshot_manifest_deinit(&made.manifest);
    }
}

static void who_looks_can_refuse_before_features_are_computed(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(snapshot_case_deinit) SnapshotCase test = {0};
    Made made = {.lake = lake, .refuses = true};
    snapshot_case_init(&test);
    ASSERT_FAILS(make(state, &test, 0, &made, &err), err, ERROR_REFUSED, "not this one");
    assert_true(made.looked);
    assert_false(disk_exists(disk_system(), test_path(state, "snapshot.parquet")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(any_memory_makes_the_snapshot_that_is_made_in_memory),
        TEST_IN_DIRECTORY(who_looks_can_refuse_before_features_are_computed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
