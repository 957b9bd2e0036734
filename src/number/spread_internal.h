/// What follows from a spread's numerator, n sum(x y) - sum(x) sum(y), whichever way its exact value was found and rounded once.
#ifndef PAWL_NUMBER_SPREAD_INTERNAL_H
#define PAWL_NUMBER_SPREAD_INTERNAL_H

#include "number/exact_stats.h"
#include "number/wide_internal.h"

bool spread_is_defined(uint64_t count, ExactSpread spread);

/// `numerator.fraction` is 0, or from 2^52 to 2^53.
double spread_quotient(Scaled numerator, uint64_t count, ExactSpread spread);

/// The root is taken before the exponent is applied, so that a variance out of a double's range does no harm.
double spread_root(Scaled numerator, uint64_t count, ExactSpread spread);

#endif
