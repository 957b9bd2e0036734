#include "engine/partition.h"

#include <string.h>

#include "base/memory.h"
#include "engine/key.h"
#include "sys/thread.h"

enum {
    PARTITION_ITEMS = 8192, ///< wanted in one partition
    PARTITION_BITS_MAX = 11,
    PARTITION_SLICES = 16, ///< of the input, counted and scattered side by side
    RADIX_BITS = 11,
    RADIX = 1 << RADIX_BITS,
    SORT_INSERTION_MAX = 16, ///< items of a run that is sorted in place
    SORT_MERGE_MAX = 1024,
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

static bool count_slice(void *context, size_t slice, Error *err)
{
    const PartitionJob *job = context;
    const PartitionInput *input = job->input;
    size_t *counts = job->counts + (slice << job->bits);

    UNUSED(err);
    for (size_t i = slice_begin(job, slice); i < slice_begin(job, slice + 1); i++) {
        if (key_has_null(input->keys, input->key_count, i)) continue;
        counts[partition_of(key_hash(input->keys, input->key_count, i), job->bits)]++;
    }
    return true;
}

static bool scatter_slice(void *context, size_t slice, Error *err)
{
    const PartitionJob *job = context;
    const PartitionInput *input = job->input;
    size_t *next = job->counts + (slice << job->bits);

    UNUSED(err);
    for (size_t i = slice_begin(job, slice); i < slice_begin(job, slice + 1); i++) {
        if (key_has_null(input->keys, input->key_count, i)) continue;
        uint64_t hash = key_hash(input->keys, input->key_count, i);
        job->items[next[partition_of(hash, job->bits)]++] =
            (EntityItem){.hash = hash, .instant = input->instants[i], .index = (uint32_t)i};
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
    for (size_t begin = 0; begin < count; begin += SORT_INSERTION_MAX)
        sort_run(items + begin, count - begin < SORT_INSERTION_MAX ? count - begin : SORT_INSERTION_MAX);
    for (size_t width = SORT_INSERTION_MAX; width < count; width *= 2) {
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

/// Sorts stably by one digit: `shift` < 64 of instant - least, else of the entity (`shift` - 64).
typedef struct Digit {
    int64_t least;
    uint32_t shift;
    bool of_entity;
} Digit;

static inline size_t digit_of(const Digit *digit, const EntityItem *item)
{
    uint64_t value = digit->of_entity ? item->entity : (uint64_t)item->instant - (uint64_t)digit->least;
    return (size_t)(value >> digit->shift) & (RADIX - 1);
}

static void sort_by_digit(const Digit *digit, const EntityItem *from, EntityItem *to, size_t count)
{
    uint32_t places[RADIX] = {0};
    uint32_t place = 0;

    for (size_t i = 0; i < count; i++) places[digit_of(digit, &from[i])]++;
    for (size_t value = 0; value < RADIX; value++) {
        uint32_t items = places[value];
        places[value] = place;
        place += items;
    }
    for (size_t i = 0; i < count; i++) to[places[digit_of(digit, &from[i])]++] = from[i];
}

static EntityItem *sort_by_digits(Digit digit, uint64_t greatest, EntityItem *items, EntityItem **spare, size_t count)
{
    for (digit.shift = 0; digit.shift < 64 && greatest >> digit.shift > 0; digit.shift += RADIX_BITS) {
        EntityItem *to = *spare;
        sort_by_digit(&digit, items, to, count);
        *spare = items;
        items = to;
    }
    return items;
}

EntityItem *entity_items_sort(EntityItem *items, EntityItem *spare, size_t count, size_t entity_count)
{
    int64_t least = INT64_MAX;
    int64_t greatest = INT64_MIN;

    if (items_are_sorted(items, count)) return items;
    if (count <= SORT_MERGE_MAX) return sort_by_merging(items, spare, count);
    for (size_t i = 0; i < count; i++) {
        least = items[i].instant < least ? items[i].instant : least;
        greatest = items[i].instant > greatest ? items[i].instant : greatest;
    }
    uint64_t range = (uint64_t)greatest - (uint64_t)least;
    items = sort_by_digits((Digit){.least = least}, range, items, &spare, count);
    return sort_by_digits((Digit){.of_entity = true}, entity_count - 1, items, &spare, count);
}
