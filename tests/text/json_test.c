#include "base/bytes.h"
#include "support/test.h"
#include "text/json.h"
#include "text/json_writer.h"

static void expect_tree(const char *text, const char *expected)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Document document = {0};
    ASSERT_OK(json_parse(STR("t.json"), str_from(text), &arena, &document, &err), err);
    JsonWriter json = json_writer(&out, JSON_COMPACT);
    ASSERT_OK(json_node(&json, document.root, &err), err);
    ASSERT_STR(bytes_str(&out), expected);
}

static void values_are_read(void **state)
{
    UNUSED(state);
    expect_tree("null", "null");
    expect_tree(" [ ] ", "[]");
    expect_tree("{}", "{}");
    expect_tree("[1, -0, 9223372036854775807, -9223372036854775808]", "[1,0,9223372036854775807,-9223372036854775808]");
    expect_tree("[1.0, 0.1, 1e3, -2.5E-3, 1E+2, -0.0]", "[1.0,0.1,1000.0,-0.0025,100.0,-0.0]");
    expect_tree("{\"b\": [true, false], \"a\": {\"\": null}}", "{\"b\":[true,false],\"a\":{\"\":null}}");
    expect_tree("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"", "\"\\\"\\\\/\\b\\f\\n\\r\\té😀\"");
    expect_tree("[[[[]]],\r\n\t[[]]]\n", "[[[[]]],[[]]]");
}

static void doubles_are_exact(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    ASSERT_OK(
        json_parse(STR("t"), STR("[0.1, 5e-324, 1.7976931348623157e308, 9007199254740993.0]"), &arena, &document, &err),
        err);
    static const double EXPECTED[] = {0.1, 5e-324, 1.7976931348623157e308, 9007199254740992.0};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) assert_true(node_at(document.root, i)->number == EXPECTED[i]);
}

static void every_node_has_its_position(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    ASSERT_OK(json_parse(STR("t"), STR("{\"é\": [1,\r\n  \"x\",\r  {\"k\":2}]}"), &arena, &document, &err), err);
    const Node *list = node_at(document.root, 0);
    const Node *map = node_at(list, 2);
    static const Position EXPECTED[] = {{1, 1}, {1, 2}, {1, 7}, {1, 8}, {2, 3}, {3, 3}, {3, 4}, {3, 8}};
    const Node *const nodes[] = {
        document.root, node_key_at(document.root, 0), list,           node_at(list, 0), node_at(list, 1),
        map,           node_key_at(map, 0),           node_at(map, 0)};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_int_equal(nodes[i]->position.line, EXPECTED[i].line);
        assert_int_equal(nodes[i]->position.column, EXPECTED[i].column);
    }
}

static void what_is_not_strict_json_is_pointed_at(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        const char *error;
    } CASES[] = {
        {"", "t:1:1: expected a value, found the end\n  \n  ^"},
        {"[1,]", "t:1:4: expected a value, found ']'\n  [1,]\n     ^"},
        {"[,1]", "t:1:2: expected a value, found ','\n  [,1]\n   ^"},
        {"[1 2]", "t:1:4: expected ',' or ']', found '2'\n  [1 2]\n     ^"},
        {"[1", "t:1:3: expected ',' or ']', found the end\n  [1\n    ^"},
        {"{\"a\":1,}", "t:1:8: expected a key in double quotes, found '}'\n  {\"a\":1,}\n         ^"},
        {"{a:1}", "t:1:2: expected a key in double quotes, found 'a'\n  {a:1}\n   ^"},
        {"{\"a\" 1}", "t:1:6: expected ':', found '1'\n  {\"a\" 1}\n       ^"},
        {"{\"a\":1 \"b\":2}", "t:1:8: expected ',' or '}', found '\"'\n  {\"a\":1 \"b\":2}\n         ^"},
        {"{\"a\":1,\n \"a\":2}", "t:2:2: key 'a' stands here twice\n   \"a\":2}\n   ^"},
        {"1 2", "t:1:3: expected the end, found '2'\n  1 2\n    ^"},
        {"'a'", "t:1:1: expected a value, found '''\n  'a'\n  ^"},
        {"[01]", "t:1:2: expected a value, found '0'\n  [01]\n   ^"},
        {"[1.]", "t:1:2: expected a value, found '1'\n  [1.]\n   ^"},
        {"[.5]", "t:1:2: expected a value, found '.'\n  [.5]\n   ^"},
        {"[+1]", "t:1:2: expected a value, found '+'\n  [+1]\n   ^"},
        {"[-]", "t:1:2: expected a value, found '-'\n  [-]\n   ^"},
        {"[1e]", "t:1:2: expected a value, found '1'\n  [1e]\n   ^"},
        {"NaN", "t:1:1: expected a value, found 'N'\n  NaN\n  ^"},
        {"tru", "t:1:1: expected a value, found 't'\n  tru\n  ^"},
        {"nullx", "t:1:5: expected the end, found 'x'\n  nullx\n      ^"},
        {"[1] // c", "t:1:5: expected the end, found '/'\n  [1] // c\n      ^"},
        {"\"é\n\"", "t:1:3: a control character must be escaped in a text\n  \"é\n    ^"},
        {"\"abc", "t:1:1: this text has no end\n  \"abc\n  ^"},
        {"\"abc\\", "t:1:1: this text has no end\n  \"abc\\\n  ^"},
        {"\"é\\x\"", "t:1:3: this is no escape; they are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9\n  \"é\\x\"\n    ^"},
        {"\"\\ud83d\"", "t:1:2: this is no escape"},
        {"\"\\ud83dxxxxxx\"", "t:1:2: this is no escape"},
        {"\"\\ude00\\ud83d\"", "t:1:2: this is no escape"},
        {"\"\\u12g4\"", "t:1:2: this is no escape"},
        {"\"\\u12\"", "t:1:2: this is no escape"},
        {"\"\\u123\\u1234", "t:1:1: this text has no end"},
        {"99999999999999999999", "t:1:1: number '99999999999999999999' does not fit into 64 bits"},
        {"-1e999", "t:1:1: number '-1e999' does not fit into 64 bits"},
        {"\x01", "t:1:1: expected a value\n   \n  ^"},
        {"\"\xC3\"", "t:1:2: byte 0xC3 is not UTF-8"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        AUTO(arena_deinit) Arena arena = {0};
        Document document = {0};
        bool done = json_parse(STR("t"), str_from(CASES[i].text), &arena, &document, &err);
        if (done) fail_msg("%s: no error", CASES[i].text);
        assert_int_equal(err.kind, ERROR_DATA);
        assert_null(document.root);
        bool whole = strchr(CASES[i].error, '\n') != NULL;
        if (whole)
            assert_string_equal(err.text, CASES[i].error);
        else if (!str_starts(str_from(err.text), str_from(CASES[i].error)))
            fail_msg("%s", err.text);
    }
}

static void depth_has_a_limit(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    char text[2 * NODE_DEPTH_MAX + 1];
    memset(text, '[', NODE_DEPTH_MAX);
    memset(text + NODE_DEPTH_MAX, ']', NODE_DEPTH_MAX);
    ASSERT_OK(json_parse(STR("t"), (Str){text, (size_t)2 * NODE_DEPTH_MAX}, &arena, &document, &err), err);
    memset(text, '[', sizeof(text));
    ASSERT_FAILS(json_parse(STR("t"), (Str){text, sizeof(text)}, &arena, &document, &err), err, ERROR_DATA,
                 "t:1:65: nested too deeply (NODE_DEPTH_MAX)");
}

static bool json_work(void *context, Error *err)
{
    UNUSED(context);
    AUTO(arena_deinit) Arena arena = {0};
    Document document;
    return json_parse(STR("t"), STR("{\"a\": [1, 2.5, \"x\\ny\", null, true], \"b\": {\"c\": [[]]}}"), &arena,
                      &document, err);
}

static void every_failed_allocation_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(json_work, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(doubles_are_exact),
        cmocka_unit_test(every_node_has_its_position),
        cmocka_unit_test(what_is_not_strict_json_is_pointed_at),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
