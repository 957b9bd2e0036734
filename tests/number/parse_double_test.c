#include <stdio.h>
#include <stdlib.h>

#include "mpfr_reference.h"
#include "number/parse.h"

static void assert_parses_to(const char *text, double expected)
{
    Error err = {0};
    double value = 0;
    ASSERT_OK(number_parse_double(str_from(text), &value, &err), err);
    if (float_bits(value) != float_bits(expected)) fail_msg("'%s' gave %a, not %a", text, value, expected);
}

/// The C library's conversion is correctly rounded in the "C" locale, which tests run in.
static void assert_parses_as_the_library(const char *text)
{
    assert_parses_to(text, strtod(text, NULL));
}

static void random_texts_are_rounded_correctly(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    char text[64];
    for (int i = 0; i < 60000; i++) {
        uint64_t digits = test_u64(&random) >> test_u64(&random) % 60;
        int exponent = (int)(test_u64(&random) % 700) - 360;
        snprintf(text, sizeof(text), "%s%llu.%llue%d", i % 2 == 0 ? "-" : "", (unsigned long long)digits,
                 (unsigned long long)(test_u64(&random) >> test_u64(&random) % 64),
                 i % 3 == 0 ? exponent % 20 : exponent);
        assert_parses_as_the_library(text);
    }
}

static void printed_doubles_come_back(void **state)
{
    UNUSED(state);
    uint64_t random = 2;
    char text[64];
    for (int i = 0; i < 40000; i++) {
        double value = test_any_finite(&random);
        snprintf(text, sizeof(text), "%.17g", value);
        assert_parses_to(text, value);
    }
}

/// Of all magnitudes, subnormal ones now and then; never zero.
static double draw_positive(uint64_t bits, int i)
{
    uint64_t positive = i % 8 == 0 ? bits & 0x000fffffffffffff : bits & ~FLOAT_SIGN_BIT;
    double value = float_from_bits(positive);
    return float_is_finite(value) ? value : 1;
}

/// The exact decimal expansion of a midpoint has up to 768 digits; one digit more or less decides.
static void ties_between_doubles_go_to_even_and_a_hair_more_goes_up(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    char text[1500];
    mpfr_t middle;
    mpfr_init2(middle, 1200);
    for (int i = 0; i < 3000; i++) {
        double low = draw_positive(test_u64(&random), i);
        double high = float_from_bits(float_bits(low) + 1);
        if (!float_is_finite(high)) continue;
        mpfr_set_d(middle, low, MPFR_RNDN);
        mpfr_add_d(middle, middle, high, MPFR_RNDN);
        mpfr_div_2ui(middle, middle, 1, MPFR_RNDN);
        int size = mpfr_snprintf(text, sizeof(text), "%.1100RNf", middle);
        assert_true(size < (int)sizeof(text) - 2);
        assert_parses_to(text, (float_bits(low) & 1) == 0 ? low : high);
        memcpy(text + size, "1", 2);
        assert_parses_to(text, high);
    }
    mpfr_clear(middle);
}

static void known_hard_texts_are_right(void **state)
{
    UNUSED(state);
    const char *texts[] = {"2.2250738585072011e-308",
                           "2.2250738585072012e-308",
                           "4.9406564584124654e-324",
                           "2.4703282292062327e-324",
                           "2.4703282292062328e-324",
                           "1.7976931348623157e308",
                           "1.7976931348623158e308",
                           "1.7976931348623159e308",
                           "9007199254740993",
                           "9007199254740993.00000000000000000000000000000000000001",
                           "0.1",
                           "1e23",
                           "8.5e22",
                           "123456789012345678901234567890",
                           "1e-400",
                           "1e400",
                           "1e-99999999999999",
                           "1e99999999999999",
                           "0e99999999999999",
                           "-0",
                           "-0.0e5",
                           "+.5e-1",
                           "5.",
                           "00000.00001e5",
                           "1E5",
                           "6929495644600919.5",
                           "3.7455744005952583e15"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) assert_parses_as_the_library(texts[i]);
}

static void words_name_what_digits_cannot(void **state)
{
    UNUSED(state);
    assert_parses_to("nan", float_nan());
    assert_parses_to("-NaN", float_nan());
    assert_parses_to("inf", float_infinity());
    assert_parses_to("-Infinity", -float_infinity());
    assert_parses_to("+INF", float_infinity());
}

static void what_is_no_number_is_refused(void **state)
{
    UNUSED(state);
    const char *texts[] = {"",    ".",    "-",  "e5",   "1e",  "1e+",  "1.2.3", "1 ", " 1",        "0x1p3",
                           "1,5", "nan1", "in", "infi", "--1", "1e5.", "1_000", "1f", "infinityy", "\xef\xbc\x91"};
    Error err = {0};
    double value = 42;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        ASSERT_FAILS(number_parse_double(str_from(texts[i]), &value, &err), err, ERROR_DATA, "bad number");
    }
    assert_same_bits(value, 42);
}

static void long_texts_are_parsed_up_to_a_limit(void **state)
{
    UNUSED(state);
    Error err = {0};
    double value = 0;
    static char text[NUMBER_PARSE_BYTES_MAX + 1];
    memset(text, '0', sizeof(text));
    text[1] = '.';
    text[NUMBER_PARSE_BYTES_MAX - 1] = '1';
    ASSERT_OK(number_parse_double((Str){text, NUMBER_PARSE_BYTES_MAX}, &value, &err), err);
    assert_same_bits(value, 0);
    text[0] = '1';
    ASSERT_OK(number_parse_double((Str){text, NUMBER_PARSE_BYTES_MAX}, &value, &err), err);
    assert_same_bits(value, 1);
    memset(text, '9', sizeof(text));
    ASSERT_OK(number_parse_double((Str){text, NUMBER_PARSE_BYTES_MAX}, &value, &err), err);
    assert_same_bits(value, float_infinity());
    ASSERT_FAILS(number_parse_double((Str){text, sizeof(text)}, &value, &err), err, ERROR_DATA, "bad number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_are_rounded_correctly),
        cmocka_unit_test(printed_doubles_come_back),
        cmocka_unit_test(ties_between_doubles_go_to_even_and_a_hair_more_goes_up),
        cmocka_unit_test(known_hard_texts_are_right),
        cmocka_unit_test(words_name_what_digits_cannot),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(long_texts_are_parsed_up_to_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
