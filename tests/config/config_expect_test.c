/// `expect:` what a source must look like.
#include "config_fixture.h"

#include <math.h>

#define EXPECT(body) PIPELINE "sources:\n  s:\n    {files: a.csv, time: t, known: t,\n    expect: " body "}\n"

static Expectation only(const char *text)
{
    CONFIG_OF(config, text, CONFIG_ALL);
    assert_int_equal(config.sources[0].expectations.count, 1);
    Expectation item = config.sources[0].expectations.items[0];
    item.column = (Str){0};
    item.values = NULL;
    return item;
}

static void expect_rows(const char *text, double low, double high)
{
    Expectation item = only(text);
    assert_int_equal(item.kind, EXPECT_ROWS);
    assert_true(item.low == low && item.high == high);
}

static void rows_have_a_bound_or_a_range(void **state)
{
    UNUSED(state);
    expect_rows(EXPECT("{rows: '>= 1000'}"), 1000, INFINITY);
    expect_rows(EXPECT("{rows: '> 1000'}"), 1001, INFINITY);
    expect_rows(EXPECT("{rows: '<= 1000'}"), -INFINITY, 1000);
    expect_rows(EXPECT("{rows: '< 1000'}"), -INFINITY, 999);
    expect_rows(EXPECT("{rows: 1000}"), 1000, 1000);
    expect_rows(EXPECT("{rows: 1000..2000}"), 1000, 2000);
    expect_rows(EXPECT("{rows: '7 .. 7'}"), 7, 7);
}

static void wrong_bounds_of_rows_are_named(void **state)
{
    UNUSED(state);
    const char *range = "a range of rows is two numbers, the lower first: '1000..2000'";
    expect_error_at(EXPECT("{rows: 2000..1000}"), CONFIG_ALL, 5, 20, range);
    expect_error_at(EXPECT("{rows: '>= 5..10'}"), CONFIG_ALL, 5, 20, range);
    expect_error_at(EXPECT("{rows: '!= 5'}"), CONFIG_ALL, 5, 20, "'rows' takes a bound: '>= 1000', '1000..2000'");
}

static void freshness_is_an_age(void **state)
{
    UNUSED(state);
    Expectation item = only(EXPECT("{fresh: 2d}"));
    assert_int_equal(item.kind, EXPECT_FRESH);
    assert_int_equal(item.age_us, INT64_C(172800000000));
}

static const Expectation *item_at(const Config *config, size_t i)
{
    assert_true(i < config->sources[0].expectations.count);
    ASSERT_STR(config->sources[0].expectations.items[i].column, "x");
    return &config->sources[0].expectations.items[i];
}

static void check_all_of_a_column(const char *text)
{
    CONFIG_OF(config, text, CONFIG_ALL);
    assert_int_equal(config.sources[0].expectations.count, 5);
    assert_int_equal(item_at(&config, 0)->kind, EXPECT_MIN);
    assert_true(item_at(&config, 0)->low == 1 && item_at(&config, 0)->high == INFINITY);
    assert_int_equal(item_at(&config, 1)->kind, EXPECT_MAX);
    assert_true(item_at(&config, 1)->high == 2.5);
    assert_int_equal(item_at(&config, 2)->kind, EXPECT_NULLS);
    assert_true(item_at(&config, 2)->high == 0.1);
    assert_int_equal(item_at(&config, 3)->kind, EXPECT_UNIQUE);
    assert_int_equal(item_at(&config, 4)->kind, EXPECT_VALUES);
    assert_int_equal(item_at(&config, 4)->value_count, 3);
    ASSERT_STR(item_at(&config, 4)->values[2], "false");
}

static void columns_stand_under_columns_or_beside_rows(void **state)
{
    UNUSED(state);
#define ALL_OF_X "{x: {min: 1, max: 2.5, nulls: 10%, unique: true, values: [a, 1, false]}}"
    check_all_of_a_column(EXPECT("{columns: " ALL_OF_X "}"));
    check_all_of_a_column(EXPECT(ALL_OF_X));
}

static void what_is_not_demanded_is_not_checked(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, EXPECT("{x: {unique: false}, y: {}}"), CONFIG_ALL);
    assert_int_equal(config.sources[0].expectations.count, 0);
}

static void mistakes_in_expectations_are_named(void **state)
{
    UNUSED(state);
    expect_config_error(
        EXPECT("{row: 5}"), CONFIG_ALL,
        "p.yaml:5:19: 'row' is no expectation; known are: rows, fresh, and columns with min, max, nulls, unique, "
        "values\n      expect: {row: 5}}\n                    ^");
    expect_error_at(EXPECT("{x: {mim: 5}}"), CONFIG_ALL, 5, 18, "unknown key 'mim'; did you mean 'min'?");
    expect_error_at(EXPECT("{x: {nulls: 110%}}"), CONFIG_ALL, 5, 25,
                    "'nulls' is a share of the rows, from 0 to 1 or 0% to 100%");
    expect_error_at(EXPECT("{x: {min: .nan}}"), CONFIG_ALL, 5, 23, "'min' is no number");
    expect_error_at(EXPECT("{x: {min: low}}"), CONFIG_ALL, 5, 23, "expected a number, found a text 'low'");
    expect_error_at(EXPECT("[rows]"), CONFIG_ALL, 5, 13, "expected a map, found a list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_a_bound_or_a_range),
        cmocka_unit_test(wrong_bounds_of_rows_are_named),
        cmocka_unit_test(freshness_is_an_age),
        cmocka_unit_test(columns_stand_under_columns_or_beside_rows),
        cmocka_unit_test(what_is_not_demanded_is_not_checked),
        cmocka_unit_test(mistakes_in_expectations_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
