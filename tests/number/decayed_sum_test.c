#include "number/decayed_sum.h"

#include <stdlib.h>

#include "mpfr_reference.h"
#include "number/pinned.h"

enum { TERMS = 9 };

static double decayed(const int64_t *times, const double *values, size_t count, int64_t half_life, int64_t at)
{
    static DecayedSum sum;
    exact_sum_reset(&sum.sum);
    sum.epoch = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t epoch = decay_of(times[i], half_life).epoch;
        sum.epoch = epoch > sum.epoch ? epoch : sum.epoch;
    }
    for (size_t i = 0; i < count; i++) decayed_sum_add(&sum, values[i], decay_of(times[i], half_life));
    return decayed_sum_at(&sum, decay_of(at, half_life));
}

static void half_lives_halve(void **state)
{
    UNUSED(state);
    const int64_t times[] = {-20, -10, 0};
    const double values[] = {8, 4, 2};
    assert_same_bits(decayed(times, values, 3, 10, 0), 6);
    assert_same_bits(decayed(times, values, 3, 10, 10), 3);
    assert_same_bits(decayed(times, values, 3, 10, -10), 12);
}

static void moments_before_1970_have_fractions_too(void **state)
{
    UNUSED(state);
    Decay decay = decay_of(-1, 4);
    assert_int_equal(decay.epoch, -1);
    assert_same_bits(decay.fraction, 0.75);
    assert_int_equal(decay_of(INT64_MIN, 1).epoch, INT64_MIN);
    assert_int_equal(decay_of(INT64_MIN, INT64_MAX).epoch, -2);
}

static void order_does_not_show(void **state)
{
    UNUSED(state);
    uint64_t random = 5;
    int64_t times[TERMS];
    double values[TERMS];
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < TERMS; i++) {
            times[i] = (int64_t)(test_u64(&random) % 100000);
            values[i] = round % 2 == 0 ? test_any_finite(&random) : test_between(&random, -1e6, 1e6);
        }
        double before = decayed(times, values, TERMS, 77, 100000);
        for (size_t i = 0; i < TERMS; i++) {
            size_t other = test_u64(&random) % TERMS;
            int64_t time = times[i];
            double value = values[i];
            times[i] = times[other], values[i] = values[other];
            times[other] = time, values[other] = value;
        }
        assert_same_bits(decayed(times, values, TERMS, 77, 100000), before);
    }
}

static void what_is_far_behind_is_left_out(void **state)
{
    UNUSED(state);
    const int64_t times[] = {0, 2000, 2001};
    const double values[] = {1e300, 1, 0};
    assert_true(decayed(times, values, 2, 1, 2000) == 1 + 1e300 * 0x1p-1000 * 0x1p-1000);
    const double alone[] = {1e300, 0, 1};
    assert_same_bits(decayed(times, alone, 3, 1, 2001), 1);
}

static void specials_stay_and_a_zero_has_no_sign(void **state)
{
    UNUSED(state);
    const int64_t times[] = {0, 1};
    const double infinite[] = {1, -float_infinity()};
    const double both[] = {float_infinity(), -float_infinity()};
    const double negative[] = {-1, -1};
    assert_same_bits(decayed(times, infinite, 2, 3, 5), -float_infinity());
    assert_true(float_is_nan(decayed(times, both, 2, 3, 5)));
    assert_same_bits(decayed(times, negative, 2, 1, INT64_MAX), 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_lives_halve),
        cmocka_unit_test(moments_before_1970_have_fractions_too),
        cmocka_unit_test(order_does_not_show),
        cmocka_unit_test(what_is_far_behind_is_left_out),
        cmocka_unit_test(specials_stay_and_a_zero_has_no_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
