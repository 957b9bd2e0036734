#include "kernel_fixture.h"

#define NO_TEXT ((Cell){.type = {.id = TYPE_STRING}})
static const Cell no_bool = {.type = {.id = TYPE_BOOL}};

static void cuts_are_defined_for_any_places(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(SUBSTRING, TEXT("\xc3\xa4z"), TEXT("a\xc3\xa4zb"), INTEGER(2), INTEGER(2));
    CHECK_KERNEL(SUBSTRING, TEXT("a"), TEXT("abc"), INTEGER(-1), INTEGER(3));
    CHECK_KERNEL(SUBSTRING, TEXT(""), TEXT("abc"), INTEGER(INT64_MIN), INTEGER(INT64_MAX));
    CHECK_KERNEL(SUBSTRING, TEXT("bc"), TEXT("abc"), INTEGER(2), INTEGER(INT64_MAX));
    CHECK_KERNEL(SUBSTRING, NO_TEXT, TEXT("abc"), INTEGER(1), INTEGER(-1));
    CHECK_KERNEL(SUBSTRING_FROM, TEXT("c"), TEXT("abc"), INTEGER(3));
    CHECK_KERNEL(SUBSTRING_FROM, TEXT("abc"), TEXT("abc"), INTEGER(INT64_MIN));
    CHECK_KERNEL(LEFT, TEXT(""), TEXT("abc"), INTEGER(0));
    CHECK_KERNEL(LEFT, NO_TEXT, TEXT("abc"), INTEGER(INT64_MIN));
    CHECK_KERNEL(RIGHT, TEXT("bc"), TEXT("abc"), INTEGER(2));
    CHECK_KERNEL(RIGHT, TEXT("abc"), TEXT("abc"), INTEGER(INT64_MAX));
    CHECK_KERNEL(RIGHT, NO_TEXT, NO_TEXT, INTEGER(1));
}

static void replacing_goes_from_left_to_right(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(REPLACE, TEXT("xa"), TEXT("aaa"), TEXT("aa"), TEXT("x"));
    CHECK_KERNEL(REPLACE, TEXT(""), TEXT("aaa"), TEXT("a"), TEXT(""));
    CHECK_KERNEL(REPLACE, TEXT("aaa"), TEXT("aaa"), TEXT(""), TEXT("x"));
    CHECK_KERNEL(REPLACE, TEXT(""), TEXT(""), TEXT("a"), TEXT("x"));
    CHECK_KERNEL(REVERSE,
                 TEXT("z\xc3\xa4"
                      "a"),
                 TEXT("a\xc3\xa4z"));
    CHECK_KERNEL(REVERSE, TEXT(""), TEXT(""));
}

static void what_is_too_long_is_null(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(REPEAT, TEXT("ababab"), TEXT("ab"), INTEGER(3));
    CHECK_KERNEL(REPEAT, TEXT(""), TEXT(""), INTEGER(INT64_MAX));
    CHECK_KERNEL(REPEAT, NO_TEXT, TEXT("ab"), INTEGER(KERNEL_TEXT_BYTES_MAX / 2 + 1));
    CHECK_KERNEL(REPEAT, NO_TEXT, TEXT("ab"), INTEGER(INT64_MAX));
    CHECK_KERNEL(REPEAT, NO_TEXT, TEXT("ab"), INTEGER(-1));
    CHECK_KERNEL(LPAD, NO_TEXT, TEXT("ab"), INTEGER(INT64_MAX), TEXT("x"));
    CHECK_KERNEL(RPAD, NO_TEXT, TEXT("ab"), INTEGER(INT64_MIN), TEXT("x"));
}

static void padding_fills_and_cuts(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(LPAD, TEXT("x\xc3\xa4xab"), TEXT("ab"), INTEGER(5), TEXT("x\xc3\xa4"));
    CHECK_KERNEL(RPAD, TEXT("abx\xc3\xa4x"), TEXT("ab"), INTEGER(5), TEXT("x\xc3\xa4"));
    CHECK_KERNEL(LPAD, TEXT("ab"), TEXT("abc"), INTEGER(2), TEXT(""));
    CHECK_KERNEL(LPAD, NO_TEXT, TEXT("abc"), INTEGER(4), TEXT(""));
    CHECK_KERNEL(RPAD, TEXT(""), TEXT("abc"), INTEGER(0), TEXT("x"));
}

static void searches_find_the_first(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(STRPOS, INTEGER(3), TEXT("a\xc3\xa4za"), TEXT("z"));
    CHECK_KERNEL(STRPOS, INTEGER(0), TEXT("abc"), TEXT("x"));
    CHECK_KERNEL(STRPOS, INTEGER(1), TEXT(""), TEXT(""));
    CHECK_KERNEL(CONTAINS_STRING, BOOLEAN(true), TEXT("abc"), TEXT("bc"));
    CHECK_KERNEL(STARTS_WITH, BOOLEAN(true), TEXT("abc"), TEXT(""));
    CHECK_KERNEL(ENDS_WITH, BOOLEAN(false), TEXT("c"), TEXT("bc"));
    CHECK_KERNEL(CONTAINS_STRING, no_bool, TEXT("abc"), NO_TEXT);
    CHECK_KERNEL(SPLIT_PART, TEXT("b"), TEXT("a,b"), TEXT(","), INTEGER(-1));
    CHECK_KERNEL(TRIM, TEXT("a"), TEXT(" a\n"));
    CHECK_KERNEL(GEOHASH, TEXT("ezs42"), FLOAT(42.605), FLOAT(-5.603), INTEGER(5));
    CHECK_KERNEL(GEOHASH, NO_TEXT, FLOAT(float_nan()), FLOAT(-5.603), INTEGER(5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_are_defined_for_any_places), cmocka_unit_test(replacing_goes_from_left_to_right),
        cmocka_unit_test(what_is_too_long_is_null),        cmocka_unit_test(padding_fills_and_cuts),
        cmocka_unit_test(searches_find_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
