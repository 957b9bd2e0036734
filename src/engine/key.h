/// Keys of rows and of entities: what counts as the same key, its hash and its canonical bytes.
///
/// Equal values of one storage are one key, whatever their column's width; -0 equals 0 and every NaN is the same.
#ifndef PAWL_ENGINE_KEY_H
#define PAWL_ENGINE_KEY_H

#include "frame/frame.h"

/// Appends the canonical bytes of row `row` of all `count` vectors (vector_encode, with -0 as 0).
MUST_CHECK bool key_encode(const Vector *vectors, size_t count, size_t row, Bytes *out, Error *err);

/// Equal keys have equal hashes; all 64 bits are mixed.
uint64_t key_hash(const Vector *vectors, size_t count, size_t row);

// The finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection that spreads every bit.
static inline uint64_t key_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

#define KEY_PART_STEP UINT64_C(0x632be59bd9b4e019) ///< tells the parts of a key apart

static inline uint64_t key_hash_add(uint64_t hash, uint64_t bits, size_t part)
{
    return key_mix(hash ^ key_mix(bits + KEY_PART_STEP * (part + 1)));
}

/// key_hash of a key of one part that is an integer.
static inline uint64_t key_hash_int(int64_t key)
{
    return key_hash_add(0, (uint64_t)key, 0);
}

/// key_hash of `count` rows from `begin` on, and whether each key has a null (1).
void key_hash_rows(const Vector *vectors, size_t part_count, size_t begin, size_t count, uint64_t *hashes,
                   uint8_t *nulls);

/// Whether keys with equal hashes are equal, so that nobody needs to look.
bool key_hash_is_exact(const Vector *vectors, size_t count);

/// Whether the hash of a key of these types gives the key back, and is exact so.
bool key_hash_gives_key(const Type *types, size_t count);

/// Writes the key with this hash, of a type that key_hash_gives_key says so of, as value `i` of `out`.
void key_from_hash(uint64_t hash, Type type, Values out, size_t i);

bool key_same(const Vector *left, size_t i, const Vector *right, size_t j, size_t count);

/// Column by column in the total order of values.
int key_compare(const Vector *left, size_t i, const Vector *right, size_t j, size_t count);

/// Whether a part is null.
bool key_has_null(const Vector *vectors, size_t count, size_t row);

#endif
