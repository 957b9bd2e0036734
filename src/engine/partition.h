/// Splits items by the hash of their entity, so that each part can be sorted, built and swept on its own, in cache, on any thread.
///
/// Owned: partitioning_deinit.
#ifndef PAWL_ENGINE_PARTITION_H
#define PAWL_ENGINE_PARTITION_H

#include "frame/frame.h"

/// A version of a source, or a query: what it takes to find its entity and its place in time.
typedef struct EntityItem {
    uint64_t hash;   ///< of the entity's key
    int64_t instant; ///< the version's time, the query's `at`
    uint32_t index;  ///< which version, which query
    uint32_t entity; ///< number in its partition, set while building
} EntityItem;

typedef struct Partitioning {
    EntityItem *items; ///< partition after partition; in order of index inside one
    size_t *begin;     ///< 2^bits + 1 offsets into `items`
    uint32_t bits;
} Partitioning;

void partitioning_deinit(Partitioning *partitioning);

/// How many bits split `count` items into parts that stay in cache.
uint32_t partition_bits(size_t count);

static inline size_t partition_of(uint64_t hash, uint32_t bits)
{
    return bits == 0 ? 0 : (size_t)(hash >> (64 - bits));
}

/// What is split: items whose key has a null are left out.
typedef struct PartitionInput {
    const Vector *keys;
    size_t key_count;
    const int64_t *instants;
    size_t count;
} PartitionInput;

MUST_CHECK bool partition_items(const PartitionInput *input, uint32_t bits, size_t threads, Partitioning *out,
                                Error *err);

/// Sorts by (entity, instant), stably; `spare` has room for as many items. The sorted items lie in `items` or `spare`, as `out` says.
MUST_CHECK bool entity_items_sort(EntityItem *items, EntityItem *spare, size_t count, size_t entity_count,
                                  EntityItem **out, Error *err);

#endif
