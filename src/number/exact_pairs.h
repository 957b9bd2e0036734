/// What pairs of numbers say about each other: correlation and the least-squares line, from exact sums. As exact_stats: numerators
/// are exact, each rounded once; quotients, products and roots follow with exponents kept apart, so that nothing over- or underflows
/// on the way.
#ifndef PAWL_NUMBER_EXACT_PAIRS_H
#define PAWL_NUMBER_EXACT_PAIRS_H

#include "number/exact_stats.h"

/// The zero value is empty.
typedef struct ExactPairs {
    uint64_t count;
    ExactSum x, y;
    ExactSum xx, yy, xy;
} ExactPairs;

void exact_pairs_reset(ExactPairs *pairs);

/// `sign` 1 adds, -1 takes away what was added.
void exact_pairs_put(ExactPairs *pairs, double x, double y, int sign);

// False: there is no answer (fewer than two pairs, or no spread to divide by). A NaN or an infinity among the numbers gives NaN.

bool exact_pairs_correlation(const ExactPairs *pairs, double *out);
bool exact_pairs_slope(const ExactPairs *pairs, double *out); ///< of y over x
bool exact_pairs_intercept(const ExactPairs *pairs, double *out);

/// Sum of x * y by the sum of y: y are the weights. False when there are no pairs or the weights' sum is 0.
bool exact_pairs_weighted_mean(const ExactPairs *pairs, double *out);

double exact_pairs_covariance(const ExactPairs *pairs, ExactSpread spread);

#endif
