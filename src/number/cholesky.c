#include "number/cholesky.h"

#include "number/gemm.h"
#include "number/pinned.h"

/// Row by row (Banachiewicz), so that every inner product runs over contiguous memory.
bool cholesky_factor(double *matrix, size_t size, Error *err)
{
    double tolerance = (double)size * 0x1p-52;
    for (size_t i = 0; i < size; i++) {
        double *row = matrix + i * size;
        for (size_t j = 0; j < i; j++) {
            const double *other = matrix + j * size;
            row[j] = (row[j] - dot_fixed(row, other, j)) / other[j];
        }
        double pivot = row[i] - dot_fixed(row, row, i);
        if (!(pivot > tolerance * row[i]) || !(pivot * 0 == 0)) {
            return error_set(err, ERROR_DATA, "column %zu depends linearly on the columns before it", i);
        }
        row[i] = pinned_sqrt(pivot);
    }
    return true;
}

/// Forward with rows of L, then backward, taking each solved unknown out of the equations before it.
void cholesky_solve(const double *factor, size_t size, double *vector)
{
    for (size_t i = 0; i < size; i++) {
        const double *row = factor + i * size;
        vector[i] = (vector[i] - dot_fixed(row, vector, i)) / row[i];
    }
    for (size_t i = size; i-- > 0;) {
        const double *row = factor + i * size;
        vector[i] /= row[i];
        axpy_fixed(-vector[i], row, vector, i);
    }
}
