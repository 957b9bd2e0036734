#include <stdio.h>
#include <stdlib.h>

#include "mpfr_reference.h"
#include "number/parse.h"

static void assert_formats_as(double value, const char *expected)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    assert_int_equal(number_format_double(value, text), strlen(expected));
    assert_string_equal(text, expected);
}

/// The fewest significant digits that come back, by trying them all.
static int fewest_digits(double value)
{
    char text[64];
    for (int digits = 1; digits < 17; digits++) {
        snprintf(text, sizeof(text), "%.*e", digits - 1, value);
        if (strtod(text, NULL) == value) return digits;
    }
    return 17;
}

/// Digits of the text without sign, point, exponent and zeros on either side.
static int count_digits(const char *text)
{
    int count = 0;
    int zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text < '0' || *text > '9') continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        if (count > 0 || *text != '0') count++;
        if (count == 0) zeros = 0;
    }
    return count - zeros;
}

static double draw_value(uint64_t *random, int i)
{
    if (i % 4 == 0) return test_any_finite(random);
    if (i % 4 == 1) return (double)(int64_t)(test_u64(random) >> test_u64(random) % 64) / 100;
    if (i % 4 == 2) return test_between(random, -1000, 1000);
    return float_from_bits(test_u64(random) >> (12 + test_u64(random) % 40));
}

static void texts_come_back_and_none_is_shorter(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    Error err = {0};
    char text[NUMBER_TEXT_BYTES_MAX];
    for (int i = 0; i < 40000; i++) {
        double value = draw_value(&random, i);
        double parsed = 0;
        size_t size = number_format_double(value, text);
        assert_int_equal(size, strlen(text));
        ASSERT_OK(number_parse_double(str_from(text), &parsed, &err), err);
        if (float_bits(parsed) != float_bits(value)) fail_msg("%a became '%s'", value, text);
        if (value != 0 && count_digits(text) > fewest_digits(value)) fail_msg("'%s' is not the shortest", text);
    }
}

static void powers_of_two_and_their_neighbours_come_back(void **state)
{
    UNUSED(state);
    Error err = {0};
    char text[NUMBER_TEXT_BYTES_MAX];
    for (uint64_t biased = 0; biased < 2047; biased++) {
        for (int step = -1; step <= 1; step++) {
            double value = float_from_bits((biased << 52) + (uint64_t)(int64_t)step);
            double parsed = 0;
            if (!float_is_finite(value)) continue;
            number_format_double(value, text);
            ASSERT_OK(number_parse_double(str_from(text), &parsed, &err), err);
            assert_same_bits(parsed, value);
        }
    }
}

static void texts_look_as_people_write_numbers(void **state)
{
    UNUSED(state);
    assert_formats_as(0, "0");
    assert_formats_as(-0.0, "-0");
    assert_formats_as(5, "5");
    assert_formats_as(-12.34, "-12.34");
    assert_formats_as(0.1, "0.1");
    assert_formats_as(0.1 + 0.2, "0.30000000000000004");
    assert_formats_as(1.0 / 3, "0.3333333333333333");
    assert_formats_as(1000000, "1000000");
    assert_formats_as(0.00001, "0.00001");
    assert_formats_as(0.000001, "1e-6");
    assert_formats_as(1e16, "10000000000000000");
    assert_formats_as(1e17, "1e+17");
    assert_formats_as(1e23, "1e+23");
    assert_formats_as(9007199254740992, "9007199254740992");
    assert_formats_as(0x1p-1074, "5e-324");
    assert_formats_as(0x1.fffffffffffffp1023, "1.7976931348623157e+308");
    assert_formats_as(-0x1.fffffffffffffp-1022 / 3, "-1.483382572338134e-308");
    assert_formats_as(float_nan(), "nan");
    assert_formats_as(-float_nan(), "nan");
    assert_formats_as(-float_infinity(), "-inf");
}

static void integers_and_decimals_are_written_in_full(void **state)
{
    UNUSED(state);
    char text[NUMBER_TEXT_BYTES_MAX];
    char decimal[DECIMAL_TEXT_BYTES_MAX];
    assert_int_equal(number_format_int64(INT64_MIN, text), 20);
    assert_string_equal(text, "-9223372036854775808");
    number_format_int64(0, text);
    assert_string_equal(text, "0");
    number_format_decimal(-1234, 2, decimal);
    assert_string_equal(decimal, "-12.34");
    number_format_decimal(5, 3, decimal);
    assert_string_equal(decimal, "0.005");
    assert_int_equal(number_format_decimal((Int128)((Uint128)1 << 127), 38, decimal), 41);
    assert_string_equal(decimal, "-1.70141183460469231731687303715884105728");
}

static void decimals_come_back(void **state)
{
    UNUSED(state);
    uint64_t random = 2;
    Error err = {0};
    char text[DECIMAL_TEXT_BYTES_MAX];
    for (int i = 0; i < 20000; i++) {
        Int128 value =
            (Int128)(((Uint128)(test_u64(&random) >> 3) << 64 | test_u64(&random)) >> test_u64(&random) % 120);
        uint32_t scale = (uint32_t)(test_u64(&random) % 39);
        Int128 parsed = 0;
        if (i % 2 == 0) value = -value;
        number_format_decimal(value, scale, text);
        ASSERT_OK(number_parse_decimal(str_from(text), scale, &parsed, &err), err);
        assert_true(parsed == value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_and_none_is_shorter),
        cmocka_unit_test(powers_of_two_and_their_neighbours_come_back),
        cmocka_unit_test(texts_look_as_people_write_numbers),
        cmocka_unit_test(integers_and_decimals_are_written_in_full),
        cmocka_unit_test(decimals_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
