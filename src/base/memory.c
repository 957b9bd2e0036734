#include "base/memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#ifdef PAWL_TESTING

static _Thread_local uint64_t alloc_count;
static _Thread_local uint64_t fail_at;

void memory_fail_at(uint64_t nth)
{
    alloc_count = 0;
    fail_at = nth;
}

uint64_t memory_alloc_count(void)
{
    return alloc_count;
}

static bool memory_may_alloc(void)
{
    alloc_count++;
    return alloc_count != fail_at;
}

#else

static bool memory_may_alloc(void)
{
    return true;
}

#endif

static bool memory_failed(size_t size, Error *err)
{
    return error_set(err, ERROR_MEMORY, "out of memory: %zu bytes", size);
}

enum { LARGE_BYTES_MIN = 8 << 20, LARGE_PAGE_BYTES = 2 << 20 };

/// Asks for large pages inside of a large allocation: first touch and random access are then several times cheaper. Only advice.
static void memory_advise(void *pointer, size_t size)
{
    uintptr_t mask = LARGE_PAGE_BYTES - 1;
    uintptr_t begin = ((uintptr_t)pointer + mask) & ~mask;
    uintptr_t end = ((uintptr_t)pointer + size) & ~mask;
    if (pointer == NULL || size < LARGE_BYTES_MIN) return;
    int ignored = madvise((void *)begin, end - begin, MADV_HUGEPAGE);
    UNUSED(ignored);
}

void *memory_alloc(size_t size, Error *err)
{
    void *pointer = memory_may_alloc() ? calloc(1, size == 0 ? 1 : size) : NULL;
    if (pointer == NULL) memory_failed(size, err);
    memory_advise(pointer, size);
    return pointer;
}

void *memory_alloc_array(size_t count, size_t size, Error *err)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total)) {
        error_set(err, ERROR_MEMORY, "out of memory: %zu items of %zu bytes", count, size);
        return NULL;
    }
    return memory_alloc(total, err);
}

void *memory_realloc(void *pointer, size_t size, Error *err)
{
    void *grown = memory_may_alloc() ? realloc(pointer, size == 0 ? 1 : size) : NULL;
    if (grown == NULL) memory_failed(size, err);
    memory_advise(grown, size);
    return grown;
}

void memory_free(void *pointer)
{
    free(pointer);
}
