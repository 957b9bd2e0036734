#include "number/sketch.h"

#include "mpfr_reference.h"
#include "number/float_order.h"

static void a_bucket_stands_for_its_values_within_the_error(void **state)
{
    UNUSED(state);
    static const double errors[] = {0.0001, 0.01, 0.25, 0.5};
    uint64_t random = 1;
    for (size_t i = 0; i < 40000; i++) {
        double error = errors[i % COUNT_OF(errors)];
        SketchScale scale = sketch_scale(error);
        double value = test_any_finite(&random);
        double magnitude = value < 0 ? -value : value;
        double found = sketch_value(&scale, sketch_bucket(&scale, value));
        if (magnitude < 0x1p-1000) {
            assert_same_bits(found, 0.0);
        } else if (magnitude < 1e307) {
            double gap = found > value ? found - value : value - found;
            assert_true(gap <= error * magnitude * (1 + 1e-9));
        }
    }
}

static void buckets_are_in_the_order_of_values(void **state)
{
    UNUSED(state);
    static const double ascending[] = {-1e308, -1, -1e-300, 0, 1e-300, 0.5, 1, 1e308};
    SketchScale scale = sketch_scale(0.01);
    int64_t before = sketch_bucket(&scale, -float_infinity());
    assert_same_bits(sketch_value(&scale, before), -float_infinity());
    for (size_t i = 0; i < COUNT_OF(ascending); i++) {
        int64_t bucket = sketch_bucket(&scale, ascending[i]);
        assert_true(bucket > before);
        before = bucket;
    }
    assert_true(sketch_bucket(&scale, float_infinity()) > before);
    assert_true(sketch_bucket(&scale, float_nan()) > sketch_bucket(&scale, float_infinity()));
    assert_int_equal(sketch_bucket(&scale, -0.0), 0);
    assert_true(float_is_nan(sketch_value(&scale, sketch_bucket(&scale, float_nan()))));
}

static void registers_tell_about_how_many(void **state)
{
    UNUSED(state);
    static const uint64_t counts[] = {0, 1, 10, 1000, 20000, 1000000};
    uint64_t random = 9;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        uint8_t registers[HYPERLOGLOG_REGISTERS] = {0};
        for (uint64_t k = 0; k < counts[i]; k++) {
            uint64_t hash = test_u64(&random);
            hyperloglog_add(registers, hash);
            if (k % 3 == 0) hyperloglog_add(registers, hash);
        }
        double gap = (double)(hyperloglog_estimate(registers) - (int64_t)counts[i]);
        assert_true((gap < 0 ? -gap : gap) <= 0.06 * (double)counts[i]);
    }
}

static void full_registers_are_no_trap(void **state)
{
    UNUSED(state);
    uint8_t registers[HYPERLOGLOG_REGISTERS];
    for (size_t i = 0; i < HYPERLOGLOG_REGISTERS; i++) registers[i] = 0;
    for (uint64_t i = 0; i < HYPERLOGLOG_REGISTERS; i++) hyperloglog_add(registers, i << (64 - HYPERLOGLOG_BITS));
    assert_int_equal(registers[0], 64 - HYPERLOGLOG_BITS + 1);
    assert_int_equal(hyperloglog_estimate(registers), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_stands_for_its_values_within_the_error),
        cmocka_unit_test(buckets_are_in_the_order_of_values),
        cmocka_unit_test(registers_tell_about_how_many),
        cmocka_unit_test(full_registers_are_no_trap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
