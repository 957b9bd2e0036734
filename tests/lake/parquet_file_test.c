#include <stdio.h>

#include "base/memory.h"
#include "frame/json_value.h"
#include "number/float_order.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"
#include "sys/disk.h"
#include "text/json.h"

static const Type types[] = {
    {.id = TYPE_BOOL},
    {.id = TYPE_INT8},
    {.id = TYPE_INT16},
    {.id = TYPE_INT32},
    {.id = TYPE_INT64},
    {.id = TYPE_UINT8},
    {.id = TYPE_UINT16},
    {.id = TYPE_UINT32},
    {.id = TYPE_UINT64},
    {.id = TYPE_FLOAT32},
    {.id = TYPE_FLOAT64},
    {.id = TYPE_DECIMAL, .precision = 4, .scale = 2},
    {.id = TYPE_DECIMAL, .precision = 9, .scale = 0},
    {.id = TYPE_DECIMAL, .precision = 18, .scale = 18},
    {.id = TYPE_DECIMAL, .precision = 38, .scale = 10},
    {.id = TYPE_STRING},
    {.id = TYPE_DATE},
    {.id = TYPE_TIMESTAMP_S},
    {.id = TYPE_TIMESTAMP_MS},
    {.id = TYPE_TIMESTAMP_US},
    {.id = TYPE_TIMESTAMP_NS},
    {.id = TYPE_TIMESTAMP_S, .zoned = true},
    {.id = TYPE_TIMESTAMP_MS, .zoned = true},
    {.id = TYPE_TIMESTAMP_US, .zoned = true},
    {.id = TYPE_TIMESTAMP_NS, .zoned = true},
};

enum { EXTREMES = 6 };

/// The least and greatest integers of a type, and some between.
static void int_extremes(Type type, int64_t out[EXTREMES])
{
    static const int64_t limits[TYPE_COUNT][2] = {
        [TYPE_INT8] = {INT8_MIN, INT8_MAX},
        [TYPE_INT16] = {INT16_MIN, INT16_MAX},
        [TYPE_INT32] = {INT32_MIN, INT32_MAX},
        [TYPE_INT64] = {INT64_MIN, INT64_MAX},
        [TYPE_UINT8] = {0, UINT8_MAX},
        [TYPE_UINT16] = {0, UINT16_MAX},
        [TYPE_UINT32] = {0, UINT32_MAX},
        [TYPE_UINT64] = {0, INT64_MAX},
        [TYPE_DATE] = {INT32_MIN + 2, INT32_MAX - 1},
        [TYPE_TIMESTAMP_S] = {-9223372036854, 9223372036854},
        [TYPE_TIMESTAMP_MS] = {-9223372036854775, 9223372036854775},
        [TYPE_TIMESTAMP_US] = {INT64_MIN + 2, INT64_MAX - 1},
        [TYPE_TIMESTAMP_NS] = {INT64_MIN + 2, INT64_MAX - 1},
    };
    const int64_t *limit = limits[type.id];
    const int64_t values[EXTREMES] = {limit[0], limit[1], 0, 1, limit[0] < 0 ? -1 : 2, limit[1] / 2};
    memcpy(out, values, sizeof(values));
}

static Int128 power_of_ten(unsigned exponent)
{
    Int128 power = 1;
    for (unsigned i = 0; i < exponent; i++) power *= 10;
    return power;
}

static bool push_extreme(Column *column, size_t i, Error *err)
{
    const double floats[EXTREMES] = {float_nan(), -0.0, float_infinity(), -float_infinity(), 5e-324, -1.7e308};
    const float narrow_floats[EXTREMES] = {0.1F, -0.0F, 3.4e38F, 1e-45F, 1.0F, -2.5F};
    static const char *const texts[EXTREMES] = {"",
                                                "a",
                                                "twelve bytes",
                                                "thirteen byte",
                                                "\u00e9\U0001f600\n\t\"',",
                                                "a text that is longer than anything that fits inline"};
    const Int128 largest = power_of_ten(column->type.precision) - 1;
    const Int128 decimals[EXTREMES] = {largest, -largest, 0, 1, -1, largest / 3};
    int64_t ints[EXTREMES];
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        return column_push_bool(column, i % 2 == 0, err);
    case STORAGE_FLOAT:
        return column_push_float(column, column->type.id == TYPE_FLOAT32 ? (double)narrow_floats[i] : floats[i], err);
    case STORAGE_DECIMAL:
        return column_push_decimal(column, decimals[i], err);
    case STORAGE_STRING:
        return column_push_string(column, str_from(texts[i]), err);
    case STORAGE_INT:
        int_extremes(column->type, ints);
        return column_push_int(column, ints[i], err);
    }
    return false;
}

/// A column of each type with its extremes and nulls.
static void build_frame(Frame *frame)
{
    Error err = {0};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        char name[16];
        Column *column = NULL;
        snprintf(name, sizeof(name), "c%zu", i);
        ASSERT_OK(frame_add_column(frame, str_from(name), types[i], &column, &err), err);
        for (size_t j = 0; j < EXTREMES; j++) ASSERT_OK(push_extreme(column, j, &err), err);
        ASSERT_OK(column_push_null(column, &err), err);
    }
    frame_finish(frame);
}

static void every_type_comes_back_bit_for_bit(void **state)
{
    Error err = {0};
    Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    build_frame(&frame);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "a.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "a.parquet"), &read, &err), err);
    lake_close(&lake);
    assert_int_equal(read.row_count, EXTREMES + 1);
    for (size_t i = 0; i < frame.column_count; i++) {
        Vector left = frame_vector(&frame, i);
        Vector right = frame_vector(&read, i);
        assert_true(type_equal(left.type, right.type));
        for (size_t row = 0; row < left.count; row++) {
            if (!vector_same(&left, row, &right, row)) fail_msg("column %zu, row %zu", i, row);
        }
    }
    assert_true(test_frame_same(&frame, &read));
}

/// A type and, as JSON, two of its values.
static const struct {
    const char *type;
    const char *values[2];
} nested[] = {
    {"list(bool)", {"[true,null,false]", "[]"}},
    {"list(int64)", {"[-9223372036854775808,9223372036854775807]", "[null]"}},
    {"list(float64)", {"[\"NaN\",-0.0,\"-Infinity\",5e-324]", "[0.1]"}},
    {"list(decimal(38,3))", {"[\"-99999999999999999999999999999999999.999\",null]", "[\"0.001\"]"}},
    {"list(string)", {"[\"\",\"a text that is longer than anything that fits inline\",null]", "[\"\u00e9\"]"}},
    {"list(timestamp_us with time zone)", {"[\"1969-12-31T23:59:59.999999Z\"]", "[null,null]"}},
    {"map(string,float64)", {"{\"b\":-0.0,\"\":null}", "{}"}},
    {"map(int64,string)", {"{\"-1\":\"x\",\"10\":\"\"}", "{\"9\":null}"}},
    {"map(bool,bool)", {"{\"true\":true,\"false\":null}", "{}"}},
    {"map(timestamp_us with time zone,decimal(38,0))", {"{\"2016-01-22\":7}", "{}"}},
};

/// A column of each of those, with a null and repeated over many rows, so that no two rows next to each other are alike.
static void build_nested(Frame *frame, size_t row_count)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    const JsonContext context = {.what = "a value", .kind = ERROR_DATA};
    for (size_t i = 0; i < COUNT_OF(nested); i++) {
        char name[16];
        Type type = {0};
        Column *column = NULL;
        Document documents[2];
        snprintf(name, sizeof(name), "c%zu", i);
        ASSERT_OK(type_parse(str_from(nested[i].type), &type, &err), err);
        ASSERT_OK(frame_add_column(frame, str_from(name), type, &column, &err), err);
        for (size_t k = 0; k < 2; k++) {
            ASSERT_OK(json_parse(STR("value"), str_from(nested[i].values[k]), &arena, &documents[k], &err), err);
        }
        for (size_t row = 0; row < row_count; row++) {
            ASSERT_OK(row % 3 == 2 ? column_push_null(column, &err)
                                   : column_push_json(column, documents[row % 3].root, &context, &err),
                      err);
        }
    }
    frame_finish(frame);
}

static void assert_nested_comes_back(void **state, size_t row_count)
{
    Error err = {0};
    Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    build_nested(&frame, row_count);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "nested.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "nested.parquet"), &read, &err), err);
    lake_close(&lake);
    assert_int_equal(read.row_count, row_count);
    for (size_t i = 0; i < frame.column_count; i++) {
        Vector left = frame_vector(&frame, i);
        Vector right = frame_vector(&read, i);
        assert_true(type_equal(left.type, right.type));
        for (size_t row = 0; row < left.count; row++) {
            if (!vector_same(&left, row, &right, row)) fail_msg("%s, row %zu", nested[i].type, row);
        }
    }
    assert_true(test_frame_same(&frame, &read));
}

static void lists_and_maps_come_back_bit_for_bit(void **state)
{
    assert_nested_comes_back(state, 3);
    assert_nested_comes_back(state, 0);
    assert_nested_comes_back(state, 5000);
}

/// What other programs read is no text of ours but a column of lists.
static void lists_are_lists_to_other_readers(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    Lake *lake = test_lake_open(state);
    build_nested(&frame, 3);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "nested.parquet"), &err), err);
    const char *sql = "SELECT typeof(c1) a, list_sum(c2[4:4]) b, typeof(c6) c, c7[10] d FROM 'nested.parquet' LIMIT 1";
    ASSERT_OK(test_read_sql(lake, sql, &read, &err), err);
    lake_close(&lake);
    ASSERT_FRAME(&read, "a string, b float64, c string, d string\n"
                        "BIGINT[]|5e-324|MAP(VARCHAR, DOUBLE)|\n");
}

static void read_bytes(Str path, Bytes *out)
{
    Error err = {0};
    ASSERT_OK(disk_read(disk_system(), path, BYTES_DEFAULT_MAX, out, &err), err);
}

static void the_same_frame_gives_the_same_bytes(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(bytes_deinit) Bytes first = {0};
    Lake *lake = test_lake_open(state);
    const char *sql = "SELECT i, i * 7919 % 1000 AS j, 'text ' || (i % 97) AS s, i / 7.0 AS f FROM range(600000) r(i)";
    ASSERT_OK(test_read_sql(lake, sql, &frame, &err), err);
    lake_close(&lake);
    for (uint32_t i = 0; i < 6; i++) {
        AUTO(bytes_deinit) Bytes bytes = {0};
        const LakeOptions options = {.threads = i % 3 + 1, .directory = test_path(state, "")};
        ASSERT_OK(lake_open(&options, &lake, &err), err);
        ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "b.parquet"), &err), err);
        lake_close(&lake);
        read_bytes(test_path(state, "b.parquet"), &bytes);
        if (i == 0) first = bytes_take(&bytes);
        if (i > 0) assert_true(str_equal(bytes_str(&first), bytes_str(&bytes)));
    }
}

static void rows_keep_their_order_across_row_groups(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    Lake *lake = test_lake_open(state);
    const char *sql = "SELECT hash(i)::VARCHAR AS s, i FROM range(400000) r(i) ORDER BY hash(i)";
    ASSERT_OK(test_read_sql(lake, sql, &frame, &err), err);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "a.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "a.parquet"), &read, &err), err);
    lake_close(&lake);
    assert_true(test_frame_same(&frame, &read));
}

static void any_name_comes_back(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    static const char *const names[] = {"a", "A", "", "column2", "it's \"quoted\"; --", "\u00e9\n", "select"};
    Lake *lake = test_lake_open(state);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Column *column = NULL;
        ASSERT_OK(frame_add_column(&frame, str_from(names[i]), TYPE_OF(TYPE_INT64), &column, &err), err);
        ASSERT_OK(column_push_int(column, (int64_t)i, &err), err);
    }
    frame_finish(&frame);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "it's.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "it's.parquet"), &read, &err), err);
    lake_close(&lake);
    assert_true(test_frame_same(&frame, &read));
}

static void an_empty_table_keeps_its_schema(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame read = {0};
    AUTO(frame_deinit) Frame none = {0};
    Lake *lake = test_lake_open(state);
    Column *column = NULL;
    ASSERT_OK(frame_add_column(&frame, STR("t"), TYPE_OF(TYPE_TIMESTAMP_S), &column, &err), err);
    frame_finish(&frame);
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "a.parquet"), &err), err);
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "a.parquet"), &read, &err), err);
    ASSERT_FRAME(&read, "t timestamp_s\n");
    ASSERT_FAILS(lake_write_parquet(lake, &none, test_path(state, "b.parquet"), &err), err, ERROR_DATA,
                 "needs a column");
    lake_close(&lake);
}

static void a_full_disk_is_a_storage_error(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_OK(test_read_sql(lake, "SELECT i FROM range(300000) r(i)", &frame, &err), err);
    ASSERT_FAILS(lake_write_parquet(lake, &frame, STR("/dev/full"), &err), err, ERROR_STORAGE,
                 "No space left on device");
    ASSERT_FAILS(lake_write_parquet(lake, &frame, STR("/nowhere/a.parquet"), &err), err, ERROR_STORAGE,
                 "writing '/nowhere/a.parquet': ");
    ASSERT_OK(lake_write_parquet(lake, &frame, test_path(state, "a.parquet"), &err), err);
    lake_close(&lake);
}

static void missing_and_damaged_files_are_named(void **state)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Lake *lake = test_lake_open(state);
    ASSERT_FAILS(lake_read_parquet(lake, test_path(state, "none.parquet"), &frame, &err), err, ERROR_NOT_FOUND,
                 "none.parquet: no such file");
    test_write_file(state, "bad.parquet", "PAR1 this is not one PAR1");
    ASSERT_FAILS(lake_read_parquet(lake, test_path(state, "bad.parquet"), &frame, &err), err, ERROR_DATA,
                 "bad.parquet: ");
    lake_close(&lake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(every_type_comes_back_bit_for_bit),
        TEST_IN_DIRECTORY(lists_and_maps_come_back_bit_for_bit),
        TEST_IN_DIRECTORY(lists_are_lists_to_other_readers),
        TEST_IN_DIRECTORY(the_same_frame_gives_the_same_bytes),
        TEST_IN_DIRECTORY(rows_keep_their_order_across_row_groups),
        TEST_IN_DIRECTORY(any_name_comes_back),
        TEST_IN_DIRECTORY(an_empty_table_keeps_its_schema),
        TEST_IN_DIRECTORY(a_full_disk_is_a_storage_error),
        TEST_IN_DIRECTORY(missing_and_damaged_files_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
