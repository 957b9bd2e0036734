#include "number/exact_powers.h"

#include "mpfr_reference.h"
#include "number/float_order.h"

enum { VALUES_MAX = 12, EXACT_BITS = 20000 };

/// n * sum of (x - mean)^power, times n^(power - 1): the numerator, exact, rounded to 53 bits.
static void reference_numerator(const double *values, size_t count, unsigned power, mpfr_t out)
{
    mpfr_t sum, term, total;
    mpfr_inits2(EXACT_BITS, sum, term, total, (mpfr_ptr)0);
    mpfr_set_zero(sum, 1);
    mpfr_set_zero(total, 1);
    for (size_t i = 0; i < count; i++) mpfr_add_d(sum, sum, values[i], MPFR_RNDN);
    for (size_t i = 0; i < count; i++) {
        mpfr_set_d(term, values[i], MPFR_RNDN);
        mpfr_mul_ui(term, term, count, MPFR_RNDN);
        mpfr_sub(term, term, sum, MPFR_RNDN);
        mpfr_pow_ui(term, term, power, MPFR_RNDN);
        mpfr_add(total, total, term, MPFR_RNDN);
    }
    mpfr_div_ui(total, total, count, MPFR_RNDN);
    mpfr_set(out, total, MPFR_RNDN);
    mpfr_clears(sum, term, total, (mpfr_ptr)0);
}

static double reference(const double *values, size_t count, bool kurtosis)
{
    mpfr_t above, second, below;
    mpfr_inits2(53, above, second, below, (mpfr_ptr)0);
    reference_numerator(values, count, kurtosis ? 4 : 3, above);
    reference_numerator(values, count, 2, second);
    if (kurtosis) {
        mpfr_sqr(below, second, MPFR_RNDN);
    } else {
        mpfr_sqrt(below, second, MPFR_RNDN);
        mpfr_mul(below, second, below, MPFR_RNDN);
    }
    mpfr_div(above, above, below, MPFR_RNDN);
    double value = mpfr_zero_p(above) ? 0.0 : mpfr_get_d(above, MPFR_RNDN);
    mpfr_clears(above, second, below, (mpfr_ptr)0);
    return kurtosis ? value - 3 : value;
}

static double draw_value(uint64_t *random, uint64_t kind)
{
    if (kind % 4 == 0) return test_any_finite(random);
    if (kind % 4 == 1) return 1e9 + test_between(random, 0, 1e-3);
    if (kind % 4 == 2) return test_between(random, -1, 1) * 1e-310;
    return test_between(random, -1, 1) * 1e200;
}

static void shapes_equal_an_exact_reference(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    double values[VALUES_MAX];
    double shape = 0;
    for (int i = 0; i < 300; i++) {
        size_t count = 2 + test_u64(&random) % (VALUES_MAX - 2);
        uint64_t kind = test_u64(&random);
        for (size_t j = 0; j < count; j++) values[j] = draw_value(&random, kind);
        const PowerValues powers = {.floats = values, .count = count};
        assert_true(exact_skewness(&powers, &shape));
        assert_same_bits(shape, reference(values, count, false));
        assert_true(exact_kurtosis(&powers, &shape));
        assert_same_bits(shape, reference(values, count, true));
    }
}

static void integers_have_the_shape_of_their_doubles(void **state)
{
    UNUSED(state);
    const double floats[] = {-3, 0, 5, 9007199254740992, 1};
    const Int128 integers[] = {-3, 0, 5, 9007199254740992, 1};
    const PowerValues as_floats = {.floats = floats, .count = COUNT_OF(floats)};
    const PowerValues as_integers = {.integers = integers, .count = COUNT_OF(integers)};
    double left = 0;
    double right = 0;
    assert_true(exact_skewness(&as_floats, &left) && exact_skewness(&as_integers, &right));
    assert_same_bits(left, right);
    assert_true(exact_kurtosis(&as_floats, &left) && exact_kurtosis(&as_integers, &right));
    assert_same_bits(left, right);
}

static void the_widest_integers_do_not_overflow(void **state)
{
    UNUSED(state);
    const Int128 most = (Int128)(~(Uint128)0 >> 1);
    const Int128 integers[] = {most, -most, most, -most};
    const PowerValues values = {.integers = integers, .count = COUNT_OF(integers)};
    double shape = 0;
    assert_true(exact_skewness(&values, &shape));
    assert_same_bits(shape, 0.0);
    assert_true(exact_kurtosis(&values, &shape));
    assert_same_bits(shape, -2.0);
}

static void equal_values_have_no_shape_and_specials_are_nan(void **state)
{
    UNUSED(state);
    const double equal[] = {0.1, 0.1, 0.1};
    const double zeros[] = {0.0, -0.0};
    const double special[] = {1, float_infinity()};
    double shape = 0;
    assert_false(exact_skewness(&(PowerValues){.floats = equal, .count = 3}, &shape));
    assert_false(exact_kurtosis(&(PowerValues){.floats = zeros, .count = 2}, &shape));
    assert_true(exact_kurtosis(&(PowerValues){.floats = special, .count = 2}, &shape));
    assert_true(float_is_nan(shape));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_equal_an_exact_reference),
        cmocka_unit_test(integers_have_the_shape_of_their_doubles),
        cmocka_unit_test(the_widest_integers_do_not_overflow),
        cmocka_unit_test(equal_values_have_no_shape_and_specials_are_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
