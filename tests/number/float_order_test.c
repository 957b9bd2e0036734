#include "number/float_order.h"

#include <stdlib.h>

#include "mpfr_reference.h"

static void nan_is_greatest_and_zeros_are_equal(void **state)
{
    UNUSED(state);
    const double ascending[] = {-float_infinity(), -1e308, -1,    -0x1p-1074,       0,
                                0x1p-1074,         1,      1e308, float_infinity(), float_nan()};
    for (size_t i = 0; i < COUNT_OF(ascending); i++) {
        for (size_t j = 0; j < COUNT_OF(ascending); j++) {
            assert_int_equal(float_compare(ascending[i], ascending[j]), (i > j) - (i < j));
        }
    }
    assert_int_equal(float_compare(-0.0, 0.0), 0);
    assert_int_equal(float_compare(float_from_bits(0xfff8000000000001), float_nan()), 0);
}

static void order_bits_lead_back_to_the_key(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    for (int i = 0; i < 100000; i++) {
        double value = float_from_bits(test_u64(&random));
        assert_same_bits(float_from_order_bits(float_order_bits(value)), float_canonical_key(value));
    }
    assert_same_bits(float_from_order_bits(float_order_bits(-0.0)), 0.0);
}

static void canonical_values_keep_negative_zero_and_canonical_keys_do_not(void **state)
{
    UNUSED(state);
    assert_same_bits(float_canonical(-0.0), -0.0);
    assert_same_bits(float_canonical_key(-0.0), 0.0);
    assert_same_bits(float_canonical(float_from_bits(0x7ff0000000000001)), float_nan());
    assert_same_bits(float_canonical_key(float_from_bits(0xffffffffffffffff)), float_nan());
    assert_same_bits(float_canonical_key(-3.5), -3.5);
}

static void sorting_puts_nan_last(void **state)
{
    UNUSED(state);
    double values[] = {float_nan(), 2, -float_infinity(), float_infinity(), -2};
    qsort(values, COUNT_OF(values), sizeof(values[0]), float_compare_items);
    assert_same_bits(values[0], -float_infinity());
    assert_same_bits(values[1], -2);
    assert_same_bits(values[3], float_infinity());
    assert_same_bits(values[4], float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nan_is_greatest_and_zeros_are_equal),
        cmocka_unit_test(order_bits_lead_back_to_the_key),
        cmocka_unit_test(canonical_values_keep_negative_zero_and_canonical_keys_do_not),
        cmocka_unit_test(sorting_puts_nan_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
