/// The little dense algebra that linear models need, in one fixed order of operations, so that results do not depend on
/// threads, vector width or library.
///
/// Work over rows is cut into leaves of GRAM_LEAF_ROWS rows (part of the model's configuration, never of the machine's).
/// Leaves may be computed anywhere in any order; their results are folded by the balanced binary tree over leaf numbers.
/// Matrices are row-major; symmetric ones hold and use the lower triangle only.
#ifndef PAWL_NUMBER_GEMM_H
#define PAWL_NUMBER_GEMM_H

#include "base/error.h"
#include "number/cholesky.h"
#include "number/tree_fold.h"

enum {
    DOT_LANES = 8, ///< partial sums of a dot product: element i goes to lane i % 8
    GRAM_LEAF_ROWS = 1024,
    GRAM_COLUMNS_MAX = 8192
};

/// Lane sums in order of elements, folded ((0+4)+(2+6)) + ((1+5)+(3+7)).
double dot_fixed(const double *left, const double *right, size_t count);

/// y[i] += factor * x[i].
void axpy_fixed(double factor, const double *x, double *y, size_t count);

/// out[i] = dot of row i with `vector`.
void matrix_vector(const double *matrix, size_t row_count, size_t column_count, const double *vector, double *out);

/// The normal equations of one leaf: `out` (columns * columns) receives the sum over rows of w x x^T (lower triangle) and
/// `out_moments` (columns) the sum of w y x. `weights` may be NULL (all 1), so may `targets` with `out_moments`.
void gram_leaf(const double *rows, size_t row_count, size_t column_count, const double *weights, const double *targets,
               double *out, double *out_moments);

/// All leaves of a matrix in memory on this thread: gram_leaf for each, folded.
MUST_CHECK bool gram_rows(const double *rows, size_t row_count, size_t column_count, const double *weights,
                          const double *targets, double *out, double *out_moments, Error *err);

#endif
