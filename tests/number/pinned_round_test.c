#include "mpfr_reference.h"
#include "number/pinned.h"

#include <math.h>

static void rounding_to_integers_agrees_with_the_standard_library(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    const double chosen[] = {0,
                             -0.0,
                             0.5,
                             -0.5,
                             0.49999999999999994,
                             1.5,
                             2.5,
                             -2.5,
                             0x1p52 - 0.5,
                             0x1p52,
                             0x1p53 + 2,
                             -0.2,
                             float_infinity(),
                             -float_infinity(),
                             4503599627370495.5,
                             0x1p-1074,
                             1e308};
    for (size_t i = 0; i < 50000; i++) {
        double x = i < COUNT_OF(chosen) ? chosen[i] : i % 2 ? test_any_finite(&random) : test_between(&random, -9, 9);
        assert_same_bits(pinned_trunc(x), trunc(x));
        assert_same_bits(pinned_floor(x), floor(x));
        assert_same_bits(pinned_ceil(x), ceil(x));
        assert_same_bits(pinned_round(x), round(x));
        assert_same_bits(pinned_round_even(x), rint(x));
    }
}

static void scaling_rounds_once(void **state)
{
    UNUSED(state);
    uint64_t random = 2;
    for (int i = 0; i < 100000; i++) {
        double x = test_any_finite(&random);
        int exponent = (int)(test_u64(&random) % 4600) - 2300;
        assert_same_bits(pinned_scale(x, exponent), ldexp(x, exponent));
    }
    assert_same_bits(pinned_scale(1, 1000000), float_infinity());
    assert_same_bits(pinned_scale(-1, -1000000), -0.0);
}

static void fraction_and_exponent_make_the_number_again(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    for (int i = 0; i < 100000; i++) {
        double x = i % 8 == 0 ? float_from_bits(test_u64(&random) >> 12) : test_any_finite(&random);
        int exponent = 0;
        int expected = 0;
        assert_same_bits(pinned_fraction(x, &exponent), frexp(x, &expected));
        assert_int_equal(exponent, expected);
    }
}

static void undefined_values_become_the_canonical_nan(void **state)
{
    UNUSED(state);
    double strange = float_from_bits(0xfff8000000000123);
    PinnedFunction functions[] = {pinned_trunc, pinned_floor,      pinned_ceil,
                                  pinned_round, pinned_round_even, pinned_sqrt};
    for (size_t i = 0; i < COUNT_OF(functions); i++) assert_same_bits(functions[i](strange), float_nan());
    assert_same_bits(pinned_sqrt(-1), float_nan());
    assert_same_bits(pinned_sqrt(-0.0), -0.0);
    assert_same_bits(pinned_sqrt(2), 0x1.6a09e667f3bcdp+0);
    assert_same_bits(pinned_scale(strange, 3), float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_to_integers_agrees_with_the_standard_library),
        cmocka_unit_test(scaling_rounds_once),
        cmocka_unit_test(fraction_and_exponent_make_the_number_again),
        cmocka_unit_test(undefined_values_become_the_canonical_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
