/// Puts the members of a partition - facts to be, or queries - in the order of (entity, instant).
#ifndef PAWL_ENGINE_ENTITY_SORT_H
#define PAWL_ENGINE_ENTITY_SORT_H

#include "base/error.h"

typedef struct EntityItem {
    int64_t instant; ///< the version's time, the query's `at`
    uint32_t entity; ///< number in its partition
    uint32_t index;  ///< which record, which query
} EntityItem;

/// Memory of one thread, kept from one sort to the next. Zero is ready.
typedef struct EntitySorter {
    EntityItem *items, *spare;
    size_t item_capacity, spare_capacity;
    uint32_t *places;
    size_t place_capacity;
} EntitySorter;

void entity_sorter_deinit(EntitySorter *sorter);

/// Room for `count` items in `items`, to be filled by the caller.
MUST_CHECK bool entity_sorter_reserve(EntitySorter *sorter, size_t count, Error *err);

/// Stable. Costs little for what is in order already. `*out` is borrowed until the next call.
MUST_CHECK bool entity_sorter_sort(EntitySorter *sorter, size_t count, size_t entity_count, EntityItem **out,
                                   Error *err);

#endif
