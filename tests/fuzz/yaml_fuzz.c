/// Any bytes are a tree whose positions lie in the text, or an error; a read tree can be written as JSON.
#include "base/bytes.h"
#include "text/json_writer.h"
#include "text/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const Node *node)
{
    if (!node_is_scalar(node)) return;
    for (size_t offset = 0; offset <= node->text.size && offset < 64; offset++) {
        Position position = node_position_at(node, offset);
        CHECK(position.line > 0 && position.column > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Document document = {0};
    bool done = yaml_parse(STR("fuzz"), (Str){(const char *)data, size}, &arena, &document, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (!done) return 0;
    for (size_t i = 0; i < node_count(document.root) && i < 16; i++) check_places(node_at(document.root, i));
    JsonWriter json = json_writer(&out, JSON_PRETTY);
    CHECK(json_node(&json, document.root, &err));
    return 0;
}
