/// Element-wise aggregates over lists of numbers, and the estimate of how many values are different.
#include <math.h>

#include "base/hash.h"
#include "naive/aggregates.h"
#include "number/float_order.h"
#include "number/pinned.h"

enum { REGISTER_BITS = 12, REGISTERS = 1 << REGISTER_BITS, HASH_BITS = 64 };

typedef Value (*Element)(const Counted *counted);

/// Element `place` of every list, as what an aggregate counts.
static Counted element_of(const Counted *counted, Value *const *lists, size_t place)
{
    Counted element = *counted;
    element.count = 0;
    element.type = TYPE_OF(TYPE_FLOAT64);
    element.values = counted_array(counted, counted->count);
    for (size_t i = 0; i < counted->count; i++) {
        Value value = value_widen(lists[i][place], element.type);
        if (value.there) element.values[element.count++] = value;
    }
    return element;
}

static Value by_element(const Counted *counted, Element compute)
{
    Type type = type_list(TYPE_OF(TYPE_FLOAT64));
    Value **lists = arena_alloc_array(counted->arena, counted->count + 1, sizeof(*lists), NULL);
    Value *keys = NULL;
    size_t length = 0;
    CHECK(lists != NULL);
    if (counted->count == 0) return value_null(type);
    for (size_t i = 0; i < counted->count; i++) {
        size_t had = value_items(counted->values[i], counted->arena, &keys, &lists[i]);
        if (i > 0 && had != length) return value_null(type);
        length = had;
    }
    Value *out = counted_array(counted, length);
    for (size_t place = 0; place < length; place++) {
        Counted element = element_of(counted, lists, place);
        out[place] = compute(&element);
    }
    return value_list(TYPE_OF(TYPE_FLOAT64), out, length, counted->arena);
}

Value naive_sum_list(const Counted *counted)
{
    return by_element(counted, naive_sum);
}

Value naive_mean_list(const Counted *counted)
{
    return by_element(counted, naive_mean);
}

Value naive_min_list(const Counted *counted)
{
    return by_element(counted, naive_min);
}

Value naive_max_list(const Counted *counted)
{
    return by_element(counted, naive_max);
}

static uint64_t hash_of(Value value)
{
    AUTO(column_deinit) Column column = {.type = value.type};
    AUTO(bytes_deinit) Bytes bytes = {0};
    if (value.type.id == TYPE_FLOAT64) value.number = float_canonical_key(value.number);
    CHECK(value_push(&column, value, NULL));
    Vector vector = column_view(&column);
    CHECK(vector_encode(&vector, 0, &bytes, NULL));
    return hash64(bytes.data, bytes.size, 0);
}

/// Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6.
static double tau(double x)
{
    if (x <= 0 || x >= 1) return 0;
    double y = 1;
    double z = 1 - x;
    for (double before = -1; z < before || z > before;) {
        x = sqrt(x);
        before = z;
        y = 0.5 * y;
        z = z - (1 - x) * (1 - x) * y;
    }
    return z / 3;
}

static double sigma(double x)
{
    if (x >= 1) return (double)INFINITY;
    double y = 1;
    double z = x;
    for (double before = -1; z < before || z > before;) {
        x = x * x;
        before = z;
        z = z + x * y;
        y = y + y;
    }
    return z;
}

static double estimate(const int *registers)
{
    int rank_max = HASH_BITS - REGISTER_BITS;
    double counts[HASH_BITS + 2] = {0};
    const double m = REGISTERS;
    for (size_t i = 0; i < REGISTERS; i++) counts[registers[i]]++;
    double z = m * tau(1 - counts[rank_max + 1] / m);
    for (int rank = rank_max; rank >= 1; rank--) z = 0.5 * (z + counts[rank]);
    z = z + m * sigma(counts[0] / m);
    return m * m / (2 * pinned_log(2) * z);
}

Value naive_approx_distinct(const Counted *counted)
{
    int registers[REGISTERS] = {0};
    if (counted->count == 0) return value_int(0);
    for (size_t i = 0; i < counted->count; i++) {
        uint64_t hash = hash_of(counted->values[i]);
        size_t place = (size_t)(hash >> (HASH_BITS - REGISTER_BITS));
        int rank = 1;
        while (rank <= HASH_BITS - REGISTER_BITS && (hash >> (HASH_BITS - REGISTER_BITS - rank) & 1) == 0) rank++;
        if (rank > registers[place]) registers[place] = rank;
    }
    return value_int((int64_t)round(estimate(registers)));
}
