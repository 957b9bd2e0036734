#include "sys/wildcard.h"

#include "support/test.h"

typedef struct Case {
    const char *pattern;
    const char *name;
    bool matches;
} Case;

static void patterns_match_whole_names(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"*", "anything", true},
        {"*", "", true},
        {"*.csv", "a.csv", true},
        {"*.csv", "a.csv.gz", false},
        {"a*b*c", "a--b--c", true},
        {"a*b*c", "a--c--b", false},
        {"a*b", "aab-ab", true},
        {"?", "x", true},
        {"?", "", false},
        {"??", "x", false},
        {"[abc]x", "bx", true},
        {"[abc]x", "dx", false},
        {"[a-c]x", "bx", true},
        {"[!a-c]x", "bx", false},
        {"[!a-c]x", "dx", true},
        {"[]x]", "]", true},
        {"[x", "[x", true},
        {"[x", "x", false},
        {"*[0-9]", "part-7", true},
        {"*[0-9]", "part-x", false},
        {"a-", "a-", true},
        {"[a-]", "-", true},
        {"*", ".hidden", false},
        {".*", ".hidden", true},
        {"?hidden", ".hidden", false},
        {"plain", "plain", true},
        {"plain", "plainer", false},
        {"**", "any", true},
        {"", "", true},
        {"", "x", false},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        bool matches = wildcard_match(str_from(CASES[i].pattern), str_from(CASES[i].name));
        if (matches != CASES[i].matches) print_error("'%s' against '%s'\n", CASES[i].pattern, CASES[i].name);
        assert_int_equal(matches, CASES[i].matches);
    }
}

static void wildcards_are_told_from_plain_names(void **state)
{
    UNUSED(state);
    assert_true(wildcard_is(STR("a*")));
    assert_true(wildcard_is(STR("a?")));
    assert_true(wildcard_is(STR("[a]")));
    assert_false(wildcard_is(STR("a]b-c")));
}

static void a_hostile_pattern_takes_little_time(void **state)
{
    UNUSED(state);
    static char name[4000];
    memset(name, 'a', sizeof(name));
    assert_false(wildcard_match(STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), (Str){name, sizeof(name)}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_whole_names),
        cmocka_unit_test(wildcards_are_told_from_plain_names),
        cmocka_unit_test(a_hostile_pattern_takes_little_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
