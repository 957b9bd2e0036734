/// A borrowed, read-only view of a column's values, and what two values have to do with each other.
///
/// Null values hold zero bits (strings: the empty Str).
#ifndef PAWL_FRAME_VECTOR_H
#define PAWL_FRAME_VECTOR_H

#include "base/bytes.h"
#include "frame/type.h"

/// Where the values of a column are, by its type's storage.
typedef union Values {
    void *any;
    uint8_t *bools;
    int64_t *ints;
    double *floats;
    Int128 *decimals;
    Str *strings;
} Values;

/// A read-only slice of a column. `valid` is NULL when no value is null, else one byte per value: 1 there, 0 null.
typedef struct Vector {
    Type type;
    size_t count;
    const uint8_t *valid;
    Values values;
} Vector;

/// The part [begin, end).
Vector vector_slice(const Vector *vector, size_t begin, size_t end);

static inline bool vector_is_valid(const Vector *vector, size_t i)
{
    return vector->valid == NULL || vector->valid[i] != 0;
}

/// Bytes at most that a value of any storage but strings is encoded in.
enum { VALUE_BYTES_MAX = 1 + sizeof(Int128) };

/// Appends the value's canonical bytes: 1 valid byte, then (when valid) its storage's little-endian bytes; a float's
/// NaN is canonical; a string is its u64 length and bytes. The same value gives the same bytes in every process.
MUST_CHECK bool vector_encode(const Vector *vector, size_t i, Bytes *out, Error *err);

/// As vector_encode for any storage but strings, into VALUE_BYTES_MAX bytes; gives the number written.
size_t vector_encode_fixed(const Vector *vector, size_t i, uint8_t *out);

/// Whether two values of one storage are the same bits (nulls equal; NaN equals NaN; -0 differs from 0).
bool vector_same(const Vector *left, size_t i, const Vector *right, size_t j);

/// Total order of two values of one storage: null first; NaN greatest; -0 equals 0; false before true; strings by
/// bytes; lists and maps as list_compare orders them.
int vector_compare(const Vector *left, size_t i, const Vector *right, size_t j);

#endif
