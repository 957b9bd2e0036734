/// The little dense algebra that linear models need, in one fixed order of operations, so that results do not depend on
/// threads, vector width or library.
///
/// Work over rows is cut into leaves of GRAM_LEAF_ROWS rows (part of the model's configuration, never of the machine's).
/// Leaves may be computed anywhere in any order; their results are folded by the balanced binary tree over leaf numbers.
/// Matrices are row-major; symmetric ones hold and use the lower triangle only.
#ifndef PAWL_NUMBER_GEMM_H
#define PAWL_NUMBER_GEMM_H

#include "base/error.h"

enum {
    DOT_LANES = 8, ///< partial sums of a dot product: element i goes to lane i % 8
    GRAM_LEAF_ROWS = 1024,
    GRAM_COLUMNS_MAX = 8192,
    TREE_FOLD_LEVELS_MAX = 48
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

/// Folds `slot_count` vectors of `width` doubles into slot 0 by the balanced tree; other slots are spoilt.
void tree_fold(double *slots, size_t slot_count, size_t width);

/// The same tree for leaves that arrive in order of their numbers, in memory for log2(count) vectors. The zero value and
/// a `width` is empty. Owned: tree_folder_deinit.
typedef struct TreeFolder {
    size_t width;
    uint64_t count;
    double *levels[TREE_FOLD_LEVELS_MAX]; ///< level i holds a full subtree of 2^i leaves while bit i of count is set
} TreeFolder;

void tree_folder_deinit(TreeFolder *folder);
MUST_CHECK bool tree_folder_push(TreeFolder *folder, const double *leaf, Error *err);

/// Writes the fold of all leaves so far (zeros when there are none); the folder may go on.
void tree_folder_finish(const TreeFolder *folder, double *out);

/// All leaves of a matrix in memory on this thread: gram_leaf for each, folded.
MUST_CHECK bool gram_rows(const double *rows, size_t row_count, size_t column_count, const double *weights,
                          const double *targets, double *out, double *out_moments, Error *err);

/// Replaces the lower triangle of a symmetric positive definite matrix by L with L L^T = matrix. ERROR_DATA, naming the
/// column, when a pivot is not above `size * 2^-52` times that column's own diagonal: columns are linearly dependent.
MUST_CHECK bool cholesky_factor(double *matrix, size_t size, Error *err);

/// Solves L L^T x = b in place.
void cholesky_solve(const double *factor, size_t size, double *vector);

#endif
