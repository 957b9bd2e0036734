#include "mpfr_reference.h"
#include "number/pinned.h"

#define ULP_MAX 0.501

static void sine_and_cosine_are_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_sin, mpfr_sin, -0.8, 0.8, 40000, ULP_MAX);
    check_between(pinned_cos, mpfr_cos, -0.8, 0.8, 40000, ULP_MAX);
    check_between(pinned_sin, mpfr_sin, -1000, 1000, 20000, ULP_MAX);
    check_between(pinned_cos, mpfr_cos, -1000, 1000, 20000, ULP_MAX);
}

static void tangent_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_tan, mpfr_tan, -0.8, 0.8, 40000, ULP_MAX);
    check_between(pinned_tan, mpfr_tan, -1000, 1000, 40000, ULP_MAX);
    check_between(pinned_tan, mpfr_tan, -1e-6, 1e-6, 10000, ULP_MAX);
    check_anywhere(pinned_tan, mpfr_tan, 20000, ULP_MAX);
}

static void any_magnitude_is_reduced_exactly(void **state)
{
    UNUSED(state);
    check_anywhere(pinned_sin, mpfr_sin, 10000, ULP_MAX);
    check_anywhere(pinned_cos, mpfr_cos, 10000, ULP_MAX);
    check_around(pinned_sin, mpfr_sin, 0x1.ffffffffffffcp1023, ULP_MAX);
}

/// 6381956970095103 * 2^797 is the double nearest to a multiple of pi/2 (Muller, "Elementary Functions").
static void the_hardest_argument_is_reduced_exactly(void **state)
{
    UNUSED(state);
    double hardest = pinned_scale(6381956970095103.0, 797);
    check_around(pinned_sin, mpfr_sin, hardest, ULP_MAX);
    check_around(pinned_cos, mpfr_cos, hardest, ULP_MAX);
    check_around(pinned_tan, mpfr_tan, hardest, ULP_MAX);
}

static void arguments_around_multiples_of_a_quarter_turn_are_right(void **state)
{
    UNUSED(state);
    for (int i = 1; i < 2000; i++) {
        check_around(pinned_sin, mpfr_sin, i * 0x1.921fb54442d18p-1, ULP_MAX);
        check_around(pinned_cos, mpfr_cos, i * 0x1.921fb54442d18p-1, ULP_MAX);
        check_around(pinned_tan, mpfr_tan, i * 0x1.921fb54442d18p-1, ULP_MAX);
    }
}

static void sine_and_tangent_are_odd_and_cosine_even(void **state)
{
    UNUSED(state);
    uint64_t random = 5;
    for (int i = 0; i < 20000; i++) {
        double x = test_any_finite(&random);
        assert_same_bits(pinned_sin(-x), -pinned_sin(x));
        assert_same_bits(pinned_cos(-x), pinned_cos(x));
        assert_same_bits(pinned_tan(-x), -pinned_tan(x));
    }
}

static void special_values_follow_annex_f(void **state)
{
    UNUSED(state);
    assert_same_bits(pinned_sin(0), 0);
    assert_same_bits(pinned_sin(-0.0), -0.0);
    assert_same_bits(pinned_cos(0), 1);
    assert_same_bits(pinned_tan(-0.0), -0.0);
    assert_same_bits(pinned_tan(-0x1p-1074), -0x1p-1074);
    assert_same_bits(pinned_sin(0x1p-1074), 0x1p-1074);
    const double undefined[] = {float_infinity(), -float_infinity(), float_nan(), float_from_bits(0xfff8000000000001)};
    for (size_t i = 0; i < COUNT_OF(undefined); i++) {
        assert_same_bits(pinned_sin(undefined[i]), float_nan());
        assert_same_bits(pinned_cos(undefined[i]), float_nan());
        assert_same_bits(pinned_tan(undefined[i]), float_nan());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sine_and_cosine_are_nearly_correctly_rounded),
        cmocka_unit_test(tangent_is_nearly_correctly_rounded),
        cmocka_unit_test(any_magnitude_is_reduced_exactly),
        cmocka_unit_test(the_hardest_argument_is_reduced_exactly),
        cmocka_unit_test(arguments_around_multiples_of_a_quarter_turn_are_right),
        cmocka_unit_test(sine_and_tangent_are_odd_and_cosine_even),
        cmocka_unit_test(special_values_follow_annex_f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
