#include "engine/key_history_internal.h"

#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "sys/thread.h"

/// No record.
#define NO_RECORD UINT32_MAX

enum { SLOTS_MIN = 16, BATCH_VERSIONS = 2048 };

static void scratch_free(KeyScratch *scratch)
{
    arena_deinit(&scratch->arena);
    memory_free(scratch->buffer.bytes);
    memory_free(scratch->records);
    memory_free(scratch->slots);
    memory_free(scratch->next);
    memory_free(scratch->superseded);
    memory_free(scratch->repeated);
    memory_free(scratch->kept);
    memory_free(scratch->versions);
    memory_free(scratch);
}

static bool partition_reserve(KeyPartition *partition, Error *err)
{
    KeyScratch *scratch = partition->scratch;
    size_t count = partition->count;

    partition->slot_count = SLOTS_MIN;
    while (partition->slot_count < 2 * count) partition->slot_count *= 2;
    TRY(array_reserve(&scratch->records, &scratch->record_capacity, count, sizeof(*scratch->records), err));
    TRY(array_reserve(&scratch->slots, &scratch->slot_capacity, partition->slot_count, sizeof(uint32_t), err));
    TRY(array_reserve(&scratch->next, &scratch->next_capacity, count, sizeof(uint32_t), err));
    TRY(array_reserve(&scratch->superseded, &scratch->superseded_capacity, count, sizeof(int64_t), err));
    TRY(array_reserve(&scratch->kept, &scratch->kept_capacity, BATCH_VERSIONS, sizeof(uint32_t), err));
    memset(scratch->slots, 0xff, partition->slot_count * sizeof(uint32_t));
    for (size_t i = 0; i < count; i++) scratch->superseded[i] = INT64_MAX;
    scratch->repeated_count = 0;
    return true;
}

static bool same_key(const KeyRows *rows, const uint8_t *left, const uint8_t *right)
{
    if (record_hash(left) != record_hash(right)) return false;
    uint32_t offset = rows->layout.fields[0].offset;
    return rows->exact ? left[offset] == right[offset]
                       : record_same_parts(&rows->layout, rows->reading->source->key_count, left, right);
}

// Records of a partition share their hashes' top bits, so the low ones choose the slot.
static uint32_t find_slot(const KeyPartition *partition, const uint8_t *record)
{
    const KeyScratch *scratch = partition->scratch;
    size_t mask = partition->slot_count - 1;
    size_t slot = (size_t)record_hash(record) & mask;

    while (scratch->slots[slot] != NO_RECORD &&
           !same_key(partition->job->rows, scratch->records[scratch->slots[slot]], record))
        slot = (slot + 1) & mask;
    return (uint32_t)slot;
}

static bool chain_record(KeyPartition *partition, uint32_t index, const uint8_t *record, Error *err)
{
    KeyScratch *scratch = partition->scratch;
    uint32_t slot = find_slot(partition, record);
    uint32_t before = scratch->slots[slot];

    scratch->records[index] = record;
    scratch->next[index] = before;
    scratch->slots[slot] = index;
    if (before == NO_RECORD) {
        scratch->counts.keys++;
        return true;
    }
    if (scratch->next[before] != NO_RECORD) return true;
    TRY(array_reserve(&scratch->repeated, &scratch->repeated_capacity, scratch->repeated_count + 1, sizeof(uint32_t),
                      err));
    scratch->repeated[scratch->repeated_count++] = slot;
    return true;
}

static bool chain_records(KeyPartition *partition, const RecordBlocks *blocks, Error *err)
{
    size_t size = partition->job->rows->layout.size;
    uint32_t index = 0;

    for (size_t i = 0; i < blocks->count; i++) {
        for (const RecordBlock *block = blocks->lists[i]; block != NULL; block = block->next) {
            for (uint32_t k = 0; k < block->record_count; k++)
                TRY(chain_record(partition, index++, block->bytes + k * size, err));
        }
    }
    return true;
}

static bool record_is_deleted(const KeyRows *rows, const uint8_t *record)
{
    return rows->deleted_field != PLAN_NONE && record[rows->layout.fields[rows->deleted_field].offset] != 0;
}

static bool list_key_versions(const KeyPartition *partition, uint32_t slot, size_t *out_count, Error *err)
{
    const KeyRows *rows = partition->job->rows;
    KeyScratch *scratch = partition->scratch;
    size_t count = 0;

    for (uint32_t i = scratch->slots[slot]; i != NO_RECORD; i = scratch->next[i]) {
        const uint8_t *record = scratch->records[i];
        KeyVersion version = {
            .known = record_known(&rows->layout, record), .index = i, .deleted = record_is_deleted(rows, record)};
        if (rows->reading->digests) memcpy(&version.digest, record + rows->layout.tie, sizeof(version.digest));
        TRY(array_reserve(&scratch->versions, &scratch->version_capacity, count + 1, sizeof(version), err));
        scratch->versions[count++] = version;
    }
    *out_count = count;
    return true;
}

static bool supersede_key(const KeyPartition *partition, uint32_t slot, Error *err)
{
    KeyScratch *scratch = partition->scratch;
    size_t count = 0;

    TRY(list_key_versions(partition, slot, &count, err));
    bool decide = key_versions_sort(scratch->versions, count);
    if (decide && !partition->job->rows->reading->digests) atomic_store(&partition->job->tied, true);
    scratch->counts.conflicts += key_versions_supersede(scratch->versions, count);
    for (size_t i = 0; i < count; i++) {
        const KeyVersion *version = &scratch->versions[i];
        scratch->superseded[version->index] = version->superseded;
    }
    return true;
}

static bool version_is_seen(const KeyPartition *partition, size_t i)
{
    const KeyRows *rows = partition->job->rows;
    const uint8_t *record = partition->scratch->records[i];
    return record_known(&rows->layout, record) < partition->scratch->superseded[i] && !record_is_deleted(rows, record);
}

static bool hand_versions(const KeyPartition *partition, Error *err)
{
    size_t kept = 0;

    for (uint32_t i = 0; i < partition->count; i++) {
        if (!version_is_seen(partition, i)) continue;
        partition->scratch->kept[kept++] = i;
        if (kept < BATCH_VERSIONS) continue;
        TRY(key_partition_hand(partition, kept, err));
        kept = 0;
    }
    return kept == 0 || key_partition_hand(partition, kept, err);
}

static bool partition_history(KeyPartition *partition, const RecordBlocks *blocks, Error *err)
{
    KeyScratch *scratch = partition->scratch;

    if (partition->count >= NO_RECORD) return error_set(err, ERROR_MEMORY, "too many rows in one part");
    TRY(partition_reserve(partition, err));
    TRY(chain_records(partition, blocks, err));
    scratch->counts.versions += partition->count;
    for (size_t i = 0; i < scratch->repeated_count; i++) TRY(supersede_key(partition, scratch->repeated[i], err));
    return atomic_load(&partition->job->tied) || hand_versions(partition, err);
}

static bool history_with(HistoryJob *job, size_t index, KeyScratch *scratch, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RecordBlocks blocks = {0};

    TRY(record_store_read(&job->rows->store, index, &scratch->buffer, &arena, &blocks, err));
    KeyPartition partition = {.job = job, .scratch = scratch, .count = record_blocks_count(&blocks)};
    TRY(partition_history(&partition, &blocks, err));
    record_store_leave(&job->rows->store, index);
    return true;
}

static bool history_task(void *context, size_t index, Error *err)
{
    HistoryJob *job = context;
    if (atomic_load(&job->tied)) return true;
    KeyScratch *scratch = lane_take(&job->scratches);
    if (scratch == NULL) scratch = memory_alloc(sizeof(*scratch), err);
    TRY(scratch != NULL);
    bool done = history_with(job, index, scratch, err);
    lane_give(&job->scratches, scratch);
    return done;
}

static void take_counts(HistoryJob *job, KeyCounts *out)
{
    *out = (KeyCounts){0};
    for (KeyScratch *scratch = NULL; (scratch = lane_take(&job->scratches)) != NULL;) {
        out->versions += scratch->counts.versions;
        out->keys += scratch->counts.keys;
        out->conflicts += scratch->counts.conflicts;
        scratch_free(scratch);
    }
}

bool key_rows_finish(KeyRows *rows, size_t threads, const VersionSink *sink, KeyCounts *out, bool *tied, Error *err)
{
    HistoryJob job = {.rows = rows, .sink = sink, .scratches = LANE_POOL_INIT};

    TRY(record_store_close(&rows->store, err));
    bool done = thread_parallel_for(record_store_partitions(&rows->store), threads, history_task, &job, err);
    take_counts(&job, out);
    *tied = atomic_load(&job.tied);
    return done;
}
