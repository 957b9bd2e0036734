#include "engine/entity_sort.h"

#include <string.h>

#include "base/array.h"

enum {
    SORT_RUN_MAX = 16, ///< items that are sorted in place
    SORT_BUCKETS_MAX = 1 << 16
};

void entity_sorter_deinit(EntitySorter *sorter)
{
    memory_free(sorter->items);
    memory_free(sorter->spare);
    memory_free(sorter->places);
    *sorter = (EntitySorter){0};
}

bool entity_sorter_reserve(EntitySorter *sorter, size_t count, Error *err)
{
    return array_reserve(&sorter->items, &sorter->item_capacity, count, sizeof(*sorter->items), err);
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

bool entity_sorter_sort(EntitySorter *sorter, size_t count, size_t entity_count, EntityItem **out, Error *err)
{
    EntityItem *items = sorter->items;

    *out = items;
    if (items_are_sorted(items, count)) return true;
    if (count <= SORT_RUN_MAX) {
        sort_run(items, count);
        return true;
    }
    Buckets buckets = choose_buckets(items, count, entity_count);
    TRY(array_reserve(&sorter->spare, &sorter->spare_capacity, count, sizeof(*sorter->spare), err));
    TRY(array_reserve(&sorter->places, &sorter->place_capacity, buckets.count, sizeof(*sorter->places), err));
    memset(sorter->places, 0, buckets.count * sizeof(*sorter->places));
    fill_buckets(&buckets, items, sorter->spare, count, sorter->places);
    for (size_t bucket = 0, begin = 0; bucket < buckets.count; begin = sorter->places[bucket++])
        sort_bucket(sorter->spare + begin, items + begin, sorter->places[bucket] - begin);
    *out = sorter->spare;
    return true;
}
