/// One order and one bit pattern for doubles, so that keys, ties, minima and digests agree everywhere: every NaN is the
/// same value and greater than all others, and -0 equals +0 in keys.
///
/// Values that only pass through keep their -0; float_canonical_key is for keys, comparisons and digests.
#ifndef PAWL_NUMBER_FLOAT_ORDER_H
#define PAWL_NUMBER_FLOAT_ORDER_H

#include <string.h>

#include "base/base.h"

#define FLOAT_SIGN_BIT ((uint64_t)1 << 63)
#define FLOAT_NAN_BITS ((uint64_t)0x7ff8000000000000)
#define FLOAT_INFINITY_BITS ((uint64_t)0x7ff0000000000000)

static inline uint64_t float_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline double float_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/// The canonical NaN: quiet, positive, no payload.
static inline double float_nan(void)
{
    return float_from_bits(FLOAT_NAN_BITS);
}

static inline double float_infinity(void)
{
    return float_from_bits(FLOAT_INFINITY_BITS);
}

static inline bool float_is_nan(double value)
{
    return value != value;
}

/// Neither NaN nor an infinity.
static inline bool float_is_finite(double value)
{
    return (float_bits(value) & FLOAT_INFINITY_BITS) != FLOAT_INFINITY_BITS;
}

/// Any NaN becomes the canonical one; all else, -0 included, is unchanged.
static inline double float_canonical(double value)
{
    return float_is_nan(value) ? float_nan() : value;
}

/// As float_canonical, and -0 becomes +0: equal keys have equal bits.
static inline double float_canonical_key(double value)
{
    return float_is_nan(value) ? float_nan() : value + 0.0;
}

/// An unsigned integer that orders as the doubles do: -Inf first, +Inf, then NaN; -0 and +0 map to the same.
static inline uint64_t float_order_bits(double value)
{
    uint64_t bits = float_bits(float_canonical_key(value));
    return (bits & FLOAT_SIGN_BIT) ? ~bits : bits | FLOAT_SIGN_BIT;
}

/// The canonical key that float_order_bits came from.
static inline double float_from_order_bits(uint64_t order)
{
    return float_from_bits((order & FLOAT_SIGN_BIT) ? order ^ FLOAT_SIGN_BIT : ~order);
}

/// <0, 0, >0 in the total order above.
static inline int float_compare(double left, double right)
{
    uint64_t left_order = float_order_bits(left);
    uint64_t right_order = float_order_bits(right);
    return (left_order > right_order) - (left_order < right_order);
}

/// For qsort over double items.
int float_compare_items(const void *left, const void *right);

#endif
