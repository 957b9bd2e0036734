/// A sum of doubles, or of their products, without any rounding until it is read, so that no order of additions, removals
/// and merges can show in the result.
///
/// Radford Neal's small superaccumulator ("Fast exact summation using small and large superaccumulators", 2015), made
/// wide enough for products: a fixed-point number of 136 signed 64-bit chunks that overlap by 32 bits, whose bit 0 weighs
/// 2^-2176. Carries are put off and settled every 2047 additions at most. NaN, +Inf and -Inf are counted, so they can be
/// removed too.
///
/// The result is rounded once, to nearest, ties to even. Any NaN, or +Inf and -Inf together, gives the canonical NaN. A
/// sum that is zero is +0: the empty sum, a cancelled one, and a sum of only -0 alike.
///
/// The zero value is the empty sum. Only a touched range of chunks is ever non-zero, so reset, copy and round cost what
/// the data's spread costs (3 to 9 chunks as a rule); zeros do not widen it. Up to 2^62 additions in all are exact.
/// Removing what was never added is the caller's mistake and gives the sum of the rest.
#ifndef PAWL_NUMBER_EXACT_SUM_H
#define PAWL_NUMBER_EXACT_SUM_H

#include "base/bytes.h"
#include "number/float_order.h"

enum {
    EXACT_SUM_CHUNKS = 136,
    EXACT_SUM_CHUNK_BITS = 32,
    EXACT_SUM_POINT_BITS = 68 * EXACT_SUM_CHUNK_BITS, ///< bits right of the binary point
    EXACT_SUM_PENDING_MAX = 2047,                     ///< additions before carries must be settled
    EXACT_SUM_ENCODED_BYTES_MAX = 3 + 3 * 8 + EXACT_SUM_CHUNKS * 4
};

typedef struct ExactSum {
    int64_t chunks[EXACT_SUM_CHUNKS]; ///< chunk i weighs 2^(32 i - 2176)
    uint32_t end;                     ///< one past the highest touched chunk
    uint32_t reach;                   ///< EXACT_SUM_CHUNKS - lowest touched chunk; 0: none
    uint32_t pending;                 ///< additions since carries were settled
    int64_t nan_count;
    int64_t positive_infinity_count;
    int64_t negative_infinity_count;
} ExactSum;

/// Makes the sum empty again.
void exact_sum_reset(ExactSum *sum);

/// `out` must be a valid sum (the zero value is); it becomes equal to `sum`.
void exact_sum_copy(const ExactSum *sum, ExactSum *out);

/// Adds all of `other` (which may be `sum` itself).
void exact_sum_merge(ExactSum *sum, const ExactSum *other);

/// Takes all of `other` away.
void exact_sum_unmerge(ExactSum *sum, const ExactSum *other);

/// The sum, rounded once.
double exact_sum_round(const ExactSum *sum);

/// sum * 2^exponent, rounded once. `exponent` within +-4096.
double exact_sum_round_scaled(const ExactSum *sum, int exponent);

/// -1, 0, +1 for finite sums; CHECKs that no NaN or infinity is counted.
int exact_sum_sign(const ExactSum *sum);

/// Whether a NaN or an infinity is counted.
static inline bool exact_sum_is_special(const ExactSum *sum)
{
    return (sum->nan_count | sum->positive_infinity_count | sum->negative_infinity_count) != 0;
}

/// Whether both hold the same number and the same counts of NaN and infinities.
bool exact_sum_equal(const ExactSum *left, const ExactSum *right);

/// Appends the canonical encoding: equal sums give equal bytes, whatever way they came about. At most
/// EXACT_SUM_ENCODED_BYTES_MAX; the empty sum takes 1 byte, a usual one 15 to 40.
MUST_CHECK bool exact_sum_encode(const ExactSum *sum, Bytes *out, Error *err);

/// Reads one encoding; anything not canonical, or a counter beyond 2^48, is an ERROR_DATA. `out` must be a valid sum.
MUST_CHECK bool exact_sum_decode(ByteReader *reader, ExactSum *out, Error *err);

/// Exact sums of integers, for mixed or squared integers. Any Int128.
void exact_sum_add_int128(ExactSum *sum, Int128 value);
void exact_sum_remove_int128(ExactSum *sum, Int128 value);

/// Adds value * 2^exponent; `exponent` at most 1024.
void exact_sum_add_int128_scaled(ExactSum *sum, Int128 value, uint32_t exponent);

// What follows is the hot path's insides.

void exact_sum_settle(ExactSum *sum);
void exact_sum_count_special(ExactSum *sum, double value, int64_t count);

/// Adds or takes away mantissa * 2^(bit - 2176); `mantissa` has at most 53 bits and is not 0.
static inline void exact_sum_put(ExactSum *sum, uint64_t mantissa, uint32_t bit, bool negative)
{
    uint32_t chunk = bit / EXACT_SUM_CHUNK_BITS;
    uint32_t shift = bit % EXACT_SUM_CHUNK_BITS;
    int64_t low = (int64_t)((mantissa << shift) & 0xffffffff);
    int64_t high = (int64_t)(mantissa >> (EXACT_SUM_CHUNK_BITS - shift));
    int64_t mask = -(int64_t)negative;

    if (sum->pending == EXACT_SUM_PENDING_MAX) exact_sum_settle(sum);
    sum->pending++;
    sum->chunks[chunk] += (low ^ mask) - mask;
    sum->chunks[chunk + 1] += (high ^ mask) - mask;
    sum->end = sum->end > chunk + 2 ? sum->end : chunk + 2;
    sum->reach = sum->reach > EXACT_SUM_CHUNKS - chunk ? sum->reach : EXACT_SUM_CHUNKS - chunk;
}

/// A finite, non-zero double is float_mantissa * 2^(float_exponent - 1075).
static inline uint32_t float_exponent(uint64_t bits)
{
    uint32_t exponent = (uint32_t)(bits >> 52) & 0x7ff;
    return exponent + (exponent == 0);
}

static inline uint64_t float_mantissa(uint64_t bits)
{
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    return fraction | ((uint64_t)((bits & FLOAT_INFINITY_BITS) != 0) << 52);
}

/// `flip` is FLOAT_SIGN_BIT to take away, 0 to add.
static inline void exact_sum_apply(ExactSum *sum, double value, uint64_t flip)
{
    uint64_t bits = float_bits(value);
    if (!float_is_finite(value)) {
        exact_sum_count_special(sum, value, flip ? -1 : 1);
        return;
    }
    if ((bits << 1) == 0) return;
    exact_sum_put(sum, float_mantissa(bits), float_exponent(bits) + EXACT_SUM_POINT_BITS - 1075,
                  ((bits ^ flip) & FLOAT_SIGN_BIT) != 0);
}

static inline void exact_sum_apply_product(ExactSum *sum, double left, double right, uint64_t flip)
{
    uint64_t left_bits = float_bits(left);
    uint64_t right_bits = float_bits(right);
    if (!float_is_finite(left) || !float_is_finite(right)) {
        exact_sum_count_special(sum, left * right, flip ? -1 : 1);
        return;
    }
    Uint128 product = (Uint128)float_mantissa(left_bits) * float_mantissa(right_bits);
    uint64_t low = (uint64_t)product & (((uint64_t)1 << 53) - 1);
    uint64_t high = (uint64_t)(product >> 53);
    uint32_t bit = float_exponent(left_bits) + float_exponent(right_bits) + EXACT_SUM_POINT_BITS - 2 * 1075;
    bool negative = ((left_bits ^ right_bits ^ flip) & FLOAT_SIGN_BIT) != 0;
    if (low != 0) exact_sum_put(sum, low, bit, negative);
    if (high != 0) exact_sum_put(sum, high, bit + 53, negative);
}

// The hot path. Removing is adding the negation, and uncounting NaN and infinities.

static inline void exact_sum_add(ExactSum *sum, double value)
{
    exact_sum_apply(sum, value, 0);
}

static inline void exact_sum_remove(ExactSum *sum, double value)
{
    exact_sum_apply(sum, value, FLOAT_SIGN_BIT);
}

/// The product is exact: nothing is rounded, nothing under- or overflows. Infinity times zero counts as a NaN.
static inline void exact_sum_add_product(ExactSum *sum, double left, double right)
{
    exact_sum_apply_product(sum, left, right, 0);
}

static inline void exact_sum_remove_product(ExactSum *sum, double left, double right)
{
    exact_sum_apply_product(sum, left, right, FLOAT_SIGN_BIT);
}

static inline void exact_sum_add_square(ExactSum *sum, double value)
{
    exact_sum_apply_product(sum, value, value, 0);
}

static inline void exact_sum_remove_square(ExactSum *sum, double value)
{
    exact_sum_apply_product(sum, value, value, FLOAT_SIGN_BIT);
}

#endif
