/// What belongs to what: each text and the same with all its parentheses.
#include "support/test.h"

#include "language/tree.h"

static void read_tree(const char *text, Arena *arena, Tree *out)
{
    Error err = {0};
    Place place = {.what = str_from(text), .expression = {.text = str_from(text)}};
    ASSERT_OK(tree_parse(&place, arena, out, &err), err);
}

static void assert_same(const char *left_text, const char *right_text)
{
    AUTO(arena_deinit) Arena arena = {0};
    Tree left = {0};
    Tree right = {0};
    read_tree(left_text, &arena, &left);
    read_tree(right_text, &arena, &right);
    if (!tree_equal(&left, &right)) fail_msg("%s is not %s", left_text, right_text);
}

static void assert_refused(const char *text, const char *part)
{
    AUTO(arena_deinit) Arena arena = {0};
    Tree tree = {0};
    Error err = {0};
    Place place = {.what = STR("x"), .expression = {.text = str_from(text)}};
    ASSERT_FAILS(tree_parse(&place, &arena, &tree, &err), err, ERROR_CONFIG, part);
}

static void operators_bind_by_precedence(void **state)
{
    UNUSED(state);
    assert_same("a + b * c", "a + (b * c)");
    assert_same("a or b and not c = d + e * -f", "a or (b and (not (c = (d + (e * (-f))))))");
    assert_same("-a * b", "(-a) * b");
    assert_same("not a = b", "not (a = b)");
    assert_same("not a and b", "(not a) and b");
    assert_same("a = not b = c", "a = (not (b = c))");
    assert_same("a + b is null", "(a + b) is null");
    assert_same("a is null and b is not null", "(a is null) and (b is not null)");
    assert_same("a in (1, 2 + 3) or b", "(a in (1, (2 + 3))) or b");
}

static void equal_operators_group_from_the_left(void **state)
{
    UNUSED(state);
    assert_same("a - b - c", "(a - b) - c");
    assert_same("a / b * c % d", "((a / b) * c) % d");
    assert_same("a and b and c", "(a and b) and c");
    assert_same("not not a", "not (not a)");
    assert_same("- - a", "-(-a)");
}

static void spellings_of_one_operator_are_one(void **state)
{
    UNUSED(state);
    assert_same("a == b", "a = b");
    assert_same("a <> b", "a != b");
}

static void between_takes_its_own_and(void **state)
{
    UNUSED(state);
    assert_same("a between 1 and 2 and b", "(a between 1 and 2) and b");
    assert_same("a not between b + 1 and c * 2 or d", "(a not between (b + 1) and (c * 2)) or d");
    assert_same("not a between 1 and 2", "not (a between 1 and 2)");
    assert_refused("a between 1", "two ends");
    assert_refused("a between 1 or 2", "two ends");
}

static void where_takes_all_to_the_end_of_its_level(void **state)
{
    UNUSED(state);
    assert_same("mean(x) where y > 0 / z", "mean(x) where (y > (0 / z))");
    assert_same("(mean(x) where y > 0) / z", "(mean(x) where (y > 0)) / z");
    assert_same("coalesce(mean(x) where y or w, 0)", "coalesce((mean(x) where (y or w)), 0)");
    assert_same("1 + mean(x) where y", "1 + (mean(x) where y)");
    assert_same("case when count() where a then 1 else 2 end", "case when (count() where a) then 1 else 2 end");
}

static void over_belongs_to_the_aggregate_before_it(void **state)
{
    UNUSED(state);
    assert_same("sum(x) over 1h / sum(x) over 7d", "(sum(x) over 1h) / (sum(x) over 7d)");
    assert_same("count() over 60m", "count() over 1h");
    assert_same("count() over 1d where a", "(count() over 24h where a)");
}

static void windows_are_read_in_all_their_forms(void **state)
{
    UNUSED(state);
    assert_same("count() over 1 row", "count() over 1 rows");
    assert_same("count() over 1 calendar month", "count() over 1 calendar months in 'UTC'");
    assert_same("count() over 2 calendar day in 'Europe/Berlin' in (1, 2)",
                "(count() over 2 calendar days in 'Europe/Berlin') in (1, 2)");
    assert_same("count() over 1 calendar week in (1)", "(count() over 1 calendar week) in (1)");
    assert_same("count() over 7d ending 24h ago step 60m max 1 row",
                "count() over 168h ending 1d ago step 1h max 1 rows");
    assert_same("count() over [1h, 1d] / sum(x) over [2h,2d] where y",
                "(count() over [1h, 1d]) / (sum(x) over [2h, 2d] where (y))");
    assert_same("count() over session 30m + count() over next 1d",
                "(count() over session 30m) + (count() over next 1d)");
}

static void windows_that_do_not_exist_are_refused(void **state)
{
    UNUSED(state);
    assert_refused("count() over 0 rows", "1 to 1048576 rows");
    assert_refused("count() over 1048577 rows", "1 to 1048576 rows");
    assert_refused("count() over 10001 calendar days", "1 to 10000 calendar units");
    assert_refused("count() over 1 calendar mnoth", "did you mean 'month'?");
    assert_refused("count() over 1 calendar month in 'America/New_Yrok'", "America/New_York");
    assert_refused("count() over 7d step 1h ending 1d ago", "out of order");
    assert_refused("count() over 7d max 5 rows ending 1d ago", "out of order");
    assert_refused("count() over 7d ending 1d", "'ago' after the duration");
    assert_refused("count() over 10 rows max 5 rows", "'max' goes with");
    assert_refused("count() over session 1h step 1h", "'step' goes with times and calendars");
    assert_refused("count() over next 1h max 5 rows", "'max' goes with windows that look back");
    assert_refused("count() over 7d max 5", "'rows' after their number");
    assert_refused("count() over session", "a duration such as 30m");
    assert_refused("count() over session 0m", "longer than 0");
    assert_refused("count() over []", "a window such as 7d");
    assert_refused("count() over [1h]", "two windows or more");
    assert_refused("count() over [1h, 1d", "',' or ']'");
    assert_refused("count() over [1h 1d]", "',' or ']'");
}

static void comparisons_do_not_chain(void **state)
{
    UNUSED(state);
    assert_refused("a < b < c", "cannot be chained");
    assert_refused("a = b is null", "cannot be chained");
    assert_refused("a in (1) = b between 1 and 2", "cannot be chained");
    assert_same("(a < b) = c", "((a < b)) = c");
}

static void literals_have_their_values(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Tree tree = {0};
    read_tree("f(9223372036854775807, 1.5e3, 'it''s', timestamp '1970-01-01T00:00:01.5Z', true, null)", &arena, &tree);
    assert_int_equal(tree.nodes[0].integer, INT64_MAX);
    assert_true(tree.nodes[1].number == 1500.0);
    ASSERT_STR(tree.nodes[2].name, "it's");
    assert_int_equal(tree.nodes[3].integer, 1500000);
    assert_true(tree.nodes[4].boolean);
    assert_int_equal(tree.nodes[5].kind, TREE_NULL);
    assert_int_equal(tree.nodes[6].item_count, 6);
    assert_int_equal(tree.nodes[6].begin, 0);
}

static void names_may_be_qualified_and_quoted(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Tree tree = {0};
    read_tree("f(v.c, \"a b\".\"and\", at, \"at\", v.at, timestamp)", &arena, &tree);
    ASSERT_STR(tree.nodes[0].view, "v");
    ASSERT_STR(tree.nodes[1].name, "and");
    assert_int_equal(tree.nodes[2].kind, TREE_AT);
    assert_int_equal(tree.nodes[3].kind, TREE_NAME);
    ASSERT_STR(tree.nodes[4].name, "at");
    ASSERT_STR(tree.nodes[5].name, "timestamp");
}

static const char *text_of(Bytes *bytes)
{
    Error err = {0};
    ASSERT_OK(bytes_append_byte(bytes, 0, &err), err);
    return (const char *)bytes->data;
}

static void repeat(Bytes *out, const char *part, size_t count)
{
    Error err = {0};
    for (size_t i = 0; i < count; i++) ASSERT_OK(bytes_append_str(out, str_from(part), &err), err);
}

static void depth_and_size_have_limits(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes deep = {0};
    AUTO(bytes_deinit) Bytes wide = {0};
    AUTO(bytes_deinit) Bytes minus = {0};
    repeat(&deep, "(", TREE_DEPTH_MAX + 1);
    repeat(&wide, "1+", TREE_NODES_MAX / 2);
    repeat(&wide, "1", 1);
    repeat(&minus, "-", TREE_DEPTH_MAX + 1);
    assert_refused(text_of(&deep), "open operators and parentheses");
    assert_refused(text_of(&wide), "parts in one expression");
    assert_refused(text_of(&minus), "open operators and parentheses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_by_precedence),
        cmocka_unit_test(equal_operators_group_from_the_left),
        cmocka_unit_test(spellings_of_one_operator_are_one),
        cmocka_unit_test(between_takes_its_own_and),
        cmocka_unit_test(where_takes_all_to_the_end_of_its_level),
        cmocka_unit_test(over_belongs_to_the_aggregate_before_it),
        cmocka_unit_test(windows_are_read_in_all_their_forms),
        cmocka_unit_test(windows_that_do_not_exist_are_refused),
        cmocka_unit_test(comparisons_do_not_chain),
        cmocka_unit_test(literals_have_their_values),
        cmocka_unit_test(names_may_be_qualified_and_quoted),
        cmocka_unit_test(depth_and_size_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
