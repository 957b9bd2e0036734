#include "frame/json_value.h"

#include "frame/list.h"
#include "number/float_order.h"
#include "number/parse.h"
#include "text/timestamp.h"

static bool text_write(const Vector *vector, size_t i, JsonWriter *json, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(vector_format(vector, i, (Str){0}, &text, err));
    return json_str(json, bytes_str(&text), err);
}

static bool scalar_write(const Vector *vector, size_t i, JsonWriter *json, Error *err)
{
    if (!vector_is_valid(vector, i)) return json_null(json, err);
    if (type_equal(vector->type, TYPE_INSTANT))
        return json_str(json, str_from(timestamp_format(vector->values.ints[i]).text), err);
    if (type_is_timestamp(vector->type) || vector->type.id == TYPE_DATE) return text_write(vector, i, json, err);
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return json_bool(json, vector->values.bools[i] != 0, err);
    case STORAGE_INT:
        return json_int(json, vector->values.ints[i], err);
    case STORAGE_FLOAT:
        return json_double(json, vector->values.floats[i], err);
    case STORAGE_DECIMAL:
        return text_write(vector, i, json, err);
    case STORAGE_STRING:
        return json_str(json, vector->values.strings[i], err);
    }
    CHECK(false);
}

static bool key_write(const Vector *keys, size_t i, JsonWriter *json, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    if (keys->type.id == TYPE_STRING) return json_key(json, keys->values.strings[i], err);
    if (keys->type.id == TYPE_TIMESTAMP_US)
        return json_key(json, str_from(timestamp_format(keys->values.ints[i]).text), err);
    TRY(vector_format(keys, i, (Str){0}, &text, err));
    return json_key(json, bytes_str(&text), err);
}

static bool list_write(const ListItems *list, JsonWriter *json, Error *err)
{
    TRY(json_array_begin(json, err));
    for (size_t i = 0; i < list->items.count; i++) TRY(scalar_write(&list->items, i, json, err));
    return json_array_end(json, err);
}

static bool map_write(const ListItems *map, JsonWriter *json, Error *err)
{
    TRY(json_object_begin(json, err));
    for (size_t i = 0; i < map->items.count; i++) {
        TRY(key_write(&map->keys, i, json, err));
        TRY(scalar_write(&map->items, i, json, err));
    }
    return json_object_end(json, err);
}

bool vector_write_json(const Vector *vector, size_t i, JsonWriter *json, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    ListItems items = {0};
    if (!type_is_nested(vector->type) || !vector_is_valid(vector, i)) return scalar_write(vector, i, json, err);
    TRY(list_unpack(vector->type, vector->values.strings[i], &arena, &items, err));
    return vector->type.id == TYPE_MAP ? map_write(&items, json, err) : list_write(&items, json, err);
}

static bool json_wrong(const JsonContext *context, const Node *node, const char *expected, Error *err)
{
    return document_error(node->document, node->position, err, context->kind, "%s is %s, this is %s", context->what,
                          expected, node_kind_name(node->kind));
}

/// What a parser of the text says, at the node.
static bool json_bad_text(const JsonContext *context, const Node *node, const Error *inner, Error *err)
{
    return document_error(node->document, node->position, err, context->kind, "%s: %s", context->what, inner->text);
}

static bool float_push(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    if (node->kind == NODE_FLOAT) return column_push_float(column, node->number, err);
    if (node->kind == NODE_INT) return column_push_float(column, (double)node->integer, err);
    if (node->kind != NODE_STRING) return json_wrong(context, node, "a number", err);
    if (str_equal(node->text, STR("NaN"))) return column_push_float(column, float_nan(), err);
    if (str_equal(node->text, STR("Infinity"))) return column_push_float(column, float_infinity(), err);
    if (str_equal(node->text, STR("-Infinity"))) return column_push_float(column, -float_infinity(), err);
    return json_wrong(context, node, "a number, or \"NaN\", \"Infinity\", \"-Infinity\"", err);
}

static bool instant_push(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    int64_t us = 0;
    Error inner = {0};
    if (node->kind != NODE_STRING) return json_wrong(context, node, "an instant such as \"2024-03-01T10:00:00Z\"", err);
    if (!timestamp_parse(node->text, NULL, TIMESTAMP_DOWN, &us, &inner))
        return json_bad_text(context, node, &inner, err);
    return column_push_int(column, us, err);
}

static bool decimal_push(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    Int128 value = 0;
    Error inner = {0};
    bool number = node->kind == NODE_INT || node->kind == NODE_FLOAT || node->kind == NODE_STRING;
    if (!number) return json_wrong(context, node, "a decimal", err);
    if (!number_parse_decimal(node->text, column->type.scale, &value, &inner))
        return json_bad_text(context, node, &inner, err);
    return column_push_decimal(column, value, err);
}

static bool scalar_push(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    if (node->kind == NODE_NULL) return column_push_null(column, err);
    if (type_is_timestamp(column->type)) return instant_push(column, node, context, err);
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        if (node->kind != NODE_BOOL) return json_wrong(context, node, "true or false", err);
        return column_push_bool(column, node->boolean, err);
    case STORAGE_INT:
        if (node->kind != NODE_INT) return json_wrong(context, node, "an integer", err);
        return column_push_int(column, node->integer, err);
    case STORAGE_FLOAT:
        return float_push(column, node, context, err);
    case STORAGE_DECIMAL:
        return decimal_push(column, node, context, err);
    case STORAGE_STRING:
        if (node->kind != NODE_STRING) return json_wrong(context, node, "a text", err);
        return column_push_string(column, node->text, err);
    }
    CHECK(false);
}

static bool key_push(Column *keys, const Node *node, const JsonContext *context, Error *err)
{
    int64_t value = 0;
    Error inner = {0};
    if (keys->type.id == TYPE_STRING) return column_push_string(keys, node->text, err);
    if (keys->type.id == TYPE_BOOL) {
        bool is_true = str_equal(node->text, STR("true"));
        if (!is_true && !str_equal(node->text, STR("false")))
            return json_wrong(context, node, "of keys \"true\" and \"false\"", err);
        return column_push_bool(keys, is_true, err);
    }
    bool good = keys->type.id == TYPE_INT64 ? number_parse_int64(node->text, &value, &inner)
                                            : timestamp_parse(node->text, NULL, TIMESTAMP_DOWN, &value, &inner);
    return good ? column_push_int(keys, value, err) : json_bad_text(context, node, &inner, err);
}

/// What a list or map is built from.
typedef struct Entries {
    Column keys;
    Column items;
    Arena arena;
} Entries;

static void entries_deinit(Entries *entries)
{
    column_deinit(&entries->keys);
    column_deinit(&entries->items);
    arena_deinit(&entries->arena);
}

static bool list_push(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    AUTO(entries_deinit) Entries entries = {.items = {.type = type_item(column->type)}};
    Str bytes = {0};
    if (node->kind != NODE_LIST) return json_wrong(context, node, "a list", err);
    for (size_t i = 0; i < node_count(node); i++) TRY(scalar_push(&entries.items, node_at(node, i), context, err));
    Vector items = column_view(&entries.items);
    TRY(list_from_vector(&items, &entries.arena, &bytes, err));
    return column_push_string(column, bytes, err);
}

static bool map_push(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    AUTO(entries_deinit)
    Entries entries = {.keys = {.type = type_key(column->type)}, .items = {.type = type_item(column->type)}};
    Str bytes = {0};
    Error inner = {0};
    if (node->kind != NODE_MAP) return json_wrong(context, node, "a map", err);
    for (size_t i = 0; i < node_count(node); i++) {
        TRY(key_push(&entries.keys, node_key_at(node, i), context, err));
        TRY(scalar_push(&entries.items, node_at(node, i), context, err));
    }
    Vector keys = column_view(&entries.keys);
    Vector items = column_view(&entries.items);
    if (!map_from_vectors(&keys, &items, &entries.arena, &bytes, &inner)) {
        if (inner.kind == ERROR_DATA) return json_bad_text(context, node, &inner, err);
        return error_set(err, inner.kind, "%s", inner.text);
    }
    return column_push_string(column, bytes, err);
}

bool column_push_json(Column *column, const Node *node, const JsonContext *context, Error *err)
{
    if (!type_is_nested(column->type) || node->kind == NODE_NULL) return scalar_push(column, node, context, err);
    return column->type.id == TYPE_MAP ? map_push(column, node, context, err) : list_push(column, node, context, err);
}
