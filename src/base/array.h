/// Growing arrays of any item type, owned, freed with array_deinit.
///
///     ARRAY_OF(Str) names = {0};
///     TRY(ARRAY_PUSH(&names, name, err));
///     memory_free(names.items);
#ifndef PAWL_BASE_ARRAY_H
#define PAWL_BASE_ARRAY_H

#include "base/error.h"
#include "base/memory.h"

#define ARRAY_OF(Item)                                                                                                 \
    struct {                                                                                                           \
        Item *items;                                                                                                   \
        size_t count;                                                                                                  \
        size_t capacity;                                                                                               \
    }

/// Room for one more item, then the item; an expression of type bool.
#define ARRAY_PUSH(array, value, err)                                                                                  \
    (array_reserve(&(array)->items, &(array)->capacity, (array)->count + 1, sizeof(*(array)->items), (err)) &&         \
     ((array)->items[(array)->count++] = (value), true))

/// `items` is the address of the items pointer. Grows geometrically; new items are zeroed.
MUST_CHECK bool array_reserve(void *items, size_t *capacity, size_t count, size_t item_size, Error *err);

#endif
