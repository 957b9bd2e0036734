/// The hyperbolic sine and cosine, of e = exp(|x|) in double-double: (e - 1/e) / 2 by way of expm1, so that nothing cancels,
/// and (e + 1/e) / 2.
#include "number/pinned_internal.h"

static const double small_to = 40;       ///< beyond it 1/e < 2^-115 e: the greater part hides it
static const double overflow_from = 720; ///< exp(720) / 2 is an infinity

/// exp(x) / 2 for x in [40, 720].
static double half_exp(double x)
{
    ScaledDouble2 e = exp_double2((Double2){x, 0});
    e.exponent -= 1;
    return double2_round_scaled(e);
}

double pinned_sinh(double x)
{
    double magnitude = double_abs(x);
    if (float_is_nan(x)) return float_nan();
    if (magnitude < 0x1p-30) return x;
    if (magnitude > overflow_from) return double_with_sign(float_infinity(), x);
    if (magnitude > small_to) return double_with_sign(half_exp(magnitude), x);
    Double2 above = expm1_double2(magnitude);
    Double2 below = double2_divide(above, double2_add(above, (Double2){1, 0}));
    return double_with_sign(double2_scale(double2_add(above, below), 0.5).high, x);
}

double pinned_cosh(double x)
{
    double magnitude = double_abs(x);
    if (float_is_nan(x)) return float_nan();
    if (magnitude > overflow_from) return float_infinity();
    if (magnitude > small_to) return half_exp(magnitude);
    ScaledDouble2 scaled = exp_double2((Double2){magnitude, 0});
    Double2 e = double2_scale(scaled.value, double_power_of_two(scaled.exponent));
    return double2_scale(double2_add(e, double2_divide((Double2){1, 0}, e)), 0.5).high;
}
