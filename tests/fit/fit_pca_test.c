#include "support/fit_case.h"

#include "number/float_order.h"
#include "support/test.h"

static bool near(double value, double expected)
{
    double distance = value - expected;
    return distance < 1e-12 && distance > -1e-12;
}

/// Points on a line of slope 2, and a third value that never changes.
static void points_on_a_line_have_one_direction(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double x[] = {0, 1, 2, 3, float_nan(), 10};
    const double y[] = {0, 2, 4, 6, 9, 20};
    const double z[] = {5, 5, 5, 5, 5, 5};
    fit_case_floats(&fit, "trip.x", x, 6);
    fit_case_floats(&fit, "trip.y", y, 6);
    fit_case_floats(&fit, "trip.z", z, 6);
    fit_case_transform(&fit, "line", "pca(trip.x, trip.y, trip.z, 2)");
    fit_case_run(&fit, 5);
    assert_int_equal(fit.fitting.plan.feature_count, 2);
    ASSERT_STR(fit.fitting.plan.features[1].name, "line_1");
    const double root = 2.23606797749978969;
    assert_true(near(fit_case_value(&fit, "line_0", 0), -1.5 * root));
    assert_true(near(fit_case_value(&fit, "line_0", 3), 1.5 * root));
    assert_true(near(fit_case_value(&fit, "line_0", 5), 8.5 * root));
    assert_true(near(fit_case_value(&fit, "line_1", 5), 0));
    assert_true(float_is_nan(fit_case_value(&fit, "line_0", 4)));
    ASSERT_STR(fit.fitting.facts[0].learned, "2 of 3 directions, with 100.0% of the variance");
}

static void too_few_rows_are_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    const double x[] = {1, float_nan(), 3};
    const double y[] = {1, 2, float_nan()};
    fit_case_floats(&fit, "trip.x", x, 3);
    fit_case_floats(&fit, "trip.y", y, 3);
    fit_case_transform(&fit, "line", "pca(trip.x, trip.y, 1)");
    ASSERT_FAILS(fit_case_try(&fit, 3, &err), err, ERROR_DATA, "fewer than two training rows have all values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_on_a_line_have_one_direction),
        cmocka_unit_test(too_few_rows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
