#include "base/memory.h"
#include "frame/column.h"
#include "support/test.h"

static void a_null_amid_values_keeps_the_others(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_INT32)};
    ASSERT_OK(column_push_int(&column, 7, &err), err);
    assert_null(column.valid);
    ASSERT_OK(column_push_null(&column, &err), err);
    for (int i = 0; i < 200; i++) ASSERT_OK(column_push_int(&column, i, &err), err);

    Vector view = column_view(&column);
    assert_int_equal(view.count, 202);
    assert_true(vector_is_valid(&view, 0));
    assert_false(vector_is_valid(&view, 1));
    assert_int_equal(view.values.ints[1], 0);
    assert_true(vector_is_valid(&view, 201));
    assert_int_equal(view.values.ints[201], 199);
}

static void a_first_null_in_an_empty_column_works(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_STRING)};
    ASSERT_OK(column_push_null(&column, &err), err);
    ASSERT_OK(column_push_string(&column, STR("x"), &err), err);
    Vector view = column_view(&column);
    assert_false(vector_is_valid(&view, 0));
    assert_int_equal(view.values.strings[0].size, 0);
    ASSERT_STR(view.values.strings[1], "x");
}

static void setting_null_clears_the_bits(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_FLOAT64)};
    ASSERT_OK(column_resize(&column, 3, &err), err);
    column.values.floats[1] = 2.5;
    column.values.floats[2] = 3.5;
    ASSERT_OK(column_set_null(&column, 1, &err), err);
    ASSERT_OK(column_resize(&column, 100, &err), err);
    Vector view = column_slice(&column, 1, 4);
    assert_false(vector_is_valid(&view, 0));
    assert_true(view.values.floats[0] == 0);
    assert_true(vector_is_valid(&view, 1) && view.values.floats[1] == 3.5);
    assert_true(vector_is_valid(&view, 2) && view.values.floats[2] == 0);
}

static void strings_are_copied(void **state)
{
    UNUSED(state);
    Error err = {0};
    char text[] = "before";
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_STRING)};
    AUTO(column_deinit) Column copy = {.type = TYPE_OF(TYPE_STRING)};
    ASSERT_OK(column_push_string(&column, str_from(text), &err), err);
    ASSERT_OK(column_push_string(&column, STR(""), &err), err);
    memcpy(text, "after!", 6);
    Vector view = column_view(&column);
    ASSERT_OK(column_append(&copy, &view, &err), err);
    column_deinit(&column);
    ASSERT_STR(copy.values.strings[0], "before");
    ASSERT_STR(copy.values.strings[1], "");
}

static void appending_columns_with_and_without_nulls_mixes(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column full = {.type = TYPE_OF(TYPE_BOOL)};
    AUTO(column_deinit) Column holes = {.type = TYPE_OF(TYPE_BOOL)};
    ASSERT_OK(column_push_bool(&full, true, &err), err);
    ASSERT_OK(column_push_null(&holes, &err), err);
    ASSERT_OK(column_push_bool(&holes, false, &err), err);

    Vector view = column_view(&holes);
    ASSERT_OK(column_append(&full, &view, &err), err);
    AUTO(column_deinit) Column one = {.type = TYPE_OF(TYPE_BOOL)};
    ASSERT_OK(column_push_bool(&one, true, &err), err);
    Vector last = column_view(&one);
    ASSERT_OK(column_append(&full, &last, &err), err);
    assert_int_equal(full.count, 4);
    assert_memory_equal(full.valid, "\1\0\1\1", 4);
    assert_memory_equal(full.values.bools, "\1\0\0\1", 4);
}

static void rows_are_gathered_in_the_order_asked(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(column_deinit) Column column = {.type = {.id = TYPE_DECIMAL, .precision = 38}};
    AUTO(column_deinit) Column out = {.type = column.type};
    for (int i = 0; i < 5; i++) ASSERT_OK(column_push_decimal(&column, (Int128)i << 100, &err), err);
    ASSERT_OK(column_set_null(&column, 4, &err), err);
    Vector view = column_view(&column);
    const uint64_t rows[] = {4, 3, 3, 0};
    ASSERT_OK(column_append_rows(&out, &view, rows, COUNT_OF(rows), &err), err);
    ASSERT_OK(column_append_rows(&out, &view, NULL, 0, &err), err);
    Vector gathered = column_view(&out);
    assert_int_equal(gathered.count, 4);
    assert_false(vector_is_valid(&gathered, 0));
    assert_true(gathered.values.decimals[1] == (Int128)3 << 100);
    assert_true(gathered.values.decimals[2] == (Int128)3 << 100);
    assert_true(gathered.values.decimals[3] == 0);
}

static bool fill_column(void *context, Error *err)
{
    UNUSED(context);
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_STRING)};
    AUTO(column_deinit) Column copy = {.type = TYPE_OF(TYPE_STRING)};
    for (int i = 0; i < 100; i++) TRY(column_push_string(&column, STR("some text"), err));
    TRY(column_push_null(&column, err));
    TRY(column_set_null(&column, 3, err));
    Vector view = column_view(&column);
    TRY(column_append(&copy, &view, err));
    return column_push_from(&copy, &view, 7, err);
}

static void a_column_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(fill_column, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_null_amid_values_keeps_the_others),
        cmocka_unit_test(a_first_null_in_an_empty_column_works),
        cmocka_unit_test(setting_null_clears_the_bits),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(appending_columns_with_and_without_nulls_mixes),
        cmocka_unit_test(rows_are_gathered_in_the_order_asked),
        cmocka_unit_test(a_column_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
