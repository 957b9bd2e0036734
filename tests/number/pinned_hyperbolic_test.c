#include "mpfr_reference.h"
#include "number/pinned.h"

#define ULP_MAX 0.501

static void hyperbolic_sine_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_sinh, mpfr_sinh, -1, 1, 40000, ULP_MAX);
    check_between(pinned_sinh, mpfr_sinh, -0.01, 0.01, 40000, ULP_MAX);
    check_between(pinned_sinh, mpfr_sinh, -1e-6, 1e-6, 10000, ULP_MAX);
    check_between(pinned_sinh, mpfr_sinh, -60, 60, 20000, ULP_MAX);
    check_between(pinned_sinh, mpfr_sinh, -711, 711, 20000, ULP_MAX);
    check_anywhere(pinned_sinh, mpfr_sinh, 20000, ULP_MAX);
}

static void hyperbolic_cosine_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_between(pinned_cosh, mpfr_cosh, -1, 1, 20000, ULP_MAX);
    check_between(pinned_cosh, mpfr_cosh, -60, 60, 20000, ULP_MAX);
    check_between(pinned_cosh, mpfr_cosh, -711, 711, 20000, ULP_MAX);
    check_anywhere(pinned_cosh, mpfr_cosh, 20000, ULP_MAX);
}

static void they_overflow_where_doubles_end(void **state)
{
    UNUSED(state);
    const double last = 0x1.633ce8fb9f87dp+9; // the greatest x whose cosh is finite
    check_around(pinned_sinh, mpfr_sinh, last, ULP_MAX);
    check_around(pinned_cosh, mpfr_cosh, last, ULP_MAX);
    check_around(pinned_sinh, mpfr_sinh, 40, ULP_MAX);
    check_around(pinned_cosh, mpfr_cosh, 40, ULP_MAX);
    check_around(pinned_sinh, mpfr_sinh, 720, ULP_MAX);
}

static void special_values_follow_annex_f(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    assert_same_bits(pinned_sinh(-0.0), -0.0);
    assert_same_bits(pinned_sinh(0x1p-1074), 0x1p-1074);
    assert_same_bits(pinned_sinh(-infinity), -infinity);
    assert_same_bits(pinned_cosh(-0.0), 1);
    assert_same_bits(pinned_cosh(-infinity), infinity);
    assert_same_bits(pinned_sinh(float_from_bits(0xfff0000000000001)), float_nan());
    assert_same_bits(pinned_cosh(float_from_bits(0xfff0000000000001)), float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hyperbolic_sine_is_nearly_correctly_rounded),
        cmocka_unit_test(hyperbolic_cosine_is_nearly_correctly_rounded),
        cmocka_unit_test(they_overflow_where_doubles_end),
        cmocka_unit_test(special_values_follow_annex_f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
