#include "mpfr_reference.h"
#include "number/pinned_internal.h"

enum { TABLE_BITS = 2048 };

/// high + low is within 2^-105 of the truth, relatively; `truth` is spoilt.
static void assert_pair(Double2 pair, mpfr_t truth)
{
    mpfr_t error;
    mpfr_init2(error, TABLE_BITS);
    mpfr_sub_d(error, truth, pair.high, MPFR_RNDN);
    mpfr_sub_d(error, error, pair.low, MPFR_RNDN);
    mpfr_mul_2ui(error, error, 105, MPFR_RNDN);
    if (mpfr_cmpabs(error, truth) > 0 && !mpfr_zero_p(error)) fail_msg("%a + %a", pair.high, pair.low);
    mpfr_clear(error);
}

/// function(j / steps) for each entry.
static void assert_table(const Double2 *table, size_t count, unsigned long steps, ReferenceFunction function)
{
    mpfr_t truth;
    mpfr_init2(truth, TABLE_BITS);
    for (size_t j = 0; j < count; j++) {
        mpfr_set_ui(truth, j, MPFR_RNDN);
        mpfr_div_ui(truth, truth, steps, MPFR_RNDN);
        function(truth, truth, MPFR_RNDN);
        assert_pair(table[j], truth);
    }
    mpfr_clear(truth);
}

static void tables_hold_what_they_say(void **state)
{
    UNUSED(state);
    assert_table(pinned_exp_table, PINNED_EXP_STEPS, 128, mpfr_exp2);
    assert_table(pinned_sin_table, PINNED_SIN_STEPS, 64, mpfr_sin);
    assert_table(pinned_cos_table, PINNED_SIN_STEPS, 64, mpfr_cos);
    assert_table(pinned_atan_table, PINNED_ATAN_STEPS, 64, mpfr_atan);
}

static void logarithms_belong_to_their_inverses(void **state)
{
    UNUSED(state);
    mpfr_t truth;
    mpfr_init2(truth, TABLE_BITS);
    for (size_t i = 0; i < PINNED_LOG_STEPS; i++) {
        mpfr_set_d(truth, pinned_log_table[i].inverse, MPFR_RNDN);
        mpfr_log(truth, truth, MPFR_RNDN);
        mpfr_neg(truth, truth, MPFR_RNDN);
        assert_pair(pinned_log_table[i].log, truth);
    }
    mpfr_clear(truth);
}

static void constants_are_those_of_the_name(void **state)
{
    UNUSED(state);
    mpfr_t truth;
    mpfr_init2(truth, TABLE_BITS);
    mpfr_const_pi(truth, MPFR_RNDN);
    assert_pair(pinned_pi, truth);
    mpfr_div_2ui(truth, truth, 1, MPFR_RNDN);
    assert_pair(pinned_half_pi, truth);
    mpfr_const_log2(truth, MPFR_RNDN);
    assert_pair(pinned_ln2, truth);
    mpfr_ui_div(truth, 1, truth, MPFR_RNDN);
    assert_pair(pinned_log2_e, truth);
    mpfr_set_ui(truth, 10, MPFR_RNDN);
    mpfr_log(truth, truth, MPFR_RNDN);
    mpfr_ui_div(truth, 1, truth, MPFR_RNDN);
    assert_pair(pinned_log10_e, truth);
    mpfr_clear(truth);
}

/// Trimmed high parts have 34 and 42 bits, so 87 and 95 in all.
static void trimmed_constants_are_near_enough(void **state)
{
    UNUSED(state);
    assert_int_equal(float_bits(pinned_ln2_128th.high) & ((1 << 19) - 1), 0);
    assert_int_equal(float_bits(pinned_ln2_trimmed.high) & ((1 << 11) - 1), 0);
    Double2 sum = double2_sum(pinned_ln2_128th.high * 128, pinned_ln2_128th.low * 128);
    assert_same_bits(sum.high, pinned_ln2.high);
    assert_true(double_abs(sum.low - pinned_ln2.low) < 0x1p-86);
    sum = double2_sum(pinned_ln2_trimmed.high, pinned_ln2_trimmed.low);
    assert_same_bits(sum.high, pinned_ln2.high);
    assert_true(double_abs(sum.low - pinned_ln2.low) < 0x1p-96);
}

static void the_bits_of_two_over_pi_are_right(void **state)
{
    UNUSED(state);
    mpfr_t truth, word;
    mpfr_inits2(TABLE_BITS, truth, word, (mpfr_ptr)0);
    mpfr_const_pi(truth, MPFR_RNDN);
    mpfr_ui_div(truth, 2, truth, MPFR_RNDN);
    for (size_t i = 0; i < PINNED_TWO_OVER_PI_WORDS; i++) {
        mpfr_floor(word, truth);
        assert_true(mpfr_get_ui(word, MPFR_RNDZ) == pinned_two_over_pi[i]);
        mpfr_sub(truth, truth, word, MPFR_RNDN);
        mpfr_mul_2ui(truth, truth, 64, MPFR_RNDN);
    }
    mpfr_clears(truth, word, (mpfr_ptr)0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_hold_what_they_say),         cmocka_unit_test(logarithms_belong_to_their_inverses),
        cmocka_unit_test(constants_are_those_of_the_name),   cmocka_unit_test(trimmed_constants_are_near_enough),
        cmocka_unit_test(the_bits_of_two_over_pi_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
