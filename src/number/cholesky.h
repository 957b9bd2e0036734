/// Solving symmetric positive definite systems, such as normal equations, in one fixed order of operations.
#ifndef PAWL_NUMBER_CHOLESKY_H
#define PAWL_NUMBER_CHOLESKY_H

#include "base/error.h"

/// Replaces the lower triangle of a symmetric positive definite matrix (row-major) by L with L L^T = matrix. ERROR_DATA,
/// naming the column from 0, when a pivot is not above size * 2^-52 times that column's own diagonal: columns are linearly
/// dependent, or a value is not finite.
MUST_CHECK bool cholesky_factor(double *matrix, size_t size, Error *err);

/// Solves L L^T x = b in place.
void cholesky_solve(const double *factor, size_t size, double *vector);

#endif
