#include "engine/partition.h"

#include "base/memory.h"
#include "engine/key.h"
#include "sys/thread.h"

enum {
    PARTITION_ITEMS = 8192, ///< wanted in one partition
    PARTITION_BITS_MAX = 11,
    PARTITION_SLICES = 16, ///< of the input, counted and scattered side by side
    HASH_ROWS = 1024,      ///< hashed together
};

void partitioning_deinit(Partitioning *partitioning)
{
    memory_free(partitioning->items);
    memory_free(partitioning->begin);
    *partitioning = (Partitioning){0};
}

uint32_t partition_bits(size_t count)
{
    uint32_t bits = 0;
    while (bits < PARTITION_BITS_MAX && count >> bits > PARTITION_ITEMS) bits++;
    return bits;
}

typedef struct PartitionJob {
    const PartitionInput *input;
    uint32_t bits;
    size_t slice_count;
    size_t *counts; ///< slice by slice: first how many items go to each partition, then where the next goes
    PartitionItem *items;
} PartitionJob;

static size_t slice_begin(const PartitionJob *job, size_t slice)
{
    return (size_t)((Uint128)job->input->count * slice / job->slice_count);
}

/// Rows hashed together, on their way to partitions.
typedef struct HashedRows {
    uint64_t hashes[HASH_ROWS];
    uint8_t nulls[HASH_ROWS];
} HashedRows;

static size_t hash_rows(const PartitionInput *input, size_t begin, size_t end, HashedRows *out)
{
    size_t count = end - begin < HASH_ROWS ? end - begin : HASH_ROWS;
    key_hash_rows(input->keys, input->key_count, begin, count, out->hashes, out->nulls);
    return count;
}

static bool count_slice(void *context, size_t slice, Error *err)
{
    const PartitionJob *job = context;
    size_t *counts = job->counts + (slice << job->bits);
    size_t end = slice_begin(job, slice + 1);
    HashedRows rows;

    UNUSED(err);
    for (size_t begin = slice_begin(job, slice), count = 0; begin < end; begin += count) {
        count = hash_rows(job->input, begin, end, &rows);
        for (size_t i = 0; i < count; i++) counts[partition_of(rows.hashes[i], job->bits)] += !rows.nulls[i];
    }
    return true;
}

static bool scatter_slice(void *context, size_t slice, Error *err)
{
    const PartitionJob *job = context;
    const int64_t *instants = job->input->instants;
    size_t *next = job->counts + (slice << job->bits);
    size_t end = slice_begin(job, slice + 1);
    HashedRows rows;

    UNUSED(err);
    for (size_t begin = slice_begin(job, slice), count = 0; begin < end; begin += count) {
        count = hash_rows(job->input, begin, end, &rows);
        for (size_t i = 0; i < count; i++) {
            if (rows.nulls[i]) continue;
            job->items[next[partition_of(rows.hashes[i], job->bits)]++] =
                (PartitionItem){.hash = rows.hashes[i], .instant = instants[begin + i], .index = (uint32_t)(begin + i)};
        }
    }
    return true;
}

// Turns counts into places: partition by partition, slice after slice, so that the order of the input is kept.
static void place_slices(PartitionJob *job, size_t *begin)
{
    size_t place = 0;
    for (size_t partition = 0; partition < (size_t)1 << job->bits; partition++) {
        begin[partition] = place;
        for (size_t slice = 0; slice < job->slice_count; slice++) {
            size_t *count = &job->counts[(slice << job->bits) + partition];
            size_t items = *count;
            *count = place;
            place += items;
        }
    }
    begin[(size_t)1 << job->bits] = place;
}

static bool run_job(PartitionJob *job, size_t threads, Partitioning *out, Error *err)
{
    TRY(thread_parallel_for(job->slice_count, threads, count_slice, job, err));
    place_slices(job, out->begin);
    out->items = memory_alloc_array(out->begin[(size_t)1 << job->bits], sizeof(*out->items), err);
    TRY(out->items != NULL);
    job->items = out->items;
    return thread_parallel_for(job->slice_count, threads, scatter_slice, job, err);
}

bool partition_items(const PartitionInput *input, uint32_t bits, size_t threads, Partitioning *out, Error *err)
{
    AUTO(partitioning_deinit) Partitioning partitioning = {.bits = bits};
    PartitionJob job = {
        .input = input, .bits = bits, .slice_count = input->count < PARTITION_ITEMS ? 1 : PARTITION_SLICES};

    partitioning.begin = memory_alloc_array(((size_t)1 << bits) + 1, sizeof(*partitioning.begin), err);
    TRY(partitioning.begin != NULL);
    job.counts = memory_alloc_array(job.slice_count << bits, sizeof(*job.counts), err);
    TRY(job.counts != NULL);
    bool done = run_job(&job, threads, &partitioning, err);
    memory_free(job.counts);
    TRY(done);

    *out = partitioning;
    partitioning = (Partitioning){0};
    return true;
}
