/// One column of values in memory: what lake reads, what the engine's programs compute on.
///
/// A Column owns its memory; a Vector borrows it.
#ifndef PAWL_FRAME_COLUMN_H
#define PAWL_FRAME_COLUMN_H

#include "base/arena.h"
#include "frame/format.h"
#include "frame/vector.h"

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

/// Makes the column `count` long: values that come new are valid and zero, for the caller to fill in through `values`.
MUST_CHECK bool column_resize(Column *column, size_t count, Error *err);

/// Without values, its memory kept for the next ones.
void column_clear(Column *column);

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

/// Appends all of `vector`, whose type equals the column's.
MUST_CHECK bool column_append(Column *column, const Vector *vector, Error *err);

/// Appends the given values of `vector` in the given order (an index may repeat).
MUST_CHECK bool column_append_rows(Column *column, const Vector *vector, const uint64_t *rows, size_t count,
                                   Error *err);

Vector column_view(const Column *column);
Vector column_slice(const Column *column, size_t begin, size_t end);

#endif
