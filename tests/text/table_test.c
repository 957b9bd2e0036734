#include "support/test.h"
#include "text/table.h"

static bool fill(Table *table, Error *err)
{
    TRY(table_column(table, STR("column"), TABLE_LEFT, err));
    TRY(table_column(table, STR("nulls"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("type"), TABLE_LEFT, err));
    TRY(table_cell(table, STR("passenger_count"), err));
    TRY(table_cell_format(table, err, "%d", 12));
    TRY(table_cell(table, STR("int64"), err));
    TRY(table_cell(table, STR("größe"), err));
    TRY(table_cell_format(table, err, "%d", 1234567));
    return table_cell(table, STR("a\tb\n"), err);
}

static void columns_are_aligned(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(table_deinit) Table table = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    ASSERT_OK(fill(&table, &err), err);
    ASSERT_OK(table_write(&table, 0, &out, &err), err);
    assert_int_equal(table_row_count(&table), 2);
    ASSERT_STR(bytes_str(&out), "column             nulls  type\n"
                                "passenger_count       12  int64\n"
                                "größe            1234567  a b\n");
}

static void wide_columns_are_cut_to_fit(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(table_deinit) Table table = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    ASSERT_OK(fill(&table, &err), err);
    ASSERT_OK(table_write(&table, 26, &out, &err), err);
    ASSERT_STR(bytes_str(&out), "column        nulls  type\n"
                                "passenger…       12  int64\n"
                                "größe       1234567  a b\n");
}

static void without_titles_there_is_no_title_line(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(table_deinit) Table table = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    ASSERT_OK(table_write(&table, 0, &out, &err), err);
    ASSERT_OK(table_column(&table, STR(""), TABLE_LEFT, &err), err);
    ASSERT_OK(table_column(&table, STR(""), TABLE_RIGHT, &err), err);
    ASSERT_OK(table_cell(&table, STR("日本"), &err), err);
    ASSERT_OK(table_cell(&table, STR("1"), &err), err);
    ASSERT_OK(table_cell(&table, STR("abcde"), &err), err);
    ASSERT_OK(table_cell(&table, STR("23"), &err), err);
    ASSERT_OK(table_write(&table, 0, &out, &err), err);
    ASSERT_STR(bytes_str(&out), "日本    1\nabcde  23\n");
}

static void columns_have_a_limit(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(table_deinit) Table table = {0};
    for (int i = 0; i < TABLE_COLUMN_MAX; i++) ASSERT_OK(table_column(&table, STR("x"), TABLE_LEFT, &err), err);
    ASSERT_FAILS(table_column(&table, STR("x"), TABLE_LEFT, &err), err, ERROR_MEMORY, "TABLE_COLUMN_MAX");
}

static bool table_work(void *context, Error *err)
{
    UNUSED(context);
    AUTO(table_deinit) Table table = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    TRY(fill(&table, err));
    return table_write(&table, 20, &out, err);
}

static void every_failed_allocation_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(table_work, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned),
        cmocka_unit_test(wide_columns_are_cut_to_fit),
        cmocka_unit_test(without_titles_there_is_no_title_line),
        cmocka_unit_test(columns_have_a_limit),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
