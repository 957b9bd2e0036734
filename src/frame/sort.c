#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "frame/sort_internal.h"
#include "number/float_order.h"

enum { RADIX_BITS = 8, RADIX_BUCKETS = 1 << RADIX_BITS, KEY_BITS = 64 };

#define INT_SIGN_BIT ((uint64_t)1 << 63)

/// One stable pass over a digit of the keys; false when all keys share it and nothing moved.
static bool radix_pass(const uint64_t *keys, uint64_t *out, size_t count, unsigned shift)
{
    size_t offsets[RADIX_BUCKETS] = {0};
    for (size_t i = 0; i < count; i++) offsets[(keys[i] >> shift) % RADIX_BUCKETS]++;
    if (offsets[(keys[0] >> shift) % RADIX_BUCKETS] == count) return false;

    size_t total = 0;
    for (size_t bucket = 0; bucket < RADIX_BUCKETS; bucket++) {
        size_t size = offsets[bucket];
        offsets[bucket] = total;
        total += size;
    }
    for (size_t i = 0; i < count; i++) out[offsets[(keys[i] >> shift) % RADIX_BUCKETS]++] = keys[i];
    return true;
}

/// Least significant digit first.
static bool keys_sort(uint64_t *keys, size_t count, Error *err)
{
    if (count < 2) return true;
    uint64_t *spare = memory_alloc_array(count, sizeof(uint64_t), err);
    if (spare == NULL) return false;

    uint64_t *from = keys;
    uint64_t *to = spare;
    for (unsigned shift = 0; shift < KEY_BITS; shift += RADIX_BITS) {
        if (!radix_pass(from, to, count, shift)) continue;
        uint64_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != keys) memcpy(keys, from, count * sizeof(uint64_t));
    memory_free(spare);
    return true;
}

static bool ints_sort(int64_t *ints, size_t count, Error *err)
{
    uint64_t *keys = (uint64_t *)ints;
    for (size_t i = 0; i < count; i++) keys[i] ^= INT_SIGN_BIT;
    bool sorted = keys_sort(keys, count, err);
    for (size_t i = 0; i < count; i++) keys[i] ^= INT_SIGN_BIT;
    return sorted;
}

static bool floats_sort(double *floats, size_t count, Error *err)
{
    uint64_t *keys = memory_alloc_array(count, sizeof(uint64_t), err);
    if (keys == NULL) return false;
    for (size_t i = 0; i < count; i++) keys[i] = float_order_bits(floats[i]);
    bool sorted = keys_sort(keys, count, err);
    for (size_t i = 0; i < count; i++) floats[i] = float_from_order_bits(keys[i]);
    memory_free(keys);
    return sorted;
}

static int decimal_compare(const void *left, const void *right)
{
    Int128 a = *(const Int128 *)left;
    Int128 b = *(const Int128 *)right;
    return (a > b) - (a < b);
}

static void bools_sort(uint8_t *bools, size_t count)
{
    size_t true_count = 0;
    for (size_t i = 0; i < count; i++) true_count += bools[i] != 0;
    for (size_t i = 0; i < count; i++) bools[i] = i >= count - true_count;
}

bool column_sort(Column *column, Error *err)
{
    CHECK(column->valid == NULL);
    if (column->count < 2 && type_storage(column->type) != STORAGE_FLOAT) return true;
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        bools_sort(column->values.bools, column->count);
        return true;
    case STORAGE_INT:
        return ints_sort(column->values.ints, column->count, err);
    case STORAGE_FLOAT:
        return floats_sort(column->values.floats, column->count, err);
    case STORAGE_DECIMAL:
        qsort(column->values.decimals, column->count, sizeof(Int128), decimal_compare);
        return true;
    case STORAGE_STRING:
        break;
    }
    CHECK(false);
}
