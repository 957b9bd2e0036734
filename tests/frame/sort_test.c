#include "frame/sort_internal.h"
#include "number/float_order.h"
#include "support/test.h"

static void assert_sorted(const Column *column)
{
    Vector vector = column_view(column);
    for (size_t i = 1; i < vector.count; i++) assert_true(vector_compare(&vector, i - 1, &vector, i) <= 0);
}

/// A fixed sequence that looks random.
static uint64_t mix(uint64_t i)
{
    i = (i ^ (i >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    i = (i ^ (i >> 27)) * UINT64_C(0x94d049bb133111eb);
    return i ^ (i >> 31);
}

static void integers_of_all_sizes_and_signs_are_sorted(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_INT64)};
    for (uint64_t i = 0; i < 5000; i++) {
        ASSERT_OK(column_push_int(&column, (int64_t)mix(i) >> (i % 64), &err), err);
    }
    ASSERT_OK(column_push_int(&column, INT64_MIN, &err), err);
    ASSERT_OK(column_push_int(&column, INT64_MAX, &err), err);
    ASSERT_OK(column_sort(&column, &err), err);
    assert_sorted(&column);
    assert_true(column.values.ints[0] == INT64_MIN);
}

static void floats_are_sorted_with_nan_last_and_one_zero(void **state)
{
    UNUSED(state);
    Error err = {0};
    const double values[] = {1, float_nan(), -0.0, -float_infinity(), 0.0, 5e-324, -5e-324, float_infinity(), -1};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_FLOAT64)};
    for (size_t i = 0; i < COUNT_OF(values); i++) ASSERT_OK(column_push_float(&column, values[i], &err), err);
    ASSERT_OK(column_sort(&column, &err), err);
    assert_sorted(&column);
    Vector vector = column_view(&column);
    assert_true(vector_same(&vector, 3, &vector, 4));
    assert_true(float_is_nan(column.values.floats[8]));
}

static void decimals_and_bools_are_sorted(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column decimals = {.type = {.id = TYPE_DECIMAL, .precision = 38}};
    AUTO(column_deinit) Column bools = {.type = TYPE_OF(TYPE_BOOL)};
    for (uint64_t i = 0; i < 100; i++) {
        ASSERT_OK(column_push_decimal(&decimals, (Int128)(int64_t)mix(i) * ((Int128)1 << (i % 60)), &err), err);
        ASSERT_OK(column_push_bool(&bools, mix(i) % 2 == 0, &err), err);
    }
    ASSERT_OK(column_sort(&decimals, &err), err);
    ASSERT_OK(column_sort(&bools, &err), err);
    assert_sorted(&decimals);
    assert_sorted(&bools);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_of_all_sizes_and_signs_are_sorted),
        cmocka_unit_test(floats_are_sorted_with_nan_last_and_one_zero),
        cmocka_unit_test(decimals_and_bools_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
