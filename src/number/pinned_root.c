/// The cube root, and the length of (x, y): an approximation in double, then one step in double-double.
#include "number/pinned_internal.h"

/// Near the cube root of m in [0.5, 1), within 2^-9: the parabola through 0.5, 0.75 and 1.
static double cube_root_near(double m)
{
    return 0.49372 + m * (0.69364 - m * 0.18736);
}

/// Of t in [0.5, 4): two steps of Halley's method, each of which triples the right digits, then Newton's in double-double.
static double cube_root(double t, double near)
{
    for (int i = 0; i < 2; i++) {
        double cube = near * near * near;
        near *= (cube + 2 * t) / (2 * cube + t);
    }
    Double2 square = double2_product(near, near);
    Double2 cube = double2_multiply(square, (Double2){near, 0});
    double rest = (t - cube.high) - cube.low;
    return near + rest / (3 * square.high);
}

double pinned_cbrt(double x)
{
    static const double ROOTS[] = {1, 0x1.428a2f98d728bp+0, 0x1.965fea53d6e3dp+0}; // of 1, 2 and 4
    int exponent = 0;
    if (x == 0 || !float_is_finite(x)) return float_canonical(x);
    double m = double_abs(pinned_fraction(x, &exponent));
    int third = exponent >= 0 ? exponent / 3 : -((2 - exponent) / 3);
    int rest = exponent - 3 * third;
    double root = cube_root(m * double_power_of_two(rest), cube_root_near(m) * ROOTS[rest]);
    return double_with_sign(pinned_scale(root, third), x);
}

/// sqrt(great^2 + small^2) for finite great >= small >= 0, great not 0. Halved exponents keep the squares finite.
static double length_of(double great, double small)
{
    enum { HIDDEN_FROM = 64 };
    int exponent = 0;
    int small_exponent = 0;
    double x = pinned_fraction(great, &exponent);
    double y = pinned_fraction(small, &small_exponent);
    if (small == 0 || exponent - small_exponent > HIDDEN_FROM) return great;
    y *= double_power_of_two(small_exponent - exponent);
    Double2 sum = double2_add(double2_product(x, x), double2_product(y, y));
    return double2_round_scaled((ScaledDouble2){double2_root(sum), exponent});
}

double pinned_hypot(double x, double y)
{
    double great = double_abs(x);
    double small = double_abs(y);
    double infinity = float_infinity();
    if (great == infinity || small == infinity) return infinity;
    if (float_is_nan(x) || float_is_nan(y)) return float_nan();
    if (great == 0 && small == 0) return 0;
    return great >= small ? length_of(great, small) : length_of(small, great);
}
