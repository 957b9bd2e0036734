#include "dataset/snapshot.h"

#include "base/memory.h"
#include "support/frame_text.h"
#include "support/snapshot_case.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void build(uint32_t threads, Snapshot *out)
{
    Error err = {0};
    AUTO(snapshot_case_deinit) SnapshotCase test = {0};
    snapshot_case_init(&test);
    ASSERT_OK(snapshot_case_build(&test, threads, out, &err), err);
}

static void columns_stand_in_the_documented_order(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    static const char *const names[] = {"_id",          "_at",        "_split",       "_label",
                                        "_label_known", "input.zone", "input.vendor", "trip.hour",
                                        "trip.north",   "vendor.n",   "vendor.mean",  "vendor.last"};
    build(1, &snapshot);
    assert_int_equal(snapshot.frame.column_count, COUNT_OF(names));
    assert_int_equal(snapshot.manifest.column_count, COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        ASSERT_STR(snapshot.frame.fields[i].name, names[i]);
        ASSERT_STR(snapshot.manifest.columns[i].name, names[i]);
        assert_true(type_equal(snapshot.manifest.columns[i].type, snapshot.frame.fields[i].type));
    }
}

static void only_examples_in_a_split_have_a_row(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    build(1, &snapshot);
    const SplitReport *report = &snapshot.manifest.report;
    assert_int_equal(report->label_unknown, 1);
    assert_int_equal(report->counts[SPLIT_NONE], 1 + report->label_late);
    assert_int_equal(snapshot.frame.row_count,
                     report->counts[SPLIT_TRAIN] + report->counts[SPLIT_VALIDATION] + report->counts[SPLIT_TEST]);
    Vector label = frame_vector(&snapshot.frame, 3);
    assert_null(label.valid);
}

/// What a trip saw of its vendor is what was known when it began; a correction that came later is not in it.
static void features_are_as_of_at(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    build(1, &snapshot);
    AUTO(frame_deinit) Frame first = {0};
    Error err = {0};
    const uint64_t rows[] = {0, 1, 2, 3, 5, 7};
    ASSERT_OK(frame_gather(&snapshot.frame, rows, COUNT_OF(rows), &first, &err), err);
    Vector count = frame_vector(&first, 9);
    Vector mean = frame_vector(&first, 10);
    Vector last = frame_vector(&first, 11);
    const int64_t counts[] = {0, 0, 1, 1, 2, 3}; // t00 t01 t02 t03 t05 t07
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_int_equal(count.values.ints[i], counts[i]);
    assert_false(vector_is_valid(&mean, 0));
    assert_true(mean.values.floats[2] == 3600);                       // t00
    assert_true(mean.values.floats[4] == (3607 + 3621) / 2.0);        // t01, and t03 before its correction came
    assert_true(mean.values.floats[5] == (3607 + 7020 + 3635) / 3.0); // and t07 after
    ASSERT_STR(last.values.strings[4], "north");
}

static void versions_that_contradict_each_other_are_reported(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    build(1, &snapshot);
    assert_int_equal(snapshot.manifest.sources[0].conflict_count, 2); // when it began, and when it ended
    ASSERT_STR(snapshot.manifest.sources[0].conflict, "id = 't20'");
}

static void threads_leave_no_trace(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot one = {0};
    AUTO(snapshot_deinit) Snapshot three = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    Error err = {0};
    build(1, &one);
    build(3, &three);
    assert_true(digest_equal(&one.manifest.logical, &three.manifest.logical));
    ASSERT_OK(snapshot_manifest_encode(&one.manifest, &text, &err), err);
    ASSERT_OK(snapshot_manifest_encode(&three.manifest, &other, &err), err);
    assert_true(str_equal(bytes_str(&text), bytes_str(&other)));
}

static void rows_of_a_split_come_in_order(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    build(1, &snapshot);
    size_t total = 0;
    for (Split split = SPLIT_TRAIN; split < SPLIT_NONE; split++) {
        uint64_t *rows = NULL;
        size_t count = 0;
        ASSERT_OK(snapshot_rows(&snapshot, split, &rows, &count, &err), err);
        assert_int_equal(count, snapshot.manifest.report.counts[split]);
        for (size_t i = 1; i < count; i++) assert_true(rows[i - 1] < rows[i]);
        total += count;
        memory_free(rows);
    }
    assert_int_equal(total, snapshot.frame.row_count);
}

static void profiles_are_of_training_and_test_rows(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    build(1, &snapshot);
    const SnapshotColumn *label = &snapshot.manifest.columns[3];
    assert_int_equal(label->train.row_count, snapshot.manifest.report.counts[SPLIT_TRAIN]);
    assert_int_equal(label->test.row_count, snapshot.manifest.report.counts[SPLIT_TEST]);
    assert_true(label->train.has_numbers);
    assert_int_equal(snapshot.manifest.columns[5].train.distinct_count, 2);
}

static void a_snapshot_comes_back_as_it_was(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    AUTO(snapshot_deinit) Snapshot back = {0};
    build(1, &snapshot);
    ASSERT_OK(snapshot_write(lake, disk_system(), &snapshot, test_path(state, ""), &err), err);
    ASSERT_OK(snapshot_read(lake, disk_system(), test_path(state, ""), &back, &err), err);
    assert_true(test_frame_same(&snapshot.frame, &back.frame));
    assert_true(digest_equal(&snapshot.plan.digest, &back.plan.digest));
    assert_int_equal(back.manifest.as_of_us, test_instant("2016-03-01"));
    ASSERT_STR(back.manifest.sources[0].files[0].path, "trips.csv");
}

static void write_snapshot(void **state, Lake *lake, Snapshot *snapshot)
{
    Error err = {0};
    build(1, snapshot);
    ASSERT_OK(snapshot_write(lake, disk_system(), snapshot, test_path(state, ""), &err), err);
}

static void one_wrong_bit_of_content_is_refused(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    AUTO(snapshot_deinit) Snapshot back = {0};
    write_snapshot(state, lake, &snapshot);
    int64_t *bits = &snapshot.frame.columns[9].values.ints[4];
    *bits ^= 1;
    ASSERT_OK(lake_write_parquet(lake, &snapshot.frame, test_path(state, "snapshot.parquet"), &err), err);
    ASSERT_FAILS(snapshot_read(lake, disk_system(), test_path(state, ""), &back, &err), err, ERROR_DATA,
                 "the content is not that of the snapshot");
}

static void another_plan_is_refused(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    AUTO(snapshot_deinit) Snapshot back = {0};
    write_snapshot(state, lake, &snapshot);
    test_write_file(state, "plan.json", "{}");
    ASSERT_FAILS(snapshot_read(lake, disk_system(), test_path(state, ""), &back, &err), err, ERROR_DATA,
                 "is not the plan that snapshot.json names");
}

typedef struct RoundTrip {
    Bytes text;
} RoundTrip;

static bool codec_work(void *context, Error *err)
{
    const RoundTrip *round = context;
    AUTO(bytes_deinit) Bytes again = {0};
    AUTO(snapshot_manifest_deinit) SnapshotManifest manifest = {0};
    TRY(snapshot_manifest_decode(STR("snapshot.json"), bytes_str(&round->text), &manifest, err));
    TRY(snapshot_manifest_encode(&manifest, &again, err));
    assert_true(str_equal(bytes_str(&again), bytes_str(&round->text)));
    return true;
}

static void the_manifests_codec_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    RoundTrip round = {0};
    build(1, &snapshot);
    ASSERT_OK(snapshot_manifest_encode(&snapshot.manifest, &round.text, &err), err);
    for_each_allocation_failure(codec_work, &round);
    bytes_deinit(&round.text);
}

/// The plan is handed back, for the next time.
static bool build_work(void *context, Error *err)
{
    SnapshotCase *test = context;
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    TRY(snapshot_case_build(test, 1, &snapshot, err));
    test->plan = plan_take(&snapshot.plan);
    return true;
}

static void building_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(snapshot_case_deinit) SnapshotCase test = {0};
    snapshot_case_init(&test);
    for_each_allocation_failure(build_work, &test);
}

static void a_manifest_that_is_cut_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    SnapshotManifest manifest = {0};
    build(1, &snapshot);
    ASSERT_OK(snapshot_manifest_encode(&snapshot.manifest, &text, &err), err);
    for (size_t size = 0; size < text.size; size += 97) {
        Str cut = str_slice(bytes_str(&text), 0, size);
        ASSERT_FAILS(snapshot_manifest_decode(STR("snapshot.json"), cut, &manifest, &err), err, ERROR_DATA,
                     "snapshot.json");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stand_in_the_documented_order),
        cmocka_unit_test(only_examples_in_a_split_have_a_row),
        cmocka_unit_test(features_are_as_of_at),
        cmocka_unit_test(versions_that_contradict_each_other_are_reported),
        cmocka_unit_test(threads_leave_no_trace),
        cmocka_unit_test(rows_of_a_split_come_in_order),
        cmocka_unit_test(profiles_are_of_training_and_test_rows),
        TEST_IN_DIRECTORY(a_snapshot_comes_back_as_it_was),
        TEST_IN_DIRECTORY(one_wrong_bit_of_content_is_refused),
        TEST_IN_DIRECTORY(another_plan_is_refused),
        cmocka_unit_test(the_manifests_codec_survives_every_failing_allocation),
        cmocka_unit_test(building_survives_every_failing_allocation),
        cmocka_unit_test(a_manifest_that_is_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
