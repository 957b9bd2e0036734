#include "number/exact_pairs.h"

#include "mpfr_reference.h"

enum { PAIRS_MAX = 10 };

static void fill(const double *x, const double *y, size_t count, ExactPairs *out)
{
    exact_pairs_reset(out);
    for (size_t i = 0; i < count; i++) exact_pairs_put(out, x[i], y[i], 1);
}

static void a_line_is_found_to_the_last_bit(void **state)
{
    UNUSED(state);
    const double x[] = {1e15, 1e15 + 1, 1e15 + 2};
    const double y[] = {7, 9, 11};
    static ExactPairs pairs;
    double value = 0;
    fill(x, y, COUNT_OF(x), &pairs);
    assert_true(exact_pairs_slope(&pairs, &value));
    assert_same_bits(value, 2);
    assert_true(exact_pairs_intercept(&pairs, &value));
    assert_same_bits(value, 7 - 2e15);
    assert_true(exact_pairs_correlation(&pairs, &value));
    assert_true(value > 1 - 1e-15 && value < 1 + 1e-15); // roots are rounded
    assert_same_bits(exact_pairs_covariance(&pairs, EXACT_SPREAD_SAMPLE), 2);
}

static void the_ends_of_the_range_neither_over_nor_underflow(void **state)
{
    UNUSED(state);
    const double great[] = {1e308, -1e308, 1e307};
    const double small[] = {0x1p-1074, -0x1p-1074, 0};
    static ExactPairs pairs;
    double value = 0;
    fill(great, great, COUNT_OF(great), &pairs);
    assert_true(exact_pairs_slope(&pairs, &value));
    assert_same_bits(value, 1);
    fill(small, small, COUNT_OF(small), &pairs);
    assert_true(exact_pairs_correlation(&pairs, &value));
    assert_true(value > 1 - 1e-15 && value < 1 + 1e-15); // roots are rounded
    fill(small, great, COUNT_OF(small), &pairs);
    assert_true(exact_pairs_weighted_mean(&pairs, &value));
    assert_true(value > 0);
}

static void a_zero_has_no_sign(void **state)
{
    UNUSED(state);
    const double zero[] = {0};
    const double negative[] = {-1e300};
    const double tiny[] = {-0x1p-1074, 0};
    const double wide[] = {1e308, 0};
    static ExactPairs pairs;
    double value = 1;
    fill(zero, negative, 1, &pairs);
    assert_true(exact_pairs_weighted_mean(&pairs, &value));
    assert_same_bits(value, 0);
    fill(wide, tiny, 2, &pairs);
    assert_true(exact_pairs_slope(&pairs, &value));
    assert_same_bits(value, 0);
}

static void taking_away_undoes_adding(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    static ExactPairs slid;
    static ExactPairs fresh;
    double x[PAIRS_MAX];
    double y[PAIRS_MAX];
    for (int round = 0; round < 200; round++) {
        double left = 0;
        double right = 0;
        for (size_t i = 0; i < PAIRS_MAX; i++) x[i] = test_any_finite(&random), y[i] = test_any_finite(&random);
        fill(x, y, PAIRS_MAX, &slid);
        for (size_t i = 0; i < 4; i++) exact_pairs_put(&slid, x[i], y[i], -1);
        fill(x + 4, y + 4, PAIRS_MAX - 4, &fresh);
        assert_true(exact_pairs_correlation(&slid, &left) && exact_pairs_correlation(&fresh, &right));
        assert_same_bits(left, right);
        assert_true(exact_pairs_intercept(&slid, &left) && exact_pairs_intercept(&fresh, &right));
        assert_same_bits(left, right);
    }
}

static void what_is_undefined_has_no_answer(void **state)
{
    UNUSED(state);
    const double same[] = {2, 2};
    const double other[] = {1, -1};
    const double special[] = {1, -float_infinity()};
    static ExactPairs pairs;
    double value = 0;
    fill(same, other, 2, &pairs);
    assert_false(exact_pairs_slope(&pairs, &value) || exact_pairs_correlation(&pairs, &value));
    assert_false(exact_pairs_weighted_mean(&pairs, &value));
    fill(other, same, 1, &pairs);
    assert_false(exact_pairs_intercept(&pairs, &value));
    fill(special, other, 2, &pairs);
    assert_true(exact_pairs_weighted_mean(&pairs, &value) && float_is_nan(value));
    assert_true(exact_pairs_slope(&pairs, &value) && float_is_nan(value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_found_to_the_last_bit),
        cmocka_unit_test(the_ends_of_the_range_neither_over_nor_underflow),
        cmocka_unit_test(a_zero_has_no_sign),
        cmocka_unit_test(taking_away_undoes_adding),
        cmocka_unit_test(what_is_undefined_has_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
