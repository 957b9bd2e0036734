#include "engine/record_store.h"

#include "base/memory.h"

enum { SECTION_CHUNKS_MIN = 4 }; ///< that a section of a lane should have room for

// Every section takes whole chunks of memory: without this a small limit would be over with the first rows.
static uint32_t section_bits(size_t lane_bytes_max)
{
    uint32_t bits = RECORD_SECTION_BITS;
    while (bits > 0 && lane_bytes_max / SECTION_CHUNKS_MIN < (size_t)SLAB_CHUNK_BYTES << bits) bits--;
    return bits;
}

void record_store_init(const RecordLayout *layout, uint32_t bits, GroupMemory *memory, RecordStore *out)
{
    *out = (RecordStore)RECORD_STORE_INIT;
    records_init(layout, bits, &out->records);
    out->records.pool = &memory->pool;
    out->records.spill = &memory->spill;
    out->records.lane_bytes_max = memory->lane_max;
    if (memory->lane_max > 0) out->records.section_bits = section_bits(memory->lane_max);
    for (size_t i = 0; i < record_store_partitions(out); i++) out->section_left[records_section(&out->records, i)]++;
}

void record_store_deinit(RecordStore *store)
{
    for (RecordLane *lane = NULL; (lane = lane_take(&store->lanes)) != NULL;) {
        record_lane_deinit(lane);
        memory_free(lane);
    }
    arena_deinit(&store->arena);
}

static RecordLane *lane_new(const Records *records, Error *err)
{
    RecordLane *lane = memory_alloc(sizeof(*lane), err);
    if (lane == NULL || record_lane_init(records, lane, err)) return lane;
    memory_free(lane);
    return NULL;
}

bool record_store_put(RecordStore *store, const RecordBatch *batch, Error *err)
{
    RecordLane *lane = lane_take(&store->lanes);
    if (lane == NULL) lane = lane_new(&store->records, err);
    TRY(lane != NULL);
    bool done = records_put(&store->records, lane, batch, err);
    lane_give(&store->lanes, lane);
    return done;
}

bool record_store_close(RecordStore *store, Error *err)
{
    size_t count = 0;
    for (const Lane *lane = store->lanes.idle; lane != NULL; lane = lane->next) count++;
    store->parts = arena_alloc_array(&store->arena, count, sizeof(RecordLane *), err);
    TRY(store->parts != NULL);
    for (Lane *lane = store->lanes.idle; lane != NULL; lane = lane->next) {
        record_lane_close(&store->records, (RecordLane *)lane);
        store->parts[store->part_count++] = (RecordLane *)lane;
    }
    return true;
}

bool record_store_read(const RecordStore *store, size_t partition, RecordBuffer *buffer, Arena *arena,
                       RecordBlocks *out, Error *err)
{
    size_t count = store->part_count * RECORD_FORMS;
    RecordBlock *read = NULL;
    const RecordBlock **lists = arena_alloc_array(arena, count + 1, sizeof(*lists), err);
    TRY(lists != NULL);

    for (size_t i = 0; i < count; i++) {
        size_t place = records_place(&store->records, i % RECORD_FORMS, partition);
        lists[i] = store->parts[i / RECORD_FORMS]->blocks[place];
    }
    TRY(records_read(&store->records, store->parts, store->part_count, partition, buffer, &read, err));
    lists[count] = read;
    *out = (RecordBlocks){lists, count + 1};
    return true;
}

size_t record_store_count(const RecordStore *store, size_t partition)
{
    size_t count = 0;
    for (size_t i = 0; i < store->part_count * RECORD_FORMS; i++) {
        size_t place = records_place(&store->records, i % RECORD_FORMS, partition);
        const RecordBlock *block = store->parts[i / RECORD_FORMS]->blocks[place];
        for (; block != NULL; block = block->next) count += block->record_count;
    }
    return count;
}

void record_store_leave(RecordStore *store, size_t partition)
{
    size_t section = records_section(&store->records, partition);

    if (atomic_fetch_sub(&store->section_left[section], 1) > 1) return;
    for (size_t i = 0; i < store->part_count; i++) slab_deinit(&store->parts[i]->slabs[section]);
}

size_t record_blocks_count(const RecordBlocks *blocks)
{
    size_t count = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        for (const RecordBlock *block = blocks->lists[i]; block != NULL; block = block->next)
            count += block->record_count;
    }
    return count;
}
