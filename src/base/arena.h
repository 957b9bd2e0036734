/// Memory with one end: what is allocated for a run, a task or a request is freed whole. Plans, trees and
/// configuration live in arenas.
///
/// The zero value is an empty arena. Pointers stay valid until reset or deinit.
#ifndef PAWL_BASE_ARENA_H
#define PAWL_BASE_ARENA_H

#include "base/error.h"
#include "base/str.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *block;
    size_t used;  ///< bytes handed out
    size_t limit; ///< bytes at most; 0: ARENA_BYTES_MAX
} Arena;

#define ARENA_BYTES_MAX ((size_t)1 << 36)

void arena_deinit(Arena *arena);

/// Frees all but the newest block, which is kept for reuse.
void arena_reset(Arena *arena);

/// Zeroed and aligned to 16; NULL with ERROR_MEMORY set.
MUST_CHECK void *arena_alloc(Arena *arena, size_t size, Error *err);

/// `count * size` bytes; an overflow is an ERROR_MEMORY.
MUST_CHECK void *arena_alloc_array(Arena *arena, size_t count, size_t size, Error *err);

/// A copy that lives in the arena, with a zero after its end.
MUST_CHECK bool arena_copy(Arena *arena, Str str, Str *out, Error *err);

MUST_CHECK bool arena_format(Arena *arena, Str *out, Error *err, const char *format, ...) PRINTF_LIKE(4, 5);

#endif
