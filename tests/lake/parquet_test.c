#include "lake/parquet_internal.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void files_are_read_in_order_of_their_paths(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_parquet(lake, state, "b.parquet", "SELECT 2 AS a");
    test_write_parquet(lake, state, "c.parquet", "SELECT 3 AS a");
    test_write_parquet(lake, state, "a.parquet", "SELECT 1 AS a");
    ASSERT_OK(test_read_file(lake, "*.parquet", &frame, &err), err);
    ASSERT_FRAME(&frame, "a int32\n1\n2\n3\n");
    lake_close(&lake);
}

static void assert_differs(void **state, const char *second, const char *expected)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_parquet(lake, state, "a.parquet", "SELECT 1::INTEGER AS a, 'x' AS b");
    test_write_parquet(lake, state, "b.parquet", second);
    ASSERT_FAILS(test_read_file(lake, "*.parquet", &frame, &err), err, ERROR_DATA, expected);
    lake_close(&lake);
}

static void files_of_other_schemas_are_refused(void **state)
{
    assert_differs(state, "SELECT 1::BIGINT AS a, 'x' AS b",
                   "b.parquet: differs from 'a.parquet': column 'a' was int32, is int64");
    assert_differs(state, "SELECT 1 AS a", "b.parquet: differs from 'a.parquet': column 'b' is missing");
    assert_differs(state, "SELECT 1 AS a, 'x' AS b, 2 AS c", "b.parquet: differs from 'a.parquet': column 'c' is new");
    assert_differs(state, "SELECT 'x' AS b, 1 AS a", "b.parquet: differs from 'a.parquet': column 1 was 'a', is 'b'");
}

static void what_is_no_parquet_is_refused_by_name(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    test_write_file(state, "text.parquet", "id,name\n1,x\n");
    test_write_file(state, "void.parquet", "");
    ASSERT_FAILS(test_read_file(lake, "text.parquet", &frame, &err), err, ERROR_DATA, "text.parquet: No magic bytes");
    ASSERT_FAILS(test_read_file(lake, "void.parquet", &frame, &err), err, ERROR_DATA, "void.parquet: File");
    lake_close(&lake);
}

static void a_partition_folder_adds_no_column(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, "day=1"), &err), err);
    test_write_parquet(lake, state, "day=1/a.parquet", "SELECT 1 AS a");
    ASSERT_OK(test_read_file(lake, "day=*/a.parquet", &frame, &err), err);
    ASSERT_FRAME(&frame, "a int32\n1\n");
    lake_close(&lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(files_are_read_in_order_of_their_paths),
        TEST_IN_DIRECTORY(files_of_other_schemas_are_refused),
        TEST_IN_DIRECTORY(what_is_no_parquet_is_refused_by_name),
        TEST_IN_DIRECTORY(a_partition_folder_adds_no_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
