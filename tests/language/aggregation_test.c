#include "language/aggregation.h"

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
    assert_false(aggregation_find(STR("median"), &none));
}

static void only_count_needs_no_argument(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < AGGREGATION_COUNT_; i++) {
        assert_int_equal(aggregation_accepts((Aggregation)i, NULL), i == AGGREGATION_COUNT);
    }
}

static void sums_keep_their_type_and_means_are_floats(void **state)
{
    UNUSED(state);
    const Type decimal = {.id = TYPE_DECIMAL, .precision = 38, .scale = 2};
    const Type text = TYPE_OF(TYPE_STRING);
    const Type flag = TYPE_OF(TYPE_BOOL);
    assert_true(type_equal(aggregation_type(AGGREGATION_SUM, &decimal), decimal));
    assert_true(type_equal(aggregation_type(AGGREGATION_MEAN, &decimal), TYPE_OF(TYPE_FLOAT64)));
    assert_true(type_equal(aggregation_type(AGGREGATION_LAST, &text), text));
    assert_true(type_equal(aggregation_type(AGGREGATION_COUNT, &text), TYPE_OF(TYPE_INT64)));
    assert_false(aggregation_accepts(AGGREGATION_SUM, &text));
    assert_false(aggregation_accepts(AGGREGATION_SUM, &flag));
    assert_true(aggregation_accepts(AGGREGATION_MAX, &flag));
}

static void only_count_is_zero_of_no_rows(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < AGGREGATION_COUNT_; i++) {
        assert_int_equal(aggregation_info((Aggregation)i)->zero_when_empty, i == AGGREGATION_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_aggregation_is_found_by_its_name),
        cmocka_unit_test(only_count_needs_no_argument),
        cmocka_unit_test(sums_keep_their_type_and_means_are_floats),
        cmocka_unit_test(only_count_is_zero_of_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
