/// Values out of JSON texts. Each row's text is read whole, by the strict reader: what is not JSON has no values.
#include "engine/kernel_list_internal.h"
#include "text/json.h"
#include "text/json_writer.h"

// The node that the path leads to in row i; NULL when there is none, or the text is no JSON. False only without memory.
static bool json_node_of(const KernelContext *context, const Vector *texts, size_t i, Arena *arena, const Node **out,
                         Error *err)
{
    Document document = {0};
    Error reason = {0};
    Str text = texts->values.strings[i];
    *out = NULL;
    arena_reset(arena);
    if (text.size > KERNEL_TEXT_BYTES_MAX) return true;
    if (!json_parse(STR("json"), text, arena, &document, &reason))
        return reason.kind != ERROR_MEMORY || error_set(err, ERROR_MEMORY, "%s", reason.text);
    *out = json_path_find(&context->constants->path, document.root);
    return true;
}

static bool take_string(const Node *node, Arena *text, Str *out, Error *err)
{
    return arena_copy(text, node->text, out, err);
}

static bool take_number(const Node *node, Arena *text, double *out, Error *err)
{
    UNUSED(text);
    UNUSED(err);
    *out = node->kind == NODE_INT ? (double)node->integer : node->number;
    return true;
}

static bool take_int(const Node *node, Arena *text, int64_t *out, Error *err)
{
    UNUSED(text);
    UNUSED(err);
    *out = node->integer;
    return true;
}

static bool take_bool(const Node *node, Arena *text, uint8_t *out, Error *err)
{
    UNUSED(text);
    UNUSED(err);
    *out = node->boolean;
    return true;
}

// Values of two kinds of node; others are null.
#define KERNEL_JSON(id, values_member, first_kind, second_kind, take)                                                  \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        AUTO(arena_deinit) Arena arena = {0};                                                                          \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            const Node *node = NULL;                                                                                   \
            if (!out->valid[i]) continue;                                                                              \
            TRY(json_node_of(context, &arguments[0], i, &arena, &node, err));                                          \
            out->valid[i] = node != NULL && (node->kind == (first_kind) || node->kind == (second_kind));               \
            if (out->valid[i]) TRY(take(node, context->text, &out->values.values_member[i], err));                     \
        }                                                                                                              \
        return true;                                                                                                   \
    }

KERNEL_JSON(JSON_STRING, strings, NODE_STRING, NODE_STRING, take_string)
KERNEL_JSON(JSON_NUMBER, floats, NODE_INT, NODE_FLOAT, take_number)
KERNEL_JSON(JSON_INT, ints, NODE_INT, NODE_INT, take_int)
KERNEL_JSON(JSON_BOOL, bools, NODE_BOOL, NODE_BOOL, take_bool)

/// Texts as they are, other scalars as they are written, what is nested as JSON.
static bool push_node(ListWriter *writer, const Node *node, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    if (node->kind == NODE_NULL) {
        const uint8_t valid = 0;
        Str none = {0};
        Vector vector = {.type = TYPE_OF(TYPE_STRING), .count = 1, .valid = &valid, .values.strings = &none};
        return list_writer_push(writer, &vector, 0, err);
    }
    if (node_is_scalar(node)) return list_push_text(writer, node->text, err);
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(json_node(&json, node, err));
    return list_push_text(writer, bytes_str(&text), err);
}

static bool row_json_list(ListRow *row, Error *err)
{
    const Node *node = NULL;
    TRY(json_node_of(row->context, &row->arguments[0], row->row, &row->scratch, &node, err));
    if (node == NULL || node->kind != NODE_LIST) return list_give_null(row);
    TRY(list_writer_begin(&row->writer, type_list(TYPE_OF(TYPE_STRING)), err));
    for (size_t i = 0; i < node_count(node); i++) TRY(push_node(&row->writer, node_at(node, i), err));
    return list_give_written(row, err);
}

KERNEL_LIST(JSON_LIST, row_json_list)
