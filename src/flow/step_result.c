#include "flow/step.h"
#include "text/json.h"
#include "text/json_writer.h"

void step_result_deinit(StepResult *result)
{
    arena_deinit(&result->arena);
    *result = (StepResult){0};
}

bool step_result_encode(const StepResult *result, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_object(&json, STR("values"), err));
    for (size_t i = 0; i < result->value_count; i++) {
        TRY(json_key(&json, result->values[i].name, err));
        TRY(json_raw(&json, result->values[i].json, err));
    }
    TRY(json_object_end(&json, err));
    TRY(json_field_object(&json, STR("logical"), err));
    for (size_t i = 0; i < result->logical_count; i++) {
        DigestHex hex = digest_hex(&result->logicals[i].logical);
        TRY(json_field_str(&json, result->logicals[i].name, str_from(hex.text), err));
    }
    TRY(json_object_end(&json, err));
    TRY(json_field_str(&json, STR("message"), result->message, err));
    return json_object_end(&json, err);
}

static bool value_read(Arena *arena, const Node *map, size_t i, StepValue *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    const Node *node = node_at(map, i);
    if (!node_is_scalar(node) && node->kind != NODE_LIST)
        return node_error(node, err, "a value must be a scalar or a list, this is %s", node_kind_name(node->kind));

    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    TRY(json_node(&json, node, err));
    TRY(arena_copy(arena, bytes_str(&text), &out->json, err));
    return arena_copy(arena, node_key(map, i), &out->name, err);
}

static bool values_read(const Node *map, StepResult *result, Error *err)
{
    size_t count = node_count(map);
    if (map != NULL) TRY(node_expect(map, NODE_MAP, err));
    result->values = arena_alloc_array(&result->arena, count, sizeof(StepValue), err);
    if (result->values == NULL) return false;
    for (size_t i = 0; i < count; i++) TRY(value_read(&result->arena, map, i, &result->values[i], err));
    result->value_count = count;
    return true;
}

static bool logical_read(Arena *arena, const Node *map, size_t i, StepArtifact *out, Error *err)
{
    Str hex = {0};
    TRY(node_str(node_at(map, i), &hex, err));
    TRY_OR(digest_parse(hex, &out->logical, err), err, "logical digest of '%.*s'", STR_ARG(node_key(map, i)));
    return arena_copy(arena, node_key(map, i), &out->name, err);
}

static bool logicals_read(const Node *map, StepResult *result, Error *err)
{
    size_t count = node_count(map);
    if (map != NULL) TRY(node_expect(map, NODE_MAP, err));
    result->logicals = arena_alloc_array(&result->arena, count, sizeof(StepArtifact), err);
    if (result->logicals == NULL) return false;
    for (size_t i = 0; i < count; i++) TRY(logical_read(&result->arena, map, i, &result->logicals[i], err));
    result->logical_count = count;
    return true;
}

static bool result_read(Str name, Str text, StepResult *result, Error *err)
{
    Document document = {0};
    Str message = {0};
    TRY(json_parse(name, text, &result->arena, &document, err));
    TRY(NODE_CHECK_KEYS(document.root, err, "values", "logical", "message"));
    TRY(values_read(node_get(document.root, STR("values")), result, err));
    TRY(logicals_read(node_get(document.root, STR("logical")), result, err));
    TRY(node_get_str(document.root, STR("message"), &message, err));
    return arena_copy(&result->arena, message, &result->message, err);
}

bool step_result_decode(Str name, Str text, StepResult *out, Error *err)
{
    *out = (StepResult){0};
    if (result_read(name, text, out, err)) return true;
    step_result_deinit(out);
    return false;
}
