#include "engine/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_fixture.h"

#include "base/hash.h"
#include "number/parse.h"

static const Cell no_integer = {.type = {.id = TYPE_INT64}};
static const Cell no_float = {.type = {.id = TYPE_FLOAT64}};
static const Cell no_bool = {.type = {.id = TYPE_BOOL}};

static void integers_that_do_not_fit_are_null(void **state)
{
    (void)state;
    CHECK_KERNEL(ADD_INT64, INTEGER(3), INTEGER(1), INTEGER(2));
    CHECK_KERNEL(ADD_INT64, no_integer, INTEGER(INT64_MAX), INTEGER(1));
    CHECK_KERNEL(SUBTRACT_INT64, no_integer, INTEGER(INT64_MIN), INTEGER(1));
    CHECK_KERNEL(MULTIPLY_INT64, no_integer, INTEGER(INT64_MAX), INTEGER(2));
    CHECK_KERNEL(NEGATE_INT64, no_integer, INTEGER(INT64_MIN));
    CHECK_KERNEL(ABS_INT64, no_integer, INTEGER(INT64_MIN));
    CHECK_KERNEL(ABS_INT64, INTEGER(5), INTEGER(-5));
    CHECK_KERNEL(MODULO_INT64, INTEGER(-1), INTEGER(-7), INTEGER(3));
    CHECK_KERNEL(MODULO_INT64, INTEGER(0), INTEGER(INT64_MIN), INTEGER(-1));
    CHECK_KERNEL(MODULO_INT64, no_integer, INTEGER(7), INTEGER(0));
}

static void null_arguments_give_null(void **state)
{
    (void)state;
    CHECK_KERNEL(ADD_INT64, no_integer, INTEGER(1), no_integer);
    CHECK_KERNEL(DIVIDE_FLOAT64, no_float, no_float, FLOAT(2));
    CHECK_KERNEL(LESS_FLOAT64, no_bool, FLOAT(1), no_float);
}

static void floats_follow_ieee_with_one_nan(void **state)
{
    (void)state;
    double infinity = float_infinity();
    CHECK_KERNEL(ADD_FLOAT64, FLOAT(0.1 + 0.2), FLOAT(0.1), FLOAT(0.2));
    CHECK_KERNEL(SUBTRACT_FLOAT64, FLOAT(float_nan()), FLOAT(infinity), FLOAT(infinity));
    CHECK_KERNEL(MULTIPLY_FLOAT64, FLOAT(float_nan()), FLOAT(infinity), FLOAT(0));
    CHECK_KERNEL(DIVIDE_FLOAT64, FLOAT(0.5), FLOAT(1), FLOAT(2));
    CHECK_KERNEL(DIVIDE_FLOAT64, no_float, FLOAT(1), FLOAT(-0.0));
    CHECK_KERNEL(MODULO_FLOAT64, FLOAT(-1), FLOAT(-7), FLOAT(3));
    CHECK_KERNEL(MODULO_FLOAT64, no_float, FLOAT(-7), FLOAT(0));
    CHECK_KERNEL(ABS_FLOAT64, FLOAT(0), FLOAT(-0.0));
    CHECK_KERNEL(NEGATE_FLOAT64, FLOAT(float_nan()), FLOAT(float_nan()));
}

static void nan_is_greatest_and_equals_itself(void **state)
{
    (void)state;
    CHECK_KERNEL(EQUAL_FLOAT64, BOOLEAN(true), FLOAT(float_nan()), FLOAT(-float_nan()));
    CHECK_KERNEL(EQUAL_FLOAT64, BOOLEAN(true), FLOAT(0), FLOAT(-0.0));
    CHECK_KERNEL(LESS_FLOAT64, BOOLEAN(true), FLOAT(float_infinity()), FLOAT(float_nan()));
    CHECK_KERNEL(LESS_FLOAT64, BOOLEAN(false), FLOAT(-0.0), FLOAT(0));
    CHECK_KERNEL(GREATEST_FLOAT64, FLOAT(float_nan()), FLOAT(1), FLOAT(float_nan()));
    CHECK_KERNEL(LEAST_FLOAT64, FLOAT(-0.0), FLOAT(-0.0), FLOAT(0));
    CHECK_KERNEL(GREATEST_FLOAT64, FLOAT(-0.0), FLOAT(-0.0), FLOAT(0));
    CHECK_KERNEL(LESS_STRING, BOOLEAN(true), TEXT("a"), TEXT("ab"));
    CHECK_KERNEL(EQUAL_STRING, BOOLEAN(false), TEXT("a"), TEXT("ab"));
    CHECK_KERNEL(LESS_BOOL, BOOLEAN(true), BOOLEAN(false), BOOLEAN(true));
    CHECK_KERNEL(EQUAL_INSTANT, BOOLEAN(true), INSTANT(-5), INSTANT(-5));
}

static void logic_has_three_values(void **state)
{
    (void)state;
    CHECK_KERNEL(AND, BOOLEAN(false), BOOLEAN(false), no_bool);
    CHECK_KERNEL(AND, no_bool, BOOLEAN(true), no_bool);
    CHECK_KERNEL(AND, BOOLEAN(true), BOOLEAN(true), BOOLEAN(true));
    CHECK_KERNEL(OR, BOOLEAN(true), no_bool, BOOLEAN(true));
    CHECK_KERNEL(OR, no_bool, BOOLEAN(false), no_bool);
    CHECK_KERNEL(NOT, no_bool, no_bool);
    CHECK_KERNEL(NOT, BOOLEAN(false), BOOLEAN(true));
    CHECK_KERNEL(IF_INT64, INTEGER(2), no_bool, INTEGER(1), INTEGER(2));
    CHECK_KERNEL(IF_INT64, no_integer, BOOLEAN(true), no_integer, INTEGER(2));
    CHECK_KERNEL(COALESCE_FLOAT64, FLOAT(2), no_float, FLOAT(2));
    CHECK_KERNEL(COALESCE_STRING, TEXT(""), TEXT(""), TEXT("x"));
    CHECK_KERNEL(IS_NULL_INT64, BOOLEAN(true), no_integer);
    CHECK_KERNEL(IS_NULL_STRING, BOOLEAN(false), TEXT(""));
    CHECK_KERNEL(LEAST_INT64, INTEGER(7), no_integer, INTEGER(7));
    CHECK_KERNEL(LEAST_INT64, no_integer, no_integer, no_integer);
    CHECK_KERNEL(GREATEST_STRING, TEXT("b"), TEXT("a"), TEXT("b"));
}

static Int128 power(int exponent)
{
    Int128 value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

static void decimals_keep_38_digits(void **state)
{
    (void)state;
    Int128 greatest = power(37) * 10 - 1;
    Cell none = NULL_OF(DECIMAL(0, 2));
    CHECK_KERNEL(ADD_DECIMAL, DECIMAL(30, 2), DECIMAL(10, 2), DECIMAL(20, 2));
    CHECK_KERNEL(ADD_DECIMAL, none, DECIMAL(greatest, 2), DECIMAL(1, 2));
    CHECK_KERNEL(SUBTRACT_DECIMAL, none, DECIMAL(-greatest, 2), DECIMAL(1, 2));
    CHECK_KERNEL(MULTIPLY_DECIMAL, DECIMAL(600, 4), DECIMAL(20, 2), DECIMAL(30, 2));
    CHECK_KERNEL(MULTIPLY_DECIMAL, NULL_OF(DECIMAL(0, 4)), DECIMAL(greatest, 2), DECIMAL(10, 2));
    CHECK_KERNEL(MODULO_DECIMAL, DECIMAL(-1, 2), DECIMAL(-7, 2), DECIMAL(3, 2));
    CHECK_KERNEL(ABS_DECIMAL, DECIMAL(7, 2), DECIMAL(-7, 2));
    CHECK_KERNEL(NEGATE_DECIMAL, DECIMAL(7, 2), DECIMAL(-7, 2));
    CHECK_KERNEL(EQUAL_DECIMAL, BOOLEAN(true), DECIMAL(150, 2), DECIMAL(15, 1));
    CHECK_KERNEL(LESS_DECIMAL, BOOLEAN(true), DECIMAL(-greatest, 0), DECIMAL(-greatest, 38));
    CHECK_KERNEL(LESS_DECIMAL, BOOLEAN(true), DECIMAL(1, 0), DECIMAL(power(37) + 1, 37));
    CHECK_KERNEL(LESS_DECIMAL, BOOLEAN(false), DECIMAL(-1, 0), DECIMAL(-15, 1));
}

static void decimals_round_halves_away_from_zero(void **state)
{
    (void)state;
    CHECK_KERNEL(ROUND_DECIMAL, DECIMAL(3, 0), DECIMAL(250, 2));
    CHECK_KERNEL(ROUND_DECIMAL, DECIMAL(-3, 0), DECIMAL(-250, 2));
    CHECK_KERNEL(ROUND_DECIMAL, DECIMAL(2, 0), DECIMAL(249, 2));
    CHECK_KERNEL(ROUND_DECIMAL, DECIMAL(1, 0), DECIMAL(power(37) * 9, 38));
    CHECK_KERNEL(FLOOR_DECIMAL, DECIMAL(-3, 0), DECIMAL(-201, 2));
    CHECK_KERNEL(CEIL_DECIMAL, DECIMAL(3, 0), DECIMAL(201, 2));
    CHECK_KERNEL(CEIL_DECIMAL, DECIMAL(-2, 0), DECIMAL(-299, 2));
    CHECK_KERNEL(TRUNC_DECIMAL, DECIMAL(-2, 0), DECIMAL(-299, 2));
    CHECK_KERNEL(CAST_DECIMAL_DECIMAL, DECIMAL(13, 1), DECIMAL(125, 2));
    CHECK_KERNEL(CAST_DECIMAL_DECIMAL, DECIMAL(12500, 4), DECIMAL(125, 2));
    CHECK_KERNEL(CAST_DECIMAL_DECIMAL, NULL_OF(DECIMAL(0, 38)), DECIMAL(125, 2));
}

static void floats_cast_to_decimals_by_their_exact_value(void **state)
{
    (void)state;
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL(10, 2), FLOAT(0.1));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL(13, 2), FLOAT(0.125));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL(-13, 2), FLOAT(-0.125));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL(100, 2), FLOAT(1.005)); // a little less than it says
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL(0, 2), FLOAT(5e-324));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL((Int128)1 << 80, 0), FLOAT(1208925819614629174706176.0));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, NULL_OF(DECIMAL(0, 0)), FLOAT(1e38));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, NULL_OF(DECIMAL(0, 2)), FLOAT(1e36));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, NULL_OF(DECIMAL(0, 2)), FLOAT(float_nan()));
    CHECK_KERNEL(CAST_FLOAT64_DECIMAL, NULL_OF(DECIMAL(0, 2)), FLOAT(-float_infinity()));
}

// Against the decimal text of the double's exact value, rounded by hand.
static void float_casts_agree_with_exact_text(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value = (double)(int64_t)(seed >> 20) / (double)(1 << (round % 30)) / (round % 2 ? 3.0 : 1e6);
        uint8_t scale = (uint8_t)(round % 12);
        char text[512];
        snprintf(text, sizeof(text), "%.*f", 80, value); // exact: at most 80 digits after the point are needed here
        char *point = strchr(text, '.');
        bool away = point[1 + scale] >= '5';
        memmove(point, point + 1, scale);
        point[scale] = 0;
        Int128 expected = 0;
        assert_true(number_parse_decimal(str_from(text), 0, &expected, NULL));
        CHECK_KERNEL(CAST_FLOAT64_DECIMAL, DECIMAL(expected + (away ? 1 : 0), scale), FLOAT(value));
    }
}

static void decimals_cast_to_the_nearest_float(void **state)
{
    (void)state;
    CHECK_KERNEL(CAST_DECIMAL_FLOAT64, FLOAT(0.1), DECIMAL(1, 1));
    CHECK_KERNEL(CAST_DECIMAL_FLOAT64, FLOAT(1e-38), DECIMAL(1, 38));
    CHECK_KERNEL(CAST_DECIMAL_FLOAT64, FLOAT(-12345678901234567890.123456789),
                 DECIMAL(-(Int128)1234567890123456789 * power(10) - 123456789, 9));
    CHECK_KERNEL(CAST_DECIMAL_INT64, INTEGER(-1), DECIMAL(-199, 2));
    CHECK_KERNEL(CAST_DECIMAL_INT64, no_integer, DECIMAL(power(30), 2));
    CHECK_KERNEL(CAST_INT64_DECIMAL, DECIMAL(700, 2), INTEGER(7));
    CHECK_KERNEL(CAST_INT64_DECIMAL, NULL_OF(DECIMAL(0, 37)), INTEGER(70));
}

static void functions_are_null_outside_their_domain(void **state)
{
    (void)state;
    CHECK_KERNEL(SQRT, FLOAT(3), FLOAT(9));
    CHECK_KERNEL(SQRT, FLOAT(-0.0), FLOAT(-0.0));
    CHECK_KERNEL(SQRT, no_float, FLOAT(-1));
    CHECK_KERNEL(LN, FLOAT(0), FLOAT(1));
    CHECK_KERNEL(LN, no_float, FLOAT(0));
    CHECK_KERNEL(LN, no_float, FLOAT(-1));
    CHECK_KERNEL(LN, FLOAT(float_nan()), FLOAT(float_nan()));
    CHECK_KERNEL(EXP, FLOAT(1), FLOAT(0));
    CHECK_KERNEL(ROUND_FLOAT64, FLOAT(3), FLOAT(2.5));
    CHECK_KERNEL(ROUND_FLOAT64, FLOAT(-0.0), FLOAT(-0.25));
    CHECK_KERNEL(FLOOR_FLOAT64, FLOAT(-3), FLOAT(-2.5));
    CHECK_KERNEL(CEIL_FLOAT64, FLOAT(-2), FLOAT(-2.5));
    CHECK_KERNEL(TRUNC_FLOAT64, FLOAT(2), FLOAT(2.5));
    CHECK_KERNEL(HAVERSINE_KM, FLOAT(0), FLOAT(40), FLOAT(-73), FLOAT(40), FLOAT(-73));
}

static void calendar_parts_are_read_on_the_zones_clock(void **state)
{
    (void)state;
    int64_t before_spring = INT64_C(1457852399000000); // 2016-03-13 06:59:59 UTC, 01:59:59 in New York
    CHECK_PART(HOUR, "America/New_York", 1, before_spring);
    CHECK_PART(HOUR, "America/New_York", 3, before_spring + 1000000);
    CHECK_PART(DAY, "America/New_York", 13, before_spring);
    CHECK_PART(WEEKDAY, "America/New_York", 6, before_spring);
    CHECK_PART(YEAR, "UTC", 1969, -1);
    CHECK_PART(MONTH, "UTC", 12, -1);
    CHECK_PART(MINUTE, "UTC", 59, -1);
    CHECK_PART(SECOND, "UTC", 59, -1);
    CHECK_KERNEL(SECONDS_BETWEEN, FLOAT(-1.5), INSTANT(1500000), INSTANT(0));
    CHECK_KERNEL(SECONDS_BETWEEN, FLOAT(18446744073709.551615), INSTANT(INT64_MIN), INSTANT(INT64_MAX));
    check(KERNEL_YEAR, no_integer, 2, (Cell[]){INSTANT(INT64_MAX), TEXT("Asia/Tokyo")});
}

static void strings_are_measured_in_characters(void **state)
{
    (void)state;
    CHECK_KERNEL(LENGTH, INTEGER(3), TEXT("a\xc3\xa4z"));
    CHECK_KERNEL(LOWER, TEXT("a\xc3\x84z[@"), TEXT("A\xc3\x84Z[@"));
    CHECK_KERNEL(UPPER, TEXT("A\xc3\xa4Z{`"), TEXT("a\xc3\xa4z{`"));
    CHECK_KERNEL(CONCAT, TEXT("ab"), TEXT("a"), TEXT("b"));
    CHECK_KERNEL(CONCAT, TEXT(""), TEXT(""), TEXT(""));
    CHECK_KERNEL(CONCAT, NULL_OF(TEXT("")), TEXT("a"), NULL_OF(TEXT("")));
}

static int64_t hash_of(Vector vector)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    assert_true(vector_encode(&vector, 0, &bytes, NULL));
    return (int64_t)hash64(bytes.data, bytes.size, 0);
}

static void hashes_are_of_canonical_bytes(void **state)
{
    (void)state;
    Held held = {0};
    CHECK_KERNEL(HASH_INT64, INTEGER(hash_of(hold(&held, INTEGER(5)))), INTEGER(5));
    CHECK_KERNEL(HASH_BOOL, INTEGER(hash_of(hold(&held, BOOLEAN(true)))), BOOLEAN(true));
    CHECK_KERNEL(HASH_DECIMAL, INTEGER(hash_of(hold(&held, DECIMAL(5, 2)))), DECIMAL(5, 2));
    CHECK_KERNEL(HASH_STRING, INTEGER(hash_of(hold(&held, TEXT("xyz")))), TEXT("xyz"));
    CHECK_KERNEL(HASH_FLOAT64, INTEGER(hash_of(hold(&held, FLOAT(0)))), FLOAT(-0.0));
    CHECK_KERNEL(HASH_FLOAT64, INTEGER(hash_of(hold(&held, FLOAT(float_nan())))), FLOAT(-float_nan()));
    CHECK_KERNEL(BUCKET, INTEGER(5), INTEGER(-1), INTEGER(10)); // 2^64 - 1 modulo 10
    CHECK_KERNEL(BUCKET, no_integer, INTEGER(5), INTEGER(0));
}

static void casts_that_cannot_be_said_are_null(void **state)
{
    (void)state;
    CHECK_KERNEL(CAST_FLOAT64_INT64, INTEGER(-1), FLOAT(-1.9));
    CHECK_KERNEL(CAST_FLOAT64_INT64, INTEGER(INT64_MIN), FLOAT(-9223372036854775808.0));
    CHECK_KERNEL(CAST_FLOAT64_INT64, no_integer, FLOAT(9223372036854775808.0));
    CHECK_KERNEL(CAST_FLOAT64_INT64, no_integer, FLOAT(float_nan()));
    CHECK_KERNEL(CAST_STRING_BOOL, no_bool, TEXT("True"));
    CHECK_KERNEL(CAST_STRING_BOOL, BOOLEAN(false), TEXT("false"));
    CHECK_KERNEL(CAST_STRING_INT64, no_integer, TEXT("1.5"));
    CHECK_KERNEL(CAST_STRING_INT64, INTEGER(-15), TEXT("-15"));
    CHECK_KERNEL(CAST_STRING_FLOAT64, FLOAT(1.5), TEXT("1.5"));
    CHECK_KERNEL(CAST_STRING_FLOAT64, no_float, TEXT("x"));
    CHECK_KERNEL(CAST_STRING_DECIMAL, DECIMAL(150, 2), TEXT("1.5"));
    CHECK_KERNEL(CAST_STRING_INSTANT, INSTANT(1000000), TEXT("1970-01-01T00:00:01Z"));
    CHECK_KERNEL(CAST_BOOL_INT64, INTEGER(1), BOOLEAN(true));
    CHECK_KERNEL(CAST_INT64_BOOL, BOOLEAN(true), INTEGER(-2));
    CHECK_KERNEL(CAST_INT64_FLOAT64, FLOAT(9007199254740992.0), INTEGER(INT64_C(9007199254740993)));
    CHECK_KERNEL(CAST_INT64_INSTANT, INSTANT(5), INTEGER(5));
    CHECK_KERNEL(CAST_INSTANT_INT64, INTEGER(5), INSTANT(5));
}

static void casts_to_text_read_back(void **state)
{
    (void)state;
    CHECK_KERNEL(CAST_INT64_STRING, TEXT("-5"), INTEGER(-5));
    CHECK_KERNEL(CAST_FLOAT64_STRING, TEXT("0.1"), FLOAT(0.1));
    CHECK_KERNEL(CAST_DECIMAL_STRING, TEXT("1.50"), DECIMAL(150, 2));
    CHECK_KERNEL(CAST_INSTANT_STRING, TEXT("1970-01-01T00:00:01Z"), INSTANT(1000000));
    CHECK_KERNEL(CAST_BOOL_STRING, TEXT("true"), BOOLEAN(true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_that_do_not_fit_are_null),
        cmocka_unit_test(null_arguments_give_null),
        cmocka_unit_test(floats_follow_ieee_with_one_nan),
        cmocka_unit_test(nan_is_greatest_and_equals_itself),
        cmocka_unit_test(logic_has_three_values),
        cmocka_unit_test(decimals_keep_38_digits),
        cmocka_unit_test(decimals_round_halves_away_from_zero),
        cmocka_unit_test(floats_cast_to_decimals_by_their_exact_value),
        cmocka_unit_test(float_casts_agree_with_exact_text),
        cmocka_unit_test(decimals_cast_to_the_nearest_float),
        cmocka_unit_test(functions_are_null_outside_their_domain),
        cmocka_unit_test(calendar_parts_are_read_on_the_zones_clock),
        cmocka_unit_test(strings_are_measured_in_characters),
        cmocka_unit_test(hashes_are_of_canonical_bytes),
        cmocka_unit_test(casts_that_cannot_be_said_are_null),
        cmocka_unit_test(casts_to_text_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
