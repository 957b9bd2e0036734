#include "engine/key.h"

#include <string.h>

#include "base/hash.h"
#include "number/float_order.h"

static Vector float_key(const double *value)
{
    union {
        const double *read;
        double *floats;
    } one = {.read = value};
    return (Vector){.type = TYPE_OF(TYPE_FLOAT64), .count = 1, .values = {.floats = one.floats}};
}

static bool part_encode(const Vector *vector, size_t row, Bytes *out, Error *err)
{
    if (type_storage(vector->type) != STORAGE_FLOAT || !vector_is_valid(vector, row))
        return vector_encode(vector, row, out, err);
    double value = float_canonical_key(vector->values.floats[row]);
    Vector key = float_key(&value);
    return vector_encode(&key, 0, out, err);
}

bool key_encode(const Vector *vectors, size_t count, size_t row, Bytes *out, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(part_encode(&vectors[i], row, out, err));
    return true;
}

static uint64_t part_bits(const Vector *vector, size_t row)
{
    if (!vector_is_valid(vector, row)) return UINT64_C(0x9e3779b97f4a7c15);
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return vector->values.bools[row];
    case STORAGE_INT:
        return (uint64_t)vector->values.ints[row];
    case STORAGE_FLOAT:
        return float_bits(float_canonical_key(vector->values.floats[row]));
    case STORAGE_DECIMAL:
        return hash64(&vector->values.decimals[row], sizeof(Int128), 0);
    case STORAGE_STRING:
        return hash64(vector->values.strings[row].data, vector->values.strings[row].size, 0);
    }
    return 0;
}

uint64_t key_hash(const Vector *vectors, size_t count, size_t row)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++) hash = key_hash_add(hash, part_bits(&vectors[i], row), i);
    return hash;
}

static void add_part_rows(const Vector *vector, size_t part, size_t begin, size_t count, uint64_t *hashes)
{
    if (type_storage(vector->type) == STORAGE_INT && vector->valid == NULL) {
        const int64_t *values = vector->values.ints + begin;
        for (size_t i = 0; i < count; i++) hashes[i] = key_hash_add(hashes[i], (uint64_t)values[i], part);
        return;
    }
    for (size_t i = 0; i < count; i++) hashes[i] = key_hash_add(hashes[i], part_bits(vector, begin + i), part);
}

void key_hash_rows(const Vector *vectors, size_t part_count, size_t begin, size_t count, uint64_t *hashes,
                   uint8_t *nulls)
{
    memset(hashes, 0, count * sizeof(*hashes));
    memset(nulls, 0, count);
    for (size_t part = 0; part < part_count; part++) {
        add_part_rows(&vectors[part], part, begin, count, hashes);
        for (size_t i = 0; vectors[part].valid != NULL && i < count; i++) nulls[i] |= !vectors[part].valid[begin + i];
    }
}

// Mixing is a bijection, and so is what one part of 64 bits goes through. (Keys with nulls find nothing.)
bool key_hash_gives_key(const Type *types, size_t count)
{
    Storage storage = count == 1 ? type_storage(types[0]) : STORAGE_STRING;
    return storage == STORAGE_INT || storage == STORAGE_FLOAT || storage == STORAGE_BOOL;
}

bool key_hash_is_exact(const Vector *vectors, size_t count)
{
    return count == 1 && key_hash_gives_key(&vectors[0].type, 1);
}

// The factors are the inverses, modulo 2^64, of those of mix.
static uint64_t unmix(uint64_t x)
{
    x ^= x >> 31 ^ x >> 62;
    x *= UINT64_C(0x319642b2d24d8ec3);
    x ^= x >> 27 ^ x >> 54;
    x *= UINT64_C(0x96de1b173f119089);
    return x ^ x >> 30 ^ x >> 60;
}

void key_from_hash(uint64_t hash, Type type, Values out, size_t i)
{
    uint64_t bits = unmix(unmix(hash)) - KEY_PART_STEP;

    switch (type_storage(type)) {
    case STORAGE_BOOL:
        out.bools[i] = (uint8_t)bits;
        return;
    case STORAGE_INT:
        out.ints[i] = (int64_t)bits;
        return;
    case STORAGE_FLOAT:
        out.floats[i] = float_from_bits(bits);
        return;
    default:
        CHECK(false);
    }
}

int key_compare(const Vector *left, size_t i, const Vector *right, size_t j, size_t count)
{
    for (size_t part = 0; part < count; part++) {
        int order = vector_compare(&left[part], i, &right[part], j);
        if (order != 0) return order;
    }
    return 0;
}

bool key_same(const Vector *left, size_t i, const Vector *right, size_t j, size_t count)
{
    return key_compare(left, i, right, j, count) == 0;
}

bool key_has_null(const Vector *vectors, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++) {
        if (!vector_is_valid(&vectors[i], row)) return true;
    }
    return false;
}
