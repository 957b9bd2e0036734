#include "frame/arrow.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/memory.h"
#include "frame/arrow_internal.h"

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

/// Of one struct array: it and all below it hold it, since a child may be moved out and outlive the others.
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

static void array_release(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
    }
    array->release = NULL;
    array_memory_release(array->private_data);
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
        TRY(arrow_export_vector(arena, &vector, &children[i], err));
        out->children[i] = &children[i];
    }
    out->n_children = (int64_t)count;
    return true;
}

/// Makes an array's children holders of the memory; gives their number.
static size_t children_own(ArrayMemory *memory, struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        array->children[i]->release = array_release;
        array->children[i]->private_data = memory;
    }
    return (size_t)array->n_children;
}

/// The same of their children, which lists and maps have, and of those' children, which maps have.
static size_t descendants_own(ArrayMemory *memory, struct ArrowArray *column)
{
    size_t count = children_own(memory, column);
    for (int64_t i = 0; i < column->n_children; i++) count += children_own(memory, column->children[i]);
    return count;
}

/// From now on the memory belongs to the array and to all below it.
static void array_own(ArrayMemory *memory, SharedFrame *shared, struct ArrowArray *array)
{
    size_t holders = 1 + children_own(memory, array);
    for (int64_t i = 0; i < array->n_children; i++) holders += descendants_own(memory, array->children[i]);
    atomic_store(&memory->holders, holders);
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

bool arrow_export_rows_take(Frame *frame, struct ArrowArray *out, Error *err)
{
    SharedFrame *shared = memory_alloc(sizeof(SharedFrame), err);
    if (shared == NULL) return false;
    atomic_store(&shared->holders, 1);
    shared->frame = *frame;
    if (!rows_export(&shared->frame, shared, 0, frame->row_count, out, err)) {
        memory_free(shared); // the frame is still the caller's
        return false;
    }
    *frame = (Frame){0};
    shared_frame_release(shared);
    return true;
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
