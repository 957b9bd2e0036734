#include "lake/query_internal.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void a_source_reads_and_nothing_else(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    static const char *const others[] = {"CREATE TABLE t (a INT)", "SET threads = 1", "COPY (SELECT 1) TO 'out.csv'",
                                         "SELECT 1; DROP VIEW x",  "INSTALL httpfs",  "ATTACH 'x.db'"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_false(test_read_sql(lake, others[i], &frame, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_true(str_starts(str_from(err.text), STR("sql: ")));
    }
    assert_false(disk_exists(disk_system(), test_path(state, "out.csv")));
    ASSERT_FAILS(test_read_sql(lake, "SELECT ?::INT AS a", &frame, &err), err, ERROR_CONFIG, "no parameters");
    ASSERT_OK(test_read_sql(lake, "WITH x AS (SELECT 1 AS a) SELECT a FROM x", &frame, &err), err);
    ASSERT_FRAME(&frame, "a int32\n1\n");
    lake_close(&lake);
}

static void relative_paths_in_sql_start_at_the_directory(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "a.csv", "a\n1\n");
    ASSERT_OK(test_read_sql(lake, "SELECT * FROM 'a.csv'", &frame, &err), err);
    ASSERT_FRAME(&frame, "a int64\n1\n");
    ASSERT_FAILS(test_read_sql(lake, "SELECT * FROM read_csv('none.csv')", &frame, &err), err, ERROR_NOT_FOUND,
                 "none.csv");
    lake_close(&lake);
}

static void an_error_amid_the_rows_is_an_error(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    const char *sql = "SELECT CASE WHEN i < 90000 THEN '1' ELSE 'x' END::INTEGER AS a FROM range(100000) r(i)";
    ASSERT_FAILS(test_read_sql(lake, sql, &frame, &err), err, ERROR_DATA, "Could not convert string 'x'");
    ASSERT_OK(test_read_sql(lake, "SELECT 1 AS a", &frame, &err), err);
    lake_close(&lake);
}

static void wrong_sql_shows_where(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_FAILS(test_read_sql(lake, "SELECT a\nFROM nowhere", &frame, &err), err, ERROR_CONFIG,
                 "(line 2: FROM nowhere)");
    ASSERT_FAILS(test_read_sql(lake, "SELECT 1 AS a, 2 AS a", &frame, &err), err, ERROR_DATA,
                 "column 'a' appears twice");
    lake_close(&lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_source_reads_and_nothing_else),
        TEST_IN_DIRECTORY(relative_paths_in_sql_start_at_the_directory),
        TEST_IN_DIRECTORY(an_error_amid_the_rows_is_an_error),
        TEST_IN_DIRECTORY(wrong_sql_shows_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
