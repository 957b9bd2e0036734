#include "dataset/manifest_json_internal.h"

#include "number/float_order.h"
#include "text/json.h"

bool manifest_parse(Str name, Str text, Arena *arena, Document *document, Error *err)
{
    int64_t format = 0;
    TRY(json_parse(name, text, arena, document, err));
    TRY(node_expect(document->root, NODE_MAP, err));
    TRY(manifest_need_int(document->root, STR("format"), &format, err));
    if (format == MANIFEST_FORMAT) return true;
    return error_set(err, ERROR_DATA, "%.*s: format %lld, and this version reads %d", STR_ARG(name), (long long)format,
                     MANIFEST_FORMAT);
}

bool manifest_need_str(const Node *map, Str key, Str *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_str(node, out, err);
}

bool manifest_need_int(const Node *map, Str key, int64_t *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_int(node, INT64_MIN, INT64_MAX, out, err);
}

bool manifest_need_count(const Node *map, Str key, uint64_t *out, Error *err)
{
    const Node *node = NULL;
    int64_t value = 0;
    TRY(node_need(map, key, &node, err));
    TRY(node_int(node, 0, INT64_MAX, &value, err));
    *out = (uint64_t)value;
    return true;
}

bool manifest_need_bool(const Node *map, Str key, bool *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_bool(node, out, err);
}

bool manifest_double(const Node *node, double *out, Error *err)
{
    if (node->kind != NODE_STRING) return node_double(node, out, err);
    if (str_equal(node->text, STR("NaN"))) {
        *out = float_nan();
    } else if (str_equal(node->text, STR("Infinity"))) {
        *out = float_infinity();
    } else if (str_equal(node->text, STR("-Infinity"))) {
        *out = -float_infinity();
    } else {
        return node_error(node, err, "not a number");
    }
    return true;
}

bool manifest_need_double(const Node *map, Str key, double *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return manifest_double(node, out, err);
}

bool manifest_need_digest(const Node *map, Str key, Digest *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    Error inner = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return digest_parse(text, out, &inner) || node_error(node, err, "%s", inner.text);
}

bool manifest_need_type(const Node *map, Str key, Type *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    Error inner = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return type_parse(text, out, &inner) || node_error(node, err, "%s", inner.text);
}

bool manifest_need_list(const Node *map, Str key, size_t count_max, const Node **out, Error *err)
{
    TRY(node_need(map, key, out, err));
    TRY(node_expect(*out, NODE_LIST, err));
    if (node_count(*out) <= count_max) return true;
    return node_error(*out, err, "%zu items, at most %zu", node_count(*out), count_max);
}

bool manifest_write_digest(JsonWriter *json, Str key, const Digest *digest, Error *err)
{
    return json_field_str(json, key, str_from(digest_hex(digest).text), err);
}

bool manifest_write_type(JsonWriter *json, Str key, Type type, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    type_name(type, name);
    return json_field_str(json, key, str_from(name), err);
}
