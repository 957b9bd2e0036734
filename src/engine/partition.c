#include "engine/partition.h"

#include <string.h>

#include "base/memory.h"
#include "engine/key.h"
#include "sys/thread.h"

enum {
    PARTITION_ITEMS = 8192, ///< wanted in one partition
    PARTITION_BITS_MAX = 11,
    PARTITION_SLICES = 16, ///< of the input, counted and scattered side by side
    HASH_ROWS = 1024,      ///< hashed together
    SORT_RUN_MAX = 16,     ///< items that are sorted in place
    SORT_BUCKETS_MAX = 1 << 16
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
    EntityItem *items;
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
                (EntityItem){.hash = rows.hashes[i], .instant = instants[begin + i], .index = (uint32_t)(begin + i)};
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

static bool item_is_after(const EntityItem *left, const EntityItem *right)
{
    if (left->entity != right->entity) return left->entity > right->entity;
    return left->instant > right->instant;
}

static void sort_run(EntityItem *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        EntityItem item = items[i];
        size_t at = i;
        for (; at > 0 && item_is_after(&items[at - 1], &item); at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

static void merge_runs(const EntityItem *left, const EntityItem *right, const EntityItem *end, EntityItem *to)
{
    const EntityItem *middle = right;
    while (left < middle && right < end) *to++ = item_is_after(left, right) ? *right++ : *left++;
    while (left < middle) *to++ = *left++;
    while (right < end) *to++ = *right++;
}

static EntityItem *sort_by_merging(EntityItem *items, EntityItem *spare, size_t count)
{
    for (size_t begin = 0; begin < count; begin += SORT_RUN_MAX)
        sort_run(items + begin, count - begin < SORT_RUN_MAX ? count - begin : SORT_RUN_MAX);
    for (size_t width = SORT_RUN_MAX; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = count - begin < width ? count : begin + width;
            size_t end = count - begin < 2 * width ? count : begin + 2 * width;
            merge_runs(items + begin, items + middle, items + end, spare + begin);
        }
        EntityItem *merged = spare;
        spare = items;
        items = merged;
    }
    return items;
}

static bool items_are_sorted(const EntityItem *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (item_is_after(&items[i - 1], &items[i])) return false;
    }
    return true;
}

/// Buckets by entity and the leading bits of the instant, as many as there are items or so: most hold one or two.
typedef struct Buckets {
    int64_t least;
    uint32_t time_bits; ///< of a bucket's number; the entity stands above them
    uint32_t shift;     ///< instants' bits that the number leaves out
    size_t count;
} Buckets;

static uint32_t bits_of(uint64_t value)
{
    return value == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(value);
}

static Buckets choose_buckets(const EntityItem *items, size_t count, size_t entity_count)
{
    int64_t least = INT64_MAX;
    int64_t greatest = INT64_MIN;
    uint32_t time_bits = 0;

    for (size_t i = 0; i < count; i++) {
        least = items[i].instant < least ? items[i].instant : least;
        greatest = items[i].instant > greatest ? items[i].instant : greatest;
    }
    uint32_t range_bits = bits_of((uint64_t)greatest - (uint64_t)least);
    while (time_bits < range_bits && entity_count << time_bits < count &&
           entity_count << (time_bits + 1) <= SORT_BUCKETS_MAX)
        time_bits++;
    return (Buckets){least, time_bits, range_bits - time_bits, entity_count << time_bits};
}

static inline size_t bucket_of(const Buckets *buckets, const EntityItem *item)
{
    uint64_t offset = (uint64_t)item->instant - (uint64_t)buckets->least;
    uint64_t time = buckets->time_bits == 0 ? 0 : offset >> buckets->shift;
    return ((size_t)item->entity << buckets->time_bits) + (size_t)time;
}

// A counting sort; `places[b]` is where bucket b ends afterwards.
static void fill_buckets(const Buckets *buckets, const EntityItem *from, EntityItem *to, size_t count, uint32_t *places)
{
    uint32_t place = 0;

    for (size_t i = 0; i < count; i++) places[bucket_of(buckets, &from[i])]++;
    for (size_t bucket = 0; bucket < buckets->count; bucket++) {
        uint32_t items = places[bucket];
        places[bucket] = place;
        place += items;
    }
    for (size_t i = 0; i < count; i++) to[places[bucket_of(buckets, &from[i])]++] = from[i];
}

static void sort_bucket(EntityItem *items, EntityItem *spare, size_t count)
{
    if (count <= SORT_RUN_MAX) {
        sort_run(items, count);
        return;
    }
    const EntityItem *sorted = sort_by_merging(items, spare, count);
    if (sorted != items) memcpy(items, sorted, count * sizeof(*items));
}

bool entity_items_sort(EntityItem *items, EntityItem *spare, size_t count, size_t entity_count, EntityItem **out,
                       Error *err)
{
    *out = items;
    if (items_are_sorted(items, count)) return true;
    if (count <= SORT_RUN_MAX) {
        sort_run(items, count);
        return true;
    }
    Buckets buckets = choose_buckets(items, count, entity_count);
    uint32_t *places = memory_alloc_array(buckets.count, sizeof(*places), err);
    TRY(places != NULL);
    fill_buckets(&buckets, items, spare, count, places);
    for (size_t bucket = 0, begin = 0; bucket < buckets.count; begin = places[bucket++])
        sort_bucket(spare + begin, items + begin, places[bucket] - begin);
    memory_free(places);
    *out = spare;
    return true;
}
