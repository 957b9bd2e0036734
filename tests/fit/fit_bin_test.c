/// bin and quantile_transform: edges, equal edges, ends.
#include "support/fit_case.h"

#include "number/float_order.h"
#include "support/test.h"

#define NONE float_nan()

static void check_value(const FitCase *fit, const char *column, size_t row, double expected)
{
    double value = fit_case_value(fit, column, row);
    if (float_bits(value) != float_bits(expected))
        fail_msg("%s, row %zu: %.17g, not %.17g", column, row, value, expected);
}

static void bins_hold_equal_shares_of_training_rows(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {1, 2, 3, 4, 5, 6, 7, 8, NONE, -100, 100};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "bin", "bin(trip.km, 4)");
    fit_case_run(&fit, 9);
    const double expected[] = {0, 0, 1, 1, 2, 2, 3, 3, NONE, 0, 3};
    for (size_t i = 0; i < COUNT_OF(expected); i++) check_value(&fit, "bin", i, expected[i]);
    ASSERT_STR(fit.fitting.facts[0].learned, "3 inner edges: 2.75, 4.5, 6.25");
}

static void uniform_bins_have_equal_widths(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {0, 1, 2, 8, 4, 3.999};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "bin", "bin(trip.km, 4, 'uniform')");
    fit_case_run(&fit, 4);
    const double expected[] = {0, 0, 1, 3, 2, 1};
    for (size_t i = 0; i < COUNT_OF(expected); i++) check_value(&fit, "bin", i, expected[i]);
}

static void equal_quantiles_are_one_edge(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {0, 0, 0, 0, 0, 0, -0.0, 9, -1};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "bin", "bin(trip.km, 4)");
    fit_case_run(&fit, 8);
    check_value(&fit, "bin", 8, 0);
    check_value(&fit, "bin", 0, 1);
    check_value(&fit, "bin", 6, 1);
    check_value(&fit, "bin", 7, 1);
}

static void a_constant_column_has_one_edge_at_most(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {5, 5, 5, 4, 6};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "bin", "bin(trip.km, 4)");
    fit_case_transform(&fit, "wide", "bin(trip.km, 4, 'uniform')");
    fit_case_transform(&fit, "rank", "quantile_transform(trip.km)");
    fit_case_run(&fit, 3);
    check_value(&fit, "bin", 3, 0);
    check_value(&fit, "bin", 0, 1);
    check_value(&fit, "wide", 4, 1);
    check_value(&fit, "rank", 0, 0.5);
}

static void given_edges_need_no_values(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {NONE, -2, 0.5, 10, 1e9};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "bin", "bin(trip.km, [-1, 0.5, 10])");
    fit_case_run(&fit, 1);
    const double expected[] = {NONE, 0, 2, 3, 3};
    for (size_t i = 0; i < COUNT_OF(expected); i++) check_value(&fit, "bin", i, expected[i]);
}

static void ranks_are_shares_of_training_values(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {10, 20, 20, 30, 50, 40, 15, 5, 99, NONE};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "rank", "quantile_transform(trip.km)");
    fit_case_transform(&fit, "coarse", "quantile_transform(trip.km, 2)");
    fit_case_run(&fit, 5);
    const double expected[] = {0, 0.375, 0.375, 0.75, 1, 0.875, 0.125, 0, 1, NONE};
    for (size_t i = 0; i < COUNT_OF(expected); i++) check_value(&fit, "rank", i, expected[i]);
    check_value(&fit, "coarse", 3, 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bins_hold_equal_shares_of_training_rows),
        cmocka_unit_test(uniform_bins_have_equal_widths),
        cmocka_unit_test(equal_quantiles_are_one_edge),
        cmocka_unit_test(a_constant_column_has_one_edge_at_most),
        cmocka_unit_test(given_edges_need_no_values),
        cmocka_unit_test(ranks_are_shares_of_training_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
