#include "support/test.h"
#include "text/json.h"
#include "text/json_writer.h"

static Document parsed(Arena *arena, Str text)
{
    Error err = {0};
    Document document = {0};
    ASSERT_OK(json_parse(STR("t"), text, arena, &document, &err), err);
    return document;
}

static void canonical_sorts_keys_at_every_level(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Document document = parsed(&arena, STR("{\"b\": {\"z\": 1, \"é\": 2, \"a\": [{\"y\": 1, \"x\": 2}]}, \"a\": {}}"));
    JsonWriter json = json_writer(&out, JSON_CANONICAL);
    ASSERT_OK(json_node(&json, document.root, &err), err);
    ASSERT_STR(bytes_str(&out), "{\"a\":{},\"b\":{\"a\":[{\"x\":2,\"y\":1}],\"z\":1,\"é\":2}}");
}

static void a_tree_stands_inside_a_stream(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Document document = parsed(&arena, STR("[1, {\"a\": null}]"));
    JsonWriter json = json_writer(&out, JSON_PRETTY);
    ASSERT_OK(json_object_begin(&json, &err), err);
    ASSERT_OK(json_field_node(&json, STR("tree"), document.root, &err), err);
    ASSERT_OK(json_object_end(&json, &err), err);
    ASSERT_STR(bytes_str(&out), "{\n  \"tree\": [\n    1,\n    {\n      \"a\": null\n    }\n  ]\n}");
}

/// Trees made by chance: written in each style and read back they are the same text again.
static Node *random_node(Arena *arena, uint64_t *seed, int depth)
{
    Error err = {0};
    Node *node = NULL;
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t chance = *seed >> 33;
    switch (depth == 0 ? chance % 5 : chance % 7) {
    case 0:
        ASSERT_OK(node_new(arena, NODE_NULL, &node, &err), err);
        break;
    case 1:
        ASSERT_OK(node_new_bool(arena, chance & 64, &node, &err), err);
        break;
    case 2:
        ASSERT_OK(node_new_int(arena, (int64_t)*seed, &node, &err), err);
        break;
    case 3:
        ASSERT_OK(node_new_double(arena, (double)(int64_t)*seed / 1024, &node, &err), err);
        break;
    case 4:
        ASSERT_OK(
            node_new_str(arena, str_slice(STR("a\"\\\n\t\x01é日😀 text"), chance % 4, 5 + chance % 3), &node, &err),
            err);
        if (!str_is_utf8(node->text)) ASSERT_OK(node_new_str(arena, STR("\x7F/"), &node, &err), err);
        break;
    case 5:
        ASSERT_OK(node_new(arena, NODE_LIST, &node, &err), err);
        for (uint64_t i = 0; i < chance / 16 % 5; i++) {
            ASSERT_OK(node_append(arena, node, random_node(arena, seed, depth - 1), &err), err);
        }
        break;
    default:
        ASSERT_OK(node_new(arena, NODE_MAP, &node, &err), err);
        for (uint64_t i = 0; i < chance / 16 % 5; i++) {
            Node *key = NULL;
            char name[2] = {(char)('e' - (char)i), 0};
            ASSERT_OK(node_new_str(arena, str_from(name), &key, &err), err);
            ASSERT_OK(node_put(arena, node, key, random_node(arena, seed, depth - 1), &err), err);
        }
        break;
    }
    return node;
}

static void written_trees_are_read_back(void **state)
{
    UNUSED(state);
    uint64_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        Error err = {0};
        AUTO(arena_deinit) Arena arena = {0};
        AUTO(bytes_deinit) Bytes first = {0};
        AUTO(bytes_deinit) Bytes second = {0};
        JsonStyle style = (JsonStyle)(i % 3);
        JsonWriter json = json_writer(&first, style);
        ASSERT_OK(json_node(&json, random_node(&arena, &seed, 5), &err), err);
        json = json_writer(&second, style);
        ASSERT_OK(json_node(&json, parsed(&arena, bytes_str(&first)).root, &err), err);
        assert_true(str_equal(bytes_str(&first), bytes_str(&second)));
    }
}

static bool canonical_work(void *context, Error *err)
{
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_CANONICAL);
    return json_node(&json, context, err);
}

static void every_failed_allocation_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Document document = parsed(&arena, STR("{\"b\": {\"z\": [1, {\"q\": 1}], \"a\": {}}, \"a\": {\"x\": {}}}"));
    for_each_allocation_failure(canonical_work, document.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_sorts_keys_at_every_level),
        cmocka_unit_test(a_tree_stands_inside_a_stream),
        cmocka_unit_test(written_trees_are_read_back),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
