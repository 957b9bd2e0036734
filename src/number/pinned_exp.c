/// The exponential and what is made of it. x = k ln2/128 + r with |r| < 0.0028; 2^(k/128) comes from a table and a power of
/// two, exp(r) from its series.
#include "number/pinned_internal.h"

static const double exp_greatest = 0x1.62e42fefa39efp+9; ///< above it exp(x) is an infinity
static const double exp_least = -0x1.74910d52d3052p+9;   ///< below it exp(x) rounds to 0
static const double series_below = 0.0027;               ///< |x| for which k = 0
static const double identity_below = 0x1p-54;            ///< |x| for which expm1(x) rounds to x

/// r^2/2 + r^3/6 + ... for |r| < 0.0028.
static double exp_series_tail(double r)
{
    double tail = 1.0 / 720 + r * (1.0 / 5040);
    tail = 1.0 / 24 + r * (1.0 / 120 + r * tail);
    return r * r * (0.5 + r * (1.0 / 6 + r * tail));
}

/// 2^(k/128) * exp(r), r normalised.
static ScaledDouble2 exp_from_table(int k, Double2 r)
{
    Double2 step = pinned_exp_table[k & (PINNED_EXP_STEPS - 1)];
    double tail = exp_series_tail(r.high) + (r.low + r.high * r.low);
    Double2 linear = double2_product(step.high, r.high);
    Double2 sum = double2_sum_ordered(step.high, linear.high);
    double low = linear.low + step.low + step.high * tail + step.low * r.high;
    return (ScaledDouble2){double2_sum_ordered(sum.high, sum.low + low), k >> 7};
}

ScaledDouble2 exp_double2(Double2 x)
{
    double k = double_nearest(x.high * 0x1.71547652b82fep+7); // 128 / ln 2
    double rest = x.high - k * pinned_ln2_128th.high;         // exact
    Double2 r = double2_sum(rest, -(k * pinned_ln2_128th.low));
    return exp_from_table((int)k, double2_sum_ordered(r.high, r.low + x.low));
}

static ScaledDouble2 exp_of(double x)
{
    return exp_double2((Double2){x, 0});
}

/// Below the normal range 1 stands in for 2^-1022: adding it makes the hardware round at the right bit.
static double round_subnormal(Double2 value, int exponent)
{
    enum { LEAST = -1000 };
    int shift = exponent + 1022;
    Double2 scaled = double2_scale(value, double_power_of_two(shift < LEAST ? LEAST : shift));
    Double2 sum = double2_sum_ordered(1.0, double_abs(scaled.high));
    double low = scaled.high < 0 ? -scaled.low : scaled.low;
    double rounded = (sum.high + (sum.low + low)) - 1.0;
    return double_with_sign(rounded * 0x1p-1022, value.high);
}

double double2_round_scaled(ScaledDouble2 scaled)
{
    Double2 value = double2_sum(scaled.value.high, scaled.value.low);
    if (scaled.exponent < -1020) {
        int shift = scaled.exponent + 1022;
        bool normal = shift >= -64 && double_abs(value.high) * double_power_of_two(shift) >= 1;
        if (!normal) return round_subnormal(value, scaled.exponent);
    }
    return pinned_scale(value.high, scaled.exponent);
}

double pinned_exp(double x)
{
    if (float_is_nan(x)) return float_nan();
    if (x > exp_greatest) return float_infinity();
    if (x < exp_least) return 0;
    return double2_round_scaled(exp_of(x));
}

double pinned_exp2(double x)
{
    if (float_is_nan(x)) return float_nan();
    if (x >= 1024) return float_infinity();
    if (x < -1075) return 0;
    double k = double_nearest(x * PINNED_EXP_STEPS);
    double rest = x - k / PINNED_EXP_STEPS; // exact
    return double2_round_scaled(exp_from_table((int)k, double2_multiply((Double2){rest, 0}, pinned_ln2)));
}

Double2 expm1_double2(double x)
{
    if (double_abs(x) < series_below) return double2_sum_ordered(x, exp_series_tail(x));
    ScaledDouble2 scaled = exp_of(x);
    Double2 value = double2_scale(scaled.value, double_power_of_two(scaled.exponent));
    Double2 sum = double2_sum(value.high, -1.0);
    return double2_sum_ordered(sum.high, sum.low + value.low);
}

double pinned_expm1(double x)
{
    const double one_hidden_from = 56; // exp(56) > 2^80
    if (float_is_nan(x)) return float_nan();
    if (double_abs(x) < identity_below) return x;
    if (x > one_hidden_from) return pinned_exp(x);
    if (x < -one_hidden_from) return -1;
    return expm1_double2(x).high;
}

double pinned_tanh(double x)
{
    const double one_from = 20; // 1 - tanh(20) < 2^-56
    double magnitude = double_abs(x);
    if (float_is_nan(x)) return float_nan();
    if (magnitude < 0x1p-30) return x;
    if (magnitude > one_from) return double_with_sign(1, x);
    Double2 above = expm1_double2(2 * magnitude);
    Double2 below = double2_add(above, (Double2){2, 0});
    return double_with_sign(double2_divide(above, below).high, x);
}

/// With e = exp(-|x|): 1 / (1 + e) or e / (1 + e), whichever does not overflow.
double pinned_sigmoid(double x)
{
    const double one_from = 40;        // 1 - sigmoid(40) < 2^-57
    const double exponential_to = -80; // exp(x) < 2^-115: the 1 hides it
    if (float_is_nan(x)) return float_nan();
    if (x > one_from) return 1;
    if (x < exponential_to) return pinned_exp(x);
    ScaledDouble2 scaled = exp_of(-double_abs(x));
    Double2 e = double2_scale(scaled.value, double_power_of_two(scaled.exponent));
    Double2 one = {1, 0};
    return double2_divide(x < 0 ? e : one, double2_add(one, e)).high;
}
