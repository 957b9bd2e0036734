/// The values of a series in their order.
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "engine/series.h"

/// Integers in the values' order, sorted with the values that they are of.
typedef struct KeyedValue {
    int64_t key;
    uint32_t value;
} KeyedValue;

static int compare_keyed(const void *left, const void *right)
{
    const KeyedValue *one = left;
    const KeyedValue *other = right;
    if (one->key != other->key) return one->key < other->key ? -1 : 1;
    return (one->value > other->value) - (one->value < other->value);
}

static bool sort_keys(Series *series, Error *err)
{
    TRY(series_keys(series, err));
    KeyedValue *keyed = memory_alloc_array(series->count, sizeof(*keyed), err);
    TRY(keyed != NULL);
    for (size_t i = 0; i < series->count; i++) keyed[i] = (KeyedValue){series->keys.keys[i], (uint32_t)i};
    qsort(keyed, series->count, sizeof(*keyed), compare_keyed);
    for (size_t i = 0; i < series->count; i++) series->order.sorted[i] = keyed[i].value;
    memory_free(keyed);
    return true;
}

static int compare_values(const void *left, const void *right, void *context)
{
    const Series *series = context;
    const Vector *argument = series->input.argument;
    uint32_t i = *(const uint32_t *)left;
    uint32_t j = *(const uint32_t *)right;
    int order = vector_compare(argument, series_position(series, i), argument, series_position(series, j));
    return order != 0 ? order : (i > j) - (i < j);
}

static bool has_keys(const Series *series)
{
    Storage storage = type_storage(series->input.argument->type);
    return series->input.second == NULL && (storage == STORAGE_INT || storage == STORAGE_FLOAT);
}

static bool sort_values(Series *series, Error *err)
{
    if (has_keys(series)) return sort_keys(series, err);
    for (size_t i = 0; i < series->count; i++) series->order.sorted[i] = (uint32_t)i;
    qsort_r(series->order.sorted, series->count, sizeof(uint32_t), compare_values, series);
    return true;
}

static bool same_value(const Series *series, uint32_t i, uint32_t j)
{
    const Vector *argument = series->input.argument;
    if (has_keys(series)) return series->keys.keys[i] == series->keys.keys[j];
    return vector_compare(argument, series_position(series, i), argument, series_position(series, j)) == 0;
}

static void number_values(Series *series)
{
    SeriesOrder *order = &series->order;
    order->id_count = 0;
    for (size_t place = 0; place < series->count; place++) {
        uint32_t value = order->sorted[place];
        order->id_count += place == 0 || !same_value(series, order->sorted[place - 1], value);
        order->places[value] = (uint32_t)place;
        order->ids[value] = order->id_count - 1;
    }
}

bool series_order(Series *series, Error *err)
{
    SeriesOrder *order = &series->order;
    size_t count = series->count;
    if (order->made) return true;
    TRY(array_reserve(&order->sorted, &order->sorted_capacity, count, sizeof(uint32_t), err));
    TRY(array_reserve(&order->places, &order->place_capacity, count, sizeof(uint32_t), err));
    TRY(array_reserve(&order->ids, &order->id_capacity, count, sizeof(uint32_t), err));
    TRY(array_reserve(&order->counts, &order->count_capacity, count, sizeof(uint32_t), err));
    TRY(sort_values(series, err));
    number_values(series);
    order->made = true;
    return true;
}
