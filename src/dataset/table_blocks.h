/// A written table handed on in blocks: in its order, or by whole keys, so that what looks at all rows of a key needs no more than
/// a block in memory.
#ifndef PAWL_DATASET_TABLE_BLOCKS_H
#define PAWL_DATASET_TABLE_BLOCKS_H

#include "lake/lake.h"
#include "language/plan.h"

/// Takes a block, borrowed for this call. May not use the lake.
typedef struct BlockSink {
    /// `first_row`: the number of its first row in the table, where blocks come in the table's order.
    bool (*put)(void *context, const Frame *block, uint64_t first_row, Error *err);
    void *context;
} BlockSink;

/// What blocks may take where nothing is said of memory.
#define TABLE_BLOCK_BYTES_DEFAULT ((uint64_t)256 << 20)

/// Blocks of about `block_bytes` in memory, in the table's order. 0: the default.
MUST_CHECK bool table_blocks(Lake *lake, Str path, uint64_t block_bytes, const BlockSink *sink, Error *err);

/// Blocks that hold all rows of each key that they hold, in the table's order where the source has no key.
MUST_CHECK bool table_key_blocks(Lake *lake, Str path, const PlanSource *source, uint64_t block_bytes,
                                 const BlockSink *sink, Error *err);

#endif
