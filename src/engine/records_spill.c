#include "base/array.h"
#include "engine/records.h"

enum { SPILL_BUFFER_BYTES = 1 << 20 }; ///< blocks are written in pieces of about this size

// Without texts only the records' part of a block counts.
static size_t block_used(const Records *records, const RecordBlock *block)
{
    return records->has_text ? block->size : (size_t)block->record_count * record_size(records->layout, block->form);
}

static size_t block_bytes(const Records *records, const RecordBlock *block)
{
    size_t used = block_used(records, block);
    return (sizeof(*block) + used + SLAB_ALIGNMENT - 1) / SLAB_ALIGNMENT * SLAB_ALIGNMENT;
}

static uint64_t blocks_bytes(const Records *records, const RecordBlock *block)
{
    uint64_t bytes = 0;
    for (; block != NULL; block = block->next) bytes += block_bytes(records, block);
    return bytes;
}

static RecordRun *run_new(const Records *records, const RecordLane *lane, Error *err)
{
    size_t count = (size_t)1 << records->bits;
    RecordRun *run = memory_alloc(sizeof(*run) + (count + 1) * sizeof(run->begin[0]), err);
    uint64_t offset = 0;

    if (run == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        run->begin[i] = offset;
        for (size_t form = 0; form < RECORD_FORMS; form++)
            offset += blocks_bytes(records, lane->blocks[records_place(records, form, i)]);
    }
    run->begin[count] = offset;
    return run;
}

/// Blocks on their way into the file.
typedef struct RunWriter {
    const Spill *spill;
    uint64_t offset; ///< where the buffer goes
    Bytes buffer;
} RunWriter;

static bool writer_flush(RunWriter *writer, Error *err)
{
    TRY(spill_write(writer->spill, writer->offset, writer->buffer.data, writer->buffer.size, err));
    writer->offset += writer->buffer.size;
    bytes_clear(&writer->buffer);
    return true;
}

// Where there are texts, the gap between them and the records goes along.
static bool write_block(RunWriter *writer, const Records *records, const RecordBlock *block, Error *err)
{
    static const uint8_t zeros[SLAB_ALIGNMENT];
    size_t used = block_used(records, block);
    RecordBlock header = {.record_count = block->record_count, .size = block->size, .form = block->form};

    TRY(bytes_append(&writer->buffer, &header, sizeof(header), err));
    TRY(bytes_append(&writer->buffer, block->bytes, used, err));
    TRY(bytes_append(&writer->buffer, zeros, block_bytes(records, block) - sizeof(header) - used, err));
    return writer->buffer.size < SPILL_BUFFER_BYTES || writer_flush(writer, err);
}

static bool write_blocks(const Records *records, const RecordLane *lane, uint64_t offset, Error *err)
{
    RunWriter writer = {.spill = records->spill, .offset = offset};
    bool done = true;

    for (size_t i = 0; done && i < records_place(records, RECORD_FORMS, 0); i++) {
        const RecordBlock *block = lane->blocks[records_place(records, i % RECORD_FORMS, i / RECORD_FORMS)];
        for (; done && block != NULL; block = block->next) done = write_block(&writer, records, block, err);
    }
    done = done && writer_flush(&writer, err);
    bytes_deinit(&writer.buffer);
    return done;
}

static bool write_run(const Records *records, const RecordLane *lane, RecordRun *run, Error *err)
{
    size_t count = (size_t)1 << records->bits;
    uint64_t offset = 0;

    TRY(spill_reserve(records->spill, run->begin[count], &offset, err));
    for (size_t i = 0; i <= count; i++) run->begin[i] += offset;
    return write_blocks(records, lane, offset, err);
}

bool record_lane_spill(const Records *records, RecordLane *lane, Error *err)
{
    size_t count = records_place(records, RECORD_FORMS, 0);

    record_lane_close(records, lane);
    RecordRun *run = run_new(records, lane, err);
    TRY(run != NULL);
    run->next = lane->runs;
    lane->runs = run; // freed with the lane, written or not
    TRY(write_run(records, lane, run, err));
    memset(lane->blocks, 0, count * sizeof(*lane->blocks));
    memset(lane->cursors, 0, count * sizeof(*lane->cursors));
    for (size_t i = 0; i < RECORD_SECTIONS; i++) slab_deinit(&lane->slabs[i]);
    return true;
}

static size_t spilled_bytes(RecordLane *const *lanes, size_t lane_count, size_t partition)
{
    size_t bytes = 0;
    for (size_t i = 0; i < lane_count; i++) {
        for (const RecordRun *run = lanes[i]->runs; run != NULL; run = run->next)
            bytes += (size_t)(run->begin[partition + 1] - run->begin[partition]);
    }
    return bytes;
}

static bool read_runs(const Records *records, RecordLane *const *lanes, size_t lane_count, size_t partition,
                      uint8_t *bytes, Error *err)
{
    for (size_t i = 0; i < lane_count; i++) {
        for (const RecordRun *run = lanes[i]->runs; run != NULL; run = run->next) {
            size_t size = (size_t)(run->begin[partition + 1] - run->begin[partition]);
            TRY(spill_read(records->spill, run->begin[partition], bytes, size, err));
            bytes += size;
        }
    }
    return true;
}

static RecordBlock *link_blocks(const Records *records, uint8_t *bytes, size_t size)
{
    RecordBlock *first = NULL;
    for (size_t offset = 0; offset < size;) {
        union {
            uint8_t *bytes;
            RecordBlock *block;
        } at = {.bytes = bytes + offset};
        at.block->next = first;
        first = at.block;
        offset += block_bytes(records, at.block);
    }
    return first;
}

bool records_read(const Records *records, RecordLane *const *lanes, size_t lane_count, size_t partition,
                  RecordBuffer *buffer, RecordBlock **out, Error *err)
{
    size_t size = spilled_bytes(lanes, lane_count, partition);

    *out = NULL;
    if (size == 0) return true;
    TRY(array_reserve(&buffer->bytes, &buffer->capacity, size, 1, err));
    TRY(read_runs(records, lanes, lane_count, partition, buffer->bytes, err));
    *out = link_blocks(records, buffer->bytes, size);
    return true;
}
