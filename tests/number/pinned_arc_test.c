#include "mpfr_reference.h"
#include "number/pinned.h"

#define ULP_MAX 0.501

static void arc_functions_are_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_asin, mpfr_asin, -1, 1, 40000, ULP_MAX);
    check_between(pinned_acos, mpfr_acos, -1, 1, 40000, ULP_MAX);
    check_between(pinned_atan, mpfr_atan, -4, 4, 40000, ULP_MAX);
    check_anywhere(pinned_asin, mpfr_asin, 10000, ULP_MAX);
    check_anywhere(pinned_acos, mpfr_acos, 10000, ULP_MAX);
    check_anywhere(pinned_atan, mpfr_atan, 10000, ULP_MAX);
}

static void arguments_near_one_lose_nothing(void **state)
{
    UNUSED(state);
    check_between(pinned_asin, mpfr_asin, 0.99999, 1, 10000, ULP_MAX);
    check_between(pinned_acos, mpfr_acos, 0.99999, 1, 10000, ULP_MAX);
    check_between(pinned_acos, mpfr_acos, -1, -0.99999, 10000, ULP_MAX);
    check_between(pinned_acos, mpfr_acos, -1e-8, 1e-8, 10000, ULP_MAX);
}

static void atan2_is_nearly_correctly_rounded_in_all_quadrants(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    for (int i = 0; i < 60000; i++) {
        bool near = i % 2 == 0;
        double y = near ? test_between(&random, -2, 2) : test_any_finite(&random);
        double x = near ? test_between(&random, -2, 2) : test_any_finite(&random);
        double error = error_at2(pinned_atan2, mpfr_atan2, y, x);
        if (error > ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, y, x);
    }
}

static void atan2_underflows_to_the_rounded_quotient(void **state)
{
    UNUSED(state);
    uint64_t random = 4;
    for (int i = 0; i < 5000; i++) {
        double y = test_between(&random, 0, 0x1p-1000);
        double x = test_between(&random, 1, 0x1p80);
        double error = error_at2(pinned_atan2, mpfr_atan2, y, x);
        if (error > ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, y, x);
    }
}

static void atan2_follows_annex_f(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    const double values[] = {0, -0.0, 1, -1, 0x1p-1074, -0x1p-1074, 1e308, -1e308, infinity, -infinity, float_nan()};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        for (size_t j = 0; j < COUNT_OF(values); j++) {
            double error = error_at2(pinned_atan2, mpfr_atan2, values[i], values[j]);
            if (error > ULP_MAX) fail_msg("%a over %a: %a", values[i], values[j], pinned_atan2(values[i], values[j]));
        }
    }
    assert_same_bits(pinned_atan2(-0.0, 1), -0.0);
    assert_same_bits(pinned_atan2(-0.0, -1), -0x1.921fb54442d18p+1);
}

static void special_values_follow_annex_f(void **state)
{
    UNUSED(state);
    PinnedFunction functions[] = {pinned_asin, pinned_acos};
    const double undefined[] = {1.0000000000000002, -2, float_infinity(), -float_infinity(), -float_nan()};
    for (size_t i = 0; i < COUNT_OF(undefined); i++) {
        for (size_t j = 0; j < COUNT_OF(functions); j++) assert_same_bits(functions[j](undefined[i]), float_nan());
    }
    assert_same_bits(pinned_asin(-0.0), -0.0);
    assert_same_bits(pinned_atan(-0.0), -0.0);
    assert_same_bits(pinned_acos(1), 0);
    assert_same_bits(pinned_acos(-1), 0x1.921fb54442d18p+1);
    assert_same_bits(pinned_atan(float_infinity()), 0x1.921fb54442d18p+0);
}

/// Within 4 units of the last place.
static bool double_is_near(double actual, double expected)
{
    double difference = actual - expected;
    return difference <= expected * 0x1p-50 && difference >= expected * -0x1p-50;
}

static void haversine_knows_some_distances(void **state)
{
    UNUSED(state);
    const double quarter = 6371.0088 * 0x1.921fb54442d18p+0;
    assert_same_bits(haversine_km(40.75, -73.98, 40.75, -73.98), 0);
    assert_true(double_is_near(haversine_km(0, 0, 0, 90), quarter));
    assert_true(double_is_near(haversine_km(-90, 12, 90, 77), 2 * quarter));
    assert_true(double_is_near(haversine_km(0, -179.5, 0, 179.5), 2 * quarter / 180));
    assert_true(haversine_km(48.8566, 2.3522, 51.5074, -0.1278) > 343.4);
    assert_true(haversine_km(48.8566, 2.3522, 51.5074, -0.1278) < 343.7);
}

static void haversine_is_symmetric_and_knows_undefined_points(void **state)
{
    UNUSED(state);
    uint64_t random = 11;
    for (int i = 0; i < 2000; i++) {
        double a = test_between(&random, -90, 90);
        double b = test_between(&random, -180, 180);
        double c = test_between(&random, -90, 90);
        double d = test_between(&random, -180, 180);
        assert_same_bits(haversine_km(a, b, c, d), haversine_km(c, d, a, b));
    }
    assert_same_bits(haversine_km(float_nan(), 0, 0, 0), float_nan());
    assert_same_bits(haversine_km(0, 0, float_infinity(), 0), float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arc_functions_are_nearly_correctly_rounded),
        cmocka_unit_test(arguments_near_one_lose_nothing),
        cmocka_unit_test(atan2_is_nearly_correctly_rounded_in_all_quadrants),
        cmocka_unit_test(atan2_underflows_to_the_rounded_quotient),
        cmocka_unit_test(atan2_follows_annex_f),
        cmocka_unit_test(special_values_follow_annex_f),
        cmocka_unit_test(haversine_knows_some_distances),
        cmocka_unit_test(haversine_is_symmetric_and_knows_undefined_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
