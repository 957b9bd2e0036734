/// The kernels that fitted transforms become, over batches with nulls in them.
#include "engine/kernel.h"

#include "support/test.h"

#include "language/lookup_table.h"
#include "number/float_order.h"

enum { ROWS = 4 };

static const uint8_t LAST_IS_NULL[ROWS] = {1, 1, 1, 0};

/// `values` has ROWS items of the type; the last is null.
static Vector vector_of(Type type, void *values)
{
    return (Vector){.type = type, .count = ROWS, .valid = LAST_IS_NULL, .values = {.any = values}};
}

static Vector constant_of(Str *held, Str text)
{
    for (int i = 0; i < ROWS; i++) held[i] = text;
    return (Vector){.type = TYPE_OF(TYPE_STRING), .count = ROWS, .values = {.strings = held}};
}

static void run(Kernel kernel, TypeId type, Vector values, Str text, Block *out)
{
    Str held[ROWS];
    Error err = {0};
    Vector arguments[] = {values, constant_of(held, text)};
    KernelContext context = {.type = TYPE_OF(type)};
    ASSERT_OK(kernel_run(kernel, &context, arguments, kernel == KERNEL_NUMBER_OR_NULL ? 1 : 2, out, &err), err);
}

static void check_floats(const Block *out, const double *expected)
{
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(out->valid[i], !float_is_nan(expected[i]));
        double value = out->valid[i] ? expected[i] : 0;
        assert_int_equal(float_bits(out->values.floats[i]), float_bits(value));
    }
}

static void what_is_not_in_the_table_is_null(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes integers = {0};
    AUTO(bytes_deinit) Bytes strings = {0};
    Error err = {0};
    int64_t ids[ROWS] = {7, -7, 8, 7};
    Str names[ROWS] = {STR("fern"), STR(""), STR("moss"), STR("fern")};
    double out[ROWS];
    uint8_t valid[ROWS];
    Block block = {ROWS, valid, {.floats = out}};
    const double expected[ROWS] = {0.5, float_nan(), -1, float_nan()};
    const LookupEntry of_ids[] = {{.integer = 7, .value = 0.5}, {.integer = 8, .value = -1}};
    const LookupEntry of_names[] = {{.string = STR("fern"), .value = 0.5}, {.string = STR("moss"), .value = -1}};
    ASSERT_OK(lookup_table_write(LOOKUP_INTEGERS, of_ids, 2, &integers, &err), err);
    ASSERT_OK(lookup_table_write(LOOKUP_STRINGS, of_names, 2, &strings, &err), err);

    run(KERNEL_LOOKUP_INT64, TYPE_FLOAT64, vector_of(TYPE_OF(TYPE_INT64), ids), bytes_str(&integers), &block);
    check_floats(&block, expected);
    run(KERNEL_LOOKUP_STRING, TYPE_FLOAT64, vector_of(TYPE_OF(TYPE_STRING), names), bytes_str(&strings), &block);
    check_floats(&block, expected);
}

static void numbers_fall_between_edges_and_ranks(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes edges = {0};
    AUTO(bytes_deinit) Bytes ranks = {0};
    Error err = {0};
    double numbers[ROWS] = {1, 1.5, 9, 1};
    int64_t bins[ROWS];
    double out[ROWS];
    uint8_t valid[ROWS];
    const LookupEntry entries[] = {{.number = 1, .value = 0}, {.number = 2, .value = 1}};
    ASSERT_OK(lookup_table_write(LOOKUP_NUMBERS, entries, 2, &edges, &err), err);
    ASSERT_OK(lookup_table_write(LOOKUP_RANKS, entries, 2, &ranks, &err), err);

    Block in_bins = {ROWS, valid, {.ints = bins}};
    run(KERNEL_LOOKUP_EDGES, TYPE_INT64, vector_of(TYPE_OF(TYPE_FLOAT64), numbers), bytes_str(&edges), &in_bins);
    const int64_t expected[ROWS] = {1, 1, 2, 0};
    for (int i = 0; i < ROWS; i++) assert_int_equal(bins[i], expected[i]);
    assert_int_equal(valid[3], 0);

    Block ranked = {ROWS, valid, {.floats = out}};
    run(KERNEL_LOOKUP_RANK, TYPE_FLOAT64, vector_of(TYPE_OF(TYPE_FLOAT64), numbers), bytes_str(&ranks), &ranked);
    check_floats(&ranked, (const double[ROWS]){0, 0.5, 1, float_nan()});
}

static void nan_is_no_number(void **state)
{
    UNUSED(state);
    double numbers[ROWS] = {-0.0, float_nan(), float_infinity(), 1};
    double out[ROWS];
    uint8_t valid[ROWS];
    Block block = {ROWS, valid, {.floats = out}};
    run(KERNEL_NUMBER_OR_NULL, TYPE_FLOAT64, vector_of(TYPE_OF(TYPE_FLOAT64), numbers), (Str){0}, &block);
    check_floats(&block, (const double[ROWS]){-0.0, float_nan(), float_infinity(), float_nan()});
}

static void words_are_counted_in_each_row(void **state)
{
    UNUSED(state);
    Str texts[ROWS] = {STR("Rain and rain"), STR("sun"), STR("rain"), STR("rain")};
    double out[ROWS];
    uint8_t valid[ROWS];
    Block block = {ROWS, valid, {.floats = out}};
    run(KERNEL_WORD_COUNT, TYPE_FLOAT64, vector_of(TYPE_OF(TYPE_STRING), texts), STR("rain"), &block);
    check_floats(&block, (const double[ROWS]){2, 0, 1, float_nan()});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_in_the_table_is_null),
        cmocka_unit_test(numbers_fall_between_edges_and_ranks),
        cmocka_unit_test(nan_is_no_number),
        cmocka_unit_test(words_are_counted_in_each_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
