/// Lists and maps in the layout of Arrow: offsets, and the items of all rows as one child.
#include <string.h>

#include "frame/arrow_internal.h"
#include "frame/list.h"

/// The items (or keys) of all rows, one behind the other.
typedef struct Items {
    Vector vector;
    uint8_t *valid;
    size_t count; ///< filled so far
} Items;

static bool items_init(Items *items, Type type, size_t count, Arena *arena, Error *err)
{
    void *values = arena_alloc_array(arena, count + 1, storage_size(type_storage(type)), err);
    if (values == NULL) return false;
    items->valid = arena_alloc(arena, count + 1, err);
    if (items->valid == NULL) return false;
    items->vector = (Vector){.type = type, .count = count, .valid = items->valid, .values.any = values};
    return true;
}

static void items_add(Items *items, const Vector *part)
{
    size_t size = storage_size(type_storage(part->type));
    uint8_t *values = items->vector.values.any;
    if (part->count == 0) return;
    memcpy(values + items->count * size, part->values.any, part->count * size);
    for (size_t i = 0; i < part->count; i++) items->valid[items->count + i] = vector_is_valid(part, i);
    items->count += part->count;
}

/// Where each row's items begin; of 31 bits, as the formats "+l" and "+m" want them.
static bool offsets_export(Arena *arena, const Vector *vector, struct ArrowArray *out, size_t *out_total, Error *err)
{
    size_t total = 0;
    int32_t *offsets = arena_alloc_array(arena, vector->count + 1, sizeof(int32_t), err);
    if (offsets == NULL) return false;
    for (size_t i = 0; i < vector->count; i++) {
        if (vector_is_valid(vector, i)) total += list_count(vector->values.strings[i]);
        if (total > INT32_MAX) return error_set(err, ERROR_MEMORY, "over %d items of lists in one batch", INT32_MAX);
        offsets[i + 1] = (int32_t)total;
    }
    out->buffers[1] = offsets;
    *out_total = total;
    return true;
}

static bool items_gather(const Vector *vector, Items *keys, Items *items, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    for (size_t i = 0; i < vector->count; i++) {
        ListItems row = {0};
        if (!vector_is_valid(vector, i)) continue;
        arena_reset(&scratch);
        TRY(list_unpack(vector->type, vector->values.strings[i], &scratch, &row, err));
        items_add(items, &row.items);
        items_add(keys, &row.keys);
    }
    return true;
}

/// Room for `count` children.
static bool children_alloc(Arena *arena, size_t count, struct ArrowArray *out, Error *err)
{
    struct ArrowArray *children = arena_alloc_array(arena, count, sizeof(struct ArrowArray), err);
    if (children == NULL) return false;
    out->children = arena_alloc_array(arena, count, sizeof(struct ArrowArray *), err);
    if (out->children == NULL) return false;
    for (size_t i = 0; i < count; i++) out->children[i] = &children[i];
    out->n_children = (int64_t)count;
    return true;
}

/// A map's child: a struct of keys and values.
static bool entries_export(Arena *arena, const Items *keys, const Items *items, struct ArrowArray *out, Error *err)
{
    out->length = (int64_t)items->vector.count;
    out->n_buffers = 1;
    out->buffers = arena_alloc_array(arena, 1, sizeof(void *), err);
    if (out->buffers == NULL) return false;
    TRY(children_alloc(arena, 2, out, err));
    TRY(arrow_export_scalars(arena, &keys->vector, out->children[0], err));
    return arrow_export_scalars(arena, &items->vector, out->children[1], err);
}

bool arrow_export_nested(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err)
{
    Items keys = {0};
    Items items = {0};
    size_t total = 0;
    TRY(offsets_export(arena, vector, out, &total, err));
    TRY(items_init(&items, type_item(vector->type), total, arena, err));
    if (vector->type.id == TYPE_MAP) TRY(items_init(&keys, type_key(vector->type), total, arena, err));
    TRY(items_gather(vector, &keys, &items, err));
    TRY(children_alloc(arena, 1, out, err));
    if (vector->type.id == TYPE_MAP) return entries_export(arena, &keys, &items, out->children[0], err);
    return arrow_export_scalars(arena, &items.vector, out->children[0], err);
}
