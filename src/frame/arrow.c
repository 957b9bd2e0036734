#include "frame/arrow.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"

enum { ARROW_BUFFERS_MAX = 3 };

/// A frame that what is exported from it keeps alive.
typedef struct SharedFrame {
    atomic_size_t holders;
    Frame frame;
} SharedFrame;

static void shared_frame_release(SharedFrame *shared)
{
    if (shared == NULL || atomic_fetch_sub(&shared->holders, 1) > 1) return;
    frame_deinit(&shared->frame);
    memory_free(shared);
}

/// Of one struct array: it and each of its children hold it, since a child may be moved out and outlive the others.
typedef struct ArrayMemory {
    Arena arena;
    atomic_size_t holders;
    SharedFrame *shared; ///< NULL: the frame is borrowed
} ArrayMemory;

static void array_memory_release(ArrayMemory *memory)
{
    if (atomic_fetch_sub(&memory->holders, 1) > 1) return;
    shared_frame_release(memory->shared);
    arena_deinit(&memory->arena);
    memory_free(memory);
}

static void child_release(struct ArrowArray *array)
{
    array->release = NULL;
    array_memory_release(array->private_data);
}

static void array_release(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
    }
    array->release = NULL;
    array_memory_release(array->private_data);
}

/// One bit per byte that is not zero, least significant first; gives the number of those that are zero.
static bool bits_pack(Arena *arena, const uint8_t *bytes, size_t count, const void **out, int64_t *out_zeros,
                      Error *err)
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
        return bits_pack(arena, vector->values.bools, vector->count, &buffers[1], &ignored, err);
    case STORAGE_STRING:
        return strings_export(arena, vector, buffers, err);
    default:
        return numbers_export(arena, vector, buffers, err);
    }
}

static bool vector_export(Arena *arena, const Vector *vector, struct ArrowArray *out, Error *err)
{
    const void **buffers = arena_alloc_array(arena, ARROW_BUFFERS_MAX, sizeof(void *), err);
    if (buffers == NULL) return false;
    if (vector->valid != NULL) {
        TRY(bits_pack(arena, vector->valid, vector->count, &buffers[0], &out->null_count, err));
    }
    TRY(values_export(arena, vector, buffers, err));
    out->length = (int64_t)vector->count;
    out->n_buffers = type_storage(vector->type) == STORAGE_STRING ? 3 : 2;
    out->buffers = buffers;
    out->release = child_release;
    return true;
}

static bool columns_export(Arena *arena, const Frame *frame, size_t begin, size_t end, struct ArrowArray *out,
                           Error *err)
{
    size_t count = frame->column_count;
    struct ArrowArray *children = arena_alloc_array(arena, count, sizeof(struct ArrowArray), err);
    if (children == NULL) return false;
    out->children = arena_alloc_array(arena, count, sizeof(struct ArrowArray *), err);
    if (out->children == NULL) return false;
    out->buffers = arena_alloc_array(arena, 1, sizeof(void *), err);
    if (out->buffers == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        Vector vector = column_slice(&frame->columns[i], begin, end);
        TRY(vector_export(arena, &vector, &children[i], err));
        out->children[i] = &children[i];
    }
    out->n_children = (int64_t)count;
    return true;
}

/// From now on the memory belongs to the array and to its children.
static void array_own(ArrayMemory *memory, SharedFrame *shared, struct ArrowArray *array)
{
    atomic_store(&memory->holders, 1 + (size_t)array->n_children);
    for (int64_t i = 0; i < array->n_children; i++) array->children[i]->private_data = memory;
    if (shared != NULL) atomic_fetch_add(&shared->holders, 1);
    memory->shared = shared;
}

static bool rows_export(const Frame *frame, SharedFrame *shared, size_t begin, size_t end, struct ArrowArray *out,
                        Error *err)
{
    ArrayMemory *memory = memory_alloc(sizeof(ArrayMemory), err);
    if (memory == NULL) return false;
    struct ArrowArray exported = {
        .length = (int64_t)(end - begin), .n_buffers = 1, .release = array_release, .private_data = memory};
    if (!columns_export(&memory->arena, frame, begin, end, &exported, err)) {
        arena_deinit(&memory->arena);
        memory_free(memory);
        return false;
    }
    array_own(memory, shared, &exported);
    *out = exported;
    return true;
}

bool arrow_export_rows(const Frame *frame, size_t begin, size_t end, struct ArrowArray *out, Error *err)
{
    return rows_export(frame, NULL, begin, end, out, err);
}

typedef struct StreamMemory {
    const Frame *frame;
    SharedFrame *shared; ///< NULL: the frame is borrowed
    size_t batch_rows;
    size_t row; ///< the next batch begins here
    Error err;
} StreamMemory;

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    StreamMemory *memory = stream->private_data;
    return arrow_export_schema(frame_schema(memory->frame), out, &memory->err) ? 0 : ENOMEM;
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    StreamMemory *memory = stream->private_data;
    size_t left = memory->frame->row_count - memory->row;
    size_t count = left < memory->batch_rows ? left : memory->batch_rows;
    *out = (struct ArrowArray){0};
    if (count == 0) return 0;
    bool done = rows_export(memory->frame, memory->shared, memory->row, memory->row + count, out, &memory->err);
    if (!done) return ENOMEM;
    memory->row += count;
    return 0;
}

static const char *stream_last_error(struct ArrowArrayStream *stream)
{
    const StreamMemory *memory = stream->private_data;
    return memory->err.kind == ERROR_NONE ? NULL : memory->err.text;
}

static void stream_release(struct ArrowArrayStream *stream)
{
    StreamMemory *memory = stream->private_data;
    shared_frame_release(memory->shared);
    memory_free(memory);
    stream->release = NULL;
}

bool arrow_export_stream(const Frame *frame, size_t batch_rows, struct ArrowArrayStream *out, Error *err)
{
    CHECK(batch_rows > 0);
    StreamMemory *memory = memory_alloc(sizeof(StreamMemory), err);
    if (memory == NULL) return false;
    memory->frame = frame;
    memory->batch_rows = batch_rows;
    *out = (struct ArrowArrayStream){.get_schema = stream_schema,
                                     .get_next = stream_next,
                                     .get_last_error = stream_last_error,
                                     .release = stream_release,
                                     .private_data = memory};
    return true;
}

bool arrow_export_stream_take(Frame *frame, size_t batch_rows, struct ArrowArrayStream *out, Error *err)
{
    SharedFrame *shared = memory_alloc(sizeof(SharedFrame), err);
    if (shared == NULL) return false;
    if (!arrow_export_stream(&shared->frame, batch_rows, out, err)) {
        memory_free(shared);
        return false;
    }
    StreamMemory *memory = out->private_data;
    atomic_store(&shared->holders, 1);
    shared->frame = frame_take(frame);
    memory->shared = shared;
    return true;
}
