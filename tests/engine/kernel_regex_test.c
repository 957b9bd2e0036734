#include "kernel_fixture.h"

#define NO_TEXT ((Cell){.type = {.id = TYPE_STRING}})

static void matches_are_found_anywhere(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(REGEX_MATCHES, BOOLEAN(true), TEXT("xab"), TEXT("ab?"));
    CHECK_KERNEL(REGEX_MATCHES, BOOLEAN(false), TEXT("xab"), TEXT("^a"));
    CHECK_KERNEL(REGEX_MATCHES, BOOLEAN(true), TEXT(""), TEXT("^$"));
    CHECK_KERNEL(REGEX_MATCHES, ((Cell){.type = {.id = TYPE_BOOL}}), NO_TEXT, TEXT("a"));
}

static void a_group_that_took_no_part_is_null(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(REGEX_EXTRACT, TEXT("12"), TEXT("a12b3"), TEXT("\\d+"));
    CHECK_KERNEL(REGEX_EXTRACT, NO_TEXT, TEXT("ab"), TEXT("\\d+"));
    CHECK_KERNEL(REGEX_EXTRACT_GROUP, TEXT("2"), TEXT("a12b3"), TEXT("(\\d)(\\d)"), INTEGER(2));
    CHECK_KERNEL(REGEX_EXTRACT_GROUP, NO_TEXT, TEXT("b"), TEXT("(a)|b"), INTEGER(1));
    CHECK_KERNEL(REGEX_EXTRACT_GROUP, NO_TEXT, TEXT("b"), TEXT("b"), INTEGER(1));
    CHECK_KERNEL(REGEX_EXTRACT_GROUP, NO_TEXT, TEXT("b"), TEXT("b"), INTEGER(INT64_MIN));
    CHECK_KERNEL(REGEX_EXTRACT_GROUP, TEXT("b"), TEXT("b"), TEXT("b"), INTEGER(0));
}

static void every_match_is_replaced_and_empty_ones_keep_a_character(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(REGEX_REPLACE, TEXT("a#b#"), TEXT("a12b3"), TEXT("\\d+"), TEXT("#"));
    CHECK_KERNEL(REGEX_REPLACE, TEXT("--b-"), TEXT("aab"), TEXT("a*"), TEXT("-"));
    CHECK_KERNEL(REGEX_REPLACE, TEXT("-\xc3\xa4-z-"), TEXT("\xc3\xa4z"), TEXT(""), TEXT("-"));
    CHECK_KERNEL(REGEX_REPLACE, TEXT("ab"), TEXT("ab"), TEXT("x"), TEXT("-"));
    CHECK_KERNEL(REGEX_REPLACE, TEXT("$1"), TEXT("ab"), TEXT("(ab)"), TEXT("$1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_are_found_anywhere),
        cmocka_unit_test(a_group_that_took_no_part_is_null),
        cmocka_unit_test(every_match_is_replaced_and_empty_ones_keep_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
