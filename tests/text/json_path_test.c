#include "text/json_path.h"

#include "support/test.h"
#include "text/json.h"

static void assert_found(const char *json, const char *path, const char *expected)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    JsonPath parsed = {0};
    Error err = {0};
    ASSERT_OK(json_parse(STR("json"), str_from(json), &arena, &document, &err), err);
    ASSERT_OK(json_path_parse(str_from(path), &parsed, &err), err);
    const Node *node = json_path_find(&parsed, document.root);
    assert_int_equal(node != NULL, expected != NULL);
    if (node != NULL) ASSERT_STR(node->text, expected);
}

static void paths_lead_through_maps_and_lists(void **state)
{
    UNUSED(state);
    assert_found("{\"a\":{\"b\":[1,\"x\"]}}", "$.a.b[1]", "x");
    assert_found("{\"a b\":\"y\"}", "$['a b']", "y");
    assert_found("{\"\":\"y\"}", "$[\"\"]", "y");
    assert_found("\"z\"", "$", "z");
    assert_found("[1]", "$[1]", NULL);
    assert_found("[1]", "$.a", NULL);
    assert_found("{\"0\":1}", "$[0]", NULL);
    assert_found("{\"a\":1}", "$.a.b", NULL);
}

static void what_is_no_path_is_refused(void **state)
{
    UNUSED(state);
    static const char *const WRONG[] = {"",     "a",     "$a",   "$.",  "$..a",         "$[",
                                        "$[x]", "$['a'", "$['a", "$[1", "$[9999999999]"};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        JsonPath path = {0};
        Error err = {0};
        ASSERT_FAILS(json_path_parse(str_from(WRONG[i]), &path, &err), err, ERROR_DATA, "JSON path");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lead_through_maps_and_lists),
        cmocka_unit_test(what_is_no_path_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
