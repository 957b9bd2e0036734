#include "number/sphere.h"

#include <math.h>

#include "mpfr_reference.h"

static double fraction_of_turn(double degrees)
{
    return degrees - 360 * floor(degrees / 360);
}

/// By vectors: the tangent at the first point towards the second, against east and north.
static double bearing_by_vectors(double from_latitude, double from_longitude, double to_latitude, double to_longitude)
{
    const long double degree = acosl(-1) / 180;
    long double phi = from_latitude * degree, lambda = from_longitude * degree;
    long double to[3] = {cosl(to_latitude * degree) * cosl(to_longitude * degree),
                         cosl(to_latitude * degree) * sinl(to_longitude * degree), sinl(to_latitude * degree)};
    long double east[3] = {-sinl(lambda), cosl(lambda), 0};
    long double north[3] = {-sinl(phi) * cosl(lambda), -sinl(phi) * sinl(lambda), cosl(phi)};
    long double along[2] = {0, 0};
    for (int i = 0; i < 3; i++) {
        along[0] += to[i] * east[i];
        along[1] += to[i] * north[i];
    }
    return fraction_of_turn((double)(atan2l(along[0], along[1]) / degree));
}

static void bearings_agree_with_vectors(void **state)
{
    UNUSED(state);
    uint64_t random = 6;
    for (int i = 0; i < 20000; i++) {
        double at[4];
        for (int k = 0; k < 4; k++) at[k] = test_between(&random, k % 2 == 0 ? -89 : -180, k % 2 == 0 ? 89 : 180);
        double bearing = bearing_degrees(at[0], at[1], at[2], at[3]);
        double apart = fabs(bearing - bearing_by_vectors(at[0], at[1], at[2], at[3]));
        assert_true(bearing >= 0 && bearing < 360);
        if (apart > 1e-8 && apart < 360 - 1e-8) fail_msg("%.17g is %.3g off", bearing, apart);
    }
}

static void a_point_has_no_direction_to_itself(void **state)
{
    UNUSED(state);
    assert_same_bits(bearing_degrees(0, 0, 0, 0), 0);
    assert_same_bits(bearing_degrees(0, -1, 0, -1), 0);
    assert_same_bits(bearing_degrees(float_nan(), 0, 0, 0), float_nan());
    assert_same_bits(bearing_degrees(0, float_infinity(), 0, 0), float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bearings_agree_with_vectors),
        cmocka_unit_test(a_point_has_no_direction_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
