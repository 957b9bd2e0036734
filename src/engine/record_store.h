/// Records written on any number of threads at once, then read partition by partition, also on any thread.
///
/// Owned: record_store_deinit. Stays where it is while it is used.
#ifndef PAWL_ENGINE_RECORD_STORE_H
#define PAWL_ENGINE_RECORD_STORE_H

#include <stdatomic.h>

#include "engine/group.h"

typedef struct RecordStore {
    Records records;
    LanePool lanes;     ///< of RecordLanes that are written to
    RecordLane **parts; ///< the same, closed
    size_t part_count;
    atomic_size_t section_left[RECORD_SECTIONS]; ///< partitions that are still to be read
    Arena arena;
} RecordStore;

/// Zero, to be initialised.
#define RECORD_STORE_INIT                                                                                              \
    {                                                                                                                  \
        .lanes = LANE_POOL_INIT                                                                                        \
    }

/// Borrows layout and memory.
void record_store_init(const RecordLayout *layout, uint32_t bits, GroupMemory *memory, RecordStore *out);
void record_store_deinit(RecordStore *store);

static inline size_t record_store_partitions(const RecordStore *store)
{
    return (size_t)1 << store->records.bits;
}

/// Any number of threads may put at once.
MUST_CHECK bool record_store_put(RecordStore *store, const RecordBatch *batch, Error *err);

/// Nothing more is put; partitions can be read.
MUST_CHECK bool record_store_close(RecordStore *store, Error *err);

/// A partition's blocks, as lists one beside the other; some may be NULL. The list lies in the arena, blocks from the file in the
/// buffer.
typedef struct RecordBlocks {
    const RecordBlock **lists;
    size_t count;
} RecordBlocks;

MUST_CHECK bool record_store_read(const RecordStore *store, size_t partition, RecordBuffer *buffer, Arena *arena,
                                  RecordBlocks *out, Error *err);

/// How many records of a partition are in memory.
size_t record_store_count(const RecordStore *store, size_t partition);

/// The partition is not needed any more: a section's memory goes back to the pool with its last one.
void record_store_leave(RecordStore *store, size_t partition);

size_t record_blocks_count(const RecordBlocks *blocks);

#endif
