/// vocabulary, one_hot, frequency_encode: order, ties, values that training does not have, nulls.
#include "support/fit_case.h"

#include "number/float_order.h"
#include "support/test.h"

#define NONE float_nan()

static const char *const AREAS[] = {"moss", "fern", "moss", "fern", "oak", NULL, "moss", "elm", "yew"};
enum { AREA_COUNT = COUNT_OF(AREAS), TRAINING = 7 };

static void check_value(const FitCase *fit, const char *column, size_t row, double expected)
{
    double value = fit_case_value(fit, column, row);
    if (float_bits(value) != float_bits(expected))
        fail_msg("%s, row %zu: %.17g, not %.17g", column, row, value, expected);
}

static void places_go_by_frequency_and_equals_by_value(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const int64_t ids[] = {7, -3, 7, 5, -3, INT64_MIN, 9};
    fit_case_ints(&fit, "trip.id", ids, 7);
    fit_case_transform(&fit, "place", "vocabulary(trip.id)");
    fit_case_transform(&fit, "small", "vocabulary(trip.id, 1)");
    fit_case_transform(&fit, "often", "vocabulary(trip.id, 10, 2, 0)");
    fit_case_run(&fit, 6);
    const double expected[] = {1, 0, 1, 2, 0, NONE, 3};
    const double small[] = {1, 0, 1, 1, 0, NONE, 1};
    const double often[] = {1, 0, 1, NONE, 0, NONE, NONE};
    for (size_t i = 0; i < 7; i++) {
        check_value(&fit, "place", i, expected[i]);
        check_value(&fit, "small", i, small[i]);
        check_value(&fit, "often", i, often[i]);
    }
    ASSERT_STR(fit.fitting.facts[0].learned, "3 values: -3 (2), 7 (2), 5 (1)");
}

static void unknown_values_share_the_buckets_behind(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    fit_case_texts(&fit, "trip.area", AREAS, AREA_COUNT);
    fit_case_transform(&fit, "place", "vocabulary(trip.area, 2, 1, 4)");
    fit_case_transform(&fit, "bucket", "hash(trip.area, 4) + 2");
    fit_case_run(&fit, TRAINING);
    check_value(&fit, "place", 0, 0);
    check_value(&fit, "place", 1, 1);
    check_value(&fit, "place", 5, NONE);
    for (size_t i = 7; i < AREA_COUNT; i++) check_value(&fit, "place", i, fit_case_value(&fit, "bucket", i));
    check_value(&fit, "place", 4, fit_case_value(&fit, "bucket", 4)); // oak is too rare
}

static void one_column_is_one_where_the_value_is(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    fit_case_texts(&fit, "trip.area", AREAS, AREA_COUNT);
    fit_case_transform(&fit, "area", "one_hot(trip.area)");
    fit_case_run(&fit, TRAINING);
    assert_int_equal(fit.fitting.plan.feature_count, 3);
    ASSERT_STR(fit.fitting.plan.features[0].name, "area_moss");
    ASSERT_STR(fit.fitting.plan.features[2].name, "area_oak");
    for (size_t i = 0; i < AREA_COUNT; i++) {
        Str area = str_from(AREAS[i]);
        check_value(&fit, "area_moss", i, str_equal(area, STR("moss")));
        check_value(&fit, "area_fern", i, str_equal(area, STR("fern")));
        check_value(&fit, "area_oak", i, str_equal(area, STR("oak")));
    }
}

static void rare_values_get_no_column(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    fit_case_texts(&fit, "trip.area", AREAS, AREA_COUNT);
    fit_case_transform(&fit, "often", "one_hot(trip.area, 100, 2)");
    fit_case_transform(&fit, "most", "one_hot(trip.area, 1)");
    fit_case_run(&fit, TRAINING);
    assert_int_equal(fit.fitting.plan.feature_count, 3);
    ASSERT_STR(fit.fitting.plan.features[1].name, "often_fern");
    ASSERT_STR(fit.fitting.plan.features[2].name, "most_moss");
}

static void bools_and_instants_are_categories_too(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    AUTO(column_deinit) Column flags = {.type = TYPE_OF(TYPE_BOOL)};
    AUTO(column_deinit) Column instants = {.type = TYPE_INSTANT};
    Error err = {0};
    for (int i = 0; i < 3; i++) {
        ASSERT_OK(column_push_bool(&flags, i == 1, &err), err);
        ASSERT_OK(column_push_int(&instants, i < 2 ? 5 : 6, &err), err);
    }
    fit_case_column(&fit, "trip.flag", &flags);
    fit_case_column(&fit, "trip.day", &instants);
    fit_case_transform(&fit, "flag", "frequency_encode(trip.flag)");
    fit_case_transform(&fit, "day", "one_hot(trip.day)");
    fit_case_run(&fit, 3);
    check_value(&fit, "flag", 1, 1.0 / 3);
    check_value(&fit, "day_5", 0, 1);
    check_value(&fit, "day_6", 0, 0);
}

static void shares_are_of_values_that_are_there(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    fit_case_texts(&fit, "trip.area", AREAS, AREA_COUNT);
    fit_case_transform(&fit, "share", "frequency_encode(trip.area)");
    fit_case_run(&fit, TRAINING);
    const double expected[] = {0.5, 2.0 / 6, 0.5, 2.0 / 6, 1.0 / 6, NONE, 0.5, 0, 0};
    for (size_t i = 0; i < AREA_COUNT; i++) check_value(&fit, "share", i, expected[i]);
}

static void columns_without_values_make_all_unknown_or_are_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    AUTO(fit_case_deinit) FitCase refused = {0};
    Error err = {0};
    const char *const areas[] = {NULL, NULL, "fern"};
    fit_case_texts(&fit, "trip.area", areas, 3);
    fit_case_transform(&fit, "place", "vocabulary(trip.area)");
    fit_case_transform(&fit, "share", "frequency_encode(trip.area)");
    fit_case_run(&fit, 2);
    check_value(&fit, "place", 2, 0);
    check_value(&fit, "share", 2, 0);
    fit_case_texts(&refused, "trip.area", areas, 3);
    fit_case_transform(&refused, "area", "one_hot(trip.area)");
    ASSERT_FAILS(fit_case_try(&refused, 2, &err), err, ERROR_DATA, "no training row has a value to make a column of");
}

static void two_columns_of_one_name_are_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    fit_case_texts(&fit, "trip.area", AREAS, AREA_COUNT);
    fit_case_transform(&fit, "area_moss", "trip.area = 'moss'");
    fit_case_transform(&fit, "area", "one_hot(trip.area)");
    ASSERT_FAILS(fit_case_try(&fit, TRAINING, &err), err, ERROR_CONFIG,
                 "two columns of the transforms are called 'area_moss'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_go_by_frequency_and_equals_by_value),
        cmocka_unit_test(unknown_values_share_the_buckets_behind),
        cmocka_unit_test(one_column_is_one_where_the_value_is),
        cmocka_unit_test(rare_values_get_no_column),
        cmocka_unit_test(bools_and_instants_are_categories_too),
        cmocka_unit_test(shares_are_of_values_that_are_there),
        cmocka_unit_test(columns_without_values_make_all_unknown_or_are_refused),
        cmocka_unit_test(two_columns_of_one_name_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
