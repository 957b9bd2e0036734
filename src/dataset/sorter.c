#include "dataset/sorter.h"

#include <stdlib.h>

#include "base/memory.h"
#include "dataset/sorter_internal.h"

/// Entries lie there twice while they are sorted.
#define ENTRY_BYTES (2 * sizeof(SorterEntry))

void sorter_init(uint64_t memory_bytes, Str directory, const Disk *disk, Sorter *out)
{
    *out = (Sorter){.memory_bytes = memory_bytes};
    if (memory_bytes > 0 && memory_bytes < SORTER_BYTES_MIN) out->memory_bytes = SORTER_BYTES_MIN;
    out->bytes.limit = SIZE_MAX / 2;
    spill_init(disk, directory, &out->spill);
}

void sorter_deinit(Sorter *sorter)
{
    sorter_merge_deinit(&sorter->merge);
    bytes_deinit(&sorter->bytes);
    memory_free(sorter->entries.items);
    memory_free(sorter->runs.items);
    if (sorter->spill.disk != NULL) spill_deinit(&sorter->spill);
    *sorter = (Sorter){0};
}

int record_compare(const uint8_t *left, const uint8_t *right)
{
    SortItem a = record_item(left);
    SortItem b = record_item(right);
    if (a.order != b.order) return a.order < b.order ? -1 : 1;
    int order = str_compare(a.key, b.key);
    return order != 0 ? order : str_compare(a.value, b.value);
}

static int compare_entries(const void *left, const void *right)
{
    const SorterEntry *a = left;
    const SorterEntry *b = right;
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    return record_compare(a->record.bytes, b->record.bytes);
}

static void entries_sort(Sorter *sorter)
{
    for (size_t i = 0; i < sorter->entries.count; i++) {
        SorterEntry *entry = &sorter->entries.items[i];
        entry->record.bytes = sorter->bytes.data + entry->record.offset;
    }
    if (sorter->entries.count > 1)
        qsort(sorter->entries.items, sorter->entries.count, sizeof(SorterEntry), compare_entries);
}

/// What is in memory becomes a run of the file.
static bool run_flush(Sorter *sorter, Error *err)
{
    AUTO(run_writer_deinit) RunWriter writer = {0};
    if (sorter->entries.count == 0) return true;
    entries_sort(sorter);
    TRY(run_writer_init(&sorter->spill, sorter->bytes.size, &writer, err));
    for (size_t i = 0; i < sorter->entries.count; i++)
        TRY(run_writer_put(&writer, sorter->entries.items[i].record.bytes, err));
    TRY(run_writer_finish(&writer, err));
    sorter->entries.count = 0;
    bytes_clear(&sorter->bytes);
    return ARRAY_PUSH(&sorter->runs, writer.run, err);
}

static bool sorter_is_full(const Sorter *sorter, size_t more)
{
    if (sorter->memory_bytes == 0) return false;
    return sorter->bytes.size + more + (sorter->entries.count + 1) * ENTRY_BYTES > sorter->memory_bytes;
}

static bool record_append(const SortItem *item, Bytes *out, Error *err)
{
    TRY(bytes_reserve(out, RECORD_HEAD_BYTES + item->key.size + item->value.size, err));
    TRY(bytes_append_u64(out, (uint64_t)item->order, err));
    TRY(bytes_append_u32(out, (uint32_t)item->key.size, err));
    TRY(bytes_append_u32(out, (uint32_t)item->value.size, err));
    TRY(bytes_append_str(out, item->key, err));
    return bytes_append_str(out, item->value, err);
}

bool sorter_add(Sorter *sorter, const SortItem *item, Error *err)
{
    CHECK(!sorter->finished);
    if (item->key.size > UINT32_MAX || item->value.size > UINT32_MAX)
        return error_set(err, ERROR_DATA, "a row of more than 4 GiB");
    size_t size = RECORD_HEAD_BYTES + item->key.size + item->value.size;
    if (sorter_is_full(sorter, size)) TRY(run_flush(sorter, err));
    SorterEntry entry = {.order = item->order, .record = {.offset = sorter->bytes.size}};
    TRY(record_append(item, &sorter->bytes, err));
    sorter->item_count++;
    sorter->item_bytes += item->key.size + item->value.size;
    return ARRAY_PUSH(&sorter->entries, entry, err);
}

/// The last runs become one.
static bool runs_join(Sorter *sorter, size_t first, size_t count, SorterRun *out, Error *err)
{
    AUTO(sorter_merge_deinit) SorterMerge merge = {0};
    AUTO(run_writer_deinit) RunWriter writer = {0};
    const uint8_t *record = NULL;
    uint64_t size = 0;
    for (size_t i = first; i < first + count; i++) size += sorter->runs.items[i].end - sorter->runs.items[i].begin;
    TRY(run_writer_init(&sorter->spill, size, &writer, err));
    TRY(sorter_merge_init(&sorter->spill, sorter->runs.items + first, count, &merge, err));
    TRY(sorter_merge_next(&sorter->spill, &merge, &record, err));
    while (record != NULL) {
        TRY(run_writer_put(&writer, record, err));
        TRY(sorter_merge_next(&sorter->spill, &merge, &record, err));
    }
    TRY(run_writer_finish(&writer, err));
    *out = writer.run;
    return true;
}

/// Each pass leaves one run for every SORTER_RUNS_MAX.
static bool runs_reduce(Sorter *sorter, Error *err)
{
    while (sorter->runs.count > SORTER_RUNS_MAX) {
        size_t kept = 0;
        for (size_t i = 0; i < sorter->runs.count; i += SORTER_RUNS_MAX) {
            size_t left = sorter->runs.count - i;
            SorterRun run = {0};
            TRY(runs_join(sorter, i, left < SORTER_RUNS_MAX ? left : SORTER_RUNS_MAX, &run, err));
            sorter->runs.items[kept++] = run;
        }
        sorter->runs.count = kept;
    }
    return true;
}

bool sorter_finish(Sorter *sorter, Error *err)
{
    CHECK(!sorter->finished);
    sorter->finished = true;
    if (sorter->runs.count == 0) {
        entries_sort(sorter);
        return true;
    }
    TRY(run_flush(sorter, err));
    bytes_deinit(&sorter->bytes);
    memory_free(sorter->entries.items);
    sorter->entries.items = NULL;
    sorter->entries.capacity = 0;
    TRY(runs_reduce(sorter, err));
    return sorter_rewind(sorter, err);
}

bool sorter_rewind(Sorter *sorter, Error *err)
{
    sorter_merge_deinit(&sorter->merge);
    if (sorter->runs.count == 0) return true;
    return sorter_merge_init(&sorter->spill, sorter->runs.items, sorter->runs.count, &sorter->merge, err);
}

static bool record_next(Sorter *sorter, const uint8_t **out, Error *err)
{
    if (sorter->runs.count > 0) return sorter_merge_next(&sorter->spill, &sorter->merge, out, err);
    bool more = sorter->merge.entry < sorter->entries.count;
    *out = more ? sorter->entries.items[sorter->merge.entry++].record.bytes : NULL;
    return true;
}

bool sorter_next(Sorter *sorter, SortItem *out, bool *there, Error *err)
{
    const uint8_t *record = NULL;
    CHECK(sorter->finished);
    TRY(record_next(sorter, &record, err));
    *there = record != NULL;
    if (*there) *out = record_item(record);
    return true;
}
