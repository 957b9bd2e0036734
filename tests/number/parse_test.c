#include "number/parse.h"

#include "support/test.h"

static void integers_are_parsed_to_their_limits(void **state)
{
    UNUSED(state);
    Error err = {0};
    int64_t value = 0;
    uint64_t natural = 0;
    ASSERT_OK(number_parse_int64(STR("-9223372036854775808"), &value, &err), err);
    assert_true(value == INT64_MIN);
    ASSERT_OK(number_parse_int64(STR("+00009223372036854775807"), &value, &err), err);
    assert_true(value == INT64_MAX);
    ASSERT_OK(number_parse_uint64(STR("18446744073709551615"), &natural, &err), err);
    assert_true(natural == UINT64_MAX);
    ASSERT_OK(number_parse_uint64(STR("-0"), &natural, &err), err);
    assert_true(natural == 0);
}

static void integers_past_their_limits_are_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    int64_t value = 7;
    uint64_t natural = 7;
    ASSERT_FAILS(number_parse_int64(STR("9223372036854775808"), &value, &err), err, ERROR_DATA,
                 "does not fit in int64");
    ASSERT_FAILS(number_parse_int64(STR("-9223372036854775809"), &value, &err), err, ERROR_DATA, "int64");
    ASSERT_FAILS(number_parse_int64(STR("99999999999999999999999999999999999999999999"), &value, &err), err, ERROR_DATA,
                 "int64");
    ASSERT_FAILS(number_parse_uint64(STR("18446744073709551616"), &natural, &err), err, ERROR_DATA, "uint64");
    ASSERT_FAILS(number_parse_uint64(STR("-1"), &natural, &err), err, ERROR_DATA, "uint64");
    assert_true(value == 7 && natural == 7);
}

static void what_is_no_integer_is_refused(void **state)
{
    UNUSED(state);
    const char *texts[] = {"", "+", "-", "1 ", " 1", "1.0", "0x10", "--1", "1e3", "٣"};
    Error err = {0};
    int64_t value = 0;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        ASSERT_FAILS(number_parse_int64(str_from(texts[i]), &value, &err), err, ERROR_DATA, "bad integer");
    }
}

static void decimals_count_units_of_their_scale(void **state)
{
    UNUSED(state);
    const struct {
        const char *text;
        uint32_t scale;
        int64_t units;
    } cases[] = {{"12.34", 2, 1234}, {"-12.3", 2, -1230}, {".5", 1, 5},    {"5.", 0, 5},
                 {"7", 3, 7000},     {"1.500", 1, 15},    {"-0.00", 2, 0}, {"+0001.25", 2, 125}};
    Error err = {0};
    Int128 value = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ASSERT_OK(number_parse_decimal(str_from(cases[i].text), cases[i].scale, &value, &err), err);
        assert_true(value == cases[i].units);
    }
}

static void decimals_are_held_to_38_digits_and_their_scale(void **state)
{
    UNUSED(state);
    const Int128 greatest = (Int128)9999999999999999999U * 10000000000000000000U + 9999999999999999999U;
    Error err = {0};
    Int128 value = 0;
    ASSERT_OK(number_parse_decimal(STR("-99999999999999999999999999999999999999"), 0, &value, &err), err);
    assert_true(value == -greatest);
    ASSERT_FAILS(number_parse_decimal(STR("100000000000000000000000000000000000000"), 0, &value, &err), err, ERROR_DATA,
                 "38 digits");
    ASSERT_FAILS(number_parse_decimal(STR("999999999999999999999999999999999999999"), 0, &value, &err), err, ERROR_DATA,
                 "38 digits");
    ASSERT_FAILS(number_parse_decimal(STR("1"), 38, &value, &err), err, ERROR_DATA, "38 digits");
    ASSERT_FAILS(number_parse_decimal(STR("1.234"), 2, &value, &err), err, ERROR_DATA, "scale");
    const char *texts[] = {"", ".", "-", "1.2.3", "1,5", "1e2", "nan"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        ASSERT_FAILS(number_parse_decimal(str_from(texts[i]), 2, &value, &err), err, ERROR_DATA, "bad decimal");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_parsed_to_their_limits),
        cmocka_unit_test(integers_past_their_limits_are_refused),
        cmocka_unit_test(what_is_no_integer_is_refused),
        cmocka_unit_test(decimals_count_units_of_their_scale),
        cmocka_unit_test(decimals_are_held_to_38_digits_and_their_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
