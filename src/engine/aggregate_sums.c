/// Sums, means and spreads that slide. Integers and decimals add up in an IntSum. Floats, and all spreads, do in units of their entity's
/// least bit where these fit, and in the superaccumulator elsewhere: both are exact, so the bits are the same.
#include "engine/aggregate_internal.h"
#include "number/pinned.h"

RANGE(int_add, state->count++; int_sum_add(&state->integers, input->argument->values.ints[i]);)
RANGE(int_remove, state->count--; int_sum_remove(&state->integers, input->argument->values.ints[i]);)

RANGE(decimal_add, state->count++; int_sum_add(&state->integers, input->argument->values.decimals[i]);)
RANGE(decimal_remove, state->count--; int_sum_remove(&state->integers, input->argument->values.decimals[i]);)

UnitScale aggregate_scale(const AggregateInput *input, size_t begin, size_t end)
{
    UnitRange range = {0};
    Values values = input->argument->values;
    switch (type_storage(input->argument->type)) {
    case STORAGE_FLOAT:
        FOR_COUNTED(input, begin, end) unit_range_see(&range, values.floats[i]);
        break;
    case STORAGE_DECIMAL:
        FOR_COUNTED(input, begin, end) unit_range_see_integer(&range, values.decimals[i]);
        break;
    default:
        range.integer_bits = ~(uint64_t)0; // any integer's
        break;
    }
    return unit_scale_of(&range, end - begin);
}

static void sum_start(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    state->scale = aggregate_scale(input, begin, end);
    state->in_units = state->scale.sums;
    state->units = (UnitMoments){0};
    exact_sum_reset(&state->sum);
}

static void spread_start(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    sum_start(state, input, begin, end);
    state->in_units = state->scale.squares;
    exact_sum_reset(&state->squares);
}

static void float_add(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    const double *values = input->argument->values.floats;
    FOR_COUNTED(input, begin, end)
    {
        state->count++;
        if (state->in_units) {
            state->units.sum += unit_of(&state->scale, values[i]);
        } else {
            exact_sum_add(&state->sum, values[i]);
        }
    }
}

static void float_remove(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    const double *values = input->argument->values.floats;
    FOR_COUNTED(input, begin, end)
    {
        state->count--;
        if (state->in_units) {
            state->units.sum -= unit_of(&state->scale, values[i]);
        } else {
            exact_sum_remove(&state->sum, values[i]);
        }
    }
}

static inline void put_units(UnitMoments *moments, Int128 units, bool remove)
{
    UnitSquares square = unit_square(units);
    moments->sum += remove ? -units : units;
    moments->squares =
        remove ? unit_squares_subtract(moments->squares, square) : unit_squares_add(moments->squares, square);
}

static inline void put_float_moments(AggregateState *state, double value, bool remove)
{
    state->count += remove ? UINT64_MAX : 1;
    if (state->in_units) {
        put_units(&state->units, unit_of(&state->scale, value), remove);
        return;
    }
    exact_sum_apply(&state->sum, value, remove ? FLOAT_SIGN_BIT : 0);
    exact_sum_apply_product(&state->squares, value, value, remove ? FLOAT_SIGN_BIT : 0);
}

RANGE(float_moments_add, put_float_moments(state, input->argument->values.floats[i], false);)
RANGE(float_moments_remove, put_float_moments(state, input->argument->values.floats[i], true);)

// Adds or removes value * 2^shift.
static void put_shifted(ExactSum *sum, Uint128 value, uint32_t shift, bool negative)
{
    for (uint32_t bit = shift + EXACT_SUM_POINT_BITS; value != 0; bit += 32, value >>= 32) {
        uint64_t part = (uint64_t)value & 0xffffffff;
        if (part != 0) exact_sum_put(sum, part, bit, negative);
    }
}

// An integer of up to 127 bits and its square of up to 254.
static void put_integer_moments(AggregateState *state, Int128 value, bool remove)
{
    Uint128 magnitude = value < 0 ? -(Uint128)value : (Uint128)value;
    uint64_t low = (uint64_t)magnitude;
    uint64_t high = (uint64_t)(magnitude >> 64);

    state->count += remove ? UINT64_MAX : 1;
    if (state->in_units) {
        put_units(&state->units, value, remove);
        return;
    }
    put_shifted(&state->sum, magnitude, 0, (value < 0) != remove);
    put_shifted(&state->squares, (Uint128)low * low, 0, remove);
    put_shifted(&state->squares, (Uint128)low * high, 65, remove);
    put_shifted(&state->squares, (Uint128)high * high, 128, remove);
}

RANGE(int_moments_add, put_integer_moments(state, input->argument->values.ints[i], false);)
RANGE(int_moments_remove, put_integer_moments(state, input->argument->values.ints[i], true);)
RANGE(decimal_moments_add, put_integer_moments(state, input->argument->values.decimals[i], false);)
RANGE(decimal_moments_remove, put_integer_moments(state, input->argument->values.decimals[i], true);)

static void put_float(Block *out, size_t row, bool there, double value)
{
    out->valid[row] = there;
    out->values.floats[row] = there ? float_canonical(value) : 0;
}

static void int_sum_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    int64_t value = 0;
    out->valid[row] = state->count > 0 && int_sum_to_int64(&state->integers, &value);
    out->values.ints[row] = value;
}

static void decimal_sum_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    Int128 value = 0;
    out->valid[row] = state->count > 0 && int_sum_to_decimal(&state->integers, &value);
    out->values.decimals[row] = value;
}

static void float_sum_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    put_float(out, row, state->count > 0,
              state->in_units ? unit_sum_round(&state->scale, state->units.sum) : exact_sum_round(&state->sum));
}

static void int_mean_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    put_float(out, row, state->count > 0, state->count > 0 ? int_sum_mean(&state->integers, state->count) : 0);
}

// 10^scale * count, rounded once: 5^scale * count fits into 128 bits for counts below 2^39, and powers of two are exact.
static double decimal_divisor(uint32_t scale, uint64_t count)
{
    Uint128 product = count;
    for (uint32_t i = 0; i < scale; i++) product *= 5;
    return pinned_scale((double)product, (int)scale);
}

static void decimal_mean_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    bool there = state->count > 0;
    put_float(out, row, there,
              there ? int_sum_to_double(&state->integers) / decimal_divisor(argument.scale, state->count) : 0);
}

static double float_mean(const AggregateState *state)
{
    if (state->in_units) return unit_mean(&state->scale, state->units.sum, state->count);
    return exact_mean(&state->sum, state->count);
}

static void float_mean_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    put_float(out, row, state->count > 0, state->count > 0 ? float_mean(state) : 0);
}

static double find_spread(const AggregateState *state, ExactSpread spread, bool root)
{
    if (!state->in_units) {
        return root ? exact_stddev(&state->sum, &state->squares, state->count, spread)
                    : exact_variance(&state->sum, &state->squares, state->count, spread);
    }
    UnitMoments moments = state->units;
    moments.count = state->count;
    return root ? unit_stddev(&state->scale, &moments, spread) : unit_variance(&state->scale, &moments, spread);
}

static void put_spread(const AggregateState *state, Type argument, ExactSpread spread, bool root, Block *out,
                       size_t row)
{
    bool there = state->count > (spread == EXACT_SPREAD_SAMPLE ? 1 : 0);
    double value = there ? find_spread(state, spread, root) : 0;
    if (type_storage(argument) == STORAGE_DECIMAL) {
        value = value / decimal_divisor(argument.scale, 1);
        if (!root) value = value / decimal_divisor(argument.scale, 1);
    }
    put_float(out, row, there, value);
}

#define SPREAD_FINISH(name, spread, root)                                                                              \
    static void name(const AggregateState *state, Type argument, Block *out, size_t row)                               \
    {                                                                                                                  \
        put_spread(state, argument, (spread), (root), out, row);                                                       \
    }

SPREAD_FINISH(stddev_finish, EXACT_SPREAD_SAMPLE, true)
SPREAD_FINISH(stddev_pop_finish, EXACT_SPREAD_POPULATION, true)
SPREAD_FINISH(var_finish, EXACT_SPREAD_SAMPLE, false)
SPREAD_FINISH(var_pop_finish, EXACT_SPREAD_POPULATION, false)

#define SPREAD_ROW(finish)                                                                                             \
    {                                                                                                                  \
        [STORAGE_INT] = {spread_start, int_moments_add, int_moments_remove, (finish)},                                 \
        [STORAGE_DECIMAL] = {spread_start, decimal_moments_add, decimal_moments_remove, (finish)},                     \
        [STORAGE_FLOAT] = {spread_start, float_moments_add, float_moments_remove, (finish)},                           \
    }

static const AggregateFunctions functions[AGGREGATION_COUNT_][STORAGE_STRING + 1] = {
    [AGGREGATION_SUM] = {[STORAGE_INT] = {NULL, int_add, int_remove, int_sum_finish},
                         [STORAGE_DECIMAL] = {NULL, decimal_add, decimal_remove, decimal_sum_finish},
                         [STORAGE_FLOAT] = {sum_start, float_add, float_remove, float_sum_finish}},
    [AGGREGATION_MEAN] = {[STORAGE_INT] = {NULL, int_add, int_remove, int_mean_finish},
                          [STORAGE_DECIMAL] = {NULL, decimal_add, decimal_remove, decimal_mean_finish},
                          [STORAGE_FLOAT] = {sum_start, float_add, float_remove, float_mean_finish}},
    [AGGREGATION_STDDEV] = SPREAD_ROW(stddev_finish),
    [AGGREGATION_STDDEV_POP] = SPREAD_ROW(stddev_pop_finish),
    [AGGREGATION_VAR_SAMP] = SPREAD_ROW(var_finish),
    [AGGREGATION_VAR_POP] = SPREAD_ROW(var_pop_finish),
};

const AggregateFunctions *aggregate_find_sums(Aggregation aggregation, Storage storage)
{
    const AggregateFunctions *found = &functions[aggregation][storage];
    return found->add == NULL ? NULL : found;
}
