/// Splits items by the hash of their entity, so that each part can be sorted and swept on its own, in cache, on any thread.
///
/// Owned: partitioning_deinit.
#ifndef PAWL_ENGINE_PARTITION_H
#define PAWL_ENGINE_PARTITION_H

#include "frame/frame.h"

/// A query: what it takes to find its entity and its place in time.
typedef struct PartitionItem {
    uint64_t hash;   ///< of the entity's key
    int64_t instant; ///< the query's `at`
    uint32_t index;  ///< which query
} PartitionItem;

typedef struct Partitioning {
    PartitionItem *items; ///< partition after partition; in order of index inside one
    size_t *begin;        ///< 2^bits + 1 offsets into `items`
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

#endif
