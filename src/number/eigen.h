/// Eigenvalues and eigenvectors of a symmetric matrix, with bits that depend on the matrix alone.
///
/// Jacobi's method (1846; as in Golub and Van Loan, "Matrix Computations", 8.5): rotations in one fixed order, row by row, until
/// no element off the diagonal is left that could change a bit of the diagonal.
#ifndef PAWL_NUMBER_EIGEN_H
#define PAWL_NUMBER_EIGEN_H

#include "base/error.h"

/// `matrix` is size * size, symmetric, finite, and is overwritten. `out_values` has `size` items, descending; row i of `out_vectors`
/// (size * size) is the unit vector of value i, whose element of the greatest magnitude (the first of equal ones) is positive.
MUST_CHECK bool eigen_symmetric(double *matrix, size_t size, double *out_values, double *out_vectors, Error *err);

#endif
