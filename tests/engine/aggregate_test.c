#include "engine/aggregate.h"

#include <stdlib.h>

#include "number/float_order.h"
#include "number/random.h"
#include "support/test.h"

enum { VALUES = 64 };

static Type decimal_type(void)
{
    return (Type){.id = TYPE_DECIMAL, .precision = 38, .scale = 2};
}

/// One value of a result.
typedef struct Slot {
    uint8_t valid;
    union {
        int64_t integer;
        double number;
        Int128 decimal;
    } value;
} Slot;

static Slot finish(const AggregateFunctions *functions, const AggregateState *state, Type argument)
{
    Slot slot = {0};
    Block block = {1, &slot.valid, {.any = &slot.value}};
    functions->finish(state, argument, &block, 0);
    return slot;
}

/// Adding [0, end), then removing [0, begin), is as adding [begin, end) alone.
static void check_removal(Aggregation aggregation, Vector argument)
{
    const AggregateFunctions *functions = aggregate_find(aggregation, type_storage(argument.type));
    AggregateInput input = {.argument = &argument};
    AggregateState *slid = calloc(1, sizeof(*slid));
    AggregateState *fresh = calloc(1, sizeof(*fresh));
    for (size_t begin = 0; begin < VALUES; begin += 5) {
        for (size_t end = begin; end <= VALUES; end += 7) {
            aggregate_start(functions, slid, &input, 0, VALUES);
            functions->add(slid, &input, 0, end);
            functions->remove(slid, &input, 0, begin);
            aggregate_start(functions, fresh, &input, 0, VALUES);
            functions->add(fresh, &input, begin, end);
            Slot left = finish(functions, slid, argument.type);
            Slot right = finish(functions, fresh, argument.type);
            assert_int_equal(left.valid, right.valid);
            assert_memory_equal(&left.value, &right.value, sizeof(left.value));
        }
    }
    free(slid);
    free(fresh);
}

static void removing_undoes_adding_to_the_last_bit(void **state)
{
    UNUSED(state);
    int64_t ints[VALUES];
    Int128 decimals[VALUES];
    double floats[VALUES];
    uint8_t valid[VALUES];
    RandomKey key = random_key(3, RANDOM_TEST, 0);
    for (size_t i = 0; i < VALUES; i++) {
        ints[i] = (int64_t)random_u64(key, i, 0);
        decimals[i] = (Int128)ints[i] * (int64_t)random_below(key, i, 1, 1000000000);
        floats[i] = i % 17 == 0 ? float_infinity() : i % 19 == 0 ? float_nan() : float_from_bits(random_u64(key, i, 2));
        valid[i] = i % 5 != 0;
        if (valid[i]) continue;
        ints[i] = 0;
        decimals[i] = 0;
        floats[i] = 0;
    }
    static const Aggregation all[] = {AGGREGATION_COUNT, AGGREGATION_SUM, AGGREGATION_MEAN, AGGREGATION_STDDEV};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        check_removal(all[i], (Vector){TYPE_OF(TYPE_INT64), VALUES, valid, {.ints = ints}});
        check_removal(all[i], (Vector){decimal_type(), VALUES, valid, {.decimals = decimals}});
        check_removal(all[i], (Vector){TYPE_OF(TYPE_FLOAT64), VALUES, valid, {.floats = floats}});
    }
}

static void decimals_are_averaged_by_their_scale(void **state)
{
    UNUSED(state);
    Int128 values[] = {150, 250};
    Vector argument = {decimal_type(), 2, NULL, {.decimals = values}};
    AggregateInput input = {.argument = &argument};
    AggregateState *held = calloc(1, sizeof(*held));
    const AggregateFunctions *mean = aggregate_find(AGGREGATION_MEAN, STORAGE_DECIMAL);
    const AggregateFunctions *stddev = aggregate_find(AGGREGATION_STDDEV, STORAGE_DECIMAL);
    aggregate_start(mean, held, &input, 0, 2);
    mean->add(held, &input, 0, 2);
    assert_true(finish(mean, held, argument.type).value.number == 2.0);
    aggregate_start(stddev, held, &input, 0, 2);
    stddev->add(held, &input, 0, 2);
    assert_true(finish(stddev, held, argument.type).value.number == 70.71067811865476 / 100);
    free(held);
}

static void rows_count_whose_condition_is_true(void **state)
{
    UNUSED(state);
    uint8_t conditions[] = {1, 0, 0};
    uint8_t valid[] = {1, 1, 0};
    Vector condition = {TYPE_OF(TYPE_BOOL), 3, valid, {.bools = conditions}};
    AggregateInput input = {.condition = &condition};
    assert_true(aggregate_counts(&input, 0));
    assert_false(aggregate_counts(&input, 1));
    assert_false(aggregate_counts(&input, 2));
}

static void picks_prefer_the_earlier_of_equals(void **state)
{
    UNUSED(state);
    double values[] = {0.0, -0.0, 1};
    Vector argument = {TYPE_OF(TYPE_FLOAT64), 3, NULL, {.floats = values}};
    assert_true(aggregate_prefers_left(AGGREGATION_MIN, &argument, 0, 1));
    assert_true(aggregate_prefers_left(AGGREGATION_MAX, &argument, 0, 1));
    assert_false(aggregate_prefers_left(AGGREGATION_MAX, &argument, 0, 2));
    assert_true(aggregate_prefers_left(AGGREGATION_FIRST, &argument, 2, 0));
    assert_false(aggregate_prefers_left(AGGREGATION_LAST, &argument, 2, 0));
    assert_null(aggregate_find(AGGREGATION_MIN, STORAGE_FLOAT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removing_undoes_adding_to_the_last_bit),
        cmocka_unit_test(decimals_are_averaged_by_their_scale),
        cmocka_unit_test(rows_count_whose_condition_is_true),
        cmocka_unit_test(picks_prefer_the_earlier_of_equals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
