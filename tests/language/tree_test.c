/// Trees print as texts that parse to the same trees: for chosen texts, and for random trees.
#include "language/tree.h"

#include "support/test.h"

#include "number/random.h"

static void assert_text(const char *text, const char *expected)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes printed = {0};
    Tree tree = {0};
    Error err = {0};
    Place place = {.what = STR("x"), .expression = {.text = str_from(text)}};
    ASSERT_OK(tree_parse(&place, &arena, &tree, &err), err);
    ASSERT_OK(tree_format(&tree, &printed, &err), err);
    ASSERT_STR(bytes_str(&printed), expected);
}

static void only_needed_parentheses_are_printed(void **state)
{
    UNUSED(state);
    assert_text("((a + (b * c)))", "a + b * c");
    assert_text("(a + b) * c", "(a + b) * c");
    assert_text("a - (b - c)", "a - (b - c)");
    assert_text("(a = b) = c", "(a = b) = c");
    assert_text("not (a and b)", "not (a and b)");
    assert_text("(mean(x) where y) / z", "(mean(x) where y) / z");
    assert_text("f((count() where y), (1))", "f(count() where y, 1)");
    assert_text("(a is null) is null", "(a is null) is null");
}

static void assert_prints_to_itself(Str text)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes printed = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    Tree tree = {0};
    Tree reread = {0};
    Error err = {0};
    Place place = {.what = STR("x"), .expression = {.text = text}};
    ASSERT_OK(tree_parse(&place, &arena, &tree, &err), err);
    ASSERT_OK(tree_format(&tree, &printed, &err), err);
    place.expression.text = bytes_str(&printed);
    ASSERT_OK(tree_parse(&place, &arena, &reread, &err), err);
    if (!tree_equal(&tree, &reread)) fail_msg("%.*s printed as %.*s", STR_ARG(text), STR_ARG(place.expression.text));
    ASSERT_OK(tree_format(&reread, &again, &err), err);
    assert_true(str_equal(bytes_str(&again), bytes_str(&printed)));
}

static void everything_prints_as_it_is_written(void **state)
{
    UNUSED(state);
    const char *const texts[] = {
        "case when a then 1 when b then 2.5 else null end",
        "cast(x as decimal(38,2)) + cast(y as timestamp)",
        "count() over 7d where zone not in ('it''s', 'b') and x between 1 and 2",
        "-x.y / 1e+300 != 2.0",
        "\"a b\".\"and\" = \"at\" or at > timestamp '2016-01-01'",
        "f() + g(true, false)",
        "count() over 7d ending 1d ago step 1h max 200 rows",
        "count() over 10 rows + count() over 1 row",
        "quantile(x, 0.5) by kind over 7d where y",
        "sum(x) by (a + b) / count() by hour(t)",
        "histogram(x, [-1, 0, 2.5])",
        "rate(1h) over 7d + decayed_mean(x, 12h)",
        "sum(x) over 1 calendar month in 'America/New_York' ending 1d ago step 1h max 5 rows where y",
        "sum(x) over session 30m max 5 rows * 2",
        "mean(x) over [1h, 2 calendar weeks, next 7d] / count() over [7d, 1 row, session 1m]",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) assert_text(texts[i], texts[i]);
}

static void an_aggregation_prints_by_its_first_name(void **state)
{
    UNUSED(state);
    assert_text("variance(x) + stddev_samp(y) over 1h", "var_samp(x) + stddev(y) over 1h");
    assert_prints_to_itself(STR("variance(x) + stddev_samp(y) over 1h"));
}

/// Makes random texts, every operand in parentheses, so that every tree that can be written comes up.
typedef struct Maker {
    RandomKey key;
    uint32_t drawn;
    Bytes text;
} Maker;

static uint64_t maker_below(Maker *maker, uint64_t bound)
{
    return random_below(maker->key, 0, maker->drawn++, bound);
}

static void put(Maker *maker, const char *text)
{
    Error err = {0};
    ASSERT_OK(bytes_append_str(&maker->text, str_from(text), &err), err);
}

static void put_leaf(Maker *maker)
{
    static const char *const LEAVES[] = {
        "a",  "v.c",  "\"odd name\"", "\"at\"", "at",    "1",       "0.25", "1e300",    "'it''s'",
        "''", "null", "true",         "7.0",    "false", "count()", "f()",  "v.\"or\"", "timestamp '2016-01-01'"};
    put(maker, LEAVES[maker_below(maker, COUNT_OF(LEAVES))]);
}

static void put_tree(Maker *maker, int depth)
{
    // '#' is a subtree in parentheses.
    static const char *const FORMS[] = {"# + #",
                                        "# - #",
                                        "# * #",
                                        "# / #",
                                        "# % #",
                                        "# = #",
                                        "# <> #",
                                        "# <= #",
                                        "# and #",
                                        "# or #",
                                        "not #",
                                        "-#",
                                        "# is not null",
                                        "# is null",
                                        "# in (#, #)",
                                        "# not in (#)",
                                        "f(#, #)",
                                        "cast(# as bool)",
                                        "# between # and #",
                                        "# not between # and #",
                                        "mean(#)",
                                        "sum(#) over 1h30m",
                                        "max(#) over 7d where #",
                                        "count() where #",
                                        "corr(#, #) by f(#) over 7d",
                                        "quantile(#, 0.5) by case when # then # end where #",
                                        "decayed_sum(#, 1h30m) by (#)",
                                        "[#, #]",
                                        "case when # then # end",
                                        "case when # then # when # then # else # end",
                                        "cast(# as decimal(38, 7))"};
    if (depth == 0) {
        put_leaf(maker);
        return;
    }
    const char *form = FORMS[maker_below(maker, COUNT_OF(FORMS))];
    for (; *form != '\0'; form++) {
        char one[2] = {*form, '\0'};
        if (*form != '#') {
            put(maker, one);
            continue;
        }
        put(maker, "(");
        put_tree(maker, (int)maker_below(maker, (uint64_t)depth));
        put(maker, ")");
    }
}

static void random_trees_print_and_parse_to_themselves(void **state)
{
    UNUSED(state);
    for (uint64_t i = 0; i < 3000; i++) {
        Maker maker = {.key = random_key(2016, RANDOM_TEST, i)};
        put_tree(&maker, 1 + (int)maker_below(&maker, 5));
        assert_prints_to_itself(bytes_str(&maker.text));
        bytes_deinit(&maker.text);
    }
}

static bool parse_and_print(void *context, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes printed = {0};
    Tree tree = {0};
    const Place *place = context;
    TRY(tree_parse(place, &arena, &tree, err));
    return tree_format(&tree, &printed, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    Place place = {.what = STR("x")};
    place.expression.text =
        STR("case when a in (1, 2) then mean(\"b\"\"c\") over 7d where 'it''s' = d else cast(e as int64) end");
    for_each_allocation_failure(parse_and_print, &place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_needed_parentheses_are_printed),
        cmocka_unit_test(everything_prints_as_it_is_written),
        cmocka_unit_test(an_aggregation_prints_by_its_first_name),
        cmocka_unit_test(random_trees_print_and_parse_to_themselves),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
