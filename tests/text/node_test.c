#include "support/test.h"
#include "text/duration.h"
#include "text/json.h"
#include "text/node.h"
#include "text/yaml.h"

static const char EXAMPLE[] = "name: trip\n"
                              "seed: 7\n"
                              "ratio: 0.5\n"
                              "on: true\n"
                              "window: 7d\n"
                              "memory: 4GiB\n"
                              "train: 70%\n"
                              "nothing:\n"
                              "list: [1, 2]\n"
                              "rows: \">= 1000\"\n";

typedef struct Fixture {
    Arena arena;
    Document document;
} Fixture;

static int fixture_setup(void **state)
{
    static Fixture fixture;
    Error err = {0};
    fixture = (Fixture){0};
    ASSERT_OK(yaml_parse(STR("pawl.yaml"), str_from(EXAMPLE), &fixture.arena, &fixture.document, &err), err);
    *state = &fixture;
    return 0;
}

static int fixture_teardown(void **state)
{
    Fixture *fixture = *state;
    arena_deinit(&fixture->arena);
    return 0;
}

static const Node *root_of(void **state)
{
    return ((const Fixture *)*state)->document.root;
}

static void values_are_read_by_type(void **state)
{
    const Node *root = root_of(state);
    Error err = {0};
    Str text = {0};
    int64_t integer = 0;
    double number = 0;
    bool boolean = false;
    uint64_t bytes = 0;
    ASSERT_OK(node_get_str(root, STR("name"), &text, &err), err);
    ASSERT_STR(text, "trip");
    ASSERT_OK(node_get_int(root, STR("seed"), 0, 10, &integer, &err), err);
    assert_int_equal(integer, 7);
    ASSERT_OK(node_get_double(root, STR("ratio"), &number, &err), err);
    assert_true(number == 0.5);
    ASSERT_OK(node_get_double(root, STR("seed"), &number, &err), err);
    assert_true(number == 7);
    ASSERT_OK(node_get_bool(root, STR("on"), &boolean, &err), err);
    assert_true(boolean);
    ASSERT_OK(node_get_duration(root, STR("window"), &integer, &err), err);
    assert_true(integer == 7 * MICROSECONDS_PER_DAY);
    ASSERT_OK(node_get_size(root, STR("memory"), &bytes, &err), err);
    assert_true(bytes == UINT64_C(4) << 30);
    ASSERT_OK(node_get_fraction(root, STR("train"), &number, &err), err);
    assert_true(number == 0.7);
    ASSERT_OK(node_get_text(root, STR("rows"), &text, &err), err);
    ASSERT_STR(text, ">= 1000");
    ASSERT_OK(node_get_text(root, STR("seed"), &text, &err), err);
    ASSERT_STR(text, "7");
}

static void an_absent_key_leaves_the_default(void **state)
{
    const Node *root = root_of(state);
    Error err = {0};
    Str text = STR("default");
    int64_t integer = 42;
    ASSERT_OK(node_get_str(root, STR("absent"), &text, &err), err);
    ASSERT_OK(node_get_int(root, STR("absent"), 0, 10, &integer, &err), err);
    ASSERT_STR(text, "default");
    assert_int_equal(integer, 42);
}

static void a_wrong_kind_is_shown_where_it_stands(void **state)
{
    const Node *root = root_of(state);
    Error err = {0};
    Str text = {0};
    int64_t integer = 0;
    double number = 0;
    bool boolean = false;
    ASSERT_FAILS(node_get_str(root, STR("seed"), &text, &err), err, ERROR_CONFIG,
                 "pawl.yaml:2:7: expected a text, found an integer '7'\n  seed: 7\n        ^");
    ASSERT_FAILS(node_get_int(root, STR("name"), 0, 1, &integer, &err), err, ERROR_CONFIG,
                 "pawl.yaml:1:7: expected an integer, found a text 'trip'");
    ASSERT_FAILS(node_get_int(root, STR("seed"), 0, 5, &integer, &err), err, ERROR_CONFIG, "7 is not between 0 and 5");
    ASSERT_FAILS(node_get_bool(root, STR("list"), &boolean, &err), err, ERROR_CONFIG,
                 "pawl.yaml:9:7: expected true or false, found a list");
    ASSERT_FAILS(node_get_double(root, STR("nothing"), &number, &err), err, ERROR_CONFIG,
                 "pawl.yaml:8:1: expected a number, found null");
    ASSERT_FAILS(node_get_text(root, STR("nothing"), &text, &err), err, ERROR_CONFIG, "expected a text, found null");
    ASSERT_FAILS(node_get_duration(root, STR("seed"), &integer, &err), err, ERROR_CONFIG,
                 "pawl.yaml:2:7: bad duration '7': a unit is missing");
    ASSERT_FAILS(node_get_fraction(root, STR("window"), &number, &err), err, ERROR_CONFIG, "bad fraction '7d'");
}

static void a_missing_key_is_named(void **state)
{
    const Node *root = root_of(state);
    Error err = {0};
    const Node *node = NULL;
    ASSERT_FAILS(node_need(root, STR("known"), &node, &err), err, ERROR_CONFIG, "pawl.yaml:1:1: 'known' is missing");
    ASSERT_OK(node_need(root, STR("list"), &node, &err), err);
    ASSERT_FAILS(node_need(node, STR("x"), &node, &err), err, ERROR_CONFIG, "expected a map, found a list");
}

static void an_unknown_key_gets_the_nearest_name(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    ASSERT_OK(yaml_parse(STR("pawl.yaml"), STR("pipeline: p\n\nfeturs:\n  x: 1\n"), &arena, &document, &err), err);
    assert_false(NODE_CHECK_KEYS(document.root, &err, "pipeline", "sources", "features", "dataset"));
    assert_string_equal(err.text, "pawl.yaml:3:1: unknown key 'feturs'; did you mean 'features'?\n"
                                  "  feturs:\n"
                                  "  ^");
    assert_false(NODE_CHECK_KEYS(document.root, &err, "pipeline", "label"));
    assert_string_equal(err.text, "pawl.yaml:3:1: unknown key 'feturs'; known are: pipeline, label\n"
                                  "  feturs:\n"
                                  "  ^");
    ASSERT_OK(NODE_CHECK_KEYS(document.root, &err, "pipeline", "feturs"), err);
}

static void a_choice_gives_its_index(void **state)
{
    const Node *name = node_get(root_of(state), STR("name"));
    static const Str NAMES[] = {STR_INIT("journey"), STR_INIT("trip")};
    static const Str NEAR[] = {STR_INIT("trips"), STR_INIT("zones")};
    Error err = {0};
    size_t i = 0;
    ASSERT_OK(node_choice(name, NAMES, COUNT_OF(NAMES), &i, &err), err);
    assert_int_equal(i, 1);
    ASSERT_FAILS(node_choice(name, NEAR, COUNT_OF(NEAR), &i, &err), err, ERROR_CONFIG,
                 "unknown value 'trip'; did you mean 'trips'?");
}

static void an_error_inside_an_expression_points_into_it(void **state)
{
    const Node *rows = node_get(root_of(state), STR("rows"));
    Error err = {0};
    assert_false(node_error_at(rows, 3, &err, "too %s", "few"));
    assert_string_equal(err.text, "pawl.yaml:10:11: too few\n"
                                  "  rows: \">= 1000\"\n"
                                  "            ^");
}

static void errors_in_json_are_of_the_data(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    Str text = {0};
    ASSERT_OK(json_parse(STR("body"), STR("{\"a\": 1}"), &arena, &document, &err), err);
    ASSERT_FAILS(node_get_str(document.root, STR("a"), &text, &err), err, ERROR_DATA, "body:1:7: expected a text");
}

static void a_node_made_by_hand_has_errors_without_a_place(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Node *node = NULL;
    Str text = {0};
    ASSERT_OK(node_new_int(&arena, 3, &node, &err), err);
    assert_false(node_str(node, &text, &err));
    assert_string_equal(err.text, "expected a text, found an integer '3'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_by_type),
        cmocka_unit_test(an_absent_key_leaves_the_default),
        cmocka_unit_test(a_wrong_kind_is_shown_where_it_stands),
        cmocka_unit_test(a_missing_key_is_named),
        cmocka_unit_test(an_unknown_key_gets_the_nearest_name),
        cmocka_unit_test(a_choice_gives_its_index),
        cmocka_unit_test(an_error_inside_an_expression_points_into_it),
        cmocka_unit_test(errors_in_json_are_of_the_data),
        cmocka_unit_test(a_node_made_by_hand_has_errors_without_a_place),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
