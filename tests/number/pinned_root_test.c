#include "mpfr_reference.h"
#include "number/pinned.h"

#define ULP_MAX 0.501

static void cube_root_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_anywhere(pinned_cbrt, mpfr_cbrt, 60000, ULP_MAX);
    check_between(pinned_cbrt, mpfr_cbrt, 0.5, 8, 40000, ULP_MAX);
    check_between(pinned_cbrt, mpfr_cbrt, 0, 0x1p-1020, 5000, ULP_MAX);
}

static void cube_root_of_a_cube_is_exact(void **state)
{
    UNUSED(state);
    for (int64_t i = -200000; i <= 200000; i += 7) {
        double root = (double)i;
        assert_same_bits(pinned_cbrt(root * root * root), i == 0 ? 0 : root);
    }
}

static void length_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    for (int i = 0; i < 60000; i++) {
        double x = i % 3 == 0 ? test_any_finite(&random) : test_between(&random, -1, 1);
        double near = x * test_between(&random, -4, 4);
        double y = i % 3 == 0 ? test_any_finite(&random) : i % 3 == 1 ? near : test_between(&random, -1e-8, 1e-8);
        double error = error_at2(pinned_hypot, mpfr_hypot, x, y);
        if (error > ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, x, y);
    }
}

static void length_of_subnormal_and_greatest_sides_is_right(void **state)
{
    UNUSED(state);
    uint64_t random = 4;
    for (int i = 0; i < 20000; i++) {
        int exponent = i % 2 == 0 ? -1074 : 971;
        double x = pinned_scale((double)(test_u64(&random) >> 11), exponent);
        double y = pinned_scale((double)(test_u64(&random) >> 11), exponent);
        double error = error_at2(pinned_hypot, mpfr_hypot, x, y);
        if (error > ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, x, y);
    }
}

static void length_of_whole_triangles_is_exact(void **state)
{
    UNUSED(state);
    assert_same_bits(pinned_hypot(3, 4), 5);
    assert_same_bits(pinned_hypot(-20, 21), 29);
    assert_same_bits(pinned_hypot(3e300, -4e300), 5e300);
    assert_same_bits(pinned_hypot(0x3p-1074, 0x4p-1074), 0x5p-1074);
    assert_same_bits(pinned_hypot(0x1p1023, 0x1p-1074), 0x1p1023);
}

static void special_values_follow_annex_f(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    double nan = float_from_bits(0xfff0000000000001);
    assert_same_bits(pinned_cbrt(-0.0), -0.0);
    assert_same_bits(pinned_cbrt(-infinity), -infinity);
    assert_same_bits(pinned_cbrt(nan), float_nan());
    assert_same_bits(pinned_hypot(-0.0, -0.0), 0);
    assert_same_bits(pinned_hypot(0, -2), 2);
    assert_same_bits(pinned_hypot(nan, -infinity), infinity);
    assert_same_bits(pinned_hypot(1, nan), float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cube_root_is_nearly_correctly_rounded),
        cmocka_unit_test(cube_root_of_a_cube_is_exact),
        cmocka_unit_test(length_is_nearly_correctly_rounded),
        cmocka_unit_test(length_of_subnormal_and_greatest_sides_is_right),
        cmocka_unit_test(length_of_whole_triangles_is_exact),
        cmocka_unit_test(special_values_follow_annex_f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
