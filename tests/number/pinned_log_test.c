#include "mpfr_reference.h"
#include "number/pinned.h"

#define ULP_MAX 0.501
#define POW_ULP_MAX 0.51

static void log_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_anywhere(pinned_log, mpfr_log, 40000, ULP_MAX);
    check_between(pinned_log, mpfr_log, 0.5, 2, 40000, ULP_MAX);
    check_between(pinned_log, mpfr_log, 0.999, 1.001, 20000, ULP_MAX);
    check_between(pinned_log, mpfr_log, 0, 0x1p-1020, 2000, ULP_MAX);
    check_around(pinned_log, mpfr_log, 1, ULP_MAX);
}

static void log_is_right_at_the_edges_of_every_table_step(void **state)
{
    UNUSED(state);
    for (int i = 0; i <= 128; i++) check_around(pinned_log, mpfr_log, 1 + i / 128.0, ULP_MAX);
}

static void log1p_keeps_small_arguments(void **state)
{
    UNUSED(state);
    check_anywhere(pinned_log1p, mpfr_log1p, 40000, ULP_MAX);
    check_between(pinned_log1p, mpfr_log1p, -1, 3, 40000, ULP_MAX);
    check_between(pinned_log1p, mpfr_log1p, -0.01, 0.01, 20000, ULP_MAX);
    check_between(pinned_log1p, mpfr_log1p, -1e-9, 1e-9, 5000, ULP_MAX);
    assert_same_bits(pinned_log1p(-0.0), -0.0);
}

static void log2_and_log10_are_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    check_anywhere(pinned_log2, mpfr_log2, 20000, ULP_MAX);
    check_anywhere(pinned_log10, mpfr_log10, 20000, ULP_MAX);
    check_between(pinned_log2, mpfr_log2, 0.5, 2, 20000, ULP_MAX);
    check_between(pinned_log10, mpfr_log10, 0.5, 2, 20000, ULP_MAX);
    check_between(pinned_log2, mpfr_log2, 0, 0x1p-1020, 2000, ULP_MAX);
    check_around(pinned_log2, mpfr_log2, 1, ULP_MAX);
    check_around(pinned_log10, mpfr_log10, 1, ULP_MAX);
}

static void logarithms_of_powers_of_their_base_are_exact(void **state)
{
    UNUSED(state);
    double power = 1;
    for (int i = -1074; i < 1024; i++) assert_same_bits(pinned_log2(pinned_scale(1, i)), i);
    for (int i = 0; i <= 22; i++, power *= 10) assert_same_bits(pinned_log10(power), i);
}

static void pow_is_nearly_correctly_rounded(void **state)
{
    UNUSED(state);
    uint64_t random = 7;
    for (int i = 0; i < 40000; i++) {
        double x = test_between(&random, 0, 100);
        double y = test_between(&random, -300, 300);
        double error = error_at2(pinned_pow, mpfr_pow, x, y);
        if (error > POW_ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, x, y);
    }
}

static void pow_survives_great_exponents_of_bases_near_one(void **state)
{
    UNUSED(state);
    uint64_t random = 8;
    for (int i = 0; i < 40000; i++) {
        double log_x = test_between(&random, -0.02, 0.02) * pinned_exp2(-test_between(&random, 0, 44));
        double x = 1 + log_x;
        double y = test_between(&random, -740, 740) / log_x;
        double error = error_at2(pinned_pow, mpfr_pow, x, y);
        if (error > POW_ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, x, y);
    }
}

static void pow_agrees_anywhere(void **state)
{
    UNUSED(state);
    uint64_t random = 9;
    for (int i = 0; i < 20000; i++) {
        double x = test_any_finite(&random);
        double y = i % 2 == 0 ? test_any_finite(&random) : pinned_round(test_between(&random, -40, 40));
        double error = error_at2(pinned_pow, mpfr_pow, x, y);
        if (error > POW_ULP_MAX) fail_msg("%.4f ulp at %a, %a", error, x, y);
    }
}

static void pow_of_small_integers_is_exact(void **state)
{
    UNUSED(state);
    for (int base = 1; base <= 20; base++) {
        double product = 1;
        for (int i = 0; i <= 12; i++, product *= base) assert_same_bits(pinned_pow(base, i), product);
    }
    for (int i = -1074; i < 1024; i++) assert_same_bits(pinned_pow(2, i), pinned_scale(1, i));
}

/// MPFR follows Annex F for pow, so every pair of special values is compared with it.
static void pow_follows_annex_f(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    const double values[] = {0,           -0.0,
                             1,           -1,
                             2,           -2,
                             3,           -3,
                             0.5,         -0.5,
                             1.5,         -1.5,
                             1e300,       -1e300,
                             0x1p-1074,   -0x1p-1074,
                             infinity,    -infinity,
                             float_nan(), 0x1p53,
                             -0x1p53,     0x1.fffffffffffffp52};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        for (size_t j = 0; j < COUNT_OF(values); j++) {
            double error = error_at2(pinned_pow, mpfr_pow, values[i], values[j]);
            if (error > POW_ULP_MAX) fail_msg("%a to %a: %a", values[i], values[j], pinned_pow(values[i], values[j]));
        }
    }
}

static void logarithms_follow_annex_f(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    assert_same_bits(pinned_log(0), -infinity);
    assert_same_bits(pinned_log(-0.0), -infinity);
    assert_same_bits(pinned_log(1), 0);
    assert_same_bits(pinned_log(-1), float_nan());
    assert_same_bits(pinned_log(-infinity), float_nan());
    assert_same_bits(pinned_log(infinity), infinity);
    assert_same_bits(pinned_log(-float_nan()), float_nan());
    PinnedFunction others[] = {pinned_log2, pinned_log10};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_same_bits(others[i](-0.0), -infinity);
        assert_same_bits(others[i](1), 0);
        assert_same_bits(others[i](-1), float_nan());
        assert_same_bits(others[i](infinity), infinity);
        assert_same_bits(others[i](float_nan()), float_nan());
    }
    assert_same_bits(pinned_log1p(-1), -infinity);
    assert_same_bits(pinned_log1p(-2), float_nan());
    assert_same_bits(pinned_log1p(infinity), infinity);
    assert_same_bits(pinned_log1p(float_nan()), float_nan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_is_nearly_correctly_rounded),
        cmocka_unit_test(log_is_right_at_the_edges_of_every_table_step),
        cmocka_unit_test(log1p_keeps_small_arguments),
        cmocka_unit_test(log2_and_log10_are_nearly_correctly_rounded),
        cmocka_unit_test(logarithms_of_powers_of_their_base_are_exact),
        cmocka_unit_test(pow_is_nearly_correctly_rounded),
        cmocka_unit_test(pow_survives_great_exponents_of_bases_near_one),
        cmocka_unit_test(pow_agrees_anywhere),
        cmocka_unit_test(pow_of_small_integers_is_exact),
        cmocka_unit_test(pow_follows_annex_f),
        cmocka_unit_test(logarithms_follow_annex_f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
