/// The natural logarithm and powers. x = 2^k m with m in [0.7, 1.42); a table gives a short c near 1/m with its logarithm,
/// and log(m c) comes from its series at r = m c - 1, |r| < 0.008. Near x = 1, k = 0 and c = 1, so nothing cancels.
#include "number/pinned_internal.h"

/// -r^4/4 + r^5/5 - ... over r^4.
static double log_series_tail(double r)
{
    double tail = 1.0 / 10 - r * (1.0 / 11);
    tail = 1.0 / 8 - r * (1.0 / 9 - r * tail);
    tail = 1.0 / 6 - r * (1.0 / 7 - r * tail);
    return -(1.0 / 4 - r * (1.0 / 5 - r * tail));
}

/// log(1 + r) for a normalised |r| < 0.008: the first three terms in double-double.
static Double2 log1p_series(Double2 r)
{
    const Double2 third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
    Double2 square = double2_product(r.high, r.high);
    Double2 cube_third = double2_multiply(double2_multiply(square, (Double2){r.high, 0}), third);
    Double2 sum = double2_sum_ordered(r.high, -0.5 * square.high);
    Double2 more = double2_sum_ordered(sum.high, cube_third.high);
    double tail = square.high * square.high * log_series_tail(r.high);
    double corrections = r.low - r.high * r.low - 0.5 * square.low + cube_third.low;
    return double2_sum_ordered(more.high, more.low + (sum.low + (corrections + tail)));
}

/// (high + low) * inverse - 1 for high in [0.7, 2): exact but for `low`, as inverse has 10 bits.
static Double2 reduce_by_inverse(double high, double low, double inverse)
{
    double upper = float_from_bits(float_bits(high) & ~(uint64_t)0x7ffffff);
    double lower = high - upper;
    Double2 rest = double2_sum(upper * inverse - 1, lower * inverse);
    return double2_sum_ordered(rest.high, rest.low + low * inverse);
}

Double2 log_double2(double high, double low)
{
    const uint32_t halved_from = 53; // intervals above sqrt(2)
    uint64_t bits = float_bits(high);
    uint32_t index = (uint32_t)(bits >> 45) & (PINNED_LOG_STEPS - 1);
    int k = (int)(bits >> 52) - 1023 + (index >= halved_from);
    const LogStep *step = &pinned_log_table[index];

    double m =
        float_from_bits((bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)(index >= halved_from ? 1022 : 1023) << 52);
    Double2 series = log1p_series(reduce_by_inverse(m, low == 0 ? 0 : pinned_scale(low, -k), step->inverse));
    Double2 whole = double2_sum(k * pinned_ln2_trimmed.high, step->log.high);
    Double2 sum = double2_sum(whole.high, series.high);
    double rest = k * pinned_ln2_trimmed.low + step->log.low + series.low;
    return double2_sum_ordered(sum.high, sum.low + (whole.low + rest));
}

/// As log_double2 for any positive finite x.
static Double2 log_of(double x)
{
    enum { SUBNORMAL_SHIFT = 54 };
    if (x >= 0x1p-1022) return log_double2(x, 0);
    Double2 shifted = log_double2(x * 0x1p54, 0);
    Double2 shift = double2_multiply((Double2){SUBNORMAL_SHIFT, 0}, pinned_ln2);
    return double2_add(shifted, double2_negate(shift));
}

double pinned_log(double x)
{
    if (x == 0) return -float_infinity();
    if (!(x > 0)) return float_nan();
    if (x > 0x1.fffffffffffffp1023) return x;
    return log_of(x).high;
}

/// The logarithm to the base that `inverse` is 1 / log of.
static double log_by(double x, Double2 inverse)
{
    if (x == 0) return -float_infinity();
    if (!(x > 0)) return float_nan();
    if (x > 0x1.fffffffffffffp1023) return x;
    return double2_multiply(log_of(x), inverse).high;
}

double pinned_log2(double x)
{
    return log_by(x, pinned_log2_e);
}

double pinned_log10(double x)
{
    return log_by(x, pinned_log10_e);
}

double pinned_log1p(double x)
{
    if (x == -1) return -float_infinity();
    if (!(x > -1)) return float_nan();
    if (x > 0x1.fffffffffffffp1023 || double_abs(x) < 0x1p-54) return x;
    Double2 sum = double2_sum(1, x);
    return log_double2(sum.high, sum.low).high;
}

static bool is_integer(double x)
{
    return pinned_trunc(x) == x;
}

static bool is_odd(double x)
{
    return double_abs(x) < 0x1p53 && is_integer(x) && !is_integer(x / 2);
}

/// x is 0 or infinite, y neither 0 nor NaN: the result is 0 or infinite, with the sign of an odd power.
static double power_of_extreme(double x, double y)
{
    bool great = (x == 0) == (y < 0);
    double magnitude = great ? float_infinity() : 0;
    return is_odd(y) ? double_with_sign(magnitude, x) : magnitude;
}

/// x > 0 and not 1, y so great that the result is 0 or infinite.
static double power_to_extreme(double x, double y)
{
    return (x > 1) == (y > 0) ? float_infinity() : 0;
}

/// x^y for finite x > 0 and any y but NaN.
static double power_of_positive(double x, double y)
{
    if (x == 1) return 1;
    if (double_abs(y) > 0x1p64) return power_to_extreme(x, y);
    if (double_abs(y) < 0x1p-65) return 1;
    Double2 exponent = double2_multiply(log_of(x), (Double2){y, 0});
    if (exponent.high > 710) return float_infinity();
    if (exponent.high < -746) return 0;
    return double2_round_scaled(exp_double2(exponent));
}

double pinned_pow(double x, double y)
{
    if (x == 1 || y == 0) return 1;
    if (float_is_nan(x) || float_is_nan(y)) return float_nan();
    if (x == 0 || !float_is_finite(x)) return power_of_extreme(x, y);
    if (x > 0) return power_of_positive(x, y);
    if (!float_is_finite(y)) return power_of_positive(-x, y);
    if (!is_integer(y)) return float_nan();
    double magnitude = power_of_positive(-x, y);
    return is_odd(y) ? -magnitude : magnitude;
}
