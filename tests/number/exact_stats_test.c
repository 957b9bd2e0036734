#include "number/exact_stats.h"

#include "mpfr_reference.h"
#include "number/pinned.h"

enum { VALUES_MAX = 20, EXACT_BITS = 9500 };

/// Numerator and denominator in MPFR, exact; each rounded once to a double's 53 bits with any exponent.
static double reference_variance(const double *values, size_t count, bool sample, bool root)
{
    mpfr_t sum, squares, square, numerator;
    mpfr_inits2(EXACT_BITS, sum, squares, square, (mpfr_ptr)0);
    mpfr_init2(numerator, 53);
    mpfr_set_zero(sum, 1);
    mpfr_set_zero(squares, 1);
    for (size_t i = 0; i < count; i++) {
        mpfr_add_d(sum, sum, values[i], MPFR_RNDN);
        mpfr_set_d(square, values[i], MPFR_RNDN);
        mpfr_sqr(square, square, MPFR_RNDN);
        mpfr_add(squares, squares, square, MPFR_RNDN);
    }
    mpfr_mul_ui(squares, squares, count, MPFR_RNDN);
    mpfr_sqr(sum, sum, MPFR_RNDN);
    mpfr_sub(squares, squares, sum, MPFR_RNDN);
    mpfr_set(numerator, squares, MPFR_RNDN);
    mpfr_div_ui(numerator, numerator, count * (sample ? count - 1 : count), MPFR_RNDN);
    if (root) mpfr_sqrt(numerator, numerator, MPFR_RNDN);
    double value = mpfr_zero_p(numerator) ? 0.0 : mpfr_get_d(numerator, MPFR_RNDN);
    mpfr_clears(sum, squares, square, numerator, (mpfr_ptr)0);
    return value;
}

static double draw_value(uint64_t *random, uint64_t kind)
{
    if (kind % 4 == 0) return test_any_finite(random);
    if (kind % 4 == 1) return 1e9 + test_between(random, 0, 1e-3);
    if (kind % 4 == 2) return test_between(random, -1, 1) * 1e-170;
    return test_between(random, -1, 1) * 1e200;
}

static void fill_moments(const double *values, size_t count, ExactMoments *out)
{
    *out = (ExactMoments){0};
    for (size_t i = 0; i < count; i++) exact_moments_add(out, values[i]);
}

static void spreads_equal_an_exact_reference(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    double values[VALUES_MAX];
    static ExactMoments moments;
    for (int i = 0; i < 1500; i++) {
        size_t count = 2 + test_u64(&random) % (VALUES_MAX - 2);
        uint64_t kind = test_u64(&random);
        for (size_t j = 0; j < count; j++) values[j] = draw_value(&random, kind);
        fill_moments(values, count, &moments);
        assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_SAMPLE),
                         reference_variance(values, count, true, false));
        assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_POPULATION),
                         reference_variance(values, count, false, false));
        assert_same_bits(exact_moments_stddev(&moments, EXACT_SPREAD_SAMPLE),
                         reference_variance(values, count, true, true));
    }
}

static void a_slid_window_equals_a_fresh_one(void **state)
{
    UNUSED(state);
    enum { ROWS = 4000, WINDOW = 7 };
    uint64_t random = 2;
    static double values[ROWS];
    static ExactMoments slid, fresh;
    for (int i = 0; i < ROWS; i++) {
        values[i] = draw_value(&random, test_u64(&random));
        exact_moments_add(&slid, values[i]);
        if (i < WINDOW) continue;
        exact_moments_remove(&slid, values[i - WINDOW]);
        fill_moments(&values[i - WINDOW + 1], WINDOW, &fresh);
        assert_same_bits(exact_moments_mean(&slid), exact_moments_mean(&fresh));
        assert_same_bits(exact_moments_stddev(&slid, EXACT_SPREAD_SAMPLE),
                         exact_moments_stddev(&fresh, EXACT_SPREAD_SAMPLE));
    }
}

static void merged_moments_equal_those_of_the_whole(void **state)
{
    UNUSED(state);
    const double values[] = {1, 2.5, -3e100, 7e-200, 0.1, 0.2};
    static ExactMoments left, right, whole;
    fill_moments(values, 2, &left);
    fill_moments(values + 2, 4, &right);
    fill_moments(values, 6, &whole);
    exact_moments_merge(&left, &right);
    assert_int_equal(left.count, 6);
    assert_same_bits(exact_moments_variance(&left, EXACT_SPREAD_SAMPLE),
                     exact_moments_variance(&whole, EXACT_SPREAD_SAMPLE));
}

static void equal_values_have_no_spread(void **state)
{
    UNUSED(state);
    static ExactMoments moments;
    moments = (ExactMoments){0};
    for (int i = 0; i < 1000; i++) exact_moments_add(&moments, 0.1);
    assert_same_bits(exact_moments_mean(&moments), 0.1);
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_SAMPLE), 0);
    assert_same_bits(exact_moments_stddev(&moments, EXACT_SPREAD_POPULATION), 0);
}

static void a_mean_survives_a_sum_that_overflows(void **state)
{
    UNUSED(state);
    static ExactMoments moments;
    moments = (ExactMoments){0};
    for (int i = 0; i < 3; i++) exact_moments_add(&moments, 1e308);
    assert_same_bits(exact_moments_mean(&moments), 1e308);
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_SAMPLE), 0);
}

static void a_deviation_survives_a_variance_out_of_range(void **state)
{
    UNUSED(state);
    static ExactMoments moments;
    moments = (ExactMoments){0};
    exact_moments_add(&moments, 1e200);
    exact_moments_add(&moments, -1e200);
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_POPULATION), float_infinity());
    assert_same_bits(exact_moments_stddev(&moments, EXACT_SPREAD_POPULATION), 1e200);
}

static void too_few_values_and_undefined_ones_give_nan(void **state)
{
    UNUSED(state);
    static ExactMoments moments;
    moments = (ExactMoments){0};
    assert_same_bits(exact_moments_mean(&moments), float_nan());
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_POPULATION), float_nan());
    exact_moments_add(&moments, 4);
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_SAMPLE), float_nan());
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_POPULATION), 0);
    exact_moments_add(&moments, float_infinity());
    assert_same_bits(exact_moments_mean(&moments), float_infinity());
    assert_same_bits(exact_moments_stddev(&moments, EXACT_SPREAD_SAMPLE), float_nan());
    exact_moments_add(&moments, -float_infinity());
    assert_same_bits(exact_moments_mean(&moments), float_nan());
    exact_moments_remove(&moments, -float_infinity());
    exact_moments_remove(&moments, float_infinity());
    exact_moments_add(&moments, 6);
    assert_same_bits(exact_moments_mean(&moments), 5);
    assert_same_bits(exact_moments_variance(&moments, EXACT_SPREAD_SAMPLE), 2);
}

static void covariance_is_exact_and_symmetric(void **state)
{
    UNUSED(state);
    const double x[] = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4};
    const double y[] = {2, 4, 6, 8};
    static ExactSum sum_x, sum_y, products;
    for (size_t i = 0; i < COUNT_OF(x); i++) {
        exact_sum_add(&sum_x, x[i]);
        exact_sum_add(&sum_y, y[i]);
        exact_sum_add_product(&products, x[i], y[i]);
    }
    assert_same_bits(exact_covariance(&sum_x, &sum_y, &products, 4, EXACT_SPREAD_POPULATION), 2.5);
    assert_same_bits(exact_covariance(&sum_y, &sum_x, &products, 4, EXACT_SPREAD_SAMPLE), 10.0 / 3.0);
}

static void a_ratio_is_of_the_rounded_sums(void **state)
{
    UNUSED(state);
    static ExactSum above, below, none;
    exact_sum_add_product(&above, 1e308, 3e10);
    exact_sum_add(&below, 1e308);
    assert_same_bits(exact_ratio(&above, &below), 3e10);
    assert_same_bits(exact_ratio(&none, &none), float_nan());
    assert_same_bits(exact_ratio(&below, &none), float_infinity());
    exact_sum_add(&below, float_infinity());
    assert_same_bits(exact_ratio(&above, &below), float_nan());
    assert_same_bits(exact_ratio(&none, &below), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spreads_equal_an_exact_reference),
        cmocka_unit_test(a_slid_window_equals_a_fresh_one),
        cmocka_unit_test(merged_moments_equal_those_of_the_whole),
        cmocka_unit_test(equal_values_have_no_spread),
        cmocka_unit_test(a_mean_survives_a_sum_that_overflows),
        cmocka_unit_test(a_deviation_survives_a_variance_out_of_range),
        cmocka_unit_test(too_few_values_and_undefined_ones_give_nan),
        cmocka_unit_test(covariance_is_exact_and_symmetric),
        cmocka_unit_test(a_ratio_is_of_the_rounded_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
