/// One column of values in memory, and a borrowed view of one: what lake reads, what the engine's programs compute on.
///
/// A Column owns its memory; a Vector borrows it. Null values hold zero bits (strings: the empty Str).
#ifndef PAWL_FRAME_COLUMN_H
#define PAWL_FRAME_COLUMN_H

#include "base/arena.h"
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

typedef struct Column {
    Type type;
    size_t count;
    size_t capacity;
    uint8_t *valid; ///< NULL until the first null is pushed
    Values values;
    Arena text; ///< the strings' bytes
} Column;

void column_deinit(Column *column);
Column column_take(Column *column);

MUST_CHECK bool column_reserve(Column *column, size_t count, Error *err);

/// `count` values that the caller fills in through `values`, all valid and zero.
MUST_CHECK bool column_resize(Column *column, size_t count, Error *err);

MUST_CHECK bool column_push_null(Column *column, Error *err);
MUST_CHECK bool column_push_bool(Column *column, bool value, Error *err);
MUST_CHECK bool column_push_int(Column *column, int64_t value, Error *err);
MUST_CHECK bool column_push_float(Column *column, double value, Error *err);
MUST_CHECK bool column_push_decimal(Column *column, Int128 value, Error *err);
MUST_CHECK bool column_push_string(Column *column, Str value, Error *err); ///< copies the bytes

/// Makes value `i` null (allocating `valid` when needed) and zeroes its bits.
MUST_CHECK bool column_set_null(Column *column, size_t i, Error *err);

/// Appends value `i` of `vector`, whose type equals the column's.
MUST_CHECK bool column_push_from(Column *column, const Vector *vector, size_t i, Error *err);

Vector column_view(const Column *column);
Vector column_slice(const Column *column, size_t begin, size_t end);

static inline bool vector_is_valid(const Vector *vector, size_t i)
{
    return vector->valid == NULL || vector->valid[i] != 0;
}

/// Appends the value's canonical bytes: 1 valid byte, then (when valid) its storage's little-endian bytes; a float's NaN is
/// canonical; a string is its u64 length and bytes. The same value gives the same bytes in every process.
MUST_CHECK bool vector_encode(const Vector *vector, size_t i, Bytes *out, Error *err);

/// Whether two values of one storage are the same bits (nulls equal; NaN equals NaN; -0 differs from 0).
bool vector_same(const Vector *left, size_t i, const Vector *right, size_t j);

/// Total order of two values of one storage: null first; NaN greatest; -0 equals 0; false before true; strings by bytes.
int vector_compare(const Vector *left, size_t i, const Vector *right, size_t j);

/// The value as a person reads it ("" for null when `null_text` is empty).
MUST_CHECK bool vector_format(const Vector *vector, size_t i, Str null_text, Bytes *out, Error *err);

#endif
