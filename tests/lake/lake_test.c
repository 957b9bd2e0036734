#include <stdio.h>
#include <stdlib.h>

#include "lake/lake.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"

static Lake *open_lake(Str directory)
{
    Error err = {0};
    Lake *lake = NULL;
    const LakeOptions options = {.threads = 2, .directory = directory};
    ASSERT_OK(lake_open(&options, &lake, &err), err);
    return lake;
}

/// The taxi trips of the example; the tests run with the repository's path in PAWL_ROOT, or from it.
static Str trips_path(char out[DISK_PATH_BYTES_MAX])
{
    const char *root = getenv("PAWL_ROOT");
    snprintf(out, DISK_PATH_BYTES_MAX, "%s/examples/nyc-taxi/data/trips.csv", root == NULL ? "." : root);
    return str_from(out);
}

static void read_files(Lake *lake, Str file, Frame *out)
{
    Error err = {0};
    ASSERT_OK(lake_read(lake, &(LakeQuery){.files = &file, .file_count = 1}, out, &err), err);
}

static void read_sql(Lake *lake, const char *sql, Frame *out)
{
    Error err = {0};
    ASSERT_OK(lake_read(lake, &(LakeQuery){.sql = str_from(sql)}, out, &err), err);
}

static void assert_type(const Frame *frame, const char *name, const char *expected)
{
    char type[TYPE_NAME_BYTES_MAX];
    size_t i = schema_find(frame_schema(frame), str_from(name));
    assert_true(i < frame->column_count);
    type_name(frame->fields[i].type, type);
    assert_string_equal(type, expected);
}

static void real_trips_arrive_complete_and_typed(void **state)
{
    Error err = {0};
    char path[DISK_PATH_BYTES_MAX];
    Lake *lake = open_lake(test_path(state, ""));
    AUTO(frame_deinit) Frame frame = {0};
    read_files(lake, trips_path(path), &frame);
    assert_int_equal(frame.row_count, 10000);
    assert_int_equal(frame.column_count, 11);
    assert_type(&frame, "id", "string");
    assert_type(&frame, "vendor_id", "int64");
    assert_type(&frame, "pickup_datetime", "timestamp_us");
    assert_type(&frame, "pickup_longitude", "float64");
    assert_type(&frame, "store_and_fwd_flag", "string");
    assert_type(&frame, "trip_duration", "int64");

    Vector pickup = {0};
    Vector dropoff = {0};
    Vector duration = {0};
    ASSERT_OK(frame_find(&frame, STR("pickup_datetime"), &pickup, &err), err);
    ASSERT_OK(frame_find(&frame, STR("dropoff_datetime"), &dropoff, &err), err);
    ASSERT_OK(frame_find(&frame, STR("trip_duration"), &duration, &err), err);
    for (size_t i = 0; i < frame.row_count; i++) {
        assert_int_equal(dropoff.values.ints[i] - pickup.values.ints[i], duration.values.ints[i] * 1000000);
    }
    lake_close(&lake);
}

static void csv_and_parquet_hold_the_same_table(void **state)
{
    Error err = {0};
    char path[DISK_PATH_BYTES_MAX];
    Lake *lake = open_lake(test_path(state, ""));
    AUTO(frame_deinit) Frame csv = {0};
    AUTO(frame_deinit) Frame ours = {0};
    AUTO(frame_deinit) Frame source = {0};
    Digest digests[3];
    read_files(lake, trips_path(path), &csv);
    ASSERT_OK(lake_write_parquet(lake, &csv, test_path(state, "trips.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "trips.parquet"), &ours, &err), err);
    read_files(lake, STR("trips.parquet"), &source);
    ASSERT_OK(frame_digest(&csv, &digests[0], &err), err);
    ASSERT_OK(frame_digest(&ours, &digests[1], &err), err);
    ASSERT_OK(frame_digest(&source, &digests[2], &err), err);
    assert_true(digest_equal(&digests[0], &digests[1]));
    assert_true(digest_equal(&digests[0], &digests[2]));
    lake_close(&lake);
}

static void duckdb_reads_the_same_table_as_we_do(void **state)
{
    Error err = {0};
    char path[DISK_PATH_BYTES_MAX];
    char sql[DISK_PATH_BYTES_MAX + 100];
    Lake *lake = open_lake(test_path(state, ""));
    AUTO(frame_deinit) Frame csv = {0};
    AUTO(frame_deinit) Frame duckdb = {0};
    Digest digests[2];
    read_files(lake, trips_path(path), &csv);
    snprintf(sql, sizeof(sql), "SELECT * FROM read_csv('%s', sample_size=-1)", path);
    read_sql(lake, sql, &duckdb);
    ASSERT_OK(frame_digest(&csv, &digests[0], &err), err);
    ASSERT_OK(frame_digest(&duckdb, &digests[1], &err), err);
    assert_true(digest_equal(&digests[0], &digests[1]));
    lake_close(&lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(real_trips_arrive_complete_and_typed),
        TEST_IN_DIRECTORY(csv_and_parquet_hold_the_same_table),
        TEST_IN_DIRECTORY(duckdb_reads_the_same_table_as_we_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
