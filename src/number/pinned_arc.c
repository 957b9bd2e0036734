/// Arc functions, all through the angle of a point (x, y) in double-double: with c = j/64 near y/x, it is atan(c), from a
/// table, plus the arc tangent of the small (y - c x) / (x + c y).
#include "number/pinned_internal.h"

/// u - u^3/3 + ... for |u| < 0.008.
static Double2 atan_series(Double2 u)
{
    double square = u.high * u.high;
    double tail = -u.high * square * (1.0 / 3 - square * (1.0 / 5 - square * (1.0 / 7 - square * (1.0 / 9))));
    return double2_sum_ordered(u.high, u.low + tail);
}

/// The angle of (x, y) for 0 <= y <= x, x > 0.
static Double2 angle_below_diagonal(Double2 y, Double2 x)
{
    double j = double_nearest(y.high / x.high * 64);
    Double2 c = {j / 64, 0};
    Double2 above = double2_add(y, double2_negate(double2_multiply(x, c)));
    Double2 below = double2_add(x, double2_multiply(y, c));
    Double2 series = atan_series(double2_divide(above, below));
    return double2_add(pinned_atan_table[(int)j], series);
}

/// The angle of (x, y), both >= 0 and not both 0.
static Double2 angle_in_quadrant(Double2 y, Double2 x)
{
    if (y.high <= x.high) return angle_below_diagonal(y, x);
    return double2_add(pinned_half_pi, double2_negate(angle_below_diagonal(x, y)));
}

static Double2 angle_turned(Double2 angle, bool beyond_half_pi)
{
    return beyond_half_pi ? double2_add(pinned_pi, double2_negate(angle)) : angle;
}

/// sqrt(1 - x^2) for |x| <= 1.
static Double2 cathetus(double x)
{
    Double2 square = double2_product(x, x);
    Double2 rest = double2_sum(1, -square.high);
    rest = double2_sum_ordered(rest.high, rest.low - square.low);
    if (rest.high <= 0) return (Double2){0, 0};
    return double2_root(rest);
}

double pinned_asin(double x)
{
    double magnitude = double_abs(x);
    if (!(magnitude <= 1)) return float_nan();
    if (magnitude < 0x1p-30) return x;
    return double_with_sign(angle_in_quadrant((Double2){magnitude, 0}, cathetus(x)).high, x);
}

double pinned_acos(double x)
{
    double magnitude = double_abs(x);
    if (!(magnitude <= 1)) return float_nan();
    if (magnitude < 0x1p-60) return pinned_half_pi.high;
    return angle_turned(angle_in_quadrant(cathetus(x), (Double2){magnitude, 0}), x < 0).high;
}

/// Arguments where at least one is 0 or infinite, or so unequal that the smaller hardly shows.
static double atan2_of_extremes(double y, double x)
{
    double y_size = double_abs(y);
    double x_size = double_abs(x);
    bool both_infinite = !float_is_finite(y_size) && !float_is_finite(x_size);
    Double2 one = {1, 0};

    if (both_infinite) return angle_turned(angle_in_quadrant(one, one), x < 0).high;
    if (y_size > x_size) return pinned_half_pi.high;
    if ((float_bits(x) & FLOAT_SIGN_BIT) != 0) return pinned_pi.high;
    return y_size == 0 ? 0 : y_size / x_size;
}

double pinned_atan2(double y, double x)
{
    enum { UNEQUAL_FROM = 64 };
    int y_exponent = 0;
    int x_exponent = 0;
    if (float_is_nan(y) || float_is_nan(x)) return float_nan();
    double y_fraction = double_abs(pinned_fraction(y, &y_exponent));
    double x_fraction = double_abs(pinned_fraction(x, &x_exponent));
    int difference = y_exponent - x_exponent;
    bool extreme = y == 0 || x == 0 || !float_is_finite(y) || !float_is_finite(x);

    if (extreme || difference > UNEQUAL_FROM || difference < -UNEQUAL_FROM) {
        return double_with_sign(atan2_of_extremes(y, x), y);
    }
    Double2 y_scaled = {y_fraction * double_power_of_two(difference), 0};
    Double2 angle = angle_in_quadrant(y_scaled, (Double2){x_fraction, 0});
    return double_with_sign(angle_turned(angle, x < 0).high, y);
}

double pinned_atan(double x)
{
    return pinned_atan2(x, 1);
}

static double square_of_half_sine(double degrees)
{
    const double half_degree = 0x1.1df46a2529d39p-7; // pi / 360
    double sine = pinned_sin(degrees * half_degree);
    return sine * sine;
}

/// The short way around: 359 degrees east is 1 west.
static double longitudes_apart(double from, double to)
{
    double apart = to - from;
    if (apart > 180) return apart - 360;
    return apart < -180 ? apart + 360 : apart;
}

double haversine_km(double from_latitude, double from_longitude, double to_latitude, double to_longitude)
{
    const double earth_radius_km = 6371.0088;
    const double degree = 0x1.1df46a2529d39p-6; // pi / 180
    double latitudes = square_of_half_sine(to_latitude - from_latitude);
    double longitudes = square_of_half_sine(longitudes_apart(from_longitude, to_longitude));
    double share = latitudes + pinned_cos(from_latitude * degree) * pinned_cos(to_latitude * degree) * longitudes;
    if (float_is_nan(share)) return float_nan();
    double half_chord = pinned_sqrt(share < 0 ? 0 : share);
    return 2 * earth_radius_km * pinned_asin(half_chord > 1 ? 1 : half_chord);
}
