/// What is expected of a source, and the text that tells what failed: tests/golden/expectations.txt holds every text.
/// `dataset_expectation_test --update` writes what they are now.
#include "dataset/expectation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dataset/expectation_internal.h"
#include "support/frame_text.h"
#include "support/test.h"

static const char TRIPS[] = "id string, vendor int64, fare decimal(10,2), km float64, flag string, note string\n"
                            "a1|1|5.00|1.5|N|first\n"
                            "a2|2|-1.00|nan|Y|null\n"
                            "a3|1|7.50|2|X|a note that is much longer than a sample has room for\n"
                            "a2|9|100000.00|-3|Q|null\n"
                            "a4|null|8.00|null|Q|null\n"
                            "a3|2|9.99|4|N|null\n";

static const Str FLAGS[] = {STR_INIT("N"), STR_INIT("Y")};

#define COLUMN(name) .column = STR_INIT(name), .low = -INFINITY, .high = INFINITY

typedef struct Case {
    const char *name;
    Expectation items[6];
    size_t count;
} Case;

static const Case CASES[] = {
    {"a bound on both sides", {{.kind = EXPECT_ROWS, .low = 10, .high = 20}}, 1},
    {"too many rows", {{.kind = EXPECT_ROWS, .low = -INFINITY, .high = 5}}, 1},
    {"an exact number of rows", {{.kind = EXPECT_ROWS, .low = 5, .high = 5}}, 1},
    {"ranges",
     {{.kind = EXPECT_MIN, .column = STR_INIT("fare"), .low = 0, .high = INFINITY},
      {.kind = EXPECT_MAX, .column = STR_INIT("fare"), .low = -INFINITY, .high = 500},
      {.kind = EXPECT_MAX, .column = STR_INIT("vendor"), .low = -INFINITY, .high = 2}},
     3},
    {"not a number", {{.kind = EXPECT_MIN, .column = STR_INIT("km"), .low = -10, .high = INFINITY}}, 1},
    {"nulls",
     {{.kind = EXPECT_NULLS, .column = STR_INIT("note"), .low = 0, .high = 0.25},
      {.kind = EXPECT_NULLS, .column = STR_INIT("vendor"), .low = 0, .high = 0}},
     2},
    {"values that repeat", {{.kind = EXPECT_UNIQUE, COLUMN("id")}}, 1},
    {"values that are not allowed", {{.kind = EXPECT_VALUES, COLUMN("flag"), .values = FLAGS, .value_count = 2}}, 1},
    {"what holds is not listed",
     {{.kind = EXPECT_ROWS, .low = 6, .high = 6},
      {.kind = EXPECT_FRESH, .age_us = 1},
      {.kind = EXPECT_MAX, .column = STR_INIT("vendor"), .low = -INFINITY, .high = 8}},
     3},
};

static void answer_write(const Case *test, const Frame *table, Bytes *out)
{
    Error err = {0};
    Error failure = {0};
    const Expectations expectations = {.items = test->items, .count = test->count};
    assert_false(expectations_check(&expectations, STR("trips"), table, &failure));
    assert_int_equal(failure.kind, ERROR_REFUSED);
    ASSERT_OK(bytes_append_format(out, &err, "=== %s\n%s\n", test->name, failure.text), err);
}

static void answers_write(Bytes *out)
{
    AUTO(frame_deinit) Frame table = {0};
    frame_text_read(TRIPS, &table);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) answer_write(&CASES[i], &table, out);
}

static FILE *golden_open(const char *mode)
{
    char path[4096];
    const char *root = getenv("PAWL_ROOT");
    snprintf(path, sizeof(path), "%s/tests/golden/expectations.txt", root == NULL ? "." : root);
    return fopen(path, mode);
}

static void every_failure_reads_as_its_golden_text(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes actual = {0};
    char expected[1 << 16] = "";
    FILE *file = golden_open("rb");
    assert_non_null(file);
    size_t size = fread(expected, 1, sizeof(expected) - 1, file);
    fclose(file);
    answers_write(&actual);
    ASSERT_OK(bytes_append_byte(&actual, 0, &err), err);
    expected[size] = 0;
    assert_string_equal((const char *)actual.data, expected);
}

static bool check_one(const Expectation *item, const char *text, Error *err)
{
    AUTO(frame_deinit) Frame table = {0};
    const Expectations expectations = {.items = item, .count = 1};
    frame_text_read(text, &table);
    return expectations_check(&expectations, STR("trips"), &table, err);
}

static void bounds_are_inclusive_and_pass_over_nulls(void **state)
{
    UNUSED(state);
    Error err = {0};
    const char *table = "x int64, y decimal(5,1)\n1|0.1\nnull|null\n3|0.3\n";
    const Expectation least = {.kind = EXPECT_MIN, .column = STR("x"), .low = 1};
    const Expectation greatest = {.kind = EXPECT_MAX, .column = STR("x"), .high = 3};
    const Expectation decimal = {.kind = EXPECT_MAX, .column = STR("y"), .high = 0.3};
    const Expectation share = {.kind = EXPECT_NULLS, .column = STR("x"), .high = 0.34};
    const Expectation unique = {.kind = EXPECT_UNIQUE, .column = STR("x")};
    ASSERT_OK(check_one(&least, table, &err), err);
    ASSERT_OK(check_one(&greatest, table, &err), err);
    ASSERT_OK(check_one(&decimal, table, &err), err);
    ASSERT_OK(check_one(&share, table, &err), err);
    ASSERT_OK(check_one(&unique, "x int64\nnull\nnull\n1\n", &err), err);
}

static void great_integers_are_compared_exactly(void **state)
{
    UNUSED(state);
    Error err = {0};
    const char *table = "x int64\n9007199254740993\n";
    const Expectation at_most = {.kind = EXPECT_MAX, .column = STR("x"), .high = 9007199254740992.0};
    const Expectation any = {.kind = EXPECT_MAX, .column = STR("x"), .high = INFINITY};
    const Expectation half = {.kind = EXPECT_MIN, .column = STR("x"), .low = -0.5};
    ASSERT_FAILS(check_one(&at_most, table, &err), err, ERROR_REFUSED, "greatest is 9007199254740993");
    ASSERT_OK(check_one(&any, table, &err), err);
    ASSERT_OK(check_one(&half, "x int64\n0\n", &err), err);
    ASSERT_FAILS(check_one(&half, "x int64\n-1\n", &err), err, ERROR_REFUSED, "least is -1");
}

static void numbers_are_allowed_as_their_text(void **state)
{
    UNUSED(state);
    Error err = {0};
    static const Str values[] = {STR_INIT("1"), STR_INIT("2")};
    const Expectation item = {.kind = EXPECT_VALUES, .column = STR("x"), .values = values, .value_count = 2};
    ASSERT_OK(check_one(&item, "x int64\n1\n2\nnull\n", &err), err);
    ASSERT_FAILS(check_one(&item, "x int64\n3\n", &err), err, ERROR_REFUSED, "'3'");
}

static void an_unknown_column_suggests_the_nearest(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Expectation item = {.kind = EXPECT_UNIQUE, .column = STR("vendr")};
    const Expectation text = {.kind = EXPECT_MIN, .column = STR("vendor"), .low = 0};
    ASSERT_FAILS(check_one(&item, "vendor string\na\n", &err), err, ERROR_CONFIG, "did you mean 'vendor'?");
    ASSERT_FAILS(check_one(&text, "vendor string\na\n", &err), err, ERROR_CONFIG,
                 "'min' needs a column of numbers, and 'vendor' is string");
}

static void a_refusal_of_many_expectations_fits_into_an_error(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame table = {0};
    Expectation items[24];
    frame_text_read(TRIPS, &table);
    for (size_t i = 0; i < COUNT_OF(items); i++)
        items[i] = (Expectation){.kind = EXPECT_MIN, .column = STR("vendor"), .low = 100 + (double)i};
    const Expectations expectations = {.items = items, .count = COUNT_OF(items)};
    ASSERT_FAILS(expectations_check(&expectations, STR("trips"), &table, &err), err, ERROR_REFUSED,
                 "(further sample rows are left out)");
}

static void freshness_is_measured_from_the_run_on(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Expectation item = {.kind = EXPECT_FRESH, .age_us = 60000000};
    const Expectations expectations = {.items = &item, .count = 1};
    ASSERT_OK(expectations_check_fresh(&expectations, STR("trips"), 0, 60000000, &err), err);
    ASSERT_OK(expectations_check_fresh(&expectations, STR("trips"), 70000000, 0, &err), err);
    ASSERT_FAILS(expectations_check_fresh(&expectations, STR("trips"), 0, 60000001, &err), err, ERROR_REFUSED,
                 "source 'trips' is not fresh: its newest row is of 1970-01-01T00:00:00Z");
    ASSERT_FAILS(expectations_check_fresh(&expectations, STR("trips"), INT64_MIN, INT64_MAX, &err), err, ERROR_REFUSED,
                 "not fresh");
}

static bool check_work(void *context, Error *err)
{
    const Frame *table = context;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const Expectations expectations = {.items = CASES[i].items, .count = CASES[i].count};
        Error failure = {0};
        if (expectations_check(&expectations, STR("trips"), table, &failure)) return true;
        if (failure.kind == ERROR_MEMORY) return error_set(err, failure.kind, "%s", failure.text);
    }
    return true;
}

static void a_check_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame table = {0};
    frame_text_read(TRIPS, &table);
    for_each_allocation_failure(check_work, &table);
}

static int golden_update(void)
{
    AUTO(bytes_deinit) Bytes text = {0};
    FILE *file = golden_open("wb");
    if (file == NULL) return 1;
    answers_write(&text);
    fwrite(text.data, 1, text.size, file);
    return fclose(file);
}

int main(int argument_count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_reads_as_its_golden_text),
        cmocka_unit_test(bounds_are_inclusive_and_pass_over_nulls),
        cmocka_unit_test(great_integers_are_compared_exactly),
        cmocka_unit_test(numbers_are_allowed_as_their_text),
        cmocka_unit_test(an_unknown_column_suggests_the_nearest),
        cmocka_unit_test(a_refusal_of_many_expectations_fits_into_an_error),
        cmocka_unit_test(freshness_is_measured_from_the_run_on),
        cmocka_unit_test(a_check_survives_every_failing_allocation),
    };
    if (argument_count > 1 && strcmp(arguments[1], "--update") == 0) return golden_update();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
