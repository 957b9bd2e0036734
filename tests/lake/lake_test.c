#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "lake/lake.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"
#include "sys/disk.h"

#define TRIPS "examples/nyc-taxi/data/trips.csv"

static void read_trips(Lake *lake, Frame *out)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str path = test_repository_path(TRIPS, &arena);
    ASSERT_OK(lake_read(lake, &(LakeQuery){.files = &path, .file_count = 1}, out, &err), err);
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
    Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    read_trips(lake, &frame);
    assert_int_equal(frame.row_count, 10000);
    assert_int_equal(frame.column_count, 11);
    assert_type(&frame, "id", "string");
    assert_type(&frame, "vendor_id", "int64");
    assert_type(&frame, "pickup_datetime", "timestamp_us");
    assert_type(&frame, "pickup_longitude", "float64");
    assert_type(&frame, "store_and_fwd_flag", "string");

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
    Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame csv = {0};
    AUTO(frame_deinit) Frame ours = {0};
    AUTO(frame_deinit) Frame source = {0};
    read_trips(lake, &csv);
    ASSERT_OK(lake_write_parquet(lake, &csv, test_path(state, "trips.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "trips.parquet"), &ours, &err), err);
    ASSERT_OK(test_read_file(lake, "trips.parquet", &source, &err), err);
    assert_true(test_frame_same(&csv, &ours));
    assert_true(test_frame_same(&csv, &source));
    lake_close(&lake);
}

static void duckdb_reads_the_same_trips_as_we_do(void **state)
{
    Error err = {0};
    char sql[DISK_PATH_BYTES_MAX];
    Lake *lake = test_lake_open(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame csv = {0};
    AUTO(frame_deinit) Frame duckdb = {0};
    Str path = test_repository_path(TRIPS, &arena);
    read_trips(lake, &csv);
    snprintf(sql, sizeof(sql), "SELECT * FROM read_csv('%.*s', sample_size=-1)", STR_ARG(path));
    ASSERT_OK(test_read_sql(lake, sql, &duckdb, &err), err);
    assert_true(test_frame_same(&csv, &duckdb));
    lake_close(&lake);
}

static int hash_compare(const void *left, const void *right)
{
    return hash128_compare(*(const Hash128 *)left, *(const Hash128 *)right);
}

/// A digest of the rows as a multiset.
static Digest rows_digest(const Frame *frame)
{
    Error err = {0};
    Digest digest = {0};
    Hash128 *hashes = memory_alloc_array(frame->row_count, sizeof(Hash128), &err);
    assert_non_null(hashes);
    ASSERT_OK(frame_row_hashes(frame, hashes, &err), err);
    qsort(hashes, frame->row_count, sizeof(Hash128), hash_compare);
    ASSERT_OK(digest_of((Str){(const char *)hashes, frame->row_count * sizeof(Hash128)}, &digest, &err), err);
    memory_free(hashes);
    return digest;
}

static void split_files_hold_the_rows_of_one(void **state)
{
    Error err = {0};
    Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame whole = {0};
    AUTO(frame_deinit) Frame parts = {0};
    read_trips(lake, &whole);
    ASSERT_OK(lake_write_parquet(lake, &whole, test_path(state, "all.parquet"), &err), err);
    test_write_parquet(lake, state, "part-1.parquet", "SELECT * FROM 'all.parquet' WHERE trip_duration < 600");
    test_write_parquet(lake, state, "part-2.parquet", "SELECT * FROM 'all.parquet' WHERE trip_duration >= 600");
    ASSERT_OK(test_read_file(lake, "part-*.parquet", &parts, &err), err);
    Digest left = rows_digest(&whole);
    Digest right = rows_digest(&parts);
    assert_true(digest_equal(&left, &right));
    lake_close(&lake);
}

static void threads_do_not_change_the_order(void **state)
{
    Error err = {0};
    Lake *many = test_lake_open(state);
    Lake *one = NULL;
    AUTO(frame_deinit) Frame left = {0};
    AUTO(frame_deinit) Frame right = {0};
    const char *sql = "SELECT i, i * 7 % 1000 AS j FROM range(500000) r(i)";
    const LakeOptions options = {.threads = 1, .directory = test_path(state, "")};
    ASSERT_OK(lake_open(&options, &one, &err), err);
    test_write_parquet(many, state, "rows.parquet", sql);
    ASSERT_OK(test_read_file(many, "rows.parquet", &left, &err), err);
    ASSERT_OK(test_read_file(one, "rows.parquet", &right, &err), err);
    assert_true(test_frame_same(&left, &right));
    for (size_t i = 0; i < left.row_count; i++) assert_int_equal(left.columns[0].values.ints[i], i);
    lake_close(&many);
    lake_close(&one);
}

static void schemas_come_without_rows(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Schema schema = {0};
    const Str file = STR("a.csv");
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.csv", "x,y\n1,\n2,2016-01-22 16:01:00\n");
    ASSERT_OK(lake_schema(lake, &(LakeQuery){.files = &file, .file_count = 1}, &arena, &schema, &err), err);
    lake_close(&lake);
    assert_int_equal(schema.count, 2);
    ASSERT_STR(schema.fields[1].name, "y");
    assert_int_equal(schema.fields[0].type.id, TYPE_INT64);
    assert_int_equal(schema.fields[1].type.id, TYPE_TIMESTAMP_US);
}

static void nothing_is_a_source_without_files_and_sql(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_FAILS(lake_read(lake, &(LakeQuery){0}, &frame, &err), err, ERROR_CONFIG, "needs `files` or `sql`");
    assert_true(str_starts(lake_version(lake), STR("1.")));
    lake_close(&lake);
    lake_close(&lake);
}

static void extensions_are_never_fetched(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_FAILS(test_read_sql(lake, "SELECT * FROM read_csv('https://example.com/a.csv')", &frame, &err), err,
                 ERROR_ENVIRONMENT, "httpfs");
    ASSERT_OK(test_read_sql(lake, "SELECT current_setting('TimeZone') AS zone", &frame, &err), err);
    ASSERT_FRAME(&frame, "zone string\nUTC\n");
    lake_close(&lake);
}

typedef struct FailingWork {
    Lake *lake;
    Str directory;
    Str written;
} FailingWork;

static bool open_and_close(void *context, Error *err)
{
    Lake *lake = NULL;
    const LakeOptions options = {.threads = 1, .directory = ((FailingWork *)context)->directory};
    TRY(lake_open(&options, &lake, err));
    lake_close(&lake);
    return true;
}

static bool read_and_write(void *context, Error *err)
{
    FailingWork *work = context;
    AUTO(frame_deinit) Frame csv = {0};
    AUTO(frame_deinit) Frame parquet = {0};
    TRY(test_read_file(work->lake, "a.csv", &csv, err));
    TRY(lake_write_parquet(work->lake, &csv, work->written, err));
    return lake_read_parquet(work->lake, work->written, &parquet, err);
}

static void a_lake_survives_every_failing_allocation(void **state)
{
    FailingWork work = {.directory = test_path(state, ""), .written = test_path(state, "w.parquet")};
    for_each_allocation_failure(open_and_close, &work);
    work.lake = test_lake_open(state);
    test_write_file(state, "a.csv", "t,n,s\n2016-01-22 16:01:00,1,some text that is long\n,,\n");
    for_each_allocation_failure(read_and_write, &work);
    lake_close(&work.lake);
}

static bool read_bad_row(void *context, Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    const Str file = STR("bad.csv");
    const Str times[] = {STR("t")};
    const LakeQuery query = {.files = &file, .file_count = 1, .times = times, .time_count = 1};
    Error found = {0};
    if (lake_read(((FailingWork *)context)->lake, &query, &frame, &found)) return true;
    if (found.kind == ERROR_DATA) return true;
    *err = found;
    return false;
}

static void an_error_survives_every_failing_allocation(void **state)
{
    FailingWork work = {.lake = test_lake_open(state)};
    test_write_file(state, "bad.csv", "t,n\n2016-01-22,1\n2016-13-22,2\n");
    for_each_allocation_failure(read_bad_row, &work);
    lake_close(&work.lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(real_trips_arrive_complete_and_typed),
        TEST_IN_DIRECTORY(csv_and_parquet_hold_the_same_table),
        TEST_IN_DIRECTORY(duckdb_reads_the_same_trips_as_we_do),
        TEST_IN_DIRECTORY(split_files_hold_the_rows_of_one),
        TEST_IN_DIRECTORY(threads_do_not_change_the_order),
        TEST_IN_DIRECTORY(schemas_come_without_rows),
        TEST_IN_DIRECTORY(nothing_is_a_source_without_files_and_sql),
        TEST_IN_DIRECTORY(extensions_are_never_fetched),
        TEST_IN_DIRECTORY(a_lake_survives_every_failing_allocation),
        TEST_IN_DIRECTORY(an_error_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
