#include "text/quantity.h"

#include <math.h>

#include "support/test.h"

static void sizes_are_read(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        uint64_t bytes;
    } CASES[] = {
        {"0", 0},
        {"4096", 4096},
        {"12B", 12},
        {"4GiB", UINT64_C(4) << 30},
        {"4 GiB", UINT64_C(4) << 30},
        {"500MB", 500000000},
        {"1kB", 1000},
        {"18446744073709551615", UINT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        uint64_t bytes = 42;
        ASSERT_OK(size_parse(str_from(CASES[i].text), &bytes, &err), err);
        assert_true(bytes == CASES[i].bytes);
    }
    Error err = {0};
    uint64_t bytes = 42;
    ASSERT_FAILS(size_parse(STR("4G"), &bytes, &err), err, ERROR_CONFIG, "bad size '4G': unknown unit");
    ASSERT_FAILS(size_parse(STR("GiB"), &bytes, &err), err, ERROR_CONFIG, "as in 4GiB");
    ASSERT_FAILS(size_parse(STR("-1B"), &bytes, &err), err, ERROR_CONFIG, "as in 4GiB");
    ASSERT_FAILS(size_parse(STR("18446744073709551616"), &bytes, &err), err, ERROR_CONFIG, "too great");
    ASSERT_FAILS(size_parse(STR("99999PiB"), &bytes, &err), err, ERROR_CONFIG, "too great");
    assert_true(bytes == 42);
}

static void sizes_and_counts_are_written_for_people(void **state)
{
    UNUSED(state);
    assert_string_equal(size_format(0).text, "0 B");
    assert_string_equal(size_format(1023).text, "1023 B");
    assert_string_equal(size_format(1536).text, "1.50 KiB");
    assert_string_equal(size_format(UINT64_C(100) << 20).text, "100 MiB");
    assert_string_equal(size_format(1048575).text, "1.00 MiB");
    assert_string_equal(size_format(UINT64_MAX).text, "16.0 EiB");
    assert_string_equal(count_format(0).text, "0");
    assert_string_equal(count_format(999).text, "999");
    assert_string_equal(count_format(1234567).text, "1,234,567");
    assert_string_equal(count_format(-123456).text, "-123,456");
    assert_string_equal(count_format(INT64_MIN).text, "-9,223,372,036,854,775,808");
}

static double fraction_of(const char *text)
{
    Error err = {0};
    double value = -1;
    ASSERT_OK(fraction_parse(str_from(text), &value, &err), err);
    return value;
}

static void a_percentage_is_the_nearest_double_to_its_fraction(void **state)
{
    UNUSED(state);
    assert_true(fraction_of("70%") == 0.7);
    assert_true(fraction_of("0.7") == 0.7);
    assert_true(fraction_of("15%") == 0.15);
    assert_true(fraction_of("0.5%") == 0.005);
    assert_true(fraction_of("29%") == 0.29); // 29.0 / 100 too, but 29 * 0.01 is not
    assert_true(fraction_of("100%") == 1);
    assert_true(fraction_of("0%") == 0);

    Error err = {0};
    double value = -1;
    ASSERT_FAILS(fraction_parse(STR("-5%"), &value, &err), err, ERROR_CONFIG, "bad percentage '-5%'");
    ASSERT_FAILS(fraction_parse(STR("%"), &value, &err), err, ERROR_CONFIG, "as in 70%");
    ASSERT_FAILS(fraction_parse(STR("1e2%"), &value, &err), err, ERROR_CONFIG, "bad percentage");
    ASSERT_FAILS(fraction_parse(STR("nan"), &value, &err), err, ERROR_CONFIG, "bad fraction 'nan'");
    ASSERT_FAILS(fraction_parse(STR(""), &value, &err), err, ERROR_CONFIG, "bad fraction ''");
    ASSERT_FAILS(percent_parse(STR("70"), &value, &err), err, ERROR_CONFIG, "bad percentage '70'");
    assert_true(value == -1);
}

static void conditions_are_read(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        Comparison comparison;
    } CASES[] = {
        {">= 1000", {COMPARISON_AT_LEAST, 1000}},
        {">=1000", {COMPARISON_AT_LEAST, 1000}},
        {"< 0.5", {COMPARISON_LESS, 0.5}},
        {"<= -3", {COMPARISON_AT_MOST, -3}},
        {"== 3", {COMPARISON_EQUAL, 3}},
        {"= 3", {COMPARISON_EQUAL, 3}},
        {"3", {COMPARISON_EQUAL, 3}},
        {"!= 0", {COMPARISON_NOT_EQUAL, 0}},
        {" > 1% ", {COMPARISON_GREATER, 0.01}},
        {"> 1e6", {COMPARISON_GREATER, 1e6}},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        Comparison comparison = {0};
        ASSERT_OK(comparison_parse(str_from(CASES[i].text), &comparison, &err), err);
        assert_int_equal(comparison.kind, CASES[i].comparison.kind);
        assert_true(comparison.value == CASES[i].comparison.value);
    }
    static const char *const WRONG[] = {"", ">=", "=> 3", "> x", "> nan", "> 1e999", "<> 3", "> 1 2", "> --1"};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        Error err = {0};
        Comparison comparison = {0};
        ASSERT_FAILS(comparison_parse(str_from(WRONG[i]), &comparison, &err), err, ERROR_CONFIG, "as in >= 1000");
    }
}

static void conditions_hold_as_their_sign_says(void **state)
{
    UNUSED(state);
    static const bool EXPECTED[COMPARISON_KIND_COUNT][3] = {
        [COMPARISON_EQUAL] = {false, true, false},   [COMPARISON_NOT_EQUAL] = {true, false, true},
        [COMPARISON_LESS] = {true, false, false},    [COMPARISON_AT_MOST] = {true, true, false},
        [COMPARISON_GREATER] = {false, false, true}, [COMPARISON_AT_LEAST] = {false, true, true},
    };
    for (ComparisonKind kind = 0; kind < COMPARISON_KIND_COUNT; kind++) {
        Comparison comparison = {kind, 1};
        for (int i = 0; i < 3; i++) assert_int_equal(comparison_holds(&comparison, i), EXPECTED[kind][i]);
        assert_int_equal(comparison_holds(&comparison, (double)NAN), kind == COMPARISON_NOT_EQUAL);
    }
    assert_string_equal(comparison_kind_name(COMPARISON_AT_LEAST), ">=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(sizes_and_counts_are_written_for_people),
        cmocka_unit_test(a_percentage_is_the_nearest_double_to_its_fraction),
        cmocka_unit_test(conditions_are_read),
        cmocka_unit_test(conditions_hold_as_their_sign_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
