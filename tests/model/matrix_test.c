#include "model/matrix.h"

#include "number/float_order.h"
#include "support/test.h"

/// One column of the type, filled by hand: values then a null.
static void add_column(Frame *frame, const char *name, Type type, Column **out)
{
    Error err = {0};
    ASSERT_OK(frame_add_column(frame, str_from(name), type, out, &err), err);
}

static void push_ints(Column *column, int64_t first, int64_t second)
{
    Error err = {0};
    ASSERT_OK(column_push_int(column, first, &err), err);
    ASSERT_OK(column_push_int(column, second, &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
}

static void push_floats(Column *column, double first, double second)
{
    Error err = {0};
    ASSERT_OK(column_push_float(column, first, &err), err);
    ASSERT_OK(column_push_float(column, second, &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
}

static void frame_of_all_numbers(Frame *frame)
{
    Error err = {0};
    Column *column = NULL;
    add_column(frame, "bool", TYPE_OF(TYPE_BOOL), &column);
    ASSERT_OK(column_push_bool(column, true, &err), err);
    ASSERT_OK(column_push_bool(column, false, &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
    add_column(frame, "int8", TYPE_OF(TYPE_INT8), &column);
    push_ints(column, -7, 8);
    add_column(frame, "int64", TYPE_OF(TYPE_INT64), &column);
    push_ints(column, INT64_MAX, (INT64_C(1) << 53) + 1);
    add_column(frame, "uint64", TYPE_OF(TYPE_UINT64), &column);
    push_ints(column, 5, 6);
    add_column(frame, "float32", TYPE_OF(TYPE_FLOAT32), &column);
    push_floats(column, 0.25, (double)0.1F);
    add_column(frame, "float64", TYPE_OF(TYPE_FLOAT64), &column);
    push_floats(column, 0.1, -float_nan());
    add_column(frame, "decimal", (Type){.id = TYPE_DECIMAL, .precision = 38, .scale = 2}, &column);
    ASSERT_OK(column_push_decimal(column, 12345, &err), err);
    ASSERT_OK(column_push_decimal(column, ((Int128)1 << 100) + 1, &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
    add_column(frame, "date", TYPE_OF(TYPE_DATE), &column);
    push_ints(column, 1, -1);
    add_column(frame, "s", TYPE_OF(TYPE_TIMESTAMP_S), &column);
    push_ints(column, 2, -2);
    add_column(frame, "ms", TYPE_OF(TYPE_TIMESTAMP_MS), &column);
    push_ints(column, 3, -3);
    add_column(frame, "us", TYPE_INSTANT, &column);
    push_ints(column, 4, -4);
    add_column(frame, "ns", TYPE_OF(TYPE_TIMESTAMP_NS), &column);
    push_ints(column, 5999, -1);
    frame_finish(frame);
}

static void every_type_becomes_its_nearest_double(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(matrix_deinit) Matrix matrix = {0};
    Str names[16];
    const double expected[2][12] = {
        {1, -7, 0x1p63, 5, 0.25, 0.1, 123.45, 86400e6, 2e6, 3000, 4, 5},
        {0, 8, 0x1p53, 6, (double)0.1F, 0, 12676506002282294014967032053.77, -86400e6, -2e6, -3000, -4, -1},
    };
    frame_of_all_numbers(&frame);
    assert_int_equal(frame.column_count, 12);
    for (size_t i = 0; i < 12; i++) names[i] = frame.fields[i].name;
    ASSERT_OK(matrix_from_frame(&frame, names, 12, NULL, 3, &matrix, &err), err);
    assert_int_equal(matrix.row_count, 3);
    assert_int_equal(matrix.column_count, 12);
    for (size_t j = 0; j < 12; j++) {
        uint64_t second = j == 5 ? FLOAT_NAN_BITS : float_bits(expected[1][j]);
        assert_int_equal(float_bits(matrix.values[j]), float_bits(expected[0][j]));
        assert_int_equal(float_bits(matrix.values[12 + j]), second);
        assert_int_equal(float_bits(matrix.values[24 + j]), FLOAT_NAN_BITS);
    }
}

static void columns_follow_names_and_rows_follow_the_list(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(matrix_deinit) Matrix matrix = {0};
    const Str names[] = {STR("us"), STR("int8")};
    const uint64_t rows[] = {1, 0, 1};
    const double expected[] = {-4, 8, 4, -7, -4, 8};
    frame_of_all_numbers(&frame);
    ASSERT_OK(matrix_from_frame(&frame, names, 2, rows, 3, &matrix, &err), err);
    assert_memory_equal(matrix.values, expected, sizeof(expected));
}

static void no_rows_make_an_empty_matrix(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(matrix_deinit) Matrix matrix = {0};
    const Str names[] = {STR("us")};
    frame_of_all_numbers(&frame);
    ASSERT_OK(matrix_from_frame(&frame, names, 1, NULL, 0, &matrix, &err), err);
    assert_int_equal(matrix.row_count, 0);
}

static void a_list_feature_is_refused_with_the_way_out(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Matrix matrix = {0};
    Column *column = NULL;
    const Str names[] = {STR("vendor.tags")};
    add_column(&frame, "vendor.tags", type_list(TYPE_OF(TYPE_FLOAT64)), &column);
    ASSERT_OK(column_push_string(column, STR("\0\0\0\0"), &err), err);
    frame_finish(&frame);
    ASSERT_FAILS(matrix_from_frame(&frame, names, 1, NULL, 1, &matrix, &err), err, ERROR_CONFIG,
                 "feature 'vendor.tags' is a list, and trainers see numbers: make columns of it with get(), size()");
}

static void a_string_feature_is_refused_with_the_way_out(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Matrix matrix = {0};
    Column *column = NULL;
    const Str names[] = {STR("vendor.name")};
    add_column(&frame, "vendor.name", TYPE_OF(TYPE_STRING), &column);
    ASSERT_OK(column_push_string(column, STR("x"), &err), err);
    frame_finish(&frame);
    ASSERT_FAILS(matrix_from_frame(&frame, names, 1, NULL, 1, &matrix, &err), err, ERROR_CONFIG,
                 "feature 'vendor.name' is a string, and trainers see numbers: use hash(x, buckets)");
}

static void a_missing_feature_is_named(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Matrix matrix = {0};
    const Str names[] = {STR("float65")};
    frame_of_all_numbers(&frame);
    ASSERT_FAILS(matrix_from_frame(&frame, names, 1, NULL, 1, &matrix, &err), err, ERROR_NOT_FOUND,
                 "did you mean 'float64'?");
}

static bool build_matrix(void *context, Error *err)
{
    AUTO(matrix_deinit) Matrix matrix = {0};
    const Str names[] = {STR("us"), STR("decimal")};
    return matrix_from_frame(context, names, 2, NULL, 3, &matrix, err);
}

static void a_matrix_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame frame = {0};
    frame_of_all_numbers(&frame);
    for_each_allocation_failure(build_matrix, &frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_becomes_its_nearest_double),
        cmocka_unit_test(columns_follow_names_and_rows_follow_the_list),
        cmocka_unit_test(no_rows_make_an_empty_matrix),
        cmocka_unit_test(a_list_feature_is_refused_with_the_way_out),
        cmocka_unit_test(a_string_feature_is_refused_with_the_way_out),
        cmocka_unit_test(a_missing_feature_is_named),
        cmocka_unit_test(a_matrix_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
