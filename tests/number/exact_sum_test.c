#include "number/exact_sum.h"

#include "mpfr_reference.h"

enum {
    EXACT_BITS = 4600, ///< enough for any sum of products without rounding
    CASES = 20000,
    VALUES_MAX = 24
};

/// Values of one kind each: what real columns hold, and what breaks sums.
static double draw_value(uint64_t *random, uint64_t kind)
{
    switch (kind % 7) {
    case 0:
        return test_any_finite(random);
    case 1:
        return test_between(random, -1000, 1000);
    case 2:
        return (double)(test_u64(random) % 100) / 4;
    case 3:
        return float_from_bits(test_u64(random) & 0x800fffffffffffff);
    case 4:
        return (test_u64(random) & 1) != 0 ? 0x1.fffffffffffffp1023 : -0x1.fffffffffffffp1023;
    case 5:
        return (test_u64(random) & 1) != 0 ? 0.0 : -0.0;
    default:
        return float_from_bits((test_u64(random) & 0x800fffffffffffff) | (1000 + test_u64(random) % 60) << 52);
    }
}

static size_t draw_values(uint64_t *random, double values[VALUES_MAX])
{
    size_t count = test_u64(random) % VALUES_MAX;
    uint64_t kind = test_u64(random);
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && test_u64(random) % 4 == 0; // a cancellation now and then
        values[i] = again ? -values[i - 1] : draw_value(random, kind % 3 == 0 ? test_u64(random) : kind);
    }
    return count;
}

static void shuffle(uint64_t *random, double *values, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = test_u64(random) % i;
        double kept = values[i - 1];
        values[i - 1] = values[j];
        values[j] = kept;
    }
}

static void sum_all(const double *values, size_t count, ExactSum *out)
{
    exact_sum_reset(out);
    for (size_t i = 0; i < count; i++) exact_sum_add(out, values[i]);
}

static double reference_value(mpfr_t total)
{
    return mpfr_zero_p(total) ? 0.0 : mpfr_get_d(total, MPFR_RNDN);
}

static void sums_equal_an_exact_reference(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    double values[VALUES_MAX];
    static ExactSum sum;
    mpfr_t total;
    mpfr_init2(total, EXACT_BITS);
    for (int i = 0; i < CASES; i++) {
        size_t count = draw_values(&random, values);
        sum_all(values, count, &sum);
        mpfr_set_zero(total, 1);
        for (size_t j = 0; j < count; j++) assert_int_equal(mpfr_add_d(total, total, values[j], MPFR_RNDN), 0);
        assert_same_bits(exact_sum_round(&sum), reference_value(total));
        assert_int_equal(exact_sum_sign(&sum), mpfr_sgn(total) < 0 ? -1 : mpfr_sgn(total) > 0);
    }
    mpfr_clear(total);
}

static void sums_of_products_equal_an_exact_reference(void **state)
{
    UNUSED(state);
    uint64_t random = 2;
    double left[VALUES_MAX];
    double right[VALUES_MAX];
    static ExactSum sum;
    mpfr_t total, product;
    mpfr_init2(total, EXACT_BITS);
    mpfr_init2(product, 106);
    for (int i = 0; i < CASES; i++) {
        size_t left_count = draw_values(&random, left);
        size_t count = draw_values(&random, right);
        count = count < left_count ? count : left_count;
        exact_sum_reset(&sum);
        mpfr_set_zero(total, 1);
        for (size_t j = 0; j < count; j++) {
            exact_sum_add_product(&sum, left[j], right[j]);
            mpfr_set_d(product, left[j], MPFR_RNDN);
            mpfr_mul_d(product, product, right[j], MPFR_RNDN);
            mpfr_add(total, total, product, MPFR_RNDN);
        }
        assert_same_bits(exact_sum_round(&sum), reference_value(total));
        int scale = (int)(test_u64(&random) % 3000) - 1500;
        mpfr_mul_2si(total, total, scale, MPFR_RNDN);
        assert_same_bits(exact_sum_round_scaled(&sum, scale), reference_value(total));
    }
    mpfr_clear(total);
    mpfr_clear(product);
}

static void order_never_shows(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    double values[VALUES_MAX];
    static ExactSum forward, shuffled;
    for (int i = 0; i < CASES; i++) {
        size_t count = draw_values(&random, values);
        sum_all(values, count, &forward);
        shuffle(&random, values, count);
        sum_all(values, count, &shuffled);
        assert_same_bits(exact_sum_round(&shuffled), exact_sum_round(&forward));
        assert_true(exact_sum_equal(&forward, &shuffled));
    }
}

static void a_slid_window_equals_a_fresh_sum(void **state)
{
    UNUSED(state);
    enum { ROWS = 20000, WINDOW = 9 };
    uint64_t random = 4;
    static double values[ROWS];
    static ExactSum slid, fresh;
    exact_sum_reset(&slid);
    for (int i = 0; i < ROWS; i++) {
        values[i] = draw_value(&random, test_u64(&random));
        exact_sum_add(&slid, values[i]);
        if (i >= WINDOW) exact_sum_remove(&slid, values[i - WINDOW]);
        int begin = i >= WINDOW ? i - WINDOW + 1 : 0;
        sum_all(&values[begin], (size_t)(i - begin + 1), &fresh);
        assert_same_bits(exact_sum_round(&slid), exact_sum_round(&fresh));
    }
}

static void removed_products_leave_nothing(void **state)
{
    UNUSED(state);
    uint64_t random = 5;
    double values[VALUES_MAX];
    static ExactSum sum, empty;
    for (int i = 0; i < CASES; i++) {
        size_t count = draw_values(&random, values);
        for (size_t j = 0; j < count; j++) exact_sum_add_square(&sum, values[j]);
        shuffle(&random, values, count);
        for (size_t j = 0; j < count; j++) exact_sum_remove_square(&sum, values[j]);
        assert_true(exact_sum_equal(&sum, &empty));
        if (i % 50 == 0) exact_sum_reset(&sum);
    }
}

static void merging_is_associative_and_can_be_undone(void **state)
{
    UNUSED(state);
    uint64_t random = 6;
    double values[3][VALUES_MAX];
    size_t counts[3];
    static ExactSum parts[3], left, right, whole;
    for (int i = 0; i < CASES; i++) {
        exact_sum_reset(&whole);
        for (int j = 0; j < 3; j++) {
            counts[j] = draw_values(&random, values[j]);
            sum_all(values[j], counts[j], &parts[j]);
            for (size_t k = 0; k < counts[j]; k++) exact_sum_add(&whole, values[j][k]);
        }
        exact_sum_copy(&parts[0], &left);
        exact_sum_merge(&left, &parts[1]);
        exact_sum_merge(&left, &parts[2]);
        exact_sum_copy(&parts[2], &right);
        exact_sum_merge(&right, &parts[1]);
        exact_sum_merge(&right, &parts[0]);
        assert_true(exact_sum_equal(&left, &whole));
        assert_true(exact_sum_equal(&right, &whole));
        exact_sum_unmerge(&left, &parts[1]);
        exact_sum_unmerge(&left, &parts[0]);
        assert_true(exact_sum_equal(&left, &parts[2]));
    }
}

static void carries_settle_however_many_additions_wait(void **state)
{
    UNUSED(state);
    enum { ROUNDS = 5 * EXACT_SUM_PENDING_MAX + 3 };
    const double extremes[] = {0x1.fffffffffffffp1023, 0x1.fffffffffffffp0, 0x1.fffffffffffffp-1022, 0x1p-1074};
    for (size_t i = 0; i < COUNT_OF(extremes); i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            ExactSum sum = {0};
            for (int j = 0; j < ROUNDS; j++) exact_sum_add(&sum, sign * extremes[i]);
            for (int j = 0; j < ROUNDS - 1; j++) exact_sum_remove(&sum, sign * extremes[i]);
            assert_same_bits(exact_sum_round(&sum), sign * extremes[i]);
        }
    }
}

static void merges_without_end_do_not_overflow(void **state)
{
    UNUSED(state);
    static ExactSum part, sum, doubled;
    exact_sum_reset(&part);
    for (int i = 0; i < EXACT_SUM_PENDING_MAX; i++) exact_sum_add(&part, 0x1.fffffffffffffp30);
    exact_sum_reset(&sum);
    for (int i = 0; i < 20000; i++) exact_sum_merge(&sum, &part);
    exact_sum_copy(&sum, &doubled);
    exact_sum_merge(&doubled, &doubled);
    assert_same_bits(exact_sum_round(&doubled), 2 * exact_sum_round(&sum));
    for (int i = 0; i < 20000; i++) exact_sum_unmerge(&sum, &part);
    assert_int_equal(exact_sum_sign(&sum), 0);
    exact_sum_unmerge(&doubled, &doubled);
    assert_int_equal(exact_sum_sign(&doubled), 0);
}

static void cancellation_and_overflow_on_the_way_do_no_harm(void **state)
{
    UNUSED(state);
    const double cancelling[] = {1e308, 1, -1e308};
    const double overflowing[] = {1e308, 1e308, 1e308, -1e308, -1e308};
    const double beyond[] = {0x1.fffffffffffffp1023, 0x1p970};
    const double almost[] = {0x1.fffffffffffffp1023, 0x1.fffffffffffffp969};
    const double tied[] = {1, 0x1p-53};
    const double over_tie[] = {1, 0x1p-53, 0x1p-1074};
    static ExactSum sum;
    sum_all(cancelling, 3, &sum);
    assert_same_bits(exact_sum_round(&sum), 1);
    sum_all(overflowing, 5, &sum);
    assert_same_bits(exact_sum_round(&sum), 1e308);
    sum_all(beyond, 2, &sum);
    assert_same_bits(exact_sum_round(&sum), float_infinity());
    sum_all(almost, 2, &sum);
    assert_same_bits(exact_sum_round(&sum), 0x1.fffffffffffffp1023);
    sum_all(tied, 2, &sum);
    assert_same_bits(exact_sum_round(&sum), 1);
    sum_all(over_tie, 3, &sum);
    assert_same_bits(exact_sum_round(&sum), 0x1.0000000000001p0);
}

static void products_neither_underflow_nor_overflow(void **state)
{
    UNUSED(state);
    static ExactSum sum;
    exact_sum_reset(&sum);
    exact_sum_add_square(&sum, 0x1p-1074);
    exact_sum_add_square(&sum, 0x1.fffffffffffffp1023);
    exact_sum_remove_square(&sum, 0x1.fffffffffffffp1023);
    assert_int_equal(exact_sum_sign(&sum), 1);
    assert_same_bits(exact_sum_round(&sum), 0);
    assert_same_bits(exact_sum_round_scaled(&sum, 2148), 1);
}

static void every_zero_sum_is_positive_zero(void **state)
{
    UNUSED(state);
    ExactSum sum = {0};
    assert_same_bits(exact_sum_round(&sum), 0);
    exact_sum_add(&sum, -0.0);
    assert_same_bits(exact_sum_round(&sum), 0);
    exact_sum_add(&sum, -5);
    exact_sum_add(&sum, 5);
    assert_same_bits(exact_sum_round(&sum), 0);
}

static void zeros_do_not_widen_what_is_touched(void **state)
{
    UNUSED(state);
    ExactSum sum = {0};
    exact_sum_add(&sum, 0);
    exact_sum_add(&sum, -0.0);
    exact_sum_add_product(&sum, 0, 1e300);
    assert_int_equal(sum.end, 0);
    assert_int_equal(sum.reach, 0);
}

static void nan_and_infinities_come_and_go(void **state)
{
    UNUSED(state);
    double infinity = float_infinity();
    ExactSum sum = {0};
    exact_sum_add(&sum, 1.5);
    exact_sum_add(&sum, infinity);
    assert_same_bits(exact_sum_round(&sum), infinity);
    exact_sum_add(&sum, -infinity);
    assert_same_bits(exact_sum_round(&sum), float_nan());
    exact_sum_remove(&sum, infinity);
    assert_same_bits(exact_sum_round(&sum), -infinity);
    exact_sum_add(&sum, float_from_bits(0xfff8000000000005));
    assert_same_bits(exact_sum_round(&sum), float_nan());
    exact_sum_remove(&sum, float_nan());
    exact_sum_remove(&sum, -infinity);
    assert_same_bits(exact_sum_round(&sum), 1.5);
    exact_sum_add_product(&sum, infinity, 0);
    assert_same_bits(exact_sum_round(&sum), float_nan());
    exact_sum_remove_product(&sum, 0, infinity);
    assert_same_bits(exact_sum_round(&sum), 1.5);
}

static void integers_of_any_size_are_added_exactly(void **state)
{
    UNUSED(state);
    const Int128 least = (Int128)((Uint128)1 << 127);
    ExactSum sum = {0};
    exact_sum_add_int128(&sum, least);
    assert_same_bits(exact_sum_round(&sum), -0x1p127);
    exact_sum_add_int128(&sum, -(least + 1));
    assert_same_bits(exact_sum_round(&sum), -1);
    exact_sum_remove_int128(&sum, INT64_MAX);
    exact_sum_add_int128(&sum, INT64_MAX);
    exact_sum_add_int128(&sum, 1);
    assert_int_equal(exact_sum_sign(&sum), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_equal_an_exact_reference),
        cmocka_unit_test(sums_of_products_equal_an_exact_reference),
        cmocka_unit_test(order_never_shows),
        cmocka_unit_test(a_slid_window_equals_a_fresh_sum),
        cmocka_unit_test(removed_products_leave_nothing),
        cmocka_unit_test(merging_is_associative_and_can_be_undone),
        cmocka_unit_test(carries_settle_however_many_additions_wait),
        cmocka_unit_test(merges_without_end_do_not_overflow),
        cmocka_unit_test(cancellation_and_overflow_on_the_way_do_no_harm),
        cmocka_unit_test(products_neither_underflow_nor_overflow),
        cmocka_unit_test(every_zero_sum_is_positive_zero),
        cmocka_unit_test(zeros_do_not_widen_what_is_touched),
        cmocka_unit_test(nan_and_infinities_come_and_go),
        cmocka_unit_test(integers_of_any_size_are_added_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
