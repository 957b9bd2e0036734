#include "mpfr_reference.h"
#include "number/exact_sum.h"

static bool encode_once(const ExactSum *sum, Bytes *out, Error *err)
{
    bytes_clear(out);
    return exact_sum_encode(sum, out, err);
}

static void assert_decodes_to(const Bytes *bytes, const ExactSum *expected)
{
    Error err = {0};
    static ExactSum decoded;
    ByteReader reader = {bytes->data, bytes->size, 0};
    ASSERT_OK(exact_sum_decode(&reader, &decoded, &err), err);
    assert_int_equal(reader.offset, bytes->size);
    assert_true(exact_sum_equal(&decoded, expected));
    assert_same_bits(exact_sum_round(&decoded), exact_sum_round(expected));
}

static void draw_sum(uint64_t *random, ExactSum *sum)
{
    exact_sum_reset(sum);
    for (uint64_t count = test_u64(random) % 20; count > 0; count--) {
        double value = float_from_bits(test_u64(random));
        if (test_u64(random) % 2 == 0) value = test_between(random, -1000, 1000);
        if (test_u64(random) % 8 == 0) value = count % 2 == 0 ? float_infinity() : -float_infinity();
        exact_sum_add(sum, value);
        if (test_u64(random) % 8 == 0 && float_is_finite(value)) exact_sum_add_square(sum, value);
    }
}

static void what_is_encoded_is_decoded_again(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t random = 1;
    static ExactSum sum;
    AUTO(bytes_deinit) Bytes bytes = {0};
    for (int i = 0; i < 20000; i++) {
        draw_sum(&random, &sum);
        ASSERT_OK(encode_once(&sum, &bytes, &err), err);
        assert_true(bytes.size <= EXACT_SUM_ENCODED_BYTES_MAX);
        assert_decodes_to(&bytes, &sum);
    }
}

static void equal_sums_have_equal_bytes(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t random = 2;
    static ExactSum direct, detour, noise;
    AUTO(bytes_deinit) Bytes direct_bytes = {0};
    AUTO(bytes_deinit) Bytes detour_bytes = {0};
    for (int i = 0; i < 10000; i++) {
        draw_sum(&random, &direct);
        draw_sum(&random, &noise);
        exact_sum_copy(&noise, &detour);
        exact_sum_merge(&detour, &direct);
        exact_sum_unmerge(&detour, &noise);
        ASSERT_OK(encode_once(&direct, &direct_bytes, &err), err);
        ASSERT_OK(encode_once(&detour, &detour_bytes, &err), err);
        assert_int_equal(direct_bytes.size, detour_bytes.size);
        assert_memory_equal(direct_bytes.data, detour_bytes.data, direct_bytes.size);
    }
}

static void the_empty_sum_takes_one_byte(void **state)
{
    UNUSED(state);
    Error err = {0};
    ExactSum sum = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    exact_sum_add(&sum, 3);
    exact_sum_remove(&sum, 3);
    ASSERT_OK(exact_sum_encode(&sum, &bytes, &err), err);
    assert_int_equal(bytes.size, 1);
    assert_int_equal(bytes.data[0], 0);
}

static void a_cut_encoding_is_refused_and_nothing_is_written(void **state)
{
    UNUSED(state);
    Error err = {0};
    static ExactSum sum, decoded;
    AUTO(bytes_deinit) Bytes bytes = {0};
    exact_sum_add(&sum, 1e300);
    exact_sum_add(&sum, -1e-300);
    exact_sum_add(&sum, float_infinity());
    ASSERT_OK(exact_sum_encode(&sum, &bytes, &err), err);
    exact_sum_add(&decoded, 42);
    for (size_t size = 0; size < bytes.size; size++) {
        ByteReader reader = {bytes.data, size, 0};
        ASSERT_FAILS(exact_sum_decode(&reader, &decoded, &err), err, ERROR_DATA, "");
        assert_same_bits(exact_sum_round(&decoded), 42);
    }
}

static void what_is_not_canonical_is_refused(void **state)
{
    UNUSED(state);
    const struct {
        uint8_t bytes[16];
        size_t size;
        const char *part;
    } cases[] = {
        {{0x20}, 1, "unknown flags 32"},
        {{0x10}, 1, "unknown flags 16"},
        {{0x01, 0, 0, 0, 0, 0, 0, 0, 0}, 9, "a counter of 0"},
        {{0x02, 0, 0, 0, 0, 0, 0, 0, 0x80}, 9, "a counter of -9223372036854775808"},
        {{0x08, 68, 0}, 3, "digits 68 to 68"},
        {{0x08, 134, 2}, 3, "digits 134 to 136"},
        {{0x08, 68, 1, 0, 0, 0, 0}, 7, "an outer digit of zero"},
        {{0x08, 68, 2, 1, 0, 0, 0, 0, 0, 0, 0}, 11, "an outer digit of zero"},
    };
    Error err = {0};
    static ExactSum decoded;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ByteReader reader = {cases[i].bytes, cases[i].size, 0};
        ASSERT_FAILS(exact_sum_decode(&reader, &decoded, &err), err, ERROR_DATA, cases[i].part);
    }
}

static bool encode_some(void *context, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    return exact_sum_encode(context, &bytes, err);
}

static void encoding_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    static ExactSum sum;
    exact_sum_add(&sum, 0.1);
    for_each_allocation_failure(encode_some, &sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_is_decoded_again),
        cmocka_unit_test(equal_sums_have_equal_bytes),
        cmocka_unit_test(the_empty_sum_takes_one_byte),
        cmocka_unit_test(a_cut_encoding_is_refused_and_nothing_is_written),
        cmocka_unit_test(what_is_not_canonical_is_refused),
        cmocka_unit_test(encoding_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
