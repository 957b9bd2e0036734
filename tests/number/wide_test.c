#include "number/wide_internal.h"

#include "mpfr_reference.h"

enum { DIGITS_MAX = 60 };

/// A random number of up to 60 digits, some of them all ones or zeros, and its value in MPFR.
static void draw_wide(uint64_t *random, Wide *out, mpfr_t value)
{
    out->low = (uint32_t)(test_u64(random) % DIGITS_MAX);
    out->end = out->low + (uint32_t)(test_u64(random) % (DIGITS_MAX - out->low));
    out->negative = out->end > out->low && test_u64(random) % 2 == 0;
    mpfr_set_zero(value, 1);
    for (uint32_t i = out->low; i < out->end; i++) {
        uint64_t kind = test_u64(random) % 4;
        bool outer = i == out->low || i == out->end - 1;
        out->digits[i] = kind == 0 ? UINT32_MAX : kind == 1 && !outer ? 0 : (uint32_t)test_u64(random) | 1;
    }
    for (uint32_t i = out->end; i-- > out->low;) {
        mpfr_mul_2ui(value, value, 32, MPFR_RNDN);
        mpfr_add_ui(value, value, out->digits[i], MPFR_RNDN);
    }
    mpfr_mul_2ui(value, value, 32UL * out->low, MPFR_RNDN);
    if (out->negative) mpfr_neg(value, value, MPFR_RNDN);
}

static void assert_rounds_to(const Wide *wide, const mpfr_t truth)
{
    mpfr_t rounded;
    mpfr_init2(rounded, 53);
    mpfr_set(rounded, truth, MPFR_RNDN);
    Scaled scaled = wide_round(wide, 0, 0);
    mpfr_div_2si(rounded, rounded, scaled.exponent, MPFR_RNDN);
    assert_same_bits(scaled.fraction, mpfr_zero_p(rounded) ? 0.0 : mpfr_get_d(rounded, MPFR_RNDN));
    mpfr_clear(rounded);
}

static void products_and_differences_equal_an_exact_reference(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    Wide left, right, out;
    mpfr_t left_value, right_value, truth;
    mpfr_inits2(32 * DIGITS_MAX * 2 + 64, left_value, right_value, truth, (mpfr_ptr)0);
    for (int i = 0; i < 20000; i++) {
        draw_wide(&random, &left, left_value);
        draw_wide(&random, &right, right_value);
        assert_rounds_to(&left, left_value);
        wide_multiply(&left, &right, &out);
        mpfr_mul(truth, left_value, right_value, MPFR_RNDN);
        assert_rounds_to(&out, truth);
        wide_subtract(&left, &right, &out);
        mpfr_sub(truth, left_value, right_value, MPFR_RNDN);
        assert_rounds_to(&out, truth);
    }
    mpfr_clears(left_value, right_value, truth, (mpfr_ptr)0);
}

static void ties_go_to_the_even_neighbour(void **state)
{
    UNUSED(state);
    Wide wide;
    wide_from_u64(((uint64_t)1 << 53) + 1, 5, &wide);
    assert_same_bits(wide_round(&wide, 0, 0).fraction, 0x1p52);
    wide_from_u64(((uint64_t)1 << 53) + 3, 5, &wide);
    assert_same_bits(wide_round(&wide, 0, 0).fraction, 0x1p52 + 2);
    assert_int_equal(wide_round(&wide, 0, 0).exponent, 161);
}

static void a_least_exponent_bounds_the_precision(void **state)
{
    UNUSED(state);
    Wide wide;
    wide_from_u64(0x1234567, 0, &wide);
    Scaled scaled = wide_round(&wide, 0, 8);
    assert_same_bits(scaled.fraction, 0x12345 + 0.0);
    assert_int_equal(scaled.exponent, 8);
    assert_same_bits(wide_round(&wide, 0, 40).fraction, 0);
    assert_same_bits(scaled_to_double((Scaled){3, -1074}), 0x3p-1074);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_and_differences_equal_an_exact_reference),
        cmocka_unit_test(ties_go_to_the_even_neighbour),
        cmocka_unit_test(a_least_exponent_bounds_the_precision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
