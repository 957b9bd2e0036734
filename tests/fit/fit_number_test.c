/// scale, winsorise, impute: values by hand, nulls, constants, and what is refused.
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

static void scales_are_of_training_rows_alone(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {2, 4, NONE, 4, 4, 5, 5, 7, 9, 1000};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "standard", "scale(trip.km)");
    fit_case_transform(&fit, "min_max", "scale(trip.km, 'min_max')");
    fit_case_transform(&fit, "robust", "scale(trip.km, 'robust')");
    fit_case_transform(&fit, "max_abs", "scale(-trip.km, 'max_abs')");
    fit_case_run(&fit, 9);
    check_value(&fit, "standard", 0, -1.5); // mean 5, deviation 2
    check_value(&fit, "standard", 9, 497.5);
    check_value(&fit, "standard", 2, NONE);
    check_value(&fit, "min_max", 0, 0);
    check_value(&fit, "min_max", 8, 1);
    check_value(&fit, "min_max", 9, 998.0 / 7);
    check_value(&fit, "robust", 5, 0.5 / 1.5); // median 4.5, quartiles 4 and 5.5
    check_value(&fit, "max_abs", 8, -1);
    check_value(&fit, "max_abs", 0, -2.0 / 9);
}

static void a_constant_column_is_only_moved(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {3, 3, 3, 5};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "standard", "scale(trip.km)");
    fit_case_transform(&fit, "min_max", "scale(trip.km, 'min_max')");
    fit_case_transform(&fit, "robust", "scale(trip.km, 'robust')");
    fit_case_run(&fit, 3);
    check_value(&fit, "standard", 0, 0);
    check_value(&fit, "standard", 3, 2);
    check_value(&fit, "min_max", 3, 2);
    check_value(&fit, "robust", 3, 2);
}

static void nan_is_missing_and_infinity_is_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    AUTO(fit_case_deinit) FitCase refused = {0};
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_FLOAT64)};
    Error err = {0};
    const double values[] = {1, float_nan(), 3};
    for (size_t i = 0; i < COUNT_OF(values); i++) ASSERT_OK(column_push_float(&column, values[i], &err), err);
    fit_case_column(&fit, "trip.km", &column);
    fit_case_transform(&fit, "km", "scale(trip.km)");
    fit_case_transform(&fit, "filled", "impute(trip.km)");
    fit_case_run(&fit, 3);
    check_value(&fit, "km", 0, -1);
    check_value(&fit, "km", 1, NONE);
    check_value(&fit, "filled", 1, 2);

    const double infinite[] = {1, float_infinity()};
    fit_case_floats(&refused, "trip.km", infinite, 2);
    fit_case_transform(&refused, "km", "scale(trip.km)");
    ASSERT_FAILS(fit_case_try(&refused, 2, &err), err, ERROR_DATA,
                 "train: transform 'km': scale: a training row has an infinite value");
}

static void a_column_without_values_and_an_empty_split_are_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase empty = {0};
    AUTO(fit_case_deinit) FitCase none = {0};
    Error err = {0};
    const double km[] = {NONE, NONE, 3};
    fit_case_floats(&empty, "trip.km", km, 3);
    fit_case_transform(&empty, "km", "impute(trip.km, 'median')");
    ASSERT_FAILS(fit_case_try(&empty, 2, &err), err, ERROR_DATA,
                 "transform 'km': impute: no training row has a value to learn from");
    fit_case_floats(&none, "trip.km", km, 3);
    fit_case_transform(&none, "km", "trip.km * 2");
    ASSERT_FAILS(fit_case_try(&none, 0, &err), err, ERROR_DATA, "no training row to fit transforms on");
}

static void what_overflows_is_an_error_and_no_infinity(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    const double km[] = {-1.7e308, 1.7e308};
    fit_case_floats(&fit, "trip.km", km, 2);
    fit_case_transform(&fit, "km", "scale(trip.km, 'min_max')");
    ASSERT_FAILS(fit_case_try(&fit, 2, &err), err, ERROR_DATA, "not finite");
}

static void winsorised_values_end_at_quantiles(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {10, 20, 30, 40, 50, -7, 99, 33, NONE};
    fit_case_floats(&fit, "trip.km", km, COUNT_OF(km));
    fit_case_transform(&fit, "km", "winsorise(trip.km, 0.125, 0.75)");
    fit_case_run(&fit, 5);
    check_value(&fit, "km", 0, 15);
    check_value(&fit, "km", 5, 15);
    check_value(&fit, "km", 6, 40);
    check_value(&fit, "km", 7, 33);
    check_value(&fit, "km", 8, NONE);
}

static void imputed_values_are_of_training_rows(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {1, 2, 2, 7, NONE};
    const int64_t count[] = {4, 4, 3, INT64_MIN, INT64_MIN};
    fit_case_floats(&fit, "trip.km", km, 5);
    fit_case_ints(&fit, "trip.n", count, 5);
    fit_case_transform(&fit, "mean", "impute(trip.km)");
    fit_case_transform(&fit, "median", "impute(trip.km, 'median')");
    fit_case_transform(&fit, "mode", "impute(trip.km, 'most_frequent')");
    fit_case_transform(&fit, "constant", "impute(trip.km, 'constant', -1)");
    fit_case_transform(&fit, "n", "impute(trip.n, 'most_frequent')");
    fit_case_transform(&fit, "n_mean", "impute(trip.n)");
    fit_case_transform(&fit, "km", "impute_flagged(trip.km, 'median')");
    fit_case_run(&fit, 4);
    check_value(&fit, "mean", 4, 3);
    check_value(&fit, "median", 4, 2);
    check_value(&fit, "mode", 4, 2);
    check_value(&fit, "constant", 4, -1);
    check_value(&fit, "n", 4, 4);
    check_value(&fit, "n_mean", 4, 11.0 / 3);
    check_value(&fit, "n_mean", 2, 3);
    check_value(&fit, "km_value", 4, 2);
    check_value(&fit, "km_missing", 4, 1);
    check_value(&fit, "km_missing", 3, 0);
}

static void texts_are_imputed_before_they_are_encoded(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const char *const areas[] = {"b", "a", "b", NULL, NULL};
    fit_case_texts(&fit, "trip.area", areas, 5);
    fit_case_transform(&fit, "area", "one_hot(impute(trip.area, 'most_frequent'))");
    fit_case_transform(&fit, "named", "one_hot(impute(trip.area, 'constant', 'none'))");
    fit_case_run(&fit, 4);
    check_value(&fit, "area_b", 4, 1);
    check_value(&fit, "area_a", 4, 0);
    check_value(&fit, "named_none", 4, 1);
}

static void calls_are_fitted_from_the_inside_out(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {0, 4, NONE, 8};
    fit_case_floats(&fit, "trip.km", km, 4);
    fit_case_transform(&fit, "km", "scale(impute(trip.km, 'constant', 8), 'min_max') * 2 + 1");
    fit_case_run(&fit, 4);
    check_value(&fit, "km", 0, 1);
    check_value(&fit, "km", 2, 3);
    check_value(&fit, "km", 1, 2);
    assert_int_equal(fit.fitting.fact_count, 2);
    ASSERT_STR(fit.fitting.facts[0].call, "impute");
    ASSERT_STR(fit.fitting.facts[1].learned, "centre 0, spread 8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_are_of_training_rows_alone),
        cmocka_unit_test(a_constant_column_is_only_moved),
        cmocka_unit_test(nan_is_missing_and_infinity_is_refused),
        cmocka_unit_test(a_column_without_values_and_an_empty_split_are_refused),
        cmocka_unit_test(what_overflows_is_an_error_and_no_infinity),
        cmocka_unit_test(winsorised_values_end_at_quantiles),
        cmocka_unit_test(imputed_values_are_of_training_rows),
        cmocka_unit_test(texts_are_imputed_before_they_are_encoded),
        cmocka_unit_test(calls_are_fitted_from_the_inside_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
