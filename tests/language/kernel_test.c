#include "language/kernel.h"

#include "support/test.h"

#define INTEGER TYPE_OF(TYPE_INT64)
#define NUMBER TYPE_OF(TYPE_FLOAT64)
#define TEXT TYPE_OF(TYPE_STRING)

static Type decimal(uint8_t scale)
{
    return (Type){.id = TYPE_DECIMAL, .precision = 38, .scale = scale};
}

static Kernel resolve(const char *name, Type left, Type right)
{
    Kernel kernel = KERNEL_COUNT;
    Type types[2] = {left, right};
    return kernel_resolve(str_from(name), types, 2, &kernel) ? kernel : KERNEL_COUNT;
}

static void the_least_widening_is_chosen(void **state)
{
    UNUSED(state);
    assert_int_equal(resolve("+", INTEGER, INTEGER), KERNEL_ADD_INT64);
    assert_int_equal(resolve("+", INTEGER, decimal(2)), KERNEL_ADD_DECIMAL);
    assert_int_equal(resolve("+", INTEGER, NUMBER), KERNEL_ADD_FLOAT64);
    assert_int_equal(resolve("+", decimal(2), NUMBER), KERNEL_ADD_FLOAT64);
    assert_int_equal(resolve("/", INTEGER, INTEGER), KERNEL_DIVIDE_FLOAT64);
    assert_int_equal(resolve("=", TEXT, TEXT), KERNEL_EQUAL_STRING);
    assert_int_equal(resolve("+", TEXT, INTEGER), KERNEL_COUNT);
    assert_int_equal(resolve("nothing", INTEGER, INTEGER), KERNEL_COUNT);
}

static void a_null_without_type_takes_any(void **state)
{
    UNUSED(state);
    assert_int_equal(resolve("+", TYPE_OF(TYPE_COUNT), decimal(1)), KERNEL_ADD_DECIMAL);
    assert_int_equal(resolve("coalesce", TEXT, TYPE_OF(TYPE_COUNT)), KERNEL_COALESCE_STRING);
}

static void decimals_that_share_a_scale_take_the_greatest(void **state)
{
    UNUSED(state);
    Type wanted[2];
    Type result = {0};
    const Type types[2] = {decimal(2), decimal(5)};
    assert_true(kernel_signature(KERNEL_ADD_DECIMAL, types, wanted, &result));
    assert_true(type_equal(wanted[0], decimal(5)) && type_equal(wanted[1], decimal(5)) &&
                type_equal(result, decimal(5)));
    assert_true(kernel_signature(KERNEL_MULTIPLY_DECIMAL, types, wanted, &result));
    assert_true(type_equal(wanted[0], decimal(2)) && type_equal(result, decimal(7)));
    assert_true(kernel_signature(KERNEL_ROUND_DECIMAL, types, wanted, &result));
    assert_true(type_equal(result, decimal(0)));
}

static void scales_that_add_up_to_more_than_38_are_refused(void **state)
{
    UNUSED(state);
    Type wanted[2];
    Type result = {0};
    const Type good[2] = {decimal(19), decimal(19)};
    const Type bad[2] = {decimal(20), decimal(19)};
    assert_true(kernel_signature(KERNEL_MULTIPLY_DECIMAL, good, wanted, &result));
    assert_false(kernel_signature(KERNEL_MULTIPLY_DECIMAL, bad, wanted, &result));
}

static void only_exact_types_are_accepted(void **state)
{
    UNUSED(state);
    const Type integers[2] = {INTEGER, INTEGER};
    const Type decimals[2] = {decimal(1), decimal(2)};
    assert_true(kernel_accepts(KERNEL_ADD_INT64, INTEGER, integers, 2));
    assert_false(kernel_accepts(KERNEL_ADD_INT64, NUMBER, integers, 2));
    assert_false(kernel_accepts(KERNEL_ADD_INT64, INTEGER, integers, 1));
    assert_false(kernel_accepts(KERNEL_ADD_FLOAT64, NUMBER, integers, 2));
    assert_false(kernel_accepts(KERNEL_ADD_DECIMAL, decimal(2), decimals, 2));
    assert_true(kernel_accepts(KERNEL_LESS_DECIMAL, TYPE_OF(TYPE_BOOL), decimals, 2));
    assert_true(kernel_accepts(KERNEL_CAST_DECIMAL_DECIMAL, decimal(9), decimals, 1));
}

static void every_kernel_is_found_by_its_id(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        Kernel kernel = KERNEL_COUNT;
        assert_true(kernel_find(str_from(kernel_name((Kernel)i)), &kernel));
        assert_int_equal(kernel, i);
        assert_in_range(kernel_argument_count(kernel), 1, PLAN_ARGUMENTS_MAX);
    }
}

static void casts_exist_where_the_page_says(void **state)
{
    UNUSED(state);
    Kernel kernel = KERNEL_COUNT;
    assert_true(kernel_cast(INTEGER, NUMBER, &kernel) && kernel == KERNEL_CAST_INT64_FLOAT64);
    assert_true(kernel_cast(decimal(1), decimal(2), &kernel) && kernel == KERNEL_CAST_DECIMAL_DECIMAL);
    assert_true(kernel_cast(TEXT, TYPE_INSTANT, &kernel) && kernel == KERNEL_CAST_STRING_INSTANT);
    assert_false(kernel_cast(TYPE_INSTANT, NUMBER, &kernel));
    assert_false(kernel_cast(INTEGER, INTEGER, &kernel));
    assert_false(kernel_cast(NUMBER, NUMBER, &kernel));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_widening_is_chosen),
        cmocka_unit_test(a_null_without_type_takes_any),
        cmocka_unit_test(decimals_that_share_a_scale_take_the_greatest),
        cmocka_unit_test(scales_that_add_up_to_more_than_38_are_refused),
        cmocka_unit_test(only_exact_types_are_accepted),
        cmocka_unit_test(every_kernel_is_found_by_its_id),
        cmocka_unit_test(casts_exist_where_the_page_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
