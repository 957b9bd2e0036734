#include <string.h>

#include "base/hash.h"
#include "dataset/expectation_internal.h"

/// Greatest byte first, so that bytes are in the order of numbers.
static void number_put(uint64_t number, uint8_t *out)
{
    for (size_t i = 0; i < sizeof(number); i++) out[i] = (uint8_t)(number >> (8 * (sizeof(number) - 1 - i)));
}

static uint64_t number_get(const uint8_t *bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof(number); i++) number = number << 8 | bytes[i];
    return number;
}

bool expectation_add_repeats(const Vector *vector, uint64_t first_row, Sorter *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < vector->count; i++) {
        uint8_t low[sizeof(uint64_t)];
        uint8_t row[sizeof(uint64_t)];
        if (!vector_is_valid(vector, i)) continue;
        bytes_clear(&text);
        TRY(vector_encode(vector, i, &text, err));
        Hash128 hash = hash128(text.data, text.size);
        number_put(hash.low, low);
        number_put(first_row + i, row);
        SortItem item = {(int64_t)hash.high, {(const char *)low, sizeof(low)}, {(const char *)row, sizeof(row)}};
        TRY(sorter_add(out, &item, err));
    }
    return true;
}

/// Rows of values that repeat, the first few by the first row of their value, then by row.
typedef struct FirstRows {
    uint64_t firsts[EXPECTATION_SAMPLES_MAX];
    uint64_t rows[EXPECTATION_SAMPLES_MAX];
    size_t count;
    uint64_t total;
} FirstRows;

static void first_rows_offer(FirstRows *kept, uint64_t first, uint64_t row)
{
    size_t place = kept->count;
    kept->total++;
    while (place > 0 &&
           (kept->firsts[place - 1] > first || (kept->firsts[place - 1] == first && kept->rows[place - 1] > row)))
        place--;
    if (place == EXPECTATION_SAMPLES_MAX) return;
    if (kept->count < EXPECTATION_SAMPLES_MAX) kept->count++;
    for (size_t i = kept->count - 1; i > place; i--) {
        kept->firsts[i] = kept->firsts[i - 1];
        kept->rows[i] = kept->rows[i - 1];
    }
    kept->firsts[place] = first;
    kept->rows[place] = row;
}

/// A run of one value.
typedef struct ValueRun {
    int64_t high;
    uint64_t low, first, count;
} ValueRun;

static void run_add(ValueRun *run, const SortItem *item, FirstRows *kept, uint64_t *out_values)
{
    uint64_t low = number_get((const uint8_t *)item->key.data);
    uint64_t row = number_get((const uint8_t *)item->value.data);
    if (run->count == 0 || run->high != item->order || run->low != low) {
        *run = (ValueRun){.high = item->order, .low = low, .first = row, .count = 1};
        return;
    }
    if (run->count++ == 1) {
        ++*out_values;
        first_rows_offer(kept, run->first, run->first);
    }
    first_rows_offer(kept, run->first, row);
}

bool expectation_find_repeats(Sorter *values, ExpectationResult *result, uint64_t *out_values, Error *err)
{
    FirstRows kept = {0};
    ValueRun run = {0};
    SortItem item = {0};
    bool there = false;
    *out_values = 0;
    TRY(sorter_finish(values, err));
    TRY(sorter_next(values, &item, &there, err));
    while (there) {
        run_add(&run, &item, &kept, out_values);
        TRY(sorter_next(values, &item, &there, err));
    }
    for (size_t i = 0; i < kept.count; i++) expectation_fail_row(result, kept.rows[i]);
    result->failed_rows = kept.total;
    return true;
}
