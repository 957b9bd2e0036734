#include "language/aggregation.h"

#include <string.h>

#include "number/float_order.h"
#include "support/test.h"

static void every_aggregation_is_found_by_its_name(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < AGGREGATION_COUNT_; i++) {
        Aggregation found = AGGREGATION_COUNT_;
        assert_true(aggregation_find(str_from(aggregation_name((Aggregation)i)), &found));
        assert_int_equal(found, i);
    }
    Aggregation none = AGGREGATION_COUNT_;
    assert_false(aggregation_find(STR("average"), &none));
}

static void other_names_mean_the_same(void **state)
{
    UNUSED(state);
    Aggregation found = AGGREGATION_COUNT_;
    assert_true(aggregation_find(STR("variance"), &found));
    assert_int_equal(found, AGGREGATION_VAR_SAMP);
    assert_true(aggregation_find(STR("stddev_samp"), &found));
    assert_int_equal(found, AGGREGATION_STDDEV);
    assert_false(aggregation_find(STR("average"), &found));
}

static void arguments_are_as_many_as_the_form_shows(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < AGGREGATION_COUNT_; i++) {
        const AggregationInfo *info = aggregation_info((Aggregation)i);
        uint32_t commas = 0;
        bool any = strstr(info->form, "()") == NULL || i == AGGREGATION_COUNT;
        for (const char *at = info->form; *at != '\0'; at++) commas += *at == ',';
        if (i == AGGREGATION_COUNT || i == AGGREGATION_HISTOGRAM) commas -= 1;
        assert_int_equal(aggregation_arguments_max((Aggregation)i) + aggregation_parameters_max((Aggregation)i),
                         commas + any);
        assert_true(strncmp(info->form, info->name, strlen(info->name)) == 0);
        assert_true(strlen(info->meaning) > 0 && strlen(info->source) > 0);
    }
}

static void sums_keep_their_type_and_means_are_floats(void **state)
{
    UNUSED(state);
    const Type decimal = {.id = TYPE_DECIMAL, .precision = 38, .scale = 2};
    const Type text = TYPE_OF(TYPE_STRING);
    const Type flag = TYPE_OF(TYPE_BOOL);
    const Type real = TYPE_OF(TYPE_FLOAT64);
    assert_true(type_equal(aggregation_type(AGGREGATION_SUM, &decimal), decimal));
    assert_true(type_equal(aggregation_type(AGGREGATION_MEAN, &decimal), real));
    assert_true(type_equal(aggregation_type(AGGREGATION_LAST, &text), text));
    assert_true(type_equal(aggregation_type(AGGREGATION_COUNT, &text), TYPE_OF(TYPE_INT64)));
    assert_true(type_equal(aggregation_type(AGGREGATION_ANY, &flag), flag));
    assert_true(type_equal(aggregation_type(AGGREGATION_TOP_K, &decimal), type_list(decimal)));
    assert_true(type_equal(aggregation_type(AGGREGATION_VALUE_COUNTS, &text), type_map(text, TYPE_OF(TYPE_INT64))));
    assert_false(aggregation_accepts(AGGREGATION_SUM, &text, NULL));
    assert_false(aggregation_accepts(AGGREGATION_SUM, &flag, NULL));
    assert_true(aggregation_accepts(AGGREGATION_MAX, &flag, NULL));
    assert_true(aggregation_accepts(AGGREGATION_COUNT, NULL, NULL));
    assert_false(aggregation_accepts(AGGREGATION_SUM, NULL, NULL));
    assert_false(aggregation_accepts(AGGREGATION_CORR, &real, NULL));
    assert_true(aggregation_accepts(AGGREGATION_ARG_MAX, &text, &decimal));
}

static void categories_make_maps_of_what_a_map_can_hold(void **state)
{
    UNUSED(state);
    const Type text = TYPE_OF(TYPE_STRING);
    const Type real = TYPE_OF(TYPE_FLOAT64);
    Type type = {0};
    assert_true(aggregate_type(AGGREGATION_SUM, &real, &text, &type));
    assert_true(type_equal(type, type_map(text, real)));
    assert_false(aggregate_type(AGGREGATION_FIRST_K, &real, &text, &type));
    assert_true(aggregate_category_accepts(text));
    assert_false(aggregate_category_accepts(real));
}

static void parameters_are_held_to_their_limits(void **state)
{
    UNUSED(state);
    static const double edges[] = {0, 1, 1};
    PlanAggregate quantile = {.aggregation = AGGREGATION_QUANTILE, .number = 1.5};
    assert_string_equal(aggregate_refusal(&quantile), "a quantile is between 0 and 1");
    quantile.number = float_nan();
    assert_non_null(aggregate_refusal(&quantile));
    quantile.number = 1;
    assert_null(aggregate_refusal(&quantile));
    quantile.count = 1;
    assert_non_null(aggregate_refusal(&quantile));
    PlanAggregate histogram = {.aggregation = AGGREGATION_HISTOGRAM, .edges = edges, .edge_count = 2};
    assert_null(aggregate_refusal(&histogram));
    histogram.edge_count = 3;
    assert_non_null(aggregate_refusal(&histogram));
    PlanAggregate collect = {.aggregation = AGGREGATION_COLLECT};
    assert_non_null(aggregate_refusal(&collect));
    collect.window.rows_max = 5;
    assert_null(aggregate_refusal(&collect));
    PlanAggregate rate = {.aggregation = AGGREGATION_RATE, .count = 1};
    assert_non_null(aggregate_refusal(&rate));
    rate.window = (Window){.kind = WINDOW_TIME, .length_us = 10};
    assert_null(aggregate_refusal(&rate));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_aggregation_is_found_by_its_name),
        cmocka_unit_test(other_names_mean_the_same),
        cmocka_unit_test(arguments_are_as_many_as_the_form_shows),
        cmocka_unit_test(sums_keep_their_type_and_means_are_floats),
        cmocka_unit_test(categories_make_maps_of_what_a_map_can_hold),
        cmocka_unit_test(parameters_are_held_to_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
