#include "support/fit_case.h"

#include <stdio.h>

#include "number/float_order.h"
#include "number/pinned.h"
#include "support/test.h"

enum { ROWS = 400 };

static double power_of(const FitCase *fit)
{
    Str learned = fit->fitting.facts[0].learned;
    double power = 0;
    assert_true(str_starts(learned, STR("power ")));
    assert_int_equal(sscanf(learned.data, "power %lf", &power), 1);
    return power;
}

/// A grid of normal quantiles, by the logistic's, which is near enough.
static double bell(size_t i)
{
    double share = ((double)i + 0.5) / ROWS;
    return pinned_log(share / (1 - share)) / 1.7;
}

static void values_whose_logarithms_are_normal_need_a_power_near_zero(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    double x[ROWS];
    for (size_t i = 0; i < ROWS; i++) x[i] = pinned_exp(5 + bell(i)) - 1;
    fit_case_floats(&fit, "trip.x", x, ROWS);
    fit_case_transform(&fit, "x", "yeo_johnson(trip.x)");
    fit_case_run(&fit, ROWS);
    double power = power_of(&fit);
    assert_true(power > -0.1 && power < 0.1);
}

static void values_that_are_normal_stay_nearly_as_they_are(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    double x[ROWS];
    for (size_t i = 0; i < ROWS; i++) x[i] = bell(i);
    fit_case_floats(&fit, "trip.x", x, ROWS);
    fit_case_transform(&fit, "x", "yeo_johnson(trip.x)");
    fit_case_run(&fit, ROWS);
    double power = power_of(&fit);
    assert_true(power > 0.95 && power < 1.05);
}

static void the_formula_has_its_four_branches(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double x[] = {-3, -1, 0, 1, 3, float_nan()};
    fit_case_floats(&fit, "trip.x", x, 6);
    fit_case_floats(&fit, "trip.y", x, 6);
    fit_case_transform(&fit, "x", "yeo_johnson(trip.x)");
    fit_case_run(&fit, 6);
    double power = power_of(&fit);
    for (size_t i = 0; i < 5; i++) {
        double side = x[i] < 0 ? 2 - power : power;
        double base = x[i] < 0 ? 1 - x[i] : 1 + x[i];
        double expected = side == 0 ? pinned_log(base) : (pinned_exp(side * pinned_log(base)) - 1) / side;
        if (x[i] < 0) expected = -expected;
        assert_int_equal(float_bits(fit_case_value(&fit, "x", i)), float_bits(expected));
    }
    assert_true(float_is_nan(fit_case_value(&fit, "x", 5)));
}

static void a_constant_column_stays(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double x[] = {3, 3, 3};
    fit_case_floats(&fit, "trip.x", x, 3);
    fit_case_transform(&fit, "x", "yeo_johnson(trip.x)");
    fit_case_run(&fit, 3);
    assert_true(power_of(&fit) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_whose_logarithms_are_normal_need_a_power_near_zero),
        cmocka_unit_test(values_that_are_normal_stay_nearly_as_they_are),
        cmocka_unit_test(the_formula_has_its_four_branches),
        cmocka_unit_test(a_constant_column_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
