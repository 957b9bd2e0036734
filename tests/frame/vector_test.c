#include "frame/column.h"
#include "number/float_order.h"
#include "support/test.h"

enum { FLOATS = 7 };

/// Ascending; the two zeros are equal.
static Vector float_vector(double floats[FLOATS])
{
    const double values[FLOATS] = {-float_infinity(), -1.5, -0.0, 0.0, 1e300, float_infinity(), float_nan()};
    memcpy(floats, values, sizeof(values));
    return (Vector){.type = TYPE_OF(TYPE_FLOAT64), .count = FLOATS, .values.floats = floats};
}

static void floats_have_one_total_order(void **state)
{
    UNUSED(state);
    double floats[FLOATS];
    Vector vector = float_vector(floats);
    for (size_t i = 0; i + 1 < vector.count; i++) {
        int expected = floats[i] == floats[i + 1] ? 0 : -1;
        assert_int_equal(vector_compare(&vector, i, &vector, i + 1), expected);
        assert_int_equal(vector_compare(&vector, i + 1, &vector, i), -expected);
        assert_int_equal(vector_compare(&vector, i, &vector, i), 0);
    }
}

static void sameness_is_about_bits(void **state)
{
    UNUSED(state);
    double floats[FLOATS];
    Vector vector = float_vector(floats);
    assert_false(vector_same(&vector, 2, &vector, 3));
    double other_nan = -float_nan();
    Vector nan = {.type = vector.type, .count = 1, .values.floats = &other_nan};
    assert_true(vector_same(&vector, 6, &nan, 0));
}

static void every_nan_is_encoded_alike(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes left = {0};
    AUTO(bytes_deinit) Bytes right = {0};
    double nans[] = {float_nan(), -float_nan()};
    Vector vector = {.type = TYPE_OF(TYPE_FLOAT64), .count = 2, .values.floats = nans};
    ASSERT_OK(vector_encode(&vector, 0, &left, &err), err);
    ASSERT_OK(vector_encode(&vector, 1, &right, &err), err);
    assert_int_equal(left.size, 9);
    assert_memory_equal(left.data, right.data, 9);
    assert_memory_equal(left.data, "\1\0\0\0\0\0\0\xf8\x7f", 9);
}

static void canonical_bytes_are_pinned(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    int64_t ints[] = {-2, 0};
    uint8_t valid[] = {1, 0};
    Str strings[] = {STR("ab")};
    Int128 decimals[] = {258};
    uint8_t bools[] = {1};
    const Vector vectors[] = {
        {.type = TYPE_OF(TYPE_INT8), .count = 2, .valid = valid, .values.ints = ints},
        {.type = TYPE_OF(TYPE_STRING), .count = 1, .values.strings = strings},
        {.type = {.id = TYPE_DECIMAL, .precision = 5}, .count = 1, .values.decimals = decimals},
        {.type = TYPE_OF(TYPE_BOOL), .count = 1, .values.bools = bools},
    };
    for (size_t i = 0; i < COUNT_OF(vectors); i++) ASSERT_OK(vector_encode(&vectors[i], 0, &bytes, &err), err);
    ASSERT_OK(vector_encode(&vectors[0], 1, &bytes, &err), err);
    static const char expected[] = "\1\xfe\xff\xff\xff\xff\xff\xff\xff"
                                   "\1\2\0\0\0\0\0\0\0ab"
                                   "\1\2\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "\1\1"
                                   "\0";
    assert_int_equal(bytes.size, sizeof(expected) - 1);
    assert_memory_equal(bytes.data, expected, bytes.size);
}

static void null_comes_first(void **state)
{
    UNUSED(state);
    uint8_t valid[] = {0, 1, 0};
    Str strings[] = {{0}, STR("a"), {0}};
    Vector vector = {.type = TYPE_OF(TYPE_STRING), .count = 3, .valid = valid, .values.strings = strings};
    assert_true(vector_compare(&vector, 0, &vector, 1) < 0);
    assert_true(vector_compare(&vector, 1, &vector, 0) > 0);
    assert_int_equal(vector_compare(&vector, 0, &vector, 2), 0);
    assert_true(vector_same(&vector, 0, &vector, 2));
    assert_false(vector_same(&vector, 0, &vector, 1));
}

static void a_slice_keeps_nulls_beside_their_values(void **state)
{
    UNUSED(state);
    uint8_t valid[] = {1, 0, 1};
    int64_t ints[] = {5, 0, 6};
    Vector vector = {.type = TYPE_OF(TYPE_INT64), .count = 3, .valid = valid, .values.ints = ints};
    Vector slice = vector_slice(&vector, 1, 3);
    assert_int_equal(slice.count, 2);
    assert_false(vector_is_valid(&slice, 0));
    assert_int_equal(slice.values.ints[1], 6);
    Vector empty = {.type = TYPE_OF(TYPE_INT64)};
    assert_int_equal(vector_slice(&empty, 0, 0).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_have_one_total_order),
        cmocka_unit_test(sameness_is_about_bits),
        cmocka_unit_test(every_nan_is_encoded_alike),
        cmocka_unit_test(canonical_bytes_are_pinned),
        cmocka_unit_test(null_comes_first),
        cmocka_unit_test(a_slice_keeps_nulls_beside_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
