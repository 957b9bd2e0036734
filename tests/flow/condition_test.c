#include "flow/condition.h"

#include "base/memory.h"
#include "support/condition_naive.h"
#include "support/test.h"
#include "text/json.h"

/// What names stand for: a JSON object of "step.value".
static bool lookup_in(void *context, const ConditionNode *name, const Node **out, Error *err)
{
    UNUSED(err);
    const Node *values = context;
    char key[200];
    (void)snprintf(key, sizeof(key), "%.*s%s%.*s", STR_ARG(name->step), name->step.size > 0 ? "." : "",
                   STR_ARG(name->value));
    *out = node_get(values, str_from(key));
    return true;
}

static const char VALUES[] = "{\"train.rmse\":0.4,\"split.rows\":9007199254740993,\"split.name\":\"it's\","
                             "\"split.parts\":[1,null,\"x\"],\"check.ok\":true,\"item\":3,\"params.region\":\"eu\","
                             "\"etl/clean-up.rows\":0}";

static bool evaluate(const char *text, bool *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    Condition condition = {0};
    TRY(json_parse(STR("values"), str_from(VALUES), &arena, &document, err));
    TRY(condition_parse(str_from(text), &arena, &condition, err));
    return condition_evaluate(&condition, lookup_in, document.root, out, err);
}

static void assert_is(const char *text, bool expected)
{
    Error err = {0};
    bool value = !expected;
    bool done = evaluate(text, &value, &err);
    if (!done || value != expected) print_error("%s: %s\n", text, err.text);
    assert_true(done);
    assert_int_equal(value, expected);
}

static void assert_wrong(const char *text, ErrorKind kind, const char *part)
{
    Error err = {0};
    bool value = false;
    ASSERT_FAILS(evaluate(text, &value, &err), err, kind, part);
}

static void comparisons_are_by_value(void **state)
{
    UNUSED(state);
    assert_is("train.rmse < 0.5", true);
    assert_is("train.rmse >= 0.5", false);
    assert_is("1 = 1.0", true);
    assert_is("-2 < -1e0", true);
    assert_is("split.rows > 9007199254740992.0", true);
    assert_is("9007199254740992.0 < split.rows", true);
    assert_is("item != 3", false);
    assert_is("split.name = 'it''s'", true);
    assert_is("'B' < 'a'", true);
    assert_is("check.ok", true);
    assert_is("check.ok = false", false);
    assert_is("etl/clean-up.rows <= 0", true);
}

static void operators_bind_as_in_sql(void **state)
{
    UNUSED(state);
    assert_is("true or true and false", true);
    assert_is("(true or true) and false", false);
    assert_is("not false and false", false);
    assert_is("not (false and false)", true);
    assert_is("not not true", true);
    assert_is("not 1 = 2", true);
    assert_is("params.region in ['us', 'eu'] and item in [1, 2, 3]", true);
    assert_is("item in []", false);
    assert_is("((((item))) = 3)", true);
    assert_is("item in [1, (item)]", true);
}

static void null_is_neither_true_nor_false(void **state)
{
    UNUSED(state);
    assert_is("null", false);
    assert_is("train.gone < 1", false);
    assert_is("not train.gone < 1", false);
    assert_is("train.gone = null", false);
    assert_is("null or true", true);
    assert_is("null and true", false);
    assert_is("not (null and false)", true);
    assert_is("not (null or false)", false);
    assert_is("1 in split.parts", true);
    assert_is("2 in split.parts", false);
    assert_is("not 2 in split.parts", false);
    assert_is("null in []", false);
    assert_is("not null in []", true);
    assert_is("1 in train.gone", false);
}

static void kinds_that_do_not_fit_are_never_silently_false(void **state)
{
    UNUSED(state);
    assert_wrong("split.name = 3", ERROR_DATA, "cannot compare a text with an integer");
    assert_wrong("check.ok < 1", ERROR_DATA, "cannot compare");
    assert_wrong("3 and true", ERROR_DATA, "and, or and not take true and false only");
    assert_wrong("1 in 'text'", ERROR_DATA, "'in' wants a list");
    assert_wrong("item", ERROR_DATA, "a condition is true or false");
    assert_wrong("split.parts = split.parts", ERROR_DATA, "cannot compare a list with a list");
}

static void an_error_shows_where_it_is(void **state)
{
    UNUSED(state);
    assert_wrong("train.rmse <", ERROR_CONFIG, "when:1:13: a value is missing here\n  train.rmse <\n              ^");
    assert_wrong("1 < 2 < 3", ERROR_CONFIG, "when:1:7: comparisons do not chain");
    assert_wrong("a.b == 1", ERROR_CONFIG, "a value is missing here");
    assert_wrong("rows > 3", ERROR_CONFIG, "a name is 'item', 'params.NAME' or 'STEP.VALUE'");
    assert_wrong("step. > 3", ERROR_CONFIG, "a name is");
    assert_wrong("(true", ERROR_CONFIG, "when:1:1: this is never closed");
    assert_wrong("true)", ERROR_CONFIG, "nothing is open that this could end");
    assert_wrong("(1]", ERROR_CONFIG, "nothing is open");
    assert_wrong("[1)", ERROR_CONFIG, "nothing is open");
    assert_wrong("1, 2", ERROR_CONFIG, "nothing is open");
    assert_wrong("item in [1,]", ERROR_CONFIG, "a value is missing here");
    assert_wrong("'open", ERROR_CONFIG, "no closing '");
    assert_wrong("1.2.3 = 1", ERROR_CONFIG, "this is no number");
    assert_wrong("true false", ERROR_CONFIG, "an operator is missing");
    assert_wrong("1 = not true", ERROR_CONFIG, "put parentheses");
    assert_wrong("a.b ~ 1", ERROR_CONFIG, "no such sign");
    assert_wrong("", ERROR_CONFIG, "a value is missing here");
    assert_wrong("\xff", ERROR_CONFIG, "UTF-8");
}

static void limits_are_named(void **state)
{
    UNUSED(state);
    char text[CONDITION_BYTES_MAX + 2];
    memset(text, '(', sizeof(text));
    text[CONDITION_DEPTH_MAX + 1] = 0;
    assert_wrong(text, ERROR_CONFIG, "nests at most 64 deep");
    memset(text, '1', sizeof(text));
    text[CONDITION_BYTES_MAX + 1] = 0;
    assert_wrong(text, ERROR_CONFIG, "at most 4096 bytes");
    size_t size = 0;
    for (size_t i = 0; i < CONDITION_NODES_MAX + 1; i++) size += (size_t)snprintf(text + size, 4, i == 0 ? "[1" : ",1");
    assert_wrong(text, ERROR_CONFIG, "at most 512 values");
}

/// Random conditions, written from a tree, mean what the tree means by the plainest definition.
static void random_conditions_agree_with_the_naive_definition(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        char text[CONDITION_BYTES_MAX];
        Naive naive = naive_condition(seed, text, sizeof(text));
        if (naive == NAIVE_TOO_LONG) continue;
        Error err = {0};
        bool value = false;
        bool done = evaluate(text, &value, &err);
        bool agrees = naive == NAIVE_ERROR ? !done : done && value == (naive == NAIVE_TRUE);
        if (!agrees) print_error("seed %llu: %s: %d %s\n", (unsigned long long)seed, text, value, err.text);
        assert_true(agrees);
    }
}

static void memory_that_runs_out_is_an_error(void **state)
{
    UNUSED(state);
    for (uint64_t nth = 1; nth < 100; nth++) {
        Error err = {0};
        bool value = false;
        memory_fail_at(nth);
        bool done = evaluate("split.name in ['it''s', 'x'] and item = 3", &value, &err);
        memory_fail_at(0);
        if (done) return;
        assert_int_equal(err.kind, ERROR_MEMORY);
    }
    fail();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_are_by_value),
        cmocka_unit_test(operators_bind_as_in_sql),
        cmocka_unit_test(null_is_neither_true_nor_false),
        cmocka_unit_test(kinds_that_do_not_fit_are_never_silently_false),
        cmocka_unit_test(an_error_shows_where_it_is),
        cmocka_unit_test(limits_are_named),
        cmocka_unit_test(random_conditions_agree_with_the_naive_definition),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
