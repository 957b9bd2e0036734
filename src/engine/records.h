/// Records of one group, split by the hash of their entity while they arrive, in any order and on several threads at once.
///
/// Each thread writes through a lane: blocks of its own for every partition, so that nobody waits. Owned: records_deinit.
#ifndef PAWL_ENGINE_RECORDS_H
#define PAWL_ENGINE_RECORDS_H

#include <stdatomic.h>

#include "engine/record.h"
#include "engine/run_table.h"
#include "engine/slab.h"
#include "engine/spill.h"
#include "sys/lane.h"

/// How records lie in a block.
typedef enum RecordForm {
    RECORD_WIDE,   ///< as the layout says
    RECORD_PACKED, ///< those that fit
} RecordForm;

enum { RECORD_FORMS = 2 };

/// Records from the front, their texts from the back.
typedef struct RecordBlock {
    struct RecordBlock *next;
    uint32_t record_count; ///< set when the block is closed
    uint32_t size;         ///< of `bytes`
    RecordForm form;
    _Alignas(uint64_t) uint8_t bytes[];
} RecordBlock;

/// The free part of a partition's newest block.
typedef struct RecordCursor {
    uint8_t *next; ///< where the next record goes
    uint8_t *end;  ///< where the texts begin
} RecordCursor;

/// Partitions in a row share memory, which goes back when the last of them is built.
enum { RECORD_SECTION_BITS = 4, RECORD_SECTIONS = 1 << RECORD_SECTION_BITS };

/// Blocks that were put into a file, partition after partition.
typedef struct RecordRun {
    struct RecordRun *next;
    uint64_t begin[]; ///< per partition, and the end: offsets in the file
} RecordRun;

/// What one thread at a time has written.
typedef struct RecordLane {
    Lane link;
    RecordBlock **blocks;  ///< per form and partition: the newest, which is written to
    RecordCursor *cursors; ///< likewise: all that writing looks at
    Slab slabs[RECORD_SECTIONS];
    RecordRun *runs;
    RunLane entity_runs;
} RecordLane;

typedef struct Records {
    const RecordLayout *layout;
    SlabPool *pool;
    Spill *spill;
    size_t lane_bytes_max; ///< more than this in a lane goes into the file; 0: no limit
    uint32_t bits;
    uint32_t section_bits; ///< RECORD_SECTION_BITS, or less where that many chunks of memory are too much for a lane
    uint32_t block_bytes;
    bool has_text;
    atomic_int_least64_t base; ///< of packed times; 0: none was packed yet
    atomic_bool has_nulls;     ///< columns, that is
    RunTable *runs;            ///< for rows that come in runs; NULL: none are kept apart
} Records;

/// The layout is borrowed, and what is set later: the pool, the spill, the limit of a lane and the table of runs.
void records_init(const RecordLayout *layout, uint32_t bits, Records *out);

static inline size_t record_size(const RecordLayout *layout, RecordForm form)
{
    return form == RECORD_PACKED ? layout->packed_size : layout->size;
}

/// Where a lane has the blocks of a partition.
static inline size_t records_place(const Records *records, size_t form, size_t partition)
{
    return (form << records->bits) + partition;
}

static inline size_t records_section(const Records *records, size_t partition)
{
    return records->bits <= records->section_bits ? partition : partition >> (records->bits - records->section_bits);
}

void record_lane_deinit(RecordLane *lane);
MUST_CHECK bool record_lane_init(const Records *records, RecordLane *out, Error *err);

/// Nothing more is written: every block says how many records it has.
void record_lane_close(const Records *records, RecordLane *lane);

/// Rows of one chunk.
typedef struct RecordBatch {
    size_t count;
    const Vector *values;   ///< keys, then columns: as the layout's fields
    const uint64_t *hashes; ///< that choose the partitions; NULL: of the keys
    const int64_t *time, *known, *superseded;
    const Hash128 *digests; ///< RECORD_BY_DIGEST
    const Str *ties;        ///< RECORD_BY_TEXT
    uint32_t first_row;     ///< RECORD_BY_ROW
} RecordBatch;

/// Puts all blocks of the lane into the file.
MUST_CHECK bool record_lane_spill(const Records *records, RecordLane *lane, Error *err);

/// Memory to read blocks back into; zero is empty. Freed with memory_free.
typedef struct RecordBuffer {
    uint8_t *bytes;
    size_t capacity;
} RecordBuffer;

/// The blocks of a partition that are in the file, in the buffer; `*out` is NULL when there are none.
MUST_CHECK bool records_read(const Records *records, RecordLane *const *lanes, size_t lane_count, size_t partition,
                             RecordBuffer *buffer, RecordBlock **out, Error *err);

/// Rows whose key has a null are left out, unless hashes are given.
MUST_CHECK bool records_put(Records *records, RecordLane *lane, const RecordBatch *batch, Error *err);

#endif
