/// Integers as wide as an exact sum's products, in 32-bit digits with a sign: what rounding, encoding and numerators such
/// as n sum(x^2) - (sum x)^2 are computed in.
///
/// Only digits [low, end) are defined, all others count as zero. The outer two are not zero; zero has low = end = 0.
#ifndef PAWL_NUMBER_WIDE_INTERNAL_H
#define PAWL_NUMBER_WIDE_INTERNAL_H

#include "number/exact_sum.h"

enum { WIDE_DIGITS = 2 * EXACT_SUM_CHUNKS + 8 };

typedef struct Wide {
    uint32_t low;
    uint32_t end;
    bool negative;
    uint32_t digits[WIDE_DIGITS];
} Wide;

/// fraction * 2^exponent, where fraction is an integer of at most 53 bits: a double without a range.
typedef struct Scaled {
    double fraction;
    int exponent;
} Scaled;

/// The sum's finite part in units of 2^-EXACT_SUM_POINT_BITS.
void wide_from_sum(const ExactSum *sum, Wide *out);

/// value * 2^(32 shift).
void wide_from_u64(uint64_t value, uint32_t shift, Wide *out);

/// `out` is none of the operands.
void wide_multiply(const Wide *left, const Wide *right, Wide *out);
void wide_subtract(const Wide *left, const Wide *right, Wide *out);

/// The value in units of 2^-point_bits, rounded to nearest even to 53 bits, or to a multiple of 2^exponent_min where that
/// is coarser.
Scaled wide_round(const Wide *wide, int point_bits, int exponent_min);

/// As a double: exact when it came from wide_round with an exponent_min of -1074, save that it may be an infinity.
double scaled_to_double(Scaled scaled);

#endif
