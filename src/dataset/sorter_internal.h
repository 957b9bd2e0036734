/// How the sorter's items lie in memory and in its file, and the merging of its runs.
#ifndef PAWL_DATASET_SORTER_INTERNAL_H
#define PAWL_DATASET_SORTER_INTERNAL_H

#include <string.h>

#include "dataset/sorter.h"

/// Order, size of the key, size of the value; then key and value.
enum { RECORD_HEAD_BYTES = sizeof(int64_t) + 2 * sizeof(uint32_t) };

static inline SortItem record_item(const uint8_t *record)
{
    SortItem item = {0};
    uint32_t sizes[2];
    memcpy(&item.order, record, sizeof(item.order));
    memcpy(sizes, record + sizeof(item.order), sizeof(sizes));
    item.key = (Str){(const char *)record + RECORD_HEAD_BYTES, sizes[0]};
    item.value = (Str){item.key.data + sizes[0], sizes[1]};
    return item;
}

static inline size_t record_size(const uint8_t *record)
{
    SortItem item = record_item(record);
    return RECORD_HEAD_BYTES + item.key.size + item.value.size;
}

int record_compare(const uint8_t *left, const uint8_t *right);

void sorter_merge_deinit(SorterMerge *merge);

/// Starts reading `count` runs.
MUST_CHECK bool sorter_merge_init(const Spill *spill, const SorterRun *runs, size_t count, SorterMerge *out,
                                  Error *err);

/// The least record, NULL at the end; borrowed until the next call.
MUST_CHECK bool sorter_merge_next(const Spill *spill, SorterMerge *merge, const uint8_t **out, Error *err);

/// Records one after the other into the file.
typedef struct RunWriter {
    Spill *spill;
    Bytes buffer;
    SorterRun run;
} RunWriter;

void run_writer_deinit(RunWriter *writer);

/// Reserves the room of a run of `size` bytes.
MUST_CHECK bool run_writer_init(Spill *spill, uint64_t size, RunWriter *out, Error *err);
MUST_CHECK bool run_writer_put(RunWriter *writer, const uint8_t *record, Error *err);
MUST_CHECK bool run_writer_finish(RunWriter *writer, Error *err);

#endif
