/// Skewness and kurtosis of values, from their exact power sums: third and fourth powers span more bits than an ExactSum holds, so
/// values are integers in units of the least bit among them. The order of the values cannot show.
#ifndef PAWL_NUMBER_EXACT_POWERS_H
#define PAWL_NUMBER_EXACT_POWERS_H

#include "base/base.h"

/// What the values are; `floats` or `integers`, as many as `count`, at least 1 and below 2^32.
typedef struct PowerValues {
    const double *floats;
    const Int128 *integers; ///< magnitudes below 2^127
    size_t count;
} PowerValues;

// False: all values are equal. A NaN or an infinity gives NaN.

/// m3 / m2^1.5 as N3 / (N2 * sqrt(N2)), each N exact and rounded once.
bool exact_skewness(const PowerValues *values, double *out);

/// m4 / m2^2 - 3 as N4 / (N2 * N2) - 3.
bool exact_kurtosis(const PowerValues *values, double *out);

#endif
