/// Values in the layout of Arrow.
#include <string.h>

#include "frame/arrow_internal.h"

/// One bit per byte that is not zero, least significant first; gives the number of those that are zero.
bool arrow_bits_pack(Arena *arena, const uint8_t *bytes, size_t count, const void **out, int64_t *out_zeros, Error *err)
{
    uint8_t *bits = arena_alloc(arena, count / 8 + 1, err);
    if (bits == NULL) return false;
    int64_t ones = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t is_set = bytes[i] != 0;
        bits[i / 8] = (uint8_t)(bits[i / 8] | is_set << (i % 8));
        ones += is_set;
    }
    *out = bits;
    *out_zeros = (int64_t)count - ones;
    return true;
}

#define COPY_NARROWED(Physical, from)                                                                                  \
    do {                                                                                                               \
        Physical *to = data;                                                                                           \
        for (size_t i = 0; i < count; i++) to[i] = (Physical)(from)[i];                                                \
    } while (0)

/// Bytes of a value in Arrow's layout; 0: the storage is the layout.
static size_t narrow_size(TypeId id)
{
    switch (id) {
    case TYPE_INT8:
    case TYPE_UINT8:
        return 1;
    case TYPE_INT16:
    case TYPE_UINT16:
        return 2;
    case TYPE_INT32:
    case TYPE_UINT32:
    case TYPE_DATE:
    case TYPE_FLOAT32:
        return 4;
    default:
        return 0;
    }
}

static void values_narrow(const Vector *vector, size_t size, void *data)
{
    size_t count = vector->count;
    if (vector->type.id == TYPE_FLOAT32) {
        COPY_NARROWED(float, vector->values.floats);
    } else if (size == 1) {
        COPY_NARROWED(uint8_t, vector->values.ints);
    } else if (size == 2) {
        COPY_NARROWED(uint16_t, vector->values.ints);
    } else {
        COPY_NARROWED(uint32_t, vector->values.ints);
    }
}

static bool numbers_export(Arena *arena, const Vector *vector, const void **buffers, Error *err)
{
    size_t size = narrow_size(vector->type.id);
    buffers[1] = vector->values.any;
    if (size == 0) return true;
    void *data = arena_alloc_array(arena, vector->count, size, err);
    if (data == NULL) return false;
    values_narrow(vector, size, data);
    buffers[1] = data;
    return true;
}

static bool strings_export(Arena *arena, const Vector *vector, const void **buffers, Error *err)
{
    int64_t *offsets = arena_alloc_array(arena, vector->count + 1, sizeof(int64_t), err);
    if (offsets == NULL) return false;
    const Str *strings = vector->values.strings;
    for (size_t i = 0; i < vector->count; i++) offsets[i + 1] = offsets[i] + (int64_t)strings[i].size;

    char *text = arena_alloc(arena, (size_t)offsets[vector->count] + 1, err);
    if (text == NULL) return false;
    for (size_t i = 0; i < vector->count; i++) {
        if (strings[i].size > 0) memcpy(text + offsets[i], strings[i].data, strings[i].size);
    }
    buffers[1] = offsets;
    buffers[2] = text;
    return true;
}

static bool values_export(Arena *arena, const Vector *vector, const void **buffers, Error *err)
{
    int64_t ignored = 0;
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return arrow_bits_pack(arena, vector->values.bools, vector->count, &buffers[1], &ignored, err);
    case STORAGE_STRING:
        return strings_export(arena, vector, buffers, err);
    default:
        return numbers_export(arena, vector, buffers, err);
    }
}

static bool nulls_export(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err)
{
    out->length = (int64_t)vector->count;
    out->buffers = arena_alloc_array(arena, ARROW_BUFFERS_MAX, sizeof(void *), err);
    if (out->buffers == NULL) return false;
    return vector->valid == NULL ||
           arrow_bits_pack(arena, vector->valid, vector->count, &out->buffers[0], &out->null_count, err);
}

bool arrow_export_scalars(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err)
{
    TRY(nulls_export(arena, vector, out, err));
    out->n_buffers = type_storage(vector->type) == STORAGE_STRING ? 3 : 2;
    return values_export(arena, vector, out->buffers, err);
}

bool arrow_export_vector(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err)
{
    if (!type_is_nested(vector->type)) return arrow_export_scalars(arena, vector, out, err);
    TRY(nulls_export(arena, vector, out, err));
    out->n_buffers = 2;
    return arrow_export_nested(arena, vector, out, err);
}
