#include "base/array.h"

#include <string.h>

enum { ARRAY_CAPACITY_MIN = 8 };

static bool array_size(size_t capacity, size_t item_size, size_t *out, Error *err)
{
    if (!__builtin_mul_overflow(capacity, item_size, out)) return true;
    return error_set(err, ERROR_MEMORY, "out of memory: %zu items of %zu bytes", capacity, item_size);
}

static size_t array_capacity_next(size_t capacity, size_t count)
{
    size_t next = capacity < ARRAY_CAPACITY_MIN ? ARRAY_CAPACITY_MIN : capacity;
    if (next > SIZE_MAX / 2) return count;
    if (capacity >= ARRAY_CAPACITY_MIN) next *= 2;
    return next < count ? count : next;
}

bool array_reserve(void *items, size_t *capacity, size_t count, size_t item_size, Error *err)
{
    if (count <= *capacity) return true;

    size_t grown_capacity = array_capacity_next(*capacity, count);
    size_t size = 0;
    TRY(array_size(grown_capacity, item_size, &size, err));

    // Every items pointer has another type; memcpy reads and writes any of them.
    void *old = NULL;
    memcpy(&old, items, sizeof(old));
    uint8_t *grown = memory_realloc(old, size, err);
    if (grown == NULL) return false;

    size_t old_size = *capacity * item_size;
    memset(grown + old_size, 0, size - old_size);
    memcpy(items, &grown, sizeof(grown));
    *capacity = grown_capacity;
    return true;
}
