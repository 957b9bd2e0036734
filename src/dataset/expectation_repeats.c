#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "dataset/expectation_internal.h"

/// A value by its hash; `first` is the first row that has it, once known.
typedef struct ValueRow {
    Hash128 hash;
    uint64_t row;
    uint64_t first;
} ValueRow;

static int compare_numbers(uint64_t left, uint64_t right)
{
    return (left > right) - (left < right);
}

static int compare_hashes(const void *left, const void *right)
{
    const ValueRow *a = left;
    const ValueRow *b = right;
    int order = hash128_compare(a->hash, b->hash);
    return order != 0 ? order : compare_numbers(a->row, b->row);
}

static int compare_firsts(const void *left, const void *right)
{
    const ValueRow *a = left;
    const ValueRow *b = right;
    int order = compare_numbers(a->first, b->first);
    return order != 0 ? order : compare_numbers(a->row, b->row);
}

static bool values_hash(const Vector *vector, ValueRow *items, size_t *out_count, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    size_t count = 0;
    for (size_t i = 0; i < vector->count; i++) {
        if (!vector_is_valid(vector, i)) continue;
        bytes_clear(&text);
        TRY(vector_encode(vector, i, &text, err));
        items[count++] = (ValueRow){.hash = hash128(text.data, text.size), .row = i};
    }
    *out_count = count;
    return true;
}

/// Keeps, at the front, the items of runs of equal hashes longer than one; gives how many, and counts the runs.
static size_t repeats_keep(ValueRow *items, size_t count, uint64_t *out_runs)
{
    size_t kept = 0;
    size_t begin = 0;
    *out_runs = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i < count && hash128_compare(items[begin].hash, items[i].hash) == 0) continue;
        bool repeats = i - begin > 1;
        uint64_t first = items[begin].row;
        for (size_t j = begin; repeats && j < i; j++) {
            items[kept] = items[j];
            items[kept++].first = first;
        }
        *out_runs += repeats;
        begin = i;
    }
    return kept;
}

static void repeats_find(ValueRow *items, size_t count, ExpectationResult *result, uint64_t *out_values)
{
    qsort(items, count, sizeof(ValueRow), compare_hashes);
    count = repeats_keep(items, count, out_values);
    qsort(items, count, sizeof(ValueRow), compare_firsts);
    for (size_t i = 0; i < count; i++) expectation_fail_row(result, items[i].row);
}

bool expectation_find_repeats(const Vector *vector, ExpectationResult *result, uint64_t *out_values, Error *err)
{
    size_t count = 0;
    ValueRow *items = memory_alloc_array(vector->count, sizeof(ValueRow), err);
    if (items == NULL) return false;
    bool done = values_hash(vector, items, &count, err);
    if (done) repeats_find(items, count, result, out_values);
    memory_free(items);
    return done;
}
