#include "number/int_sum.h"

#include "mpfr_reference.h"

#define INT128_MAX ((Int128)(~(Uint128)0 >> 1))
#define INT128_MIN (-INT128_MAX - 1)

static void sums_that_fit_are_given_whatever_the_way(void **state)
{
    UNUSED(state);
    int64_t value = 0;
    IntSum sum = {0};
    for (int i = 0; i < 5; i++) int_sum_add(&sum, INT64_MAX);
    assert_false(int_sum_to_int64(&sum, &value));
    for (int i = 0; i < 4; i++) int_sum_remove(&sum, INT64_MAX);
    assert_true(int_sum_to_int64(&sum, &value));
    assert_true(value == INT64_MAX);
    int_sum_add(&sum, 1);
    assert_false(int_sum_to_int64(&sum, &value));
    int_sum_add(&sum, INT64_MIN);
    int_sum_add(&sum, INT64_MIN);
    int_sum_remove(&sum, INT64_MAX);
    int_sum_add(&sum, INT64_MAX);
    assert_true(int_sum_to_int64(&sum, &value));
    assert_true(value == INT64_MIN);
}

static void wraps_of_128_bits_are_counted_both_ways(void **state)
{
    UNUSED(state);
    IntSum sum = {0};
    for (int i = 0; i < 10; i++) int_sum_add(&sum, INT128_MAX);
    assert_same_bits(int_sum_to_double(&sum), 10 * 0x1p127);
    for (int i = 0; i < 20; i++) int_sum_add(&sum, INT128_MIN);
    assert_same_bits(int_sum_to_double(&sum), -10 * 0x1p127);
    for (int i = 0; i < 20; i++) int_sum_remove(&sum, INT128_MIN);
    for (int i = 0; i < 10; i++) int_sum_remove(&sum, INT128_MAX);
    assert_true(sum.low == 0);
    assert_true(sum.wraps == 0);
}

static void decimals_are_held_to_38_digits(void **state)
{
    UNUSED(state);
    const Int128 greatest = (Int128)9999999999999999999U * 10000000000000000000U + 9999999999999999999U;
    Int128 value = 0;
    IntSum sum = {0};
    int_sum_add(&sum, greatest);
    assert_true(int_sum_to_decimal(&sum, &value));
    assert_true(value == greatest);
    int_sum_add(&sum, 1);
    assert_false(int_sum_to_decimal(&sum, &value));
    int_sum_remove(&sum, 1);
    int_sum_remove(&sum, greatest);
    int_sum_remove(&sum, greatest);
    assert_true(int_sum_to_decimal(&sum, &value));
    int_sum_remove(&sum, 1);
    assert_false(int_sum_to_decimal(&sum, &value));
    assert_true(value == -greatest);
}

static void doubles_of_sums_are_rounded_once_to_even(void **state)
{
    UNUSED(state);
    IntSum sum = {0};
    int_sum_add(&sum, ((Int128)1 << 53) + 1);
    assert_same_bits(int_sum_to_double(&sum), 0x1p53);
    int_sum_add(&sum, 2);
    assert_same_bits(int_sum_to_double(&sum), 0x1p53 + 4);
    assert_same_bits(int_sum_mean(&sum, 2), 0x1p52 + 2);
    assert_same_bits(int_sum_mean(&sum, 0), float_nan());
}

static void merges_equal_sums_of_the_whole(void **state)
{
    UNUSED(state);
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        IntSum parts[2] = {0};
        IntSum whole = {0};
        for (int j = 0; j < 12; j++) {
            Int128 value = (Int128)((Uint128)test_u64(&random) << 64 | test_u64(&random));
            int_sum_add(&parts[j % 2], value);
            int_sum_add(&whole, value);
        }
        IntSum merged = parts[0];
        int_sum_merge(&merged, &parts[1]);
        assert_memory_equal(&merged.low, &whole.low, sizeof(whole.low));
        assert_true(merged.wraps == whole.wraps);
        int_sum_unmerge(&merged, &parts[0]);
        assert_true(merged.low == parts[1].low && merged.wraps == parts[1].wraps);
    }
}

static void encoded_sums_are_decoded_again(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    IntSum sum = {0};
    IntSum decoded = {0};
    for (int i = 0; i < 5; i++) int_sum_add(&sum, INT128_MIN + 17);
    ASSERT_OK(int_sum_encode(&sum, &bytes, &err), err);
    assert_int_equal(bytes.size, INT_SUM_ENCODED_BYTES);
    ByteReader reader = {bytes.data, bytes.size, 0};
    ASSERT_OK(int_sum_decode(&reader, &decoded, &err), err);
    assert_true(decoded.low == sum.low && decoded.wraps == sum.wraps);
    ByteReader cut = {bytes.data, bytes.size - 1, 0};
    ASSERT_FAILS(int_sum_decode(&cut, &decoded, &err), err, ERROR_DATA, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_that_fit_are_given_whatever_the_way),
        cmocka_unit_test(wraps_of_128_bits_are_counted_both_ways),
        cmocka_unit_test(decimals_are_held_to_38_digits),
        cmocka_unit_test(doubles_of_sums_are_rounded_once_to_even),
        cmocka_unit_test(merges_equal_sums_of_the_whole),
        cmocka_unit_test(encoded_sums_are_decoded_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
