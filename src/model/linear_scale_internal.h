/// Standardisation: each feature minus its mean, over its deviation, both fitted exactly on training rows only; part of
/// the model.
#ifndef PAWL_MODEL_LINEAR_SCALE_INTERNAL_H
#define PAWL_MODEL_LINEAR_SCALE_INTERNAL_H

#include "model/matrix.h"

typedef struct LinearScale {
    double *means;  ///< over the values that are there
    double *scales; ///< population deviation; 0: constant or never there, the column says nothing
    size_t column_count;
} LinearScale;

void linear_scale_deinit(LinearScale *scale);

/// A scale for so many columns, to be filled.
MUST_CHECK bool linear_scale_init(size_t column_count, LinearScale *out, Error *err);

/// An infinite value is an ERROR_DATA that names the feature.
MUST_CHECK bool linear_scale_fit(const Matrix *matrix, const Str *names, uint32_t threads, LinearScale *out,
                                 Error *err);

/// A missing value becomes the mean, which is 0; so does every value of a constant column.
static inline double linear_scaled(const LinearScale *scale, size_t column, double value)
{
    if (value != value || scale->scales[column] == 0) return 0;
    return (value - scale->means[column]) / scale->scales[column];
}

#endif
