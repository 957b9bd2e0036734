#include "kernel_fixture.h"

#include "base/hash.h"

static const Cell no_integer = {.type = {.id = TYPE_INT64}};
static const Cell no_float = {.type = {.id = TYPE_FLOAT64}};

static void digits_round_by_the_exact_value_and_halves_away_from_zero(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(2.67), FLOAT(2.675), INTEGER(2)); // 2.67499999...
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(0.13), FLOAT(0.125), INTEGER(2));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(-0.13), FLOAT(-0.125), INTEGER(2));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(-0.0), FLOAT(-0.001), INTEGER(2));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(0.1), FLOAT(0.1), INTEGER(18));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(1e300), FLOAT(1e300), INTEGER(18));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(-300), FLOAT(-250), INTEGER(-2));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(1e300), FLOAT(1e300), INTEGER(-18));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(float_nan()), FLOAT(float_nan()), INTEGER(-2));
    CHECK_KERNEL(ROUND_DIGITS_FLOAT64, FLOAT(-float_infinity()), FLOAT(-float_infinity()), INTEGER(2));
    CHECK_KERNEL(ROUND_DIGITS_INT64, INTEGER(5), INTEGER(5), INTEGER(3));
    CHECK_KERNEL(ROUND_DIGITS_INT64, INTEGER(-20), INTEGER(-15), INTEGER(-1));
    CHECK_KERNEL(ROUND_DIGITS_INT64, no_integer, INTEGER(INT64_MAX), INTEGER(-1));
    CHECK_KERNEL(ROUND_DIGITS_INT64, INTEGER(0), INTEGER(499999999999999999), INTEGER(-18));
}

static void clip_needs_its_bounds_in_order(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(CLIP_INT64, INTEGER(3), INTEGER(9), INTEGER(1), INTEGER(3));
    CHECK_KERNEL(CLIP_INT64, INTEGER(1), INTEGER(-9), INTEGER(1), INTEGER(3));
    CHECK_KERNEL(CLIP_INT64, no_integer, INTEGER(2), INTEGER(3), INTEGER(1));
    CHECK_KERNEL(CLIP_INT64, no_integer, no_integer, INTEGER(1), INTEGER(3));
    CHECK_KERNEL(CLIP_FLOAT64, FLOAT(float_nan()), FLOAT(float_nan()), FLOAT(0), FLOAT(1));
    CHECK_KERNEL(CLIP_FLOAT64, no_float, FLOAT(0.5), FLOAT(0), FLOAT(float_nan()));
    CHECK_KERNEL(CLIP_FLOAT64, FLOAT(float_infinity()), FLOAT(float_infinity()), FLOAT(0), FLOAT(float_infinity()));
    CHECK_KERNEL(CLIP_DECIMAL, DECIMAL(150, 2), DECIMAL(999, 2), DECIMAL(0, 2), DECIMAL(150, 2));
}

static void quotients_are_whole(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(DIV_INT64, INTEGER(-3), INTEGER(-7), INTEGER(2));
    CHECK_KERNEL(DIV_INT64, no_integer, INTEGER(7), INTEGER(0));
    CHECK_KERNEL(DIV_INT64, no_integer, INTEGER(INT64_MIN), INTEGER(-1));
    CHECK_KERNEL(DIV_DECIMAL, DECIMAL(-3, 0), DECIMAL(-700, 2), DECIMAL(200, 2));
    CHECK_KERNEL(DIV_DECIMAL, NULL_OF(DECIMAL(0, 0)), DECIMAL(7, 2), DECIMAL(0, 2));
    CHECK_KERNEL(SIGN_INT64, INTEGER(-1), INTEGER(INT64_MIN));
    CHECK_KERNEL(SIGN_FLOAT64, INTEGER(0), FLOAT(-0.0));
    CHECK_KERNEL(SIGN_FLOAT64, no_integer, FLOAT(float_nan()));
    CHECK_KERNEL(SIGN_DECIMAL, INTEGER(1), DECIMAL(1, 38));
}

static void bits_are_those_of_twos_complement(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(BIT_AND, INTEGER(8), INTEGER(12), INTEGER(10));
    CHECK_KERNEL(BIT_OR, INTEGER(14), INTEGER(12), INTEGER(10));
    CHECK_KERNEL(BIT_XOR, INTEGER(6), INTEGER(12), INTEGER(10));
    CHECK_KERNEL(BIT_NOT, INTEGER(-1), INTEGER(0));
    CHECK_KERNEL(BIT_COUNT, INTEGER(64), INTEGER(-1));
    CHECK_KERNEL(SHIFT_LEFT, INTEGER(INT64_MIN), INTEGER(1), INTEGER(63));
    CHECK_KERNEL(SHIFT_LEFT, no_integer, INTEGER(1), INTEGER(64));
    CHECK_KERNEL(SHIFT_RIGHT, INTEGER(-1), INTEGER(-8), INTEGER(63));
    CHECK_KERNEL(SHIFT_RIGHT, no_integer, INTEGER(-8), INTEGER(-1));
}

static void buckets_count_the_edges_passed(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(BUCKETIZE_FLOAT64, INTEGER(0), FLOAT(-1), TEXT("0,1.5,10"));
    CHECK_KERNEL(BUCKETIZE_FLOAT64, INTEGER(1), FLOAT(-0.0), TEXT("0,1.5,10"));
    CHECK_KERNEL(BUCKETIZE_FLOAT64, INTEGER(2), FLOAT(1.5), TEXT("0,1.5,10"));
    CHECK_KERNEL(BUCKETIZE_FLOAT64, INTEGER(3), FLOAT(float_nan()), TEXT("0,1.5,10"));
    CHECK_KERNEL(BUCKETIZE_INT64, INTEGER(1), INTEGER(INT64_MAX - 1), TEXT("0,9223372036854775807"));
    CHECK_KERNEL(BUCKETIZE_INT64, INTEGER(2), INTEGER(INT64_MAX), TEXT("0,9223372036854775807"));
    CHECK_KERNEL(BUCKETIZE_INT64, no_integer, no_integer, TEXT("0"));
    CHECK_KERNEL(IS_NAN, BOOLEAN(true), FLOAT(float_nan()));
    CHECK_KERNEL(IS_FINITE, BOOLEAN(false), FLOAT(-float_infinity()));
}

static void a_hash_with_a_seed_knows_nulls_and_separators(void **state)
{
    UNUSED(state);
    const Cell seed = INTEGER(0);
    Held held = {0};
    Vector vector = hold(&held, TEXT("ab"));
    AUTO(bytes_deinit) Bytes bytes = {0};
    assert_true(vector_encode(&vector, 0, &bytes, NULL));
    CHECK_KERNEL(HASH_WITH_STRING, INTEGER((int64_t)hash64(bytes.data, bytes.size, 0)), seed, TEXT("ab"));
    CHECK_KERNEL(HASH_WITH_INT64, INTEGER((int64_t)hash64("", 1, 0)), seed, no_integer);
    CHECK_KERNEL(HASH_WITH_INT64, no_integer, no_integer, INTEGER(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_round_by_the_exact_value_and_halves_away_from_zero),
        cmocka_unit_test(clip_needs_its_bounds_in_order),
        cmocka_unit_test(quotients_are_whole),
        cmocka_unit_test(bits_are_those_of_twos_complement),
        cmocka_unit_test(buckets_count_the_edges_passed),
        cmocka_unit_test(a_hash_with_a_seed_knows_nulls_and_separators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
