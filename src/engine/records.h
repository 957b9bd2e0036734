/// Records of one group, split by the hash of their entity while they arrive, in any order and on several threads at once.
///
/// Each thread writes through a lane: blocks of its own for every partition, so that nobody waits. Owned: records_deinit.
#ifndef PAWL_ENGINE_RECORDS_H
#define PAWL_ENGINE_RECORDS_H

#include "engine/record.h"
#include "sys/lane.h"

/// Records from the front, their texts from the back.
typedef struct RecordBlock {
    struct RecordBlock *next;
    uint32_t record_count;
    uint32_t text_begin; ///< offset in `bytes`
    uint32_t size;       ///< of `bytes`
    uint8_t bytes[];
} RecordBlock;

/// What one thread at a time has written.
typedef struct RecordLane {
    Lane link;
    RecordBlock **blocks; ///< per partition: the newest, which is written to
    size_t record_count;
    Arena arena; ///< of the blocks
} RecordLane;

typedef struct Records {
    const RecordLayout *layout;
    uint32_t bits;
    uint32_t block_bytes;
    bool has_text;
} Records;

/// The layout is borrowed.
void records_init(const RecordLayout *layout, uint32_t bits, Records *out);

void record_lane_deinit(RecordLane *lane);
MUST_CHECK bool record_lane_init(const Records *records, RecordLane *out, Error *err);

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
