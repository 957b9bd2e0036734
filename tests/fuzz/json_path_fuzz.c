/// Any bytes are a path, a line break, and a text: the reader and the path lead where the naive twins of both lead, or to the same
/// refusal.
#include <string.h>

#include "naive/json.h"
#include "text/json.h"
#include "text/json_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const Node *node, const NaiveJson *naive)
{
    static const NodeKind KINDS[] = {NODE_NULL, NODE_BOOL, NODE_INT, NODE_FLOAT, NODE_STRING, NODE_LIST, NODE_MAP};
    CHECK(node->kind == KINDS[naive->kind] && node_count(node) == naive->count);
    if (node_is_scalar(node)) CHECK(str_equal(node->text, naive->text));
    if (node->kind == NODE_BOOL) CHECK(node->boolean == naive->boolean);
    if (node->kind == NODE_INT) CHECK(node->integer == naive->whole);
    if (node->kind == NODE_FLOAT) CHECK(memcmp(&node->number, &naive->real, sizeof(double)) == 0);
    for (size_t i = 0; i < naive->count; i++) {
        CHECK(node->kind == NODE_LIST || str_equal(node_key(node, i), naive->keys[i]));
        check_same(node_at(node, i), &naive->items[i]);
    }
}

static void check_path(Str path, const Node *root, const NaiveJson *naive_root)
{
    JsonPath parsed = {0};
    Error err = {0};
    const NaiveJson *naive = NULL;
    NaivePath expected = naive_json_find(path, naive_root, &naive);
    CHECK(json_path_parse(path, &parsed, &err) == (expected != PATH_WRONG));
    if (expected == PATH_WRONG) return;
    const Node *node = json_path_find(&parsed, root);
    CHECK((node != NULL) == (expected == PATH_FOUND));
    if (node != NULL) check_same(node, naive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    NaiveJson naive = {0};
    Error err = {0};
    Str rest = {(const char *)data, size};
    Str path = {0};
    if (size == 0 || !str_split(&rest, '\n', &path)) return 0;
    bool good = json_parse(STR("json"), rest, &arena, &document, &err);
    CHECK(good == naive_json_read(rest, &arena, &naive));
    if (!good) {
        CHECK(err.kind == ERROR_DATA);
        return 0;
    }
    check_same(document.root, &naive);
    check_path(path, document.root, &naive);
    return 0;
}
