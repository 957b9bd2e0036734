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
