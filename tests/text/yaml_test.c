#include "text/yaml.h"

#include <stdio.h>
#include <unistd.h>

#include "base/bytes.h"
#include "support/test.h"
#include "text/json_writer.h"

static const char PIPELINE[] = "pipeline: trip-duration\n"
                               "sources:\n"
                               "  trips:\n"
                               "    files: data/trips/*.parquet      # whatever\n"
                               "    known: {row: pickup_at, dropoff_at: dropoff_at}\n"
                               "    expect: {rows: \">= 1000\", fresh: 2d, duration_s: {min: 1, nulls: 0}}\n"
                               "features:\n"
                               "  vendor:\n"
                               "    columns:\n"
                               "      trips_1h: count() over 1h\n"
                               "      hour: hour(at, 'America/New_York')\n"
                               "      ratio: mean(duration_s) over 1h / mean(duration_s) over 7d\n"
                               "dataset:\n"
                               "  features: [trip.*, vendor.*]\n"
                               "  split: {train: 70%, validation: 15%, gap: 1h}\n"
                               "triggers:\n"
                               "  - cron: \"0 3 * * *\"\n"
                               "  - drift: {psi: 0.2, for: 3 checks}\n";

/// The tree as JSON, which is easy to compare.
static void expect_tree(const char *yaml, const char *json_text)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Document document = {0};
    ASSERT_OK(yaml_parse(STR("t.yaml"), str_from(yaml), &arena, &document, &err), err);
    JsonWriter json = json_writer(&out, JSON_COMPACT);
    ASSERT_OK(json_node(&json, document.root, &err), err);
    ASSERT_STR(bytes_str(&out), json_text);
}

static void a_pipeline_is_read(void **state)
{
    UNUSED(state);
    expect_tree(PIPELINE, "{\"pipeline\":\"trip-duration\",\"sources\":{\"trips\":{\"files\":\"data/trips/*.parquet\","
                          "\"known\":{\"row\":\"pickup_at\",\"dropoff_at\":\"dropoff_at\"},"
                          "\"expect\":{\"rows\":\">= 1000\",\"fresh\":\"2d\",\"duration_s\":{\"min\":1,\"nulls\":0}}}},"
                          "\"features\":{\"vendor\":{\"columns\":{\"trips_1h\":\"count() over 1h\","
                          "\"hour\":\"hour(at, 'America/New_York')\","
                          "\"ratio\":\"mean(duration_s) over 1h / mean(duration_s) over 7d\"}}},"
                          "\"dataset\":{\"features\":[\"trip.*\",\"vendor.*\"],"
                          "\"split\":{\"train\":\"70%\",\"validation\":\"15%\",\"gap\":\"1h\"}},"
                          "\"triggers\":[{\"cron\":\"0 3 * * *\"},{\"drift\":{\"psi\":0.2,\"for\":\"3 checks\"}}]}");
}

static void scalars_keep_style_and_resolve_when_plain(void **state)
{
    UNUSED(state);
    expect_tree("[1, '1', \"1\", 1.0, true, 'true', null, ~, yes, 0x10, -.5, \"\", '']",
                "[1,\"1\",\"1\",1.0,true,\"true\",null,null,\"yes\",16,-0.5,\"\",\"\"]");
    expect_tree("a: |\n  one\n   two\nb: >-\n  folded\n  text\nc: plain\n  text\n",
                "{\"a\":\"one\\n two\\n\",\"b\":\"folded text\",\"c\":\"plain text\"}");
    expect_tree("", "null");
    expect_tree("# only a comment\n", "null");
    expect_tree("---\na: 1\n...\n", "{\"a\":1}");
    expect_tree("a:\nb: []\nc: {}\n", "{\"a\":null,\"b\":[],\"c\":{}}");
    expect_tree("1: x\ntrue: y\n", "{\"1\":\"x\",\"true\":\"y\"}");
    expect_tree("\xEF\xBB\xBF"
                "a: \"\\u00e9\"\r\nb: é\r\n",
                "{\"a\":\"é\",\"b\":\"é\"}");
}

static void every_node_has_its_position(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    ASSERT_OK(yaml_parse(STR("t.yaml"), STR("é: 1\nb:\n  - x\n  - {c: 'ü', d: 2}\ne:\n"), &arena, &document, &err),
              err);
    const Node *list = node_get(document.root, STR("b"));
    const Node *map = node_at(list, 1);
    static const Position EXPECTED[] = {{1, 1}, {1, 4}, {3, 3}, {3, 5}, {4, 5}, {4, 9}, {4, 14}, {4, 17}, {5, 1}};
    const Node *const nodes[] = {document.root,
                                 node_at(document.root, 0),
                                 list,
                                 node_at(list, 0),
                                 map,
                                 node_at(map, 0),
                                 node_key_at(map, 1),
                                 node_at(map, 1),
                                 node_get(document.root, STR("e"))};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_int_equal(nodes[i]->position.line, EXPECTED[i].line);
        assert_int_equal(nodes[i]->position.column, EXPECTED[i].column);
        assert_ptr_equal(nodes[i]->document->root, document.root);
    }
}

typedef struct BadYaml {
    const char *text;
    const char *error;
} BadYaml;

static const BadYaml BAD[] = {
    {"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: key 'a' stands here twice\n  a: 3\n  ^"},
    {"a: &x 1\nb: *x\n",
     "t.yaml:1:7: anchors and aliases are not supported; write the value out\n  a: &x 1\n        ^"},
    {"b: *x\n", "t.yaml:1:4: anchors and aliases are not supported; write the value out\n  b: *x\n     ^"},
    {"a: !!str 1\n",
     "t.yaml:1:10: tags are not supported; put quotes around what is a text\n  a: !!str 1\n           ^"},
    {"a: !x {b: 1}\n",
     "t.yaml:1:7: tags are not supported; put quotes around what is a text\n  a: !x {b: 1}\n        ^"},
    {"<<: {a: 1}\n", "t.yaml:1:1: merge keys (<<) are not supported\n  <<: {a: 1}\n  ^"},
    {"a: 1\n---\nb: 2\n", "t.yaml:2:1: a second document; one file holds one document\n  ---\n  ^"},
    {"{a: 1}: 2\n", "t.yaml:1:1: a key must be a text, not a list or a map\n  {a: 1}: 2\n  ^"},
    {"a: 99999999999999999999\n",
     "t.yaml:1:4: number '99999999999999999999' does not fit into 64 bits; put quotes around it if it is a text\n"
     "  a: 99999999999999999999\n     ^"},
    {"a: \x01\n", "t.yaml:1:4: control character 0x01 is not allowed\n  a:  \n     ^"},
    {"a: b\n c: d\n",
     "t.yaml:1:4: this text goes on in the next line, which looks like a key; check the indentation and "
     "the space behind ':'\n  a: b\n     ^"},
    {"a: x: y\n", "t.yaml:1:5: a second ': ' in one line; put quotes around the text\n  a: x: y\n      ^"},
    {"a: 1\n- b\n", "t.yaml:2:1: expected a key; check the indentation\n  - b\n  ^"},
    {"a: \"x\nb: 1\n", "t.yaml:1:4: this quoted text has no end, or its next line is not indented\n  a: \"x\n     ^"},
    {"a: [1, 2\nb: 3\n", "t.yaml:3:1: flow sequence without a closing bracket\n  \n  ^"},
    {"a: 'x\n", "t.yaml:1:5: single-quoted scalar without closing quote\n  a: 'x\n      ^"},
    {"a:\n\tb: 1\n", "t.yaml:2:1: tab character may not be used as indentation\n   b: 1\n  ^"},
    {"? : x\n", "t.yaml:1:3: a key must be a text, not a list or a map\n  ? : x\n    ^"},
    {"%YAML 3.0\n---\na: 1\n", "t.yaml: this is not YAML"},
    {"a: \"\\q\"\n", "t.yaml:1:5: invalid escape 'q' in double-quoted string\n  a: \"\\q\"\n      ^"},
    {"a: @b\n", "t.yaml:1:4: plain scalar cannot start with '@'\n  a: @b\n     ^"},
    {"a: \"x\\0y\"\n", "t.yaml:1:4: a text must not hold the character NUL\n  a: \"x\\0y\"\n     ^"},
    {"a: \"x\\ \n  \"\n", "t.yaml:1:4: a text must not hold the character NUL\n  a: \"x\\ \n     ^"},
    {": 1\n", "t.yaml:1:1: a key is missing\n  : 1\n  ^"},
};

static void what_is_wrong_is_pointed_at(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Error err = {0};
        AUTO(arena_deinit) Arena arena = {0};
        Document document = {0};
        bool done = yaml_parse(STR("t.yaml"), str_from(BAD[i].text), &arena, &document, &err);
        if (done) fail_msg("%s: no error", BAD[i].text);
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_null(document.root);
        assert_string_equal(err.text, BAD[i].error);
    }
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    ASSERT_FAILS(yaml_parse(STR("t"), STR("a: \xFF\n"), &arena, &document, &err), err, ERROR_CONFIG,
                 "t:1:4: byte 0xFF is not UTF-8");
}

/// What the library would have printed goes nowhere: standard error stays empty.
static void nothing_is_ever_printed(void **state)
{
    UNUSED(state);
    FILE *caught = tmpfile();
    assert_non_null(caught);
    int saved = dup(STDERR_FILENO);
    fflush(stderr);
    dup2(fileno(caught), STDERR_FILENO);
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Error err = {0};
        AUTO(arena_deinit) Arena arena = {0};
        Document document = {0};
        assert_false(yaml_parse(STR("t.yaml"), str_from(BAD[i].text), &arena, &document, &err));
    }
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    assert_int_equal(lseek(fileno(caught), 0, SEEK_END), 0);
    fclose(caught);
}

static void depth_and_count_have_limits(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    char text[4 * NODE_DEPTH_MAX];
    memset(text, '[', NODE_DEPTH_MAX);
    memset(text + NODE_DEPTH_MAX, ']', NODE_DEPTH_MAX);
    ASSERT_OK(yaml_parse(STR("t"), (Str){text, (size_t)2 * NODE_DEPTH_MAX}, &arena, &document, &err), err);
    memset(text, '[', sizeof(text));
    ASSERT_FAILS(yaml_parse(STR("t"), (Str){text, sizeof(text)}, &arena, &document, &err), err, ERROR_CONFIG, "t:1:");
    ASSERT_FAILS(yaml_parse(STR("t"), (Str){"", DOCUMENT_BYTES_MAX + (size_t)1}, &arena, &document, &err), err,
                 ERROR_MEMORY, "DOCUMENT_BYTES_MAX");
}

static bool yaml_work(void *context, Error *err)
{
    UNUSED(context);
    AUTO(arena_deinit) Arena arena = {0};
    Document document;
    return yaml_parse(STR("t.yaml"), str_from(PIPELINE), &arena, &document, err);
}

static void every_failed_allocation_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(yaml_work, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipeline_is_read),
        cmocka_unit_test(scalars_keep_style_and_resolve_when_plain),
        cmocka_unit_test(every_node_has_its_position),
        cmocka_unit_test(what_is_wrong_is_pointed_at),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
        cmocka_unit_test(nothing_is_ever_printed),
        cmocka_unit_test(depth_and_count_have_limits),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
