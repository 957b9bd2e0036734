/// Any bytes are a tree or an error; a tree written canonically reads back to the same text.
#include "base/bytes.h"
#include "text/json.h"
#include "text/json_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_canonical(const Node *node, Bytes *out)
{
    Error err = {0};
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    CHECK(json_node(&json, node, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes first = {0};
    AUTO(bytes_deinit) Bytes second = {0};
    Document document = {0};
    bool done = json_parse(STR("fuzz"), (Str){(const char *)data, size}, &arena, &document, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (!done) return 0;
    write_canonical(document.root, &first);
    CHECK(json_parse(STR("fuzz"), bytes_str(&first), &arena, &document, &err));
    write_canonical(document.root, &second);
    CHECK(str_equal(bytes_str(&first), bytes_str(&second)));
    return 0;
}
