#include "text/pattern.h"

#include "support/test.h"

static const Pattern *compiled(const char *pattern, Arena *arena)
{
    Error err = {0};
    const Pattern *out = NULL;
    ASSERT_OK(pattern_compile(str_from(pattern), arena, &out, &err), err);
    return out;
}

/// `expected`: the text of the group; NULL: no match, or the group took no part.
static void check_group(const char *pattern, const char *text, uint32_t group, const char *expected)
{
    AUTO(arena_deinit) Arena arena = {0};
    PatternMatch match;
    const Pattern *of = compiled(pattern, &arena);
    bool found = pattern_find(of, str_from(text), 0, &match) && match.begin[group] != SIZE_MAX;
    if (found != (expected != NULL)) fail_msg("'%s' in '%s': %d", pattern, text, found);
    if (found) ASSERT_STR(str_slice(str_from(text), match.begin[group], match.end[group]), expected);
}

static void check_match(const char *pattern, const char *text, const char *expected)
{
    check_group(pattern, text, 0, expected);
}

static void single_characters_match(void **state)
{
    UNUSED(state);
    check_match("b", "abc", "b");
    check_match("x", "abc", NULL);
    check_match("", "abc", "");
    check_match("a.c",
                "a\nc a\xc3\xa4"
                "c",
                "a\xc3\xa4"
                "c");
    check_match("[a-c]+", "xxabcd", "abc");
    check_match("[^a-c]+", "abxyc", "xy");
    check_match("[]x]+", "a]x", "]x");
    check_match("[a-]+", "b-a", "-a");
    check_match("\\d+\\.\\d*", "v 12.50", "12.50");
    check_match("[\\w.]+@\\w+", "to a.b@c now", "a.b@c");
    check_match("\\S+\\s\\D", " ab c", "ab c");
    check_match("\\$\\t", "$\t", "$\t");
    check_match("[\xc3\xa4-\xc3\xb6]+", "a\xc3\xa5\xc3\xb6z", "\xc3\xa5\xc3\xb6");
    check_match("}", "a}", "}");
}

static void anchors_stand_for_the_ends_of_the_text(void **state)
{
    UNUSED(state);
    check_match("^b", "ab", NULL);
    check_match("^a", "ab", "a");
    check_match("b$", "ab", "b");
    check_match("^$", "", "");
    check_match("a$", "a\n", NULL);
}

static void repetitions_prefer_much_or_little(void **state)
{
    UNUSED(state);
    check_match("a*", "aaab", "aaa");
    check_match("a*?b", "aaab", "aaab");
    check_match("a+?", "aaab", "a");
    check_match("a??b", "aab", "ab");
    check_match("a{2}", "aaaa", "aa");
    check_match("a{2,3}", "aaaa", "aaa");
    check_match("a{2,3}?", "aaaa", "aa");
    check_match("a{2,}", "aaaa", "aaaa");
    check_match("ba{0}c", "bac bc", "bc");
    check_match("ba{0,2}c", "baaac baac", "baac");
    check_match("(ab){2,3}x", "abababx", "abababx");
    check_match("(?:a|b)*c", "abac", "abac");
    check_match("(a*)*b", "aaab", "aaab");
    check_match("(?:)*a", "a", "a");
}

static void alternatives_are_tried_in_order(void **state)
{
    UNUSED(state);
    check_match("a|ab", "ab", "a");
    check_match("ab|a", "ab", "ab");
    check_match("x|y|", "z", "");
    check_match("(a|b|cd)+e", "abcde", "abcde");
    check_match("^(?:a|b)$|c", "xc", "c");
    check_match("a(b|c(d|e)?)f", "acef", "acef");
}

static void groups_hold_what_they_took_last(void **state)
{
    UNUSED(state);
    check_group("(\\d+)-(\\d+)", "tel 12-34", 1, "12");
    check_group("(\\d+)-(\\d+)", "tel 12-34", 2, "34");
    check_group("(a)|(b)", "b", 1, NULL);
    check_group("(a)|(b)", "b", 2, "b");
    check_group("(?:(a)|b)*", "ab", 1, "a");
    check_group("(a|b)*", "ab", 1, "b");
    check_group("((a)b)", "ab", 2, "a");
    check_group("a(x?)b", "ab", 1, "");
}

static void a_later_match_is_found_from_there(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    PatternMatch match;
    const Pattern *pattern = compiled("^a|b", &arena);
    assert_true(pattern_find(pattern, STR("aab"), 0, &match) && match.begin[0] == 0);
    assert_true(pattern_find(pattern, STR("aab"), 1, &match) && match.begin[0] == 2);
    assert_false(pattern_find(pattern, STR("aab"), 3, &match));
    assert_false(pattern_find(pattern, STR("aab"), 4, &match));
}

static void bytes_that_are_no_utf8_are_characters(void **state)
{
    UNUSED(state);
    check_match("a.b",
                "a\xff"
                "b",
                "a\xff"
                "b");
    check_match("[^a]", "\xc3", "\xc3");
}

static void no_text_makes_a_pattern_slow(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    static char text[20001];
    memset(text, 'a', 20000);
    PatternMatch match;
    // Trying would take 2^20000 steps.
    assert_false(pattern_find(compiled("(a*)*b", &arena), str_from(text), 0, &match));
    assert_false(pattern_find(compiled("(?:a|aa)+$b", &arena), str_from(text), 0, &match));
    assert_true(pattern_find(compiled("(?:a?){100}a{100}", &arena), str_from(text), 0, &match));
}

static void check_wrong(const char *pattern, const char *part)
{
    AUTO(arena_deinit) Arena arena = {0};
    Error err = {0};
    const Pattern *out = NULL;
    ASSERT_FAILS(pattern_compile(str_from(pattern), &arena, &out, &err), err, ERROR_DATA, part);
}

static void what_is_not_understood_is_refused(void **state)
{
    UNUSED(state);
    check_wrong("a)", "a ')' without its '('");
    check_wrong("(a", "a '(' that is never closed");
    check_wrong("[a", "a '[' that is never closed");
    check_wrong("*a", "nothing to repeat");
    check_wrong("a**", "nothing to repeat");
    check_wrong("^*", "nothing to repeat");
    check_wrong("a{3,2}", "n <= m <= 250");
    check_wrong("a{251}", "n <= m <= 250");
    check_wrong("a{x", "n <= m <= 250");
    check_wrong("a\\", "a backslash at the end");
    check_wrong("\\b", "not understood");
    check_wrong("(a)\\1", "not understood");
    check_wrong("(?=a)", "only '(?:' is understood");
    check_wrong("[b-a]", "ends before it begins");
    check_wrong("[a-\\d]", "a range up to a class");
    check_wrong("(?:a{250}){5}", "more than 1000 steps");
    check_wrong("(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)", "more than 9 groups");
    check_wrong("\xff", "not UTF-8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_characters_match),
        cmocka_unit_test(anchors_stand_for_the_ends_of_the_text),
        cmocka_unit_test(repetitions_prefer_much_or_little),
        cmocka_unit_test(alternatives_are_tried_in_order),
        cmocka_unit_test(groups_hold_what_they_took_last),
        cmocka_unit_test(a_later_match_is_found_from_there),
        cmocka_unit_test(bytes_that_are_no_utf8_are_characters),
        cmocka_unit_test(no_text_makes_a_pattern_slow),
        cmocka_unit_test(what_is_not_understood_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
