#include <math.h>

#include "support/test.h"
#include "text/node_tree.h"

static Node resolved(const char *text)
{
    Error err = {0};
    Node node = {.text = str_from(text)};
    ASSERT_OK(node_resolve(&node, &err), err);
    return node;
}

static void integers_are_those_of_the_core_schema(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        int64_t value;
    } CASES[] = {
        {"0", 0},
        {"-0", 0},
        {"+7", 7},
        {"007", 7},
        {"-9223372036854775808", INT64_MIN},
        {"0x1F", 31},
        {"0o17", 15},
        {"0xff", 255},
        {"12", 12},
        {"9223372036854775807", INT64_MAX},
        {"0x7fffffffffffffff", INT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Node node = resolved(CASES[i].text);
        assert_int_equal(node.kind, NODE_INT);
        assert_true(node.integer == CASES[i].value);
    }
}

static void floats_are_those_of_the_core_schema(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        double value;
    } CASES[] = {
        {"0.1", 0.1},
        {".5", 0.5},
        {"1.", 1},
        {"1e3", 1000},
        {"-2.5E-3", -0.0025},
        {"12e03", 12e3},
        {"+1.5", 1.5},
        {".inf", (double)INFINITY},
        {"-.Inf", -(double)INFINITY},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Node node = resolved(CASES[i].text);
        assert_int_equal(node.kind, NODE_FLOAT);
        assert_true(node.number == CASES[i].value);
    }
    assert_true(isnan(resolved(".nan").number));
    assert_true(signbit(resolved("-0.0").number) != 0);
}

static void all_else_is_a_text(void **state)
{
    UNUSED(state);
    static const char *const TEXTS[] = {
        "yes", "no", "on",  "off",   "tRue", "nan", "inf",  "Infinity",   "1_000", "0b1", "0x",  "0xg",  "1e",    ".",
        "-",   "+",  "--1", "1.2.3", "70%",  "7d",  ">= 3", "2016-01-22", "12:30", "e5",  "0o8", "-0x1", "+.nan",
    };
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        if (resolved(TEXTS[i]).kind != NODE_STRING) fail_msg("%s", TEXTS[i]);
    }
}

static void words_are_null_and_booleans(void **state)
{
    UNUSED(state);
    assert_int_equal(resolved("").kind, NODE_NULL);
    assert_int_equal(resolved("~").kind, NODE_NULL);
    assert_int_equal(resolved("null").kind, NODE_NULL);
    assert_int_equal(resolved("True").kind, NODE_BOOL);
    assert_true(resolved("True").boolean);
    assert_int_equal(resolved("false").kind, NODE_BOOL);
    assert_false(resolved("false").boolean);
}

static void what_does_not_fit_is_an_error(void **state)
{
    UNUSED(state);
    static const char *const TEXTS[] = {"9223372036854775808", "-9223372036854775809", "0x8000000000000000", "1e999",
                                        "0o1000000000000000000000"};
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        Error err = {0};
        Node node = {.text = str_from(TEXTS[i])};
        ASSERT_FAILS(node_resolve(&node, &err), err, ERROR_CONFIG, "does not fit into 64 bits");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_those_of_the_core_schema),
        cmocka_unit_test(floats_are_those_of_the_core_schema),
        cmocka_unit_test(all_else_is_a_text),
        cmocka_unit_test(words_are_null_and_booleans),
        cmocka_unit_test(what_does_not_fit_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
