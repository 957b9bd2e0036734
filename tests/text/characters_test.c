#include "text/characters.h"

#include "support/test.h"

static void parts_are_counted_in_characters(void **state)
{
    UNUSED(state);
    Str text = STR("a\xc3\xa4\xe2\x82\xacz");
    assert_int_equal(characters_count(text), 4);
    ASSERT_STR(characters_between(text, 2, 3), "\xc3\xa4\xe2\x82\xac");
    ASSERT_STR(characters_between(text, 4, INT64_MAX), "z");
    ASSERT_STR(characters_between(text, INT64_MIN, 1), "a");
    ASSERT_STR(characters_between(text, INT64_MIN, INT64_MAX), "a\xc3\xa4\xe2\x82\xacz");
    assert_int_equal(characters_between(text, 5, 9).size, 0);
    assert_int_equal(characters_between(text, 3, 2).size, 0);
    assert_int_equal(characters_between((Str){0}, 1, 1).size, 0);
}

static void bytes_that_are_no_utf8_are_defined_too(void **state)
{
    UNUSED(state);
    Str text = STR("\x80\x80"
                   "a\xff");
    assert_int_equal(characters_count(text), 2);
    ASSERT_STR(characters_between(text, 2, 2), "\xff");
    ASSERT_STR(characters_between(text, 1, 1), "\x80\x80"
                                               "a");
}

static void white_space_is_trimmed_where_it_is_asked(void **state)
{
    UNUSED(state);
    ASSERT_STR(characters_trim(STR(" \t\r\n\v\f a b "), true, true), "a b");
    ASSERT_STR(characters_trim(STR(" a "), true, false), "a ");
    ASSERT_STR(characters_trim(STR(" a "), false, true), " a");
    assert_int_equal(characters_trim(STR("  "), true, true).size, 0);
}

static void parts_are_found_after_each_other(void **state)
{
    UNUSED(state);
    assert_int_equal(text_find(STR("banana"), STR("ana"), 0), 1);
    assert_int_equal(text_find(STR("banana"), STR("ana"), 2), 3);
    assert_true(text_find(STR("banana"), STR("x"), 0) == SIZE_MAX);
    assert_int_equal(text_find(STR(""), STR(""), 0), 0);
    assert_int_equal(text_count(STR("banana"), STR("ana")), 1);
    assert_int_equal(text_count(STR("aaaa"), STR("aa")), 2);
    assert_int_equal(text_count(STR("aaaa"), STR("")), 0);
}

static void assert_part(const char *text, const char *separator, int64_t index, const char *expected)
{
    Str part = {0};
    bool found = text_part(str_from(text), str_from(separator), index, &part);
    assert_int_equal(found, expected != NULL);
    if (found) ASSERT_STR(part, expected);
}

static void parts_lie_between_separators(void **state)
{
    UNUSED(state);
    assert_part("a--b--", "--", 1, "a");
    assert_part("a--b--", "--", 3, "");
    assert_part("a--b--", "--", -2, "b");
    assert_part("a--b--", "--", 4, NULL);
    assert_part("a--b--", "--", -4, NULL);
    assert_part("a", "--", 0, NULL);
    assert_part("abc", "", 1, "abc");
    assert_part("", ",", -1, "");
    assert_part("a", ",", INT64_MIN, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_counted_in_characters),
        cmocka_unit_test(bytes_that_are_no_utf8_are_defined_too),
        cmocka_unit_test(white_space_is_trimmed_where_it_is_asked),
        cmocka_unit_test(parts_are_found_after_each_other),
        cmocka_unit_test(parts_lie_between_separators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
