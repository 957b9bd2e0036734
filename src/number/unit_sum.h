/// Exact sums of numbers that lie within few binary orders of each other: integers of one common unit, a power of two below every bit
/// of theirs. Two words for a sum, three for a sum of squares; where they fit, they hold the same numbers as an ExactSum, and are
/// rounded as it is, to the same bits.
#ifndef PAWL_NUMBER_UNIT_SUM_H
#define PAWL_NUMBER_UNIT_SUM_H

#include "number/exact_stats.h"

/// What is to be summed, one by one; the zero value has seen nothing.
typedef struct UnitRange {
    bool special;         ///< a NaN or an infinity is there
    uint32_t least;       ///< float_exponent of finite numbers other than 0; 0: none
    uint32_t greatest;    ///< likewise
    Uint128 integer_bits; ///< every bit that an integer's magnitude has
} UnitRange;

/// The unit is 2^exponent.
typedef struct UnitScale {
    int32_t exponent;
    bool sums;    ///< any sum of the numbers fits into an Int128
    bool squares; ///< and any sum of their squares into UnitSquares, with room to multiply it by their count
} UnitScale;

/// 192 bits, the lowest word first. Differences wrap, as those of unsigned integers do.
typedef struct UnitSquares {
    uint64_t words[3];
} UnitSquares;

/// Sums of some of the numbers.
typedef struct UnitMoments {
    uint64_t count;
    Int128 sum;
    UnitSquares squares;
} UnitMoments;

static inline void unit_range_see(UnitRange *range, double value)
{
    uint64_t bits = float_bits(value);
    uint32_t exponent = float_exponent(bits);
    range->special = range->special || (bits & FLOAT_INFINITY_BITS) == FLOAT_INFINITY_BITS;
    if (bits << 1 == 0) return;
    range->least = exponent - 1 < range->least - 1 ? exponent : range->least; // 0 wraps above all
    range->greatest = exponent > range->greatest ? exponent : range->greatest;
}

static inline void unit_range_see_integer(UnitRange *range, Int128 value)
{
    range->integer_bits |= value < 0 ? -(Uint128)value : (Uint128)value;
}

/// For sums of at most `count` of the numbers seen: all of them doubles, or all integers (in units of 1).
UnitScale unit_scale_of(const UnitRange *range, size_t count);

/// A finite number of the scale's, in units.
static inline Int128 unit_of(const UnitScale *scale, double value)
{
    enum { EXPONENT_BIAS = 1075 };
    uint64_t bits = float_bits(value);
    if (bits << 1 == 0) return 0;
    Int128 units = (Int128)float_mantissa(bits) << (float_exponent(bits) - (uint32_t)(scale->exponent + EXPONENT_BIAS));
    return bits & FLOAT_SIGN_BIT ? -units : units;
}

/// Of a magnitude below 2^96.
static inline UnitSquares unit_square(Int128 units)
{
    Uint128 magnitude = units < 0 ? -(Uint128)units : (Uint128)units;
    uint64_t low = (uint64_t)magnitude;
    uint64_t high = (uint64_t)(magnitude >> 64);
    Uint128 least = (Uint128)low * low;
    Uint128 rest = (Uint128)low * high * 2 + (least >> 64) + ((Uint128)(high * high) << 64);
    return (UnitSquares){{(uint64_t)least, (uint64_t)rest, (uint64_t)(rest >> 64)}};
}

static inline UnitSquares unit_squares_add(UnitSquares left, UnitSquares right)
{
    Uint128 low = (Uint128)left.words[0] + right.words[0];
    Uint128 middle = (Uint128)left.words[1] + right.words[1] + (uint64_t)(low >> 64);
    uint64_t high = left.words[2] + right.words[2] + (uint64_t)(middle >> 64);
    return (UnitSquares){{(uint64_t)low, (uint64_t)middle, high}};
}

static inline UnitSquares unit_squares_subtract(UnitSquares left, UnitSquares right)
{
    Uint128 low = (Uint128)left.words[0] - right.words[0];
    Uint128 middle = (Uint128)left.words[1] - right.words[1] - (low >> 64 != 0);
    uint64_t high = left.words[2] - right.words[2] - (middle >> 64 != 0);
    return (UnitSquares){{(uint64_t)low, (uint64_t)middle, high}};
}

// As exact_sum_round, exact_mean, exact_variance and exact_stddev of the same numbers.

double unit_sum_round(const UnitScale *scale, Int128 sum);
double unit_mean(const UnitScale *scale, Int128 sum, uint64_t count);
double unit_variance(const UnitScale *scale, const UnitMoments *moments, ExactSpread spread);
double unit_stddev(const UnitScale *scale, const UnitMoments *moments, ExactSpread spread);

#endif
