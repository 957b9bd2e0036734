#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { ARENA_ALIGNMENT = 16 };

#define ARENA_BLOCK_BYTES_MIN ((size_t)4096)
#define ARENA_BLOCK_BYTES_MAX ((size_t)1 << 20)

/// Bytes from `used` on are zero.
struct ArenaBlock {
    ArenaBlock *previous;
    size_t capacity;
    size_t used;
    _Alignas(ARENA_ALIGNMENT) uint8_t data[];
};

static void blocks_free(ArenaBlock *block)
{
    while (block != NULL) {
        ArenaBlock *previous = block->previous;
        memory_free(block);
        block = previous;
    }
}

void arena_deinit(Arena *arena)
{
    blocks_free(arena->block);
    arena->block = NULL;
    arena->used = 0;
}

void arena_reset(Arena *arena)
{
    ArenaBlock *block = arena->block;
    arena->used = 0;
    if (block == NULL) return;

    blocks_free(block->previous);
    block->previous = NULL;
    memset(block->data, 0, block->used);
    block->used = 0;
}

/// Blocks double, so that their number stays small.
static size_t block_capacity_next(const ArenaBlock *block, size_t size)
{
    size_t capacity = block == NULL ? ARENA_BLOCK_BYTES_MIN : block->capacity * 2;
    if (capacity > ARENA_BLOCK_BYTES_MAX) capacity = ARENA_BLOCK_BYTES_MAX;
    return capacity < size ? size : capacity;
}

static bool arena_add_block(Arena *arena, size_t size, Error *err)
{
    size_t capacity = block_capacity_next(arena->block, size);
    ArenaBlock *block = memory_alloc(sizeof(ArenaBlock) + capacity, err);
    if (block == NULL) return false;

    block->capacity = capacity;
    block->previous = arena->block;
    arena->block = block;
    return true;
}

static bool arena_check_limit(const Arena *arena, size_t size, Error *err)
{
    size_t limit = arena->limit == 0 ? ARENA_BYTES_MAX : arena->limit;
    if (size <= limit && arena->used <= limit - size) return true;
    return error_set(err, ERROR_MEMORY, "arena limit of %zu bytes reached", limit);
}

void *arena_alloc(Arena *arena, size_t size, Error *err)
{
    if (!arena_check_limit(arena, size, err)) return NULL;

    size_t padded = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    if (padded == 0) padded = ARENA_ALIGNMENT;
    ArenaBlock *block = arena->block;
    if (block == NULL || block->capacity - block->used < padded) {
        if (!arena_add_block(arena, padded, err)) return NULL;
        block = arena->block;
    }
    void *pointer = block->data + block->used;
    block->used += padded;
    arena->used += size;
    return pointer;
}

void *arena_alloc_array(Arena *arena, size_t count, size_t size, Error *err)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total)) {
        error_set(err, ERROR_MEMORY, "out of memory: %zu items of %zu bytes", count, size);
        return NULL;
    }
    return arena_alloc(arena, total, err);
}

bool arena_copy(Arena *arena, Str str, Str *out, Error *err)
{
    char *data = arena_alloc(arena, str.size + 1, err);
    if (data == NULL) return false;

    if (str.size > 0) memcpy(data, str.data, str.size);
    *out = (Str){data, str.size};
    return true;
}

PRINTF_LIKE(1, 0)
static size_t format_size(const char *format, va_list arguments)
{
    int size = vsnprintf(NULL, 0, format, arguments);
    CHECK(size >= 0);
    return (size_t)size;
}

bool arena_format(Arena *arena, Str *out, Error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t size = format_size(format, arguments);
    va_end(arguments);

    char *data = arena_alloc(arena, size + 1, err);
    if (data == NULL) return false;

    va_start(arguments, format);
    (void)vsnprintf(data, size + 1, format, arguments);
    va_end(arguments);
    *out = (Str){data, size};
    return true;
}
