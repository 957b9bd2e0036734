/// Rounding to integers and scaling by powers of two: exact, or rounded once.
#include "number/pinned_internal.h"

static const double integers_from = 0x1p52; ///< every double this great is an integer

double pinned_sqrt(double x)
{
    return float_canonical(__builtin_sqrt(x));
}

double pinned_trunc(double x)
{
    if (!(double_abs(x) < integers_from)) return float_canonical(x);
    return double_with_sign((double)(int64_t)x, x);
}

double pinned_floor(double x)
{
    double whole = pinned_trunc(x);
    return whole > x ? whole - 1 : whole;
}

double pinned_ceil(double x)
{
    double whole = pinned_trunc(x);
    return whole < x ? double_with_sign(whole + 1, x) : whole;
}

double pinned_round(double x)
{
    double whole = pinned_trunc(x);
    double away = double_with_sign(whole + double_with_sign(1, x), x);
    return double_abs(x - whole) >= 0.5 ? away : whole;
}

double pinned_round_even(double x)
{
    if (!(double_abs(x) < integers_from)) return float_canonical(x);
    double magnitude = (double_abs(x) + integers_from) - integers_from;
    return double_with_sign(magnitude, x);
}

/// Steps down leave 53 bits of room above the subnormal range until the last one, so that only that one rounds.
double pinned_scale(double x, int exponent)
{
    enum { STEP_UP = 1023, STEP_DOWN = 969, LEAST = -1022 };
    for (int i = 0; i < 3 && exponent > STEP_UP; i++, exponent -= STEP_UP) x *= double_power_of_two(STEP_UP);
    for (int i = 0; i < 3 && exponent < LEAST; i++, exponent += STEP_DOWN) x *= double_power_of_two(-STEP_DOWN);
    if (exponent > STEP_UP) exponent = STEP_UP;
    if (exponent < LEAST) exponent = LEAST;
    return float_canonical(x * double_power_of_two(exponent));
}

double pinned_fraction(double x, int *out_exponent)
{
    *out_exponent = 0;
    if (x == 0 || !float_is_finite(x)) return float_canonical(x);
    bool subnormal = double_abs(x) < 0x1p-1022;
    uint64_t bits = float_bits(subnormal ? x * 0x1p54 : x);
    *out_exponent = (int)(bits >> 52 & 0x7ff) - 1022 - (subnormal ? 54 : 0);
    return float_from_bits((bits & ~FLOAT_INFINITY_BITS) | (uint64_t)1022 << 52);
}
