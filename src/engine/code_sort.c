#include "engine/code_sort.h"

#include <string.h>

#include "base/array.h"

enum {
    RUN_MAX = 24,         ///< codes that are sorted in place
    BUCKET_BITS_MAX = 16, ///< so that the places stay in cache
};

void code_sorter_deinit(CodeSorter *sorter)
{
    memory_free(sorter->codes);
    memory_free(sorter->spare);
    memory_free(sorter->places);
    *sorter = (CodeSorter){0};
}

bool code_sorter_reserve(CodeSorter *sorter, size_t count, Error *err)
{
    return array_reserve(&sorter->codes, &sorter->code_capacity, count, sizeof(*sorter->codes), err);
}

static bool codes_are_sorted(const uint64_t *codes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (codes[i - 1] > codes[i]) return false;
    }
    return true;
}

static void sort_run(uint64_t *codes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t code = codes[i];
        size_t at = i;
        for (; at > 0 && codes[at - 1] > code; at--) codes[at] = codes[at - 1];
        codes[at] = code;
    }
}

static void merge_runs(const uint64_t *left, const uint64_t *right, const uint64_t *end, uint64_t *to)
{
    const uint64_t *middle = right;
    while (left < middle && right < end) *to++ = *left > *right ? *right++ : *left++;
    while (left < middle) *to++ = *left++;
    while (right < end) *to++ = *right++;
}

static void sort_by_merging(uint64_t *codes, uint64_t *spare, size_t count)
{
    uint64_t *from = codes;

    for (size_t begin = 0; begin < count; begin += RUN_MAX)
        sort_run(from + begin, count - begin < RUN_MAX ? count - begin : RUN_MAX);
    for (size_t width = RUN_MAX; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = count - begin < width ? count : begin + width;
            size_t end = count - begin < 2 * width ? count : begin + 2 * width;
            merge_runs(from + begin, from + middle, from + end, spare + begin);
        }
        uint64_t *merged = spare;
        spare = from;
        from = merged;
    }
    if (from != codes) memcpy(codes, from, count * sizeof(*codes));
}

/// By a code's leading bits, about as many buckets as codes: most hold one or two.
static uint32_t choose_bucket_bits(size_t count, uint32_t bits)
{
    uint32_t bucket_bits = 1;
    while (bucket_bits < BUCKET_BITS_MAX && bucket_bits < bits && (size_t)1 << bucket_bits < count) bucket_bits++;
    return bucket_bits;
}

// A counting sort; `places[b]` is where bucket b ends afterwards.
static void fill_buckets(const uint64_t *from, size_t count, uint32_t shift, size_t buckets, uint32_t *places,
                         uint64_t *to)
{
    uint32_t place = 0;

    memset(places, 0, buckets * sizeof(*places));
    for (size_t i = 0; i < count; i++) places[from[i] >> shift]++;
    for (size_t bucket = 0; bucket < buckets; bucket++) {
        uint32_t codes = places[bucket];
        places[bucket] = place;
        place += codes;
    }
    for (size_t i = 0; i < count; i++) to[places[from[i] >> shift]++] = from[i];
}

// Full buckets are merged; what is left of disorder lies inside of small ones, which one pass over all settles.
static void sort_buckets(uint64_t *codes, uint64_t *spare, size_t count, const uint32_t *places, size_t buckets)
{
    for (size_t bucket = 0, begin = 0; bucket < buckets; begin = places[bucket++]) {
        size_t size = places[bucket] - begin;
        if (size > RUN_MAX) sort_by_merging(codes + begin, spare + begin, size);
    }
    sort_run(codes, count);
}

bool code_sorter_sort(CodeSorter *sorter, size_t count, uint32_t bits, const uint64_t **out, Error *err)
{
    *out = sorter->codes;
    if (codes_are_sorted(sorter->codes, count)) return true;
    if (count <= RUN_MAX) {
        sort_run(sorter->codes, count);
        return true;
    }
    uint32_t bucket_bits = choose_bucket_bits(count, bits);
    size_t buckets = (size_t)1 << bucket_bits;
    TRY(array_reserve(&sorter->spare, &sorter->spare_capacity, count, sizeof(*sorter->spare), err));
    TRY(array_reserve(&sorter->places, &sorter->place_capacity, buckets, sizeof(*sorter->places), err));
    fill_buckets(sorter->codes, count, bits - bucket_bits, buckets, sorter->places, sorter->spare);
    sort_buckets(sorter->spare, sorter->codes, count, sorter->places, buckets);
    *out = sorter->spare;
    return true;
}
