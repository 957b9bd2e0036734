#include "mpfr_reference.h"
#include "number/pinned.h"

#define ULP_MAX 0.501

static int reference_sigmoid(mpfr_t out, const mpfr_t x, mpfr_rnd_t mode)
{
    mpfr_neg(out, x, mode);
    mpfr_exp(out, out, mode);
    mpfr_add_ui(out, out, 1, mode);
    return mpfr_ui_div(out, 1, out, mode);
}

static void exp_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_exp, mpfr_exp, -745.2, 709.8, 40000, ULP_MAX);
    check_between(pinned_exp, mpfr_exp, -1, 1, 20000, ULP_MAX);
    check_anywhere(pinned_exp, mpfr_exp, 5000, ULP_MAX);
}

static void exp_rounds_subnormal_results_once(void **state)
{
    UNUSED(state);
    check_between(pinned_exp, mpfr_exp, -745.2, -708, 20000, ULP_MAX);
    check_around(pinned_exp, mpfr_exp, -0x1.74910d52d3052p+9, ULP_MAX);
    check_around(pinned_exp, mpfr_exp, -0x1.6232bdd7abcd2p+9, ULP_MAX);
}

static void exp_overflows_where_doubles_end(void **state)
{
    UNUSED(state);
    check_around(pinned_exp, mpfr_exp, 0x1.62e42fefa39efp+9, ULP_MAX);
    assert_same_bits(pinned_exp(710), float_infinity());
    assert_same_bits(pinned_exp(-746), 0);
}

static void exp2_is_nearly_correctly_rounded_and_exact_on_integers(void **state)
{
    UNUSED(state);
    check_between(pinned_exp2, mpfr_exp2, -1076, 1025, 40000, ULP_MAX);
    check_between(pinned_exp2, mpfr_exp2, -0.01, 0.01, 10000, ULP_MAX);
    for (int i = -1074; i < 1024; i++) assert_same_bits(pinned_exp2(i), pinned_scale(1, i));
    assert_same_bits(pinned_exp2(-1075), 0);
    assert_same_bits(pinned_exp2(1024), float_infinity());
}

static void expm1_keeps_small_arguments(void **state)
{
    UNUSED(state);
    check_between(pinned_expm1, mpfr_expm1, -0.5, 0.5, 40000, ULP_MAX);
    check_between(pinned_expm1, mpfr_expm1, -0.004, 0.004, 20000, ULP_MAX);
    check_between(pinned_expm1, mpfr_expm1, -60, 710, 20000, ULP_MAX);
    check_anywhere(pinned_expm1, mpfr_expm1, 20000, ULP_MAX);
    assert_same_bits(pinned_expm1(-0.0), -0.0);
}

static void tanh_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_tanh, mpfr_tanh, -25, 25, 20000, ULP_MAX);
    check_between(pinned_tanh, mpfr_tanh, -0.1, 0.1, 20000, ULP_MAX);
    check_anywhere(pinned_tanh, mpfr_tanh, 10000, ULP_MAX);
}

static void sigmoid_is_nearly_correctly_rounded_on_both_sides(void **state)
{
    UNUSED(state);
    check_between(pinned_sigmoid, reference_sigmoid, -90, 50, 20000, ULP_MAX);
    check_between(pinned_sigmoid, reference_sigmoid, -1, 1, 20000, ULP_MAX);
    check_between(pinned_sigmoid, reference_sigmoid, -750, -80, 5000, ULP_MAX);
    assert_same_bits(pinned_sigmoid(0), 0.5);
}

static void special_values_follow_annex_f(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    PinnedFunction functions[] = {pinned_exp, pinned_exp2, pinned_expm1, pinned_tanh, pinned_sigmoid};
    const double at_infinity[] = {infinity, infinity, infinity, 1, 1};
    const double at_negative_infinity[] = {0, 0, -1, -1, 0};
    const double at_zero[] = {1, 1, 0, 0, 0.5};
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        assert_same_bits(functions[i](infinity), at_infinity[i]);
        assert_same_bits(functions[i](-infinity), at_negative_infinity[i]);
        assert_same_bits(functions[i](0), at_zero[i]);
        assert_same_bits(functions[i](float_from_bits(0xfff0000000000001)), float_nan());
    }
    assert_same_bits(pinned_tanh(-0.0), -0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_nearly_correctly_rounded),
        cmocka_unit_test(exp_rounds_subnormal_results_once),
        cmocka_unit_test(exp_overflows_where_doubles_end),
        cmocka_unit_test(exp2_is_nearly_correctly_rounded_and_exact_on_integers),
        cmocka_unit_test(expm1_keeps_small_arguments),
        cmocka_unit_test(tanh_is_nearly_correctly_rounded),
        cmocka_unit_test(sigmoid_is_nearly_correctly_rounded_on_both_sides),
        cmocka_unit_test(special_values_follow_annex_f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
