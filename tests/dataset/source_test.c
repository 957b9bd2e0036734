/// Ingest: what is read becomes a table in an order of its own, or an error that names source, rows and reason.
#include "dataset/source_internal.h"

#include <math.h>

#include "support/frame_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static const char TRIPS[] = "id,picked,ended,fare\n"
                            "b,2016-01-01 10:00:00,2016-01-01 10:30:00,7\n"
                            "a,2016-01-01 09:00:00,2016-01-01 09:10:00,5\n"
                            "c,2016-01-01 10:00:00,2016-01-01 11:00:00,9\n";

typedef struct Case {
    const char *file;
    const char *sql;
    SourceDefinition definition;
    Schema locked;
    Expectations expectations;
    uint64_t memory_bytes;
    Str directory; ///< of what is written
    Frame table;
    SourceManifest manifest;
} Case;

static void case_deinit(Case *test)
{
    frame_deinit(&test->table);
    source_manifest_deinit(&test->manifest);
}

static const Str KEY[] = {STR_INIT("id")};
static const ColumnKnown KNOWN[] = {{STR_INIT("fare"), STR_INIT("ended")}, {STR_INIT("ended"), STR_INIT("ended")}};

/// Trips with a key, whose fare is known at the end.
static Case case_trips(const char *file)
{
    return (Case){.file = file,
                  .definition = {.name = STR("trips"),
                                 .time = STR("picked"),
                                 .known = STR("picked"),
                                 .columns_known = KNOWN,
                                 .column_known_count = COUNT_OF(KNOWN),
                                 .key = KEY,
                                 .key_count = COUNT_OF(KEY)}};
}

/// What was written, as it is read again.
static bool source_test_read(Lake *lake, Case *test, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(source_table_path(test->directory, &arena, &path, err));
    return lake_read_parquet(lake, path, &test->table, err);
}

static bool ingest_on(Lake *lake, Case *test, Error *err)
{
    const Str files[] = {str_from(test->file)};
    const LakeQuery query = {
        .files = files, .file_count = test->file == NULL ? 0 : COUNT_OF(files), .sql = str_from(test->sql)};
    const IngestOptions options = {.memory_bytes = test->memory_bytes};
    TRY(source_ingest(lake, &query, &test->definition, test->locked, &test->expectations, &options, test->directory,
                      &test->manifest, err));
    return source_test_read(lake, test, err);
}

static bool ingest(void **state, Case *test, Error *err)
{
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    test->directory = test_path(state, "");
    return ingest_on(lake, test, err);
}

static bool ingest_text(void **state, const char *text, Case *test, Error *err)
{
    test_write_file(state, "trips.csv", text);
    test->file = "trips.csv";
    return ingest(state, test, err);
}

static void rows_stand_in_the_order_of_time(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    ASSERT_OK(ingest_text(state, TRIPS, &test, &err), err);
    assert_int_equal(test.table.row_count, 3);
    Vector id = frame_vector(&test.table, 0);
    ASSERT_STR(id.values.strings[0], "a");
    assert_int_equal(test.manifest.row_count, 3);
    assert_int_equal(test.manifest.time_min_us, test_instant("2016-01-01 09:00:00"));
    assert_int_equal(test.manifest.time_max_us, test_instant("2016-01-01 10:00:00"));
    assert_int_equal(test.manifest.known_max_us, test_instant("2016-01-01 11:00:00"));
    assert_int_equal(test.manifest.field_count, 4);
    ASSERT_STR(test.manifest.fields[3].name, "fare");
    ASSERT_STR(test.manifest.name, "trips");
}

static void the_order_of_rows_in_files_leaves_no_trace(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case one = case_trips(NULL);
    AUTO(case_deinit) Case split = case_trips("part*.csv");
    ASSERT_OK(ingest_text(state, TRIPS, &one, &err), err);
    test_write_file(state, "part1.csv", "id,picked,ended,fare\nc,2016-01-01 10:00:00,2016-01-01 11:00:00,9\n");
    test_write_file(state, "part2.csv",
                    "id,picked,ended,fare\na,2016-01-01 09:00:00,2016-01-01 09:10:00,5\n"
                    "b,2016-01-01 10:00:00,2016-01-01 10:30:00,7\n");
    ASSERT_OK(ingest(state, &split, &err), err);
    assert_true(digest_equal(&one.manifest.logical, &split.manifest.logical));
    assert_true(test_frame_same(&one.table, &split.table));
}

static void rows_that_repeat_stay(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    ASSERT_OK(ingest_text(state,
                          "id,picked,ended,fare\n"
                          "b,2016-01-01 10:00:00,2016-01-01 10:30:00,7\n"
                          "b,2016-01-01 10:00:00,2016-01-01 10:30:00,7\n",
                          &test, &err),
              err);
    assert_int_equal(test.table.row_count, 2);
}

static void local_times_are_read_in_the_sources_zone(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    test.definition.timezone = STR("America/New_York");
    ASSERT_OK(ingest_text(state, TRIPS, &test, &err), err);
    assert_int_equal(test.manifest.time_min_us, test_instant("2016-01-01 14:00:00"));
}

static void a_role_without_a_column_suggests_the_nearest(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    test.definition.time = STR("piked");
    ASSERT_FAILS(ingest_text(state, TRIPS, &test, &err), err, ERROR_CONFIG,
                 "source 'trips': 'time' names no column 'piked'; did you mean 'picked'?");
    test = case_trips(NULL);
    test.definition.known = STR("nowhere");
    ASSERT_FAILS(ingest_text(state, TRIPS, &test, &err), err, ERROR_CONFIG, "'known' names no column 'nowhere'");
    test = case_trips(NULL);
    const Str key[] = {STR("ids")};
    test.definition.key = key;
    ASSERT_FAILS(ingest_text(state, TRIPS, &test, &err), err, ERROR_CONFIG, "'key' names no column 'ids'");
    test = case_trips(NULL);
    const ColumnKnown known[] = {{STR("fares"), STR("ended")}, {STR("fare"), STR("id")}};
    test.definition.columns_known = known;
    ASSERT_FAILS(ingest_text(state, TRIPS, &test, &err), err, ERROR_CONFIG, "'known' names no column 'fares'");
}

static void a_time_must_be_a_moment(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    test.definition.time = STR("fare");
    ASSERT_FAILS(ingest_text(state, TRIPS, &test, &err), err, ERROR_CONFIG,
                 "'time' must be a timestamp or a date, and column 'fare' is int64");
}

static void a_date_is_a_moment_too(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = {.definition = {.name = STR("days"), .time = STR("day"), .known = STR("day")}};
    ASSERT_OK(ingest_text(state, "day,x\n2016-01-02,1\n2016-01-01,2\n", &test, &err), err);
    assert_int_equal(test.manifest.time_max_us, test_instant("2016-01-02 00:00:00"));
}

static void rows_without_a_time_are_counted_and_one_is_named(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    ASSERT_FAILS(ingest_text(state,
                             "id,picked,ended,fare\n"
                             "a,2016-01-01 09:00:00,2016-01-01 09:10:00,5\n"
                             "b,,2016-01-01 10:30:00,7\n"
                             "c,,2016-01-01 10:30:00,7\n",
                             &test, &err),
                 err, ERROR_DATA,
                 "source 'trips': 'time' (column 'picked') is null in 2 of 3 rows, such as the one with id = '");
}

static void a_row_known_before_it_happened_is_an_error(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    ASSERT_FAILS(ingest_text(state,
                             "id,picked,ended,fare\n"
                             "a,2016-01-01 09:00:00,2016-01-01 08:59:59,5\n"
                             "b,2016-01-01 10:00:00,2016-01-01 10:00:00,7\n",
                             &test, &err),
                 err, ERROR_DATA,
                 "source 'trips': 1 of 2 rows is known before it happened, such as the one with id = 'a': ended = "
                 "2016-01-01 08:59:59 (known), picked = 2016-01-01 09:00:00 (time)");
}

static void a_null_known_of_a_row_is_an_error_and_of_a_column_is_not(void **state)
{
    Error err = {0};
    const char *text = "id,picked,ended,fare\n"
                       "a,2016-01-01 09:00:00,2016-01-01 09:10:00,5\n"
                       "b,2016-01-01 10:00:00,,7\n";
    AUTO(case_deinit) Case column = case_trips(NULL);
    ASSERT_OK(ingest_text(state, text, &column, &err), err);
    AUTO(case_deinit) Case row = case_trips(NULL);
    row.definition.known = STR("ended");
    ASSERT_FAILS(ingest_text(state, text, &row, &err), err, ERROR_DATA,
                 "'known' (column 'ended') is null in 1 of 2 rows, such as the one with id = 'b'");
}

static void without_a_key_a_row_is_named_by_its_first_columns(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    test.definition.key_count = 0;
    ASSERT_FAILS(ingest_text(state, "id,picked,ended,fare\na,2016-01-01 09:00:00,2016-01-01 08:00:00,5\n", &test, &err),
                 err, ERROR_DATA, "such as the one with id = 'a', picked = 2016-01-01 09:00:00, ended = ");
}

static void an_empty_source_is_an_error(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    test.sql =
        "SELECT 'a' AS id, TIMESTAMP '2016-01-01' AS picked, TIMESTAMP '2016-01-01' AS ended, 1 AS fare WHERE false";
    ASSERT_FAILS(ingest(state, &test, &err), err, ERROR_DATA, "source 'trips': no rows");
}

static void a_locked_schema_refuses_another_and_says_how_to_accept_it(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case first = case_trips(NULL);
    ASSERT_OK(ingest_text(state, TRIPS, &first, &err), err);
    Schema locked = frame_schema(&first.table);

    AUTO(case_deinit) Case more = case_trips(NULL);
    more.locked = locked;
    ASSERT_FAILS(
        ingest_text(state, "id,picked,ended,fare,tip\na,2016-01-01 09:00:00,2016-01-01 09:10:00,5,1\n", &more, &err),
        err, ERROR_DATA, "column 'tip' is new; if that is right, accept it with `pawl run --relock trips`");

    AUTO(case_deinit) Case fewer = case_trips(NULL);
    fewer.locked = locked;
    ASSERT_FAILS(ingest_text(state, "id,picked,ended\na,2016-01-01 09:00:00,2016-01-01 09:10:00\n", &fewer, &err), err,
                 ERROR_DATA, "`pawl run --relock trips`");

    AUTO(case_deinit) Case other = case_trips(NULL);
    other.locked = locked;
    other.sql =
        "SELECT 'a' AS id, TIMESTAMP '2016-01-01' AS picked, TIMESTAMP '2016-01-01' AS ended, 1.5::DOUBLE AS fare";
    ASSERT_FAILS(ingest(state, &other, &err), err, ERROR_DATA, "column 'fare' was int64, is float64");
}

static void a_locked_schema_types_what_a_text_file_holds(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case first = case_trips(NULL);
    ASSERT_OK(ingest_text(state, "id,picked,ended,fare\na,2016-01-01 09:00:00,2016-01-01 09:10:00,5.5\n", &first, &err),
              err);
    AUTO(case_deinit) Case second = case_trips(NULL);
    second.locked = frame_schema(&first.table);
    ASSERT_OK(ingest_text(state, TRIPS, &second, &err), err);
    assert_true(type_equal(second.table.fields[3].type, first.table.fields[3].type));
}

static void expectations_are_checked_on_the_table(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    const Expectation item = {.kind = EXPECT_MAX, .column = STR("fare"), .low = -INFINITY, .high = 8};
    test.expectations = (Expectations){.items = &item, .count = 1};
    ASSERT_FAILS(ingest_text(state, TRIPS, &test, &err), err, ERROR_REFUSED, "greatest is 9");
}

static const char MANY[] =
    "SELECT 'k' || (i * 7919 % 60000) AS id, TIMESTAMP '2016-01-01' + INTERVAL (i % 5000) SECOND AS picked, "
    "picked + INTERVAL (i % 7) MINUTE AS ended, CASE WHEN i % 11 > 0 THEN i % 100 END AS fare, "
    "CASE WHEN i % 13 > 0 THEN [i % 3, NULL] END AS parts, i::DECIMAL(20,3) / 7 AS share, (i % 3)::FLOAT AS ratio, "
    "i % 2 = 0 AS flag, make_timestamp_ns(i * 1000003) AS exact, epoch_ms(i)::TIMESTAMP_S AS coarse "
    "FROM range(60000) AS t(i)";

static void a_table_larger_than_the_memory_given_is_the_same_table(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case whole = case_trips(NULL);
    AUTO(case_deinit) Case little = case_trips(NULL);
    whole.sql = little.sql = MANY;
    little.memory_bytes = 1;
    ASSERT_OK(ingest(state, &whole, &err), err);
    ASSERT_OK(ingest(state, &little, &err), err);
    assert_int_equal(little.manifest.row_count, 60000);
    assert_true(digest_equal(&whole.manifest.logical, &little.manifest.logical));
    assert_true(test_frame_same(&whole.table, &little.table));
    Digest read = {0};
    ASSERT_OK(frame_digest(&little.table, &read, &err), err);
    assert_true(digest_equal(&read, &little.manifest.logical));
}

static void values_that_repeat_are_found_in_little_memory_too(void **state)
{
    Error err = {0};
    AUTO(case_deinit) Case test = case_trips(NULL);
    const Expectation items[] = {{.kind = EXPECT_UNIQUE, .column = STR("id")},
                                 {.kind = EXPECT_UNIQUE, .column = STR("fare")}};
    test.sql = "SELECT i % 59000 AS id, TIMESTAMP '2016-01-01' + INTERVAL (i) SECOND AS picked, picked AS ended, i AS "
               "fare FROM range(60000) AS t(i)";
    test.memory_bytes = 1;
    test.expectations = (Expectations){.items = items, .count = COUNT_OF(items)};
    ASSERT_FAILS(ingest(state, &test, &err), err, ERROR_REFUSED,
                 "id is unique  1,000 values repeat             2,000\n"
                 "  rows that failed id is unique (5 of 2,000):\n"
                 "    id  picked               ended                fare\n"
                 "    0   2016-01-01 00:00:00  2016-01-01 00:00:00  0\n"
                 "    0   2016-01-01 16:23:20  2016-01-01 16:23:20  59000\n"
                 "    1   2016-01-01 00:00:01  2016-01-01 00:00:01  1");
}

typedef struct Work {
    SourceDefinition definition;
    Frame table;
} Work;

/// What an ingest does with rows, but for files.
static bool table_work(void *context, Error *err)
{
    const Work *work = context;
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    PlanSource source = {0};
    AUTO(times_check_deinit) TimesCheck times = {0};
    TRY(source_roles_find(&work->definition, frame_schema(&work->table), &manifest.arena, &source, err));
    TRY(times_check_init(&source, &times, err));
    if (!times_check_add(&times, &work->table, err)) return false;
    return times_check_finish(&times, &manifest, err);
}

static void ingest_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Case test = case_trips(NULL);
    Work work = {.definition = test.definition};
    frame_text_read("id string, picked timestamp_us, ended timestamp_us, fare int64\n"
                    "b|2016-01-01 10:00:00|2016-01-01 10:30:00|7\n"
                    "a|2016-01-01 09:00:00|2016-01-01 09:10:00|5\n",
                    &work.table);
    for_each_allocation_failure(table_work, &work);
    frame_deinit(&work.table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(rows_stand_in_the_order_of_time),
        TEST_IN_DIRECTORY(the_order_of_rows_in_files_leaves_no_trace),
        TEST_IN_DIRECTORY(rows_that_repeat_stay),
        TEST_IN_DIRECTORY(local_times_are_read_in_the_sources_zone),
        TEST_IN_DIRECTORY(a_role_without_a_column_suggests_the_nearest),
        TEST_IN_DIRECTORY(a_time_must_be_a_moment),
        TEST_IN_DIRECTORY(a_date_is_a_moment_too),
        TEST_IN_DIRECTORY(rows_without_a_time_are_counted_and_one_is_named),
        TEST_IN_DIRECTORY(a_row_known_before_it_happened_is_an_error),
        TEST_IN_DIRECTORY(a_null_known_of_a_row_is_an_error_and_of_a_column_is_not),
        TEST_IN_DIRECTORY(without_a_key_a_row_is_named_by_its_first_columns),
        TEST_IN_DIRECTORY(an_empty_source_is_an_error),
        TEST_IN_DIRECTORY(a_locked_schema_refuses_another_and_says_how_to_accept_it),
        TEST_IN_DIRECTORY(a_locked_schema_types_what_a_text_file_holds),
        TEST_IN_DIRECTORY(expectations_are_checked_on_the_table),
        TEST_IN_DIRECTORY(a_table_larger_than_the_memory_given_is_the_same_table),
        TEST_IN_DIRECTORY(values_that_repeat_are_found_in_little_memory_too),
        cmocka_unit_test(ingest_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
