#include "engine/key.h"

#include "number/float_order.h"
#include "support/test.h"

static Vector floats(double *values, size_t count)
{
    return (Vector){.type = TYPE_OF(TYPE_FLOAT64), .count = count, .values = {.floats = values}};
}

static Vector strings(Str *values, size_t count)
{
    return (Vector){.type = TYPE_OF(TYPE_STRING), .count = count, .values = {.strings = values}};
}

static void assert_same_key(const Vector *keys, size_t count, size_t i, size_t j, bool same)
{
    AUTO(bytes_deinit) Bytes left = {0};
    AUTO(bytes_deinit) Bytes right = {0};
    assert_true(key_encode(keys, count, i, &left, NULL));
    assert_true(key_encode(keys, count, j, &right, NULL));
    assert_int_equal(str_equal(bytes_str(&left), bytes_str(&right)), same);
    assert_int_equal(key_same(keys, i, keys, j, count), same);
    assert_int_equal(key_hash(keys, count, i) == key_hash(keys, count, j), same);
}

static void zeros_and_nans_are_one_key_each(void **state)
{
    UNUSED(state);
    double values[] = {0.0, -0.0, float_nan(), -float_nan(), 1};
    Vector key = floats(values, COUNT_OF(values));
    assert_same_key(&key, 1, 0, 1, true);
    assert_same_key(&key, 1, 2, 3, true);
    assert_same_key(&key, 1, 0, 4, false);
}

static void parts_do_not_run_together(void **state)
{
    UNUSED(state);
    Str first[] = {STR("1"), STR("11"), STR("1")};
    Str second[] = {STR("12"), STR("2"), STR("12")};
    Vector key[] = {strings(first, 3), strings(second, 3)};
    assert_same_key(key, 2, 0, 1, false);
    assert_same_key(key, 2, 0, 2, true);
}

static void nulls_equal_each_other_and_are_found(void **state)
{
    UNUSED(state);
    int64_t values[] = {0, 0, 0};
    uint8_t valid[] = {0, 0, 1};
    Vector key = {.type = TYPE_OF(TYPE_INT64), .count = 3, .valid = valid, .values = {.ints = values}};
    assert_same_key(&key, 1, 0, 1, true);
    assert_same_key(&key, 1, 0, 2, false);
    assert_true(key_has_null(&key, 1, 0));
    assert_false(key_has_null(&key, 1, 2));
}

static void one_part_of_64_bits_has_an_exact_hash(void **state)
{
    UNUSED(state);
    double value = 1;
    Str text = STR("a");
    Vector number = floats(&value, 1);
    Vector string = strings(&text, 1);
    assert_true(key_hash_is_exact(&number, 1));
    assert_false(key_hash_is_exact(&string, 1));
    assert_false(key_hash_is_exact(&number, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_and_nans_are_one_key_each),
        cmocka_unit_test(parts_do_not_run_together),
        cmocka_unit_test(nulls_equal_each_other_and_are_found),
        cmocka_unit_test(one_part_of_64_bits_has_an_exact_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
