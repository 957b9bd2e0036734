/// Double-double arithmetic and the tables of the pinned functions: a value is the unevaluated sum of two doubles, which
/// carries about 106 bits (Dekker, "A floating-point technique for extending the available precision", 1971).
///
/// No fused multiply-add: where the hardware lacks it, it is slow, and products split by Veltkamp's method give the same
/// bits everywhere. Operands stay below 2^996 in magnitude, or the splitting would overflow.
#ifndef PAWL_NUMBER_PINNED_INTERNAL_H
#define PAWL_NUMBER_PINNED_INTERNAL_H

#include "number/float_order.h"
#include "number/pinned.h"

/// high + low, with |low| at most half a unit in the last place of high once normalised.
typedef struct Double2 {
    double high;
    double low;
} Double2;

typedef struct LogStep {
    double inverse;
    Double2 log; ///< of 1 / inverse
} LogStep;

enum {
    PINNED_EXP_STEPS = 128,
    PINNED_LOG_STEPS = 128,
    PINNED_SIN_STEPS = 52,
    PINNED_ATAN_STEPS = 65,
    PINNED_TWO_OVER_PI_WORDS = 22
};

extern const Double2 pinned_ln2_128th;   ///< ln 2 / 128; high has 34 bits
extern const Double2 pinned_ln2_trimmed; ///< ln 2; high has 42 bits
extern const Double2 pinned_ln2;
extern const Double2 pinned_log2_e;  ///< 1 / ln 2
extern const Double2 pinned_log10_e; ///< 1 / ln 10
extern const Double2 pinned_pi;
extern const Double2 pinned_half_pi;
extern const uint64_t pinned_two_over_pi[PINNED_TWO_OVER_PI_WORDS]; ///< a zero word, then the fraction's bits
extern const Double2 pinned_exp_table[PINNED_EXP_STEPS];            ///< 2^(j/128)
extern const LogStep pinned_log_table[PINNED_LOG_STEPS];            ///< by the seven bits after the leading one
extern const Double2 pinned_sin_table[PINNED_SIN_STEPS];            ///< of j/64
extern const Double2 pinned_cos_table[PINNED_SIN_STEPS];
extern const Double2 pinned_atan_table[PINNED_ATAN_STEPS];

/// A value times a power of two that a double may not hold.
typedef struct ScaledDouble2 {
    Double2 value;
    int exponent;
} ScaledDouble2;

/// exp(x) for |x| < 1000, the value in [0.99, 2.01); relative error below 2^-68.
ScaledDouble2 exp_double2(Double2 x);

/// exp(x) - 1 for |x| < 60.
Double2 expm1_double2(double x);

/// log(high + low) of a positive, normal `high`; relative error below 2^-70.
Double2 log_double2(double high, double low);

/// value * 2^exponent, rounded once to a double, also when that is subnormal.
double double2_round_scaled(ScaledDouble2 scaled);

static inline double double_abs(double x)
{
    return float_from_bits(float_bits(x) & ~FLOAT_SIGN_BIT);
}

/// The magnitude of x with the sign of `sign`.
static inline double double_with_sign(double x, double sign)
{
    return float_from_bits((float_bits(x) & ~FLOAT_SIGN_BIT) | (float_bits(sign) & FLOAT_SIGN_BIT));
}

/// 2^exponent for -1022 <= exponent <= 1023.
static inline double double_power_of_two(int exponent)
{
    return float_from_bits((uint64_t)(exponent + 1023) << 52);
}

/// To the nearest integer, ties to even, for |x| < 2^51.
static inline double double_nearest(double x)
{
    const double shift = 0x1.8p52;
    return (x + shift) - shift;
}

/// a + b exactly, for |a| >= |b| or a = 0.
static inline Double2 double2_sum_ordered(double a, double b)
{
    double sum = a + b;
    return (Double2){sum, b - (sum - a)};
}

/// a + b exactly (Knuth).
static inline Double2 double2_sum(double a, double b)
{
    double sum = a + b;
    double part = sum - a;
    return (Double2){sum, (a - (sum - part)) + (b - part)};
}

/// The upper 26 bits of a, rounded; the rest fits in 26 bits too (Veltkamp).
static inline Double2 double2_split(double a)
{
    double scaled = 134217729.0 * a;
    double high = scaled - (scaled - a);
    return (Double2){high, a - high};
}

/// a * b exactly (Dekker).
static inline Double2 double2_product(double a, double b)
{
    Double2 left = double2_split(a);
    Double2 right = double2_split(b);
    double product = a * b;
    double error =
        ((left.high * right.high - product) + left.high * right.low + left.low * right.high) + left.low * right.low;
    return (Double2){product, error};
}

static inline Double2 double2_negate(Double2 a)
{
    return (Double2){-a.high, -a.low};
}

static inline Double2 double2_add(Double2 a, Double2 b)
{
    Double2 high = double2_sum(a.high, b.high);
    Double2 low = double2_sum(a.low, b.low);
    Double2 sum = double2_sum_ordered(high.high, high.low + low.high);
    return double2_sum_ordered(sum.high, sum.low + low.low);
}

static inline Double2 double2_multiply(Double2 a, Double2 b)
{
    Double2 product = double2_product(a.high, b.high);
    return double2_sum_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static inline Double2 double2_divide(Double2 a, Double2 b)
{
    double quotient = a.high / b.high;
    Double2 product = double2_product(quotient, b.high);
    double rest = ((a.high - product.high) - product.low) + (a.low - quotient * b.low);
    return double2_sum_ordered(quotient, rest / b.high);
}

/// sqrt(a) for a.high > 0.
static inline Double2 double2_root(Double2 a)
{
    double root = __builtin_sqrt(a.high);
    Double2 square = double2_product(root, root);
    double rest = ((a.high - square.high) - square.low) + a.low;
    return double2_sum_ordered(root, rest / (2 * root));
}

static inline Double2 double2_scale(Double2 a, double power_of_two)
{
    return (Double2){a.high * power_of_two, a.low * power_of_two};
}

#endif
