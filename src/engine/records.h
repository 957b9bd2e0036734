/// Records of one group, split by the hash of their entity while they arrive, in any order and on several threads at once.
///
/// Each thread writes through a lane: blocks of its own for every partition, so that nobody waits. Owned: records_deinit.
#ifndef PAWL_ENGINE_RECORDS_H
#define PAWL_ENGINE_RECORDS_H

#include "engine/record.h"
#include "engine/slab.h"
#include "sys/lane.h"

/// Records from the front, their texts from the back.
typedef struct RecordBlock {
    struct RecordBlock *next;
    uint32_t record_count; ///< set when the block is closed
    uint8_t bytes[];
} RecordBlock;

/// The free part of a partition's newest block.
typedef struct RecordCursor {
    uint8_t *next; ///< where the next record goes
    uint8_t *end;  ///< where the texts begin
} RecordCursor;

/// Partitions in a row share memory, which goes back when the last of them is built.
enum { RECORD_SECTION_BITS = 4, RECORD_SECTIONS = 1 << RECORD_SECTION_BITS };

/// What one thread at a time has written.
typedef struct RecordLane {
    Lane link;
    RecordBlock **blocks;  ///< per partition: the newest, which is written to
    RecordCursor *cursors; ///< per partition: all that writing looks at
    Slab slabs[RECORD_SECTIONS];
} RecordLane;

typedef struct Records {
    const RecordLayout *layout;
    SlabPool *pool;
    uint32_t bits;
    uint32_t block_bytes;
    bool has_text;
} Records;

/// Layout and pool are borrowed.
void records_init(const RecordLayout *layout, SlabPool *pool, uint32_t bits, Records *out);

static inline size_t records_section(const Records *records, size_t partition)
{
    return records->bits <= RECORD_SECTION_BITS ? partition : partition >> (records->bits - RECORD_SECTION_BITS);
}

void record_lane_deinit(RecordLane *lane);
MUST_CHECK bool record_lane_init(const Records *records, RecordLane *out, Error *err);

/// Nothing more is written: every block says how many records it has.
void record_lane_close(const Records *records, RecordLane *lane);

/// Rows of one chunk.
typedef struct RecordBatch {
    size_t count;
    const Vector *values; ///< keys, then columns: as the layout's fields
    const int64_t *time, *known, *superseded;
    const Hash128 *digests; ///< RECORD_BY_DIGEST
    uint32_t first_row;     ///< RECORD_BY_ROW
} RecordBatch;

/// Rows whose key has a null are left out.
MUST_CHECK bool records_put(const Records *records, RecordLane *lane, const RecordBatch *batch, Error *err);

#endif
