#include "number/big_internal.h"

#include "mpfr_reference.h"

enum { BITS = 32 * BIG_DIGITS_MAX };

static void value_of(const Big *big, mpfr_t out)
{
    mpfr_set_zero(out, 1);
    for (uint32_t i = big->count; i-- > 0;) {
        mpfr_mul_2ui(out, out, 32, MPFR_RNDN);
        mpfr_add_ui(out, out, big->digits[i], MPFR_RNDN);
    }
}

static void draw_big(uint64_t *random, Big *out)
{
    big_set(out, test_u64(random) >> test_u64(random) % 64);
    for (uint64_t steps = test_u64(random) % 60; steps > 0; steps--) {
        big_multiply_add(out, (uint32_t)test_u64(random) | 1, (uint32_t)test_u64(random));
    }
}

static void assert_value(const Big *big, const mpfr_t truth)
{
    mpfr_t value;
    mpfr_init2(value, BITS);
    value_of(big, value);
    assert_true(mpfr_equal_p(value, truth));
    assert_true(big->count == 0 || big->digits[big->count - 1] != 0);
    mpfr_clear(value);
}

static void arithmetic_equals_an_exact_reference(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    Big big;
    mpfr_t truth, ten;
    mpfr_inits2(BITS, truth, ten, (mpfr_ptr)0);
    for (int i = 0; i < 5000; i++) {
        draw_big(&random, &big);
        value_of(&big, truth);
        uint32_t factor = (uint32_t)(test_u64(&random) >> 33) + 1;
        big_multiply_add(&big, factor, 77);
        mpfr_mul_ui(truth, truth, factor, MPFR_RNDN);
        mpfr_add_ui(truth, truth, 77, MPFR_RNDN);
        assert_value(&big, truth);
        uint32_t power = (uint32_t)(test_u64(&random) % 400);
        mpfr_ui_pow_ui(ten, 10, power, MPFR_RNDN);
        mpfr_mul(truth, truth, ten, MPFR_RNDN);
        big_multiply_power_of_ten(&big, power);
        assert_value(&big, truth);
        uint32_t shift = (uint32_t)(test_u64(&random) % 500);
        big_shift_left(&big, shift);
        mpfr_mul_2ui(truth, truth, shift, MPFR_RNDN);
        assert_value(&big, truth);
        assert_int_equal(big_bit_count(&big), mpfr_get_exp(truth));
    }
    mpfr_clears(truth, ten, (mpfr_ptr)0);
}

static void differences_and_orders_agree(void **state)
{
    UNUSED(state);
    uint64_t random = 2;
    Big left, right, difference;
    for (int i = 0; i < 20000; i++) {
        draw_big(&random, &left);
        draw_big(&random, &right);
        int order = big_compare(&left, &right);
        assert_int_equal(big_compare(&right, &left), -order);
        const Big *greater = order >= 0 ? &left : &right;
        const Big *lesser = order >= 0 ? &right : &left;
        difference = *greater;
        big_subtract(&difference, lesser);
        assert_int_equal(big_compare_sum(&difference, lesser, greater), 0);
        big_multiply_add(&difference, 1, 1);
        assert_int_equal(big_compare_sum(&difference, lesser, greater), 1);
    }
}

static void zero_has_no_digits(void **state)
{
    UNUSED(state);
    Big big;
    big_set(&big, 0);
    big_shift_left(&big, 100);
    big_multiply_power_of_ten(&big, 30);
    assert_int_equal(big.count, 0);
    assert_int_equal(big_bit_count(&big), 0);
    big_set(&big, (uint64_t)1 << 32);
    assert_int_equal(big.count, 2);
    Big same = big;
    big_subtract(&big, &same);
    assert_int_equal(big.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_equals_an_exact_reference),
        cmocka_unit_test(differences_and_orders_agree),
        cmocka_unit_test(zero_has_no_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
