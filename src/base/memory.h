/// The one way to get memory from the system, so that tests can make the Nth allocation fail or cap
/// the total.
#ifndef PAWL_BASE_MEMORY_H
#define PAWL_BASE_MEMORY_H

#include "base/base.h"
#include "base/error.h"

/// Zeroed; NULL with ERROR_MEMORY set. A size of 0 gives a pointer that may be freed.
MUST_CHECK void *memory_alloc(size_t size, Error *err);

/// `count * size` bytes, zeroed; an overflow is an ERROR_MEMORY.
MUST_CHECK void *memory_alloc_array(size_t count, size_t size, Error *err);

/// Grown or shrunk; on failure NULL is returned and `pointer` is still owned by the caller. New bytes are not zeroed.
MUST_CHECK void *memory_realloc(void *pointer, size_t size, Error *err);

/// `pointer` may be NULL.
void memory_free(void *pointer);

#ifdef PAWL_TESTING
/// Of this thread: the allocation numbered `nth` (from 1) from now on fails once; 0 switches off.
void memory_fail_at(uint64_t nth);

/// Of this thread: allocations since the last memory_fail_at.
uint64_t memory_alloc_count(void);
#endif

#endif
