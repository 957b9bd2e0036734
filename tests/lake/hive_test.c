/// Folders of Parquet files that say what all rows below them have.
#include "lake/hive_internal.h"

#include "sys/disk.h"

#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

static void write_below(Lake *lake, void **state, const char *folder, const char *name, const char *sql)
{
    Error err = {0};
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, folder), &err), err);
    test_write_parquet(lake, state, name, sql);
}

static bool read_hive(Lake *lake, const Field *fields, size_t count, Frame *out, Error *err)
{
    const Str files[] = {STR("day=*/*/*.parquet")};
    LakeQuery query = {.files = files, .file_count = 1, .hive = {fields, count}};
    return lake_read(lake, &query, out, err);
}

static const Field day_and_country[] = {{STR_INIT("day"), TYPE_OF(TYPE_DATE)},
                                        {STR_INIT("country"), TYPE_OF(TYPE_STRING)}};

static void folders_are_columns_of_the_declared_types(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    write_below(lake, state, "day=2024-01-02/country=de", "day=2024-01-02/country=de/a.parquet", "SELECT 2 AS a");
    write_below(lake, state, "day=2024-01-01/country=07", "day=2024-01-01/country=07/a.parquet", "SELECT 1 AS a");
    ASSERT_OK(read_hive(lake, day_and_country, 2, &frame, &err), err);
    assert_int_equal(frame.column_count, 3);
    Vector day = {0};
    Vector country = {0};
    ASSERT_OK(frame_find(&frame, STR("day"), &day, &err), err);
    ASSERT_OK(frame_find(&frame, STR("country"), &country, &err), err);
    assert_int_equal(day.type.id, TYPE_DATE);
    assert_int_equal(day.values.ints[1] - day.values.ints[0], 1);
    ASSERT_STR(country.values.strings[0], "07");
    ASSERT_STR(country.values.strings[1], "de");
    lake_close(&lake);
}

static void files_that_disagree_are_refused_by_name(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    write_below(lake, state, "day=2024-01-01/country=de", "day=2024-01-01/country=de/a.parquet", "SELECT 1 AS a");
    ASSERT_FAILS(
        read_hive(lake, day_and_country, 1, &frame, &err), err, ERROR_CONFIG,
        "'day=2024-01-01/country=de/a.parquet' stands below a folder of 'country', which `hive` does not declare");
    write_below(lake, state, "day=2024-01-02/town", "day=2024-01-02/town/a.parquet", "SELECT 1 AS a");
    ASSERT_FAILS(read_hive(lake, day_and_country, 2, &frame, &err), err, ERROR_CONFIG,
                 "'day=2024-01-02/town/a.parquet' stands below no folder of 'country'");
    lake_close(&lake);
}

static void column_in_the_file_and_in_the_folder_is_refused(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    write_below(lake, state, "day=2024-01-01/country=de", "day=2024-01-01/country=de/a.parquet",
                "SELECT 1 AS a, 'fr' AS country");
    ASSERT_FAILS(read_hive(lake, day_and_country, 2, &frame, &err), err, ERROR_DATA,
                 "column 'country' is in the file, and `hive` takes it from the folder");
    lake_close(&lake);
}

static void folder_of_another_type_is_refused(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    write_below(lake, state, "day=monday/country=de", "day=monday/country=de/a.parquet", "SELECT 1 AS a");
    ASSERT_FAILS(read_hive(lake, day_and_country, 2, &frame, &err), err, ERROR_DATA, "monday");
    lake_close(&lake);
}

static void only_parquet_and_plain_types_are_taken(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    const Field decimal[] = {{STR_INIT("day"), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}},
                             {STR_INIT("country"), TYPE_OF(TYPE_STRING)}};
    const Str text[] = {STR("day=1/a.csv")};
    LakeQuery query = {.files = text, .file_count = 1, .hive = {day_and_country, 1}};
    Lake *lake = test_lake_open(state);
    write_below(lake, state, "day=1/country=de", "day=1/country=de/a.parquet", "SELECT 1 AS a");
    test_write_file(state, "day=1/a.csv", "a\n1\n");
    ASSERT_FAILS(lake_read(lake, &query, &frame, &err), err, ERROR_CONFIG, "read 'day=1/a.csv' with `sql:`");
    ASSERT_FAILS(read_hive(lake, decimal, 2, &frame, &err), err, ERROR_CONFIG, "'day' cannot be decimal(10,2)");
    lake_close(&lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(folders_are_columns_of_the_declared_types),
        TEST_IN_DIRECTORY(files_that_disagree_are_refused_by_name),
        TEST_IN_DIRECTORY(column_in_the_file_and_in_the_folder_is_refused),
        TEST_IN_DIRECTORY(folder_of_another_type_is_refused),
        TEST_IN_DIRECTORY(only_parquet_and_plain_types_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
