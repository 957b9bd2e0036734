/// The numbers that trainers see: one row per example, one column per feature, nulls as NaN.
#ifndef PAWL_MODEL_MATRIX_H
#define PAWL_MODEL_MATRIX_H

#include "frame/frame.h"

typedef struct Matrix {
    double *values; ///< row-major, row_count * column_count, owned
    size_t row_count;
    size_t column_count;
} Matrix;

void matrix_deinit(Matrix *matrix);

/// Bools become 0 and 1, integers and decimals their nearest double, timestamps microseconds, null and NaN the canonical NaN. A string
/// column is an ERROR_CONFIG that names the feature and the way out (`hash(x, buckets)`). `rows` may be NULL: all, in order.
MUST_CHECK bool matrix_from_frame(const Frame *frame, const Str *names, size_t name_count, const uint64_t *rows,
                                  size_t row_count, Matrix *out, Error *err);

/// The same of vectors, a column each, of at least `row_count` values.
MUST_CHECK bool matrix_from_vectors(const Vector *vectors, const Str *names, size_t count, size_t row_count,
                                    Matrix *out, Error *err);

#endif
