#include "engine/records.h"

#include "base/memory.h"
#include "engine/key.h"
#include "engine/partition.h"

enum {
    BLOCK_BYTES_MIN = 4096,
    BLOCK_BYTES_EXTRA = 64, ///< beyond a power of two, so that the blocks' ends do not share a cache's sets
    BLOCK_RECORDS_MIN = 32,
    PUT_ROWS = 256 ///< placed, then written column by column while they are in cache
};

void records_init(const RecordLayout *layout, uint32_t bits, Records *out)
{
    uint32_t block = BLOCK_BYTES_MIN;

    *out = (Records){.layout = layout,
                     .bits = bits,
                     .section_bits = RECORD_SECTION_BITS,
                     .has_text = layout->order == RECORD_BY_TEXT};
    for (uint32_t i = 0; i < layout->field_count; i++) {
        bool stored = i >= layout->key_count || !layout->keys_are_hashed;
        out->has_text |= stored && layout->fields[i].storage == STORAGE_STRING;
    }
    while (block < BLOCK_RECORDS_MIN * layout->size) block *= 2;
    out->block_bytes = block + BLOCK_BYTES_EXTRA - (uint32_t)sizeof(RecordBlock);
}

void record_lane_deinit(RecordLane *lane)
{
    for (size_t i = 0; i < RECORD_SECTIONS; i++) slab_deinit(&lane->slabs[i]);
    memory_free(lane->blocks);
    memory_free(lane->cursors);
    run_lane_deinit(&lane->entity_runs);
    for (RecordRun *run = lane->runs, *next = NULL; run != NULL; run = next) {
        next = run->next;
        memory_free(run);
    }
    *lane = (RecordLane){0};
}

bool record_lane_init(const Records *records, RecordLane *out, Error *err)
{
    AUTO(record_lane_deinit) RecordLane lane = {0};
    size_t count = records_place(records, RECORD_FORMS, 0);

    for (size_t i = 0; i < RECORD_SECTIONS; i++) lane.slabs[i].pool = records->pool;
    lane.blocks = memory_alloc_array(count, sizeof(*lane.blocks), err);
    TRY(lane.blocks != NULL);
    lane.cursors = memory_alloc_array(count, sizeof(*lane.cursors), err);
    TRY(lane.cursors != NULL);

    *out = lane;
    lane = (RecordLane){0};
    return true;
}

static void block_close(const Records *records, RecordLane *lane, size_t at)
{
    RecordBlock *block = lane->blocks[at];
    if (block == NULL) return;
    size_t used = (size_t)(lane->cursors[at].next - block->bytes);
    block->record_count = (uint32_t)(used / record_size(records->layout, block->form));
}

void record_lane_close(const Records *records, RecordLane *lane)
{
    for (size_t i = 0; i < records_place(records, RECORD_FORMS, 0); i++) block_close(records, lane, i);
}

static bool block_add(const Records *records, RecordLane *lane, RecordForm form, size_t partition, size_t needed,
                      Error *err)
{
    size_t at = records_place(records, form, partition);
    size_t size = needed > records->block_bytes ? needed : records->block_bytes;

    if (size > UINT32_MAX - SLAB_ALIGNMENT) return error_set(err, ERROR_MEMORY, "a row with 4 GiB of text");
    RecordBlock *block = slab_alloc(&lane->slabs[records_section(records, partition)], sizeof(*block) + size, err);
    TRY(block != NULL);
    block_close(records, lane, at);
    block->size = (uint32_t)size;
    block->form = form;
    block->next = lane->blocks[at];
    lane->blocks[at] = block;
    lane->cursors[at] = (RecordCursor){block->bytes, block->bytes + size};
    return true;
}

/// Some rows of a batch that are kept, and where they go.
typedef struct PutRows {
    size_t begin; ///< in the batch
    size_t count;
    uint64_t hashes[PUT_ROWS];
    uint8_t nulls[PUT_ROWS];
    uint16_t rows[PUT_ROWS]; ///< counted from `begin`
    uint8_t *records[PUT_ROWS];
    uint32_t texts[PUT_ROWS]; ///< offset from the record where its next text goes
} PutRows;

static size_t text_bytes(const Records *records, const RecordBatch *batch, size_t row)
{
    const RecordLayout *layout = records->layout;
    size_t bytes = layout->order == RECORD_BY_TEXT ? batch->ties[row].size : 0;

    for (uint32_t i = 0; i < layout->field_count; i++) {
        if (layout->fields[i].storage == STORAGE_STRING) bytes += batch->values[i].values.strings[row].size;
    }
    return bytes;
}

static bool row_place(const Records *records, RecordLane *lane, const RecordBatch *batch, PutRows *rows, size_t i,
                      Error *err)
{
    size_t partition = partition_of(rows->hashes[i], records->bits);
    size_t text = records->has_text ? text_bytes(records, batch, rows->begin + i) : 0;
    size_t size = records->layout->size;
    RecordCursor *cursor = &lane->cursors[partition];

    if ((size_t)(cursor->end - cursor->next) < size + text) {
        TRY(block_add(records, lane, RECORD_WIDE, partition, size + text, err));
    }
    uint8_t *record = cursor->next;
    cursor->next += size;
    cursor->end -= text;
    rows->rows[rows->count] = (uint16_t)i;
    rows->records[rows->count] = record;
    rows->texts[rows->count++] = (uint32_t)(cursor->end - record);
    memcpy(record + RECORD_HASH, &rows->hashes[i], sizeof(uint64_t));
    return true;
}

static void put_instants(const PutRows *rows, const int64_t *instants, uint32_t offset)
{
    instants += rows->begin;
    for (size_t i = 0; i < rows->count; i++)
        memcpy(rows->records[i] + offset, &instants[rows->rows[i]], sizeof(int64_t));
}

static void put_moments(const RecordLayout *layout, const RecordBatch *batch, const PutRows *rows)
{
    put_instants(rows, batch->time, RECORD_TIME);
    if (layout->has_known) put_instants(rows, batch->known, layout->known);
    if (layout->has_superseded) put_instants(rows, batch->superseded, layout->superseded);
}

static void put_texts(uint32_t offset, const Str *strings, PutRows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        Str string = strings[rows->begin + rows->rows[i]];
        RecordText text = {rows->texts[i], (uint32_t)string.size};
        if (string.size > 0) memcpy(rows->records[i] + text.offset, string.data, string.size);
        rows->texts[i] += text.size;
        memcpy(rows->records[i] + offset, &text, sizeof(text));
    }
}

static void put_ties(const RecordLayout *layout, const RecordBatch *batch, PutRows *rows)
{
    for (size_t i = 0; layout->order == RECORD_BY_ROW && i < rows->count; i++) {
        uint32_t row = batch->first_row + (uint32_t)rows->begin + rows->rows[i];
        memcpy(rows->records[i] + layout->tie, &row, sizeof(row));
    }
    for (size_t i = 0; layout->order == RECORD_BY_DIGEST && i < rows->count; i++)
        memcpy(rows->records[i] + layout->tie, &batch->digests[rows->begin + rows->rows[i]], sizeof(Hash128));
    if (layout->order == RECORD_BY_TEXT) put_texts(layout->tie, batch->ties, rows);
}

#define PUT(member)                                                                                                    \
    for (size_t i = 0; i < rows->count; i++)                                                                           \
    memcpy(rows->records[i] + offset, &values.member[rows->begin + rows->rows[i]], sizeof(*values.member))

static void put_values(const RecordField *field, uint32_t offset, Values values, PutRows *rows)
{
    switch (field->storage) {
    case STORAGE_BOOL:
        PUT(bools);
        break;
    case STORAGE_INT:
        PUT(ints);
        break;
    case STORAGE_FLOAT:
        PUT(floats);
        break;
    case STORAGE_DECIMAL:
        PUT(decimals);
        break;
    case STORAGE_STRING:
        put_texts(offset, values.strings, rows);
        break;
    }
}

static void put_nulls(const RecordLayout *layout, uint32_t nulls, const RecordBatch *batch, const PutRows *rows)
{
    size_t column_count = layout->field_count - layout->key_count;

    for (size_t byte = 0; byte < (column_count + 7) / 8; byte++) {
        for (size_t i = 0; i < rows->count; i++) rows->records[i][nulls + byte] = 0;
    }
    for (size_t column = 0; column < column_count; column++) {
        const uint8_t *valid = batch->values[layout->key_count + column].valid;
        for (size_t i = 0; valid != NULL && i < rows->count; i++) {
            unsigned null = !valid[rows->begin + rows->rows[i]];
            uint8_t *byte = rows->records[i] + nulls + column / 8;
            *byte = (uint8_t)(*byte | null << (column % 8));
        }
    }
}

static void hash_rows(const RecordLayout *layout, const RecordBatch *batch, PutRows *rows, size_t count)
{
    if (batch->hashes == NULL) {
        key_hash_rows(batch->values, layout->key_count, rows->begin, count, rows->hashes, rows->nulls);
        return;
    }
    memcpy(rows->hashes, batch->hashes + rows->begin, count * sizeof(*rows->hashes));
    memset(rows->nulls, 0, count);
}

static bool put_wide(const Records *records, RecordLane *lane, const RecordBatch *batch, PutRows *rows, size_t count,
                     Error *err)
{
    const RecordLayout *layout = records->layout;

    rows->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!rows->nulls[i]) TRY(row_place(records, lane, batch, rows, i, err));
    }
    put_moments(layout, batch, rows);
    put_ties(layout, batch, rows);
    for (uint32_t i = layout->keys_are_hashed ? layout->key_count : 0; i < layout->field_count; i++)
        put_values(&layout->fields[i], layout->fields[i].offset, batch->values[i].values, rows);
    put_nulls(layout, layout->nulls, batch, rows);
    return true;
}

static bool rows_can_pack(const RecordBatch *batch, size_t begin, size_t count, int64_t base)
{
    const int64_t *keys = batch->values[0].values.ints + begin;
    const int64_t *times = batch->time + begin;
    uint64_t over = 0;

    for (size_t i = 0; i < count; i++) {
        over |= ((uint64_t)keys[i] + (UINT64_C(1) << 31)) >> 32;
        over |= ((uint64_t)times[i] - (uint64_t)base) / PACKED_TIME_RANGE;
    }
    return over == 0;
}

static inline void pack_row(uint8_t *record, int64_t key, uint64_t time)
{
    int32_t small = (int32_t)key;
    uint32_t low = (uint32_t)time;
    uint16_t high = (uint16_t)(time >> 32);

    memcpy(record + PACKED_KEY, &small, sizeof(small));
    memcpy(record + PACKED_TIME, &low, sizeof(low));
    memcpy(record + PACKED_TIME_HIGH, &high, sizeof(high));
}

static bool place_packed(const Records *records, RecordLane *lane, const RecordBatch *batch, int64_t base,
                         PutRows *rows, size_t i, Error *err)
{
    size_t partition = partition_of(rows->hashes[i], records->bits);
    size_t size = records->layout->packed_size;
    RecordCursor *cursor = &lane->cursors[records_place(records, RECORD_PACKED, partition)];
    size_t row = rows->begin + i;

    if ((size_t)(cursor->end - cursor->next) < size) {
        TRY(block_add(records, lane, RECORD_PACKED, partition, size, err));
    }
    uint8_t *record = cursor->next;
    cursor->next += size;
    rows->rows[rows->count] = (uint16_t)i;
    rows->records[rows->count++] = record;
    pack_row(record, batch->values[0].values.ints[row], (uint64_t)batch->time[row] - (uint64_t)base);
    return true;
}

static bool put_packed(const Records *records, RecordLane *lane, const RecordBatch *batch, int64_t base, PutRows *rows,
                       size_t count, Error *err)
{
    const RecordLayout *layout = records->layout;

    rows->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!rows->nulls[i]) TRY(place_packed(records, lane, batch, base, rows, i, err));
    }
    for (uint32_t i = layout->key_count; i < layout->field_count; i++)
        put_values(&layout->fields[i], layout->fields[i].packed, batch->values[i].values, rows);
    put_nulls(layout, layout->packed_nulls, batch, rows);
    return true;
}

// Some time that came early, in the middle of what packed times reach.
static int64_t packed_base(Records *records, int64_t time)
{
    int_least64_t base = 0;
    int64_t own = (int64_t)((uint64_t)time - PACKED_TIME_RANGE / 2);

    if (own == 0) own = 1; // 0: none yet
    return atomic_compare_exchange_strong(&records->base, &base, own) ? own : base;
}

static bool batch_has_nulls(const RecordLayout *layout, const RecordBatch *batch)
{
    for (uint32_t i = 0; i < layout->field_count; i++) {
        if (batch->values[i].valid != NULL) return true;
    }
    return false;
}

static bool put_runs(const Records *records, RecordLane *lane, const RecordBatch *batch, size_t begin, size_t count,
                     bool *out_kept, Error *err)
{
    RunRows rows = {batch->values, batch->time, begin, count};

    *out_kept = false;
    if (records->runs == NULL || batch->hashes != NULL || batch_has_nulls(records->layout, batch)) return true;
    return run_table_put(records->runs, &lane->entity_runs, &rows, out_kept, err);
}

static bool put_rows(Records *records, RecordLane *lane, const RecordBatch *batch, PutRows *rows, size_t count,
                     Error *err)
{
    const RecordLayout *layout = records->layout;
    bool kept = false;

    TRY(put_runs(records, lane, batch, rows->begin, count, &kept, err));
    if (kept) return true;
    if (!atomic_load(&records->has_nulls) && batch_has_nulls(layout, batch)) atomic_store(&records->has_nulls, true);
    hash_rows(layout, batch, rows, count);
    if (!layout->packs || batch->hashes != NULL) return put_wide(records, lane, batch, rows, count, err);
    int64_t base = packed_base(records, batch->time[rows->begin]);
    if (!rows_can_pack(batch, rows->begin, count, base)) return put_wide(records, lane, batch, rows, count, err);
    return put_packed(records, lane, batch, base, rows, count, err);
}

static bool lane_is_full(const Records *records, const RecordLane *lane)
{
    size_t bytes = 0;
    if (records->lane_bytes_max == 0) return false;
    for (size_t i = 0; i < RECORD_SECTIONS; i++) bytes += lane->slabs[i].bytes;
    return bytes > records->lane_bytes_max;
}

bool records_put(Records *records, RecordLane *lane, const RecordBatch *batch, Error *err)
{
    PutRows rows;

    for (rows.begin = 0; rows.begin < batch->count; rows.begin += PUT_ROWS) {
        size_t left = batch->count - rows.begin;
        if (lane_is_full(records, lane)) TRY(record_lane_spill(records, lane, err));
        TRY(put_rows(records, lane, batch, &rows, left < PUT_ROWS ? left : PUT_ROWS, err));
    }
    return true;
}
