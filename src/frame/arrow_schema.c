#include <stdio.h>

#include "base/memory.h"
#include "frame/arrow.h"

enum { FORMAT_BYTES_MAX = 32 };

/// Format strings of the specification; timestamps get their zone behind the colon.
static const char *const arrow_formats[TYPE_COUNT] = {
    [TYPE_BOOL] = "b",
    [TYPE_INT8] = "c",
    [TYPE_INT16] = "s",
    [TYPE_INT32] = "i",
    [TYPE_INT64] = "l",
    [TYPE_UINT8] = "C",
    [TYPE_UINT16] = "S",
    [TYPE_UINT32] = "I",
    [TYPE_UINT64] = "L",
    [TYPE_FLOAT32] = "f",
    [TYPE_FLOAT64] = "g",
    [TYPE_DECIMAL] = "d:",
    [TYPE_STRING] = "U",
    [TYPE_DATE] = "tdD",
    [TYPE_TIMESTAMP_S] = "tss:",
    [TYPE_TIMESTAMP_MS] = "tsm:",
    [TYPE_TIMESTAMP_US] = "tsu:",
    [TYPE_TIMESTAMP_NS] = "tsn:",
    [TYPE_LIST] = "+l",
    [TYPE_MAP] = "+m",
};

typedef struct SchemaMemory {
    Arena arena;
} SchemaMemory;

/// Children live in their parent's arena.
static void child_release(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
    }
    schema->release = NULL;
}

static void schema_release(struct ArrowSchema *schema)
{
    SchemaMemory *memory = schema->private_data;
    child_release(schema);
    arena_deinit(&memory->arena);
    memory_free(memory);
}

static bool format_write(Arena *arena, Type type, const char **out, Error *err)
{
    char text[FORMAT_BYTES_MAX];
    Str copy = {0};
    if (type.id == TYPE_DECIMAL) {
        snprintf(text, sizeof(text), "d:%u,%u", type.precision, type.scale);
    } else {
        bool is_zoned = type_is_timestamp(type) && type.zoned;
        snprintf(text, sizeof(text), "%s%s", arrow_formats[type.id], is_zoned ? "UTC" : "");
    }
    TRY(arena_copy(arena, str_from(text), &copy, err));
    *out = copy.data;
    return true;
}

/// A field without children.
static bool plain_export(Arena *arena, Str name, Type type, struct ArrowSchema *out, Error *err)
{
    Str copy = {0};
    TRY(arena_copy(arena, name, &copy, err));
    TRY(format_write(arena, type, &out->format, err));
    out->name = copy.data;
    out->flags = ARROW_FLAG_NULLABLE;
    out->release = child_release;
    return true;
}

/// Room for `count` children.
static bool children_alloc(Arena *arena, size_t count, struct ArrowSchema *out, Error *err)
{
    struct ArrowSchema *children = arena_alloc_array(arena, count, sizeof(struct ArrowSchema), err);
    if (children == NULL) return false;
    out->children = arena_alloc_array(arena, count, sizeof(struct ArrowSchema *), err);
    if (out->children == NULL) return false;
    for (size_t i = 0; i < count; i++) out->children[i] = &children[i];
    out->n_children = (int64_t)count;
    return true;
}

/// A map's child: a struct of keys, which are never null, and values.
static bool entries_export(Arena *arena, Type type, struct ArrowSchema *out, Error *err)
{
    out->format = "+s";
    out->name = "entries";
    out->release = child_release;
    TRY(children_alloc(arena, 2, out, err));
    TRY(plain_export(arena, STR("key"), type_key(type), out->children[0], err));
    out->children[0]->flags = 0;
    return plain_export(arena, STR("value"), type_item(type), out->children[1], err);
}

static bool field_export(Arena *arena, const Field *field, struct ArrowSchema *out, Error *err)
{
    TRY(plain_export(arena, field->name, field->type, out, err));
    if (!type_is_nested(field->type)) return true;
    TRY(children_alloc(arena, 1, out, err));
    if (field->type.id == TYPE_LIST) {
        return plain_export(arena, STR("item"), type_item(field->type), out->children[0], err);
    }
    out->flags |= ARROW_FLAG_MAP_KEYS_SORTED;
    return entries_export(arena, field->type, out->children[0], err);
}

static bool fields_export(Arena *arena, Schema schema, struct ArrowSchema *out, Error *err)
{
    TRY(children_alloc(arena, schema.count, out, err));
    for (size_t i = 0; i < schema.count; i++) TRY(field_export(arena, &schema.fields[i], out->children[i], err));
    return true;
}

bool arrow_export_schema(Schema schema, struct ArrowSchema *out, Error *err)
{
    SchemaMemory *memory = memory_alloc(sizeof(SchemaMemory), err);
    if (memory == NULL) return false;
    struct ArrowSchema exported = {.format = "+s", .name = "", .release = schema_release, .private_data = memory};
    if (!fields_export(&memory->arena, schema, &exported, err)) {
        arena_deinit(&memory->arena);
        memory_free(memory);
        return false;
    }
    *out = exported;
    return true;
}
