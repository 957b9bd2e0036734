#include "text/node_tree.h"

#include <stdio.h>

#include "support/test.h"
#include "text/yaml.h"

static Document parsed(Arena *arena, const char *text)
{
    Error err = {0};
    Document document = {0};
    ASSERT_OK(yaml_parse(STR("t.yaml"), str_from(text), arena, &document, &err), err);
    return document;
}

static void trees_are_walked(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Document document = parsed(&arena, "a: 1\nb: [x, y, z]\n");
    const Node *root = document.root;
    assert_int_equal(node_count(root), 2);
    ASSERT_STR(node_key(root, 1), "b");
    assert_int_equal(node_key_at(root, 1)->position.line, 2);
    const Node *list = node_get(root, STR("b"));
    assert_ptr_equal(list, node_at(root, 1));
    assert_int_equal(node_count(list), 3);
    ASSERT_STR(node_at(list, 2)->text, "z");
    assert_null(node_get(root, STR("c")));
    assert_null(node_get(list, STR("x")));
    assert_null(node_get(NULL, STR("x")));
    assert_int_equal(node_count(NULL), 0);
    assert_true(node_is_scalar(node_at(list, 0)) && !node_is_scalar(list));
    assert_string_equal(node_kind_name(list->kind), "a list");
}

static void trees_are_built_by_hand(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Node *map = NULL;
    ASSERT_OK(node_new(&arena, NODE_MAP, &map, &err), err);
    for (int i = 0; i < 1000; i++) {
        char name[16];
        Node *key = NULL;
        Node *value = NULL;
        snprintf(name, sizeof(name), "key%d", i);
        ASSERT_OK(node_new_str(&arena, str_from(name), &key, &err), err);
        ASSERT_OK(node_new_int(&arena, i, &value, &err), err);
        ASSERT_OK(node_put(&arena, map, key, value, &err), err);
    }
    assert_int_equal(node_count(map), 1000);
    assert_int_equal(node_get(map, STR("key777"))->integer, 777);
    ASSERT_STR(node_get(map, STR("key777"))->text, "777");

    Node *node = NULL;
    ASSERT_OK(node_new_double(&arena, 0.25, &node, &err), err);
    ASSERT_STR(node->text, "0.25");
    ASSERT_OK(node_new_bool(&arena, true, &node, &err), err);
    assert_true(node->kind == NODE_BOOL && node->boolean);
}

static void the_first_repeated_key_is_found(void **state)
{
    UNUSED(state);
    static const char *const NAMES[] = {"b", "a", "c", "c", "a", "d", "e", "f", "g", "h", "i",
                                        "j", "k", "l", "m", "n", "o", "p", "q", "r", "d"};
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Node *map = NULL;
    Node *keys[COUNT_OF(NAMES)];
    const Node *found = NULL;
    ASSERT_OK(node_new(&arena, NODE_MAP, &map, &err), err);
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        ASSERT_OK(node_duplicate_key(map, &found, &err), err);
        assert_ptr_equal(found, i < 4 ? NULL : keys[3]);
        ASSERT_OK(node_new_str(&arena, str_from(NAMES[i]), &keys[i], &err), err);
        ASSERT_OK(node_put(&arena, map, keys[i], keys[i], &err), err);
    }
}

/// The place of `wanted` in the value under "x", as line * 100 + column.
static uint32_t place_of(const char *text, const char *wanted)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = parsed(&arena, text);
    const Node *node = node_get(document.root, STR("x"));
    const char *found = strstr(node->text.data, wanted);
    assert_non_null(found);
    Position position = node_position_at(node, (size_t)(found - node->text.data));
    return position.line * 100 + position.column;
}

static void a_place_inside_a_scalar_is_found_in_the_source(void **state)
{
    UNUSED(state);
    assert_int_equal(place_of("x: mean(a) over 1h", "over"), 112);
    assert_int_equal(place_of("x: 'mean(a) over 1h'", "over"), 113);
    assert_int_equal(place_of("x: \"mean(a) over 1h\"", "mean"), 105);
    assert_int_equal(place_of("x: mean(a)\n  over 1h", "1h"), 208);
    assert_int_equal(place_of("x:\n  mean(a)\n  over 1h", "mean"), 203);
    assert_int_equal(place_of("x: |\n  mean(a)\n    over 1h\n", "over"), 305);
    assert_int_equal(place_of("x: >-\n  mean(a)\n  over 1h\n", "1h"), 308);
    assert_int_equal(place_of("x: 'it''s over'", "over"), 111);
    assert_int_equal(place_of("ä: 1\nx: é over", "over"), 206);
    assert_int_equal(place_of("x: \"a\\u0020b over\"", "over"), 104); // escaped: the scalar's own place
}

static void the_end_of_a_scalar_has_a_place(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Document document = parsed(&arena, "x: abc\ny: 1\n");
    Position position = node_position_at(node_get(document.root, STR("x")), 3);
    assert_int_equal(position.line, 1);
    assert_int_equal(position.column, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_are_walked),
        cmocka_unit_test(trees_are_built_by_hand),
        cmocka_unit_test(the_first_repeated_key_is_found),
        cmocka_unit_test(a_place_inside_a_scalar_is_found_in_the_source),
        cmocka_unit_test(the_end_of_a_scalar_has_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
