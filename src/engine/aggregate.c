#include "engine/aggregate.h"

#include <string.h>

#include "engine/aggregate_internal.h"
#include "engine/kernel_internal.h"
#include "frame/list.h"
#include "language/aggregation.h"
#include "number/pinned.h"

// What to do with each position that counts; `i` is the position.
#define FOR_COUNTED(input, begin, end)                                                                                 \
    for (size_t i = (begin); i < (end); i++)                                                                           \
        if (aggregate_counts((input), i))

#define RANGE(name, ...)                                                                                               \
    static void name(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)                     \
    {                                                                                                                  \
        FOR_COUNTED(input, begin, end)                                                                                 \
        {                                                                                                              \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }

RANGE(count_add, state->count++;)
RANGE(count_remove, state->count--;)

// Rows where c is true, or x is null.
RANGE(true_add, state->count += input->argument->values.bools[i];)
RANGE(true_remove, state->count -= input->argument->values.bools[i];)

// A null condition holds zero bits.
static uint64_t count_nulls(const AggregateInput *input, size_t begin, size_t end)
{
    uint64_t count = 0;
    if (input->argument->valid == NULL) return 0;
    for (size_t i = begin; i < end; i++)
        count += !input->argument->valid[i] && (input->condition == NULL || input->condition->values.bools[i]);
    return count;
}

static void null_add(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    state->count += count_nulls(input, begin, end);
}

static void null_remove(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    state->count -= count_nulls(input, begin, end);
}

// How many are true stands in `integers`.
RANGE(flag_add, state->count++; int_sum_add(&state->integers, input->argument->values.bools[i]);)
RANGE(flag_remove, state->count--; int_sum_remove(&state->integers, input->argument->values.bools[i]);)

RANGE(int_add, state->count++; int_sum_add(&state->integers, input->argument->values.ints[i]);)
RANGE(int_remove, state->count--; int_sum_remove(&state->integers, input->argument->values.ints[i]);)

RANGE(decimal_add, state->count++; int_sum_add(&state->integers, input->argument->values.decimals[i]);)
RANGE(decimal_remove, state->count--; int_sum_remove(&state->integers, input->argument->values.decimals[i]);)

enum { UNIT_BITS_MAX = 126, FLOAT_BIAS_BITS = 1075 };

// The smallest and the greatest exponent of what counts; zeros have none. False: a NaN or an infinity is there.
static bool find_exponents(const AggregateInput *input, size_t begin, size_t end, uint32_t *least, uint32_t *greatest)
{
    *least = UINT32_MAX;
    *greatest = 0;
    FOR_COUNTED(input, begin, end)
    {
        uint64_t bits = float_bits(input->argument->values.floats[i]);
        uint32_t exponent = float_exponent(bits);
        if ((bits & FLOAT_INFINITY_BITS) == FLOAT_INFINITY_BITS) return false;
        if (bits << 1 == 0) continue;
        *least = exponent < *least ? exponent : *least;
        *greatest = exponent > *greatest ? exponent : *greatest;
    }
    return true;
}

static uint32_t bits_of(uint64_t value)
{
    return value == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(value);
}

// Usable where the greatest value shifted to the smallest's unit, times the number of values, fits.
static void float_sum_start(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    uint32_t least = 0;
    uint32_t greatest = 0;
    UnitSum *sum = &state->unit_sum;

    *sum = (UnitSum){.usable = find_exponents(input, begin, end, &least, &greatest)};
    if (least == UINT32_MAX) least = greatest = 1;
    if (sum->usable) sum->usable = greatest - least + 53 + bits_of(end - begin) <= UNIT_BITS_MAX;
    sum->exponent = (int32_t)least;
    exact_sum_reset(&state->sum);
}

// mantissa * 2^(exponent - 1075), with its sign, in the sum's units.
static inline Int128 float_units(const UnitSum *sum, double value)
{
    uint64_t bits = float_bits(value);
    uint32_t shift = float_exponent(bits) - (uint32_t)sum->exponent;
    if (bits << 1 == 0) return 0;
    Int128 units = (Int128)float_mantissa(bits) << shift;
    return bits & FLOAT_SIGN_BIT ? -units : units;
}

static void float_add(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    const double *values = input->argument->values.floats;
    FOR_COUNTED(input, begin, end)
    {
        state->count++;
        if (state->unit_sum.usable) {
            state->unit_sum.units += float_units(&state->unit_sum, values[i]);
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
        if (state->unit_sum.usable) {
            state->unit_sum.units -= float_units(&state->unit_sum, values[i]);
        } else {
            exact_sum_remove(&state->sum, values[i]);
        }
    }
}

static void sums_start(AggregateState *state, const AggregateInput *input, size_t begin, size_t end)
{
    UNUSED(input);
    UNUSED(begin);
    UNUSED(end);
    exact_sum_reset(&state->sum);
    exact_sum_reset(&state->squares);
}

static inline void float_moments(AggregateState *state, double value, bool remove)
{
    if (remove) {
        exact_sum_remove(&state->sum, value);
        exact_sum_remove_square(&state->squares, value);
    } else {
        exact_sum_add(&state->sum, value);
        exact_sum_add_square(&state->squares, value);
    }
}

RANGE(float_moments_add, state->count++; float_moments(state, input->argument->values.floats[i], false);)
RANGE(float_moments_remove, state->count--; float_moments(state, input->argument->values.floats[i], true);)

// Adds or removes value * 2^shift.
static void put_shifted(ExactSum *sum, Uint128 value, uint32_t shift, bool negative)
{
    for (uint32_t bit = shift + EXACT_SUM_POINT_BITS; value != 0; bit += 32, value >>= 32) {
        uint64_t part = (uint64_t)value & 0xffffffff;
        if (part != 0) exact_sum_put(sum, part, bit, negative);
    }
}

// An integer of up to 127 bits and its square of up to 254.
static void integer_moments(AggregateState *state, Int128 value, bool remove)
{
    Uint128 magnitude = value < 0 ? -(Uint128)value : (Uint128)value;
    uint64_t low = (uint64_t)magnitude;
    uint64_t high = (uint64_t)(magnitude >> 64);

    put_shifted(&state->sum, magnitude, 0, (value < 0) != remove);
    put_shifted(&state->squares, (Uint128)low * low, 0, remove);
    put_shifted(&state->squares, (Uint128)low * high, 65, remove);
    put_shifted(&state->squares, (Uint128)high * high, 128, remove);
}

RANGE(int_moments_add, state->count++; integer_moments(state, input->argument->values.ints[i], false);)
RANGE(int_moments_remove, state->count--; integer_moments(state, input->argument->values.ints[i], true);)
RANGE(decimal_moments_add, state->count++; integer_moments(state, input->argument->values.decimals[i], false);)
RANGE(decimal_moments_remove, state->count--; integer_moments(state, input->argument->values.decimals[i], true);)

static void put_float(Block *out, size_t row, bool there, double value)
{
    out->valid[row] = there;
    out->values.floats[row] = there ? float_canonical(value) : 0;
}

static void count_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    out->valid[row] = 1;
    out->values.ints[row] = (int64_t)state->count;
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

// Units become a double with one rounding; the power of two is exact, or overflows as the sum does.
static double unit_sum_round(const UnitSum *sum)
{
    bool small = sum->units == (int64_t)sum->units;
    double units = small ? (double)(int64_t)sum->units : (double)sum->units;
    return pinned_scale(units, sum->exponent - FLOAT_BIAS_BITS);
}

static double float_sum_round(const AggregateState *state)
{
    return state->unit_sum.usable ? unit_sum_round(&state->unit_sum) : exact_sum_round(&state->sum);
}

static void float_sum_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    put_float(out, row, state->count > 0, float_sum_round(state));
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

// As exact_mean: the rounded sum by the count, or both scaled where only the mean is a double.
static double float_mean(const AggregateState *state)
{
    if (!state->unit_sum.usable) return exact_mean(&state->sum, state->count);
    double sum = unit_sum_round(&state->unit_sum);
    if (float_is_finite(sum)) return sum / (double)state->count;
    return pinned_scale((double)state->unit_sum.units / (double)state->count,
                        state->unit_sum.exponent - FLOAT_BIAS_BITS);
}

static void float_mean_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    put_float(out, row, state->count > 0, state->count > 0 ? float_mean(state) : 0);
}

static void put_spread(const AggregateState *state, Type argument, ExactSpread spread, bool root, Block *out,
                       size_t row)
{
    bool there = state->count > (spread == EXACT_SPREAD_SAMPLE ? 1 : 0);
    double value = 0;
    if (there) {
        value = root ? exact_stddev(&state->sum, &state->squares, state->count, spread)
                     : exact_variance(&state->sum, &state->squares, state->count, spread);
    }
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

static void any_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    out->valid[row] = state->count > 0;
    out->values.bools[row] = state->integers.low > 0;
}

static void all_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    out->valid[row] = state->count > 0;
    out->values.bools[row] = state->count > 0 && state->integers.low == (Int128)state->count;
}

static const AggregateFunctions counts = {NULL, count_add, count_remove, count_finish};
static const AggregateFunctions null_counts = {NULL, null_add, null_remove, count_finish};

#define SPREAD_ROW(finish)                                                                                             \
    {                                                                                                                  \
        [STORAGE_INT] = {sums_start, int_moments_add, int_moments_remove, (finish)},                                   \
        [STORAGE_DECIMAL] = {sums_start, decimal_moments_add, decimal_moments_remove, (finish)}, [STORAGE_FLOAT] = {   \
            sums_start,                                                                                                \
            float_moments_add,                                                                                         \
            float_moments_remove,                                                                                      \
            (finish)                                                                                                   \
        }                                                                                                              \
    }

static const AggregateFunctions functions[AGGREGATION_COUNT_][STORAGE_STRING + 1] = {
    [AGGREGATION_SUM] = {[STORAGE_INT] = {NULL, int_add, int_remove, int_sum_finish},
                         [STORAGE_DECIMAL] = {NULL, decimal_add, decimal_remove, decimal_sum_finish},
                         [STORAGE_FLOAT] = {float_sum_start, float_add, float_remove, float_sum_finish}},
    [AGGREGATION_MEAN] = {[STORAGE_INT] = {NULL, int_add, int_remove, int_mean_finish},
                          [STORAGE_DECIMAL] = {NULL, decimal_add, decimal_remove, decimal_mean_finish},
                          [STORAGE_FLOAT] = {float_sum_start, float_add, float_remove, float_mean_finish}},
    [AGGREGATION_STDDEV] = SPREAD_ROW(stddev_finish),
    [AGGREGATION_STDDEV_POP] = SPREAD_ROW(stddev_pop_finish),
    [AGGREGATION_VAR_SAMP] = SPREAD_ROW(var_finish),
    [AGGREGATION_VAR_POP] = SPREAD_ROW(var_pop_finish),
    [AGGREGATION_COUNT_IF] = {[STORAGE_BOOL] = {NULL, true_add, true_remove, count_finish}},
    [AGGREGATION_ANY] = {[STORAGE_BOOL] = {NULL, flag_add, flag_remove, any_finish}},
    [AGGREGATION_ALL] = {[STORAGE_BOOL] = {NULL, flag_add, flag_remove, all_finish}},
};

const AggregateFunctions *aggregate_find(Aggregation aggregation, Storage storage)
{
    if (aggregation == AGGREGATION_COUNT) return &counts;
    if (aggregation == AGGREGATION_NULL_COUNT) return &null_counts;
    const AggregateFunctions *found = &functions[aggregation][storage];
    return found->add == NULL ? aggregate_find_pairs(aggregation) : found;
}

void aggregate_start(const AggregateFunctions *aggregate, AggregateState *state, const AggregateInput *input,
                     size_t begin, size_t end)
{
    state->count = 0;
    state->integers = (IntSum){0};
    if (aggregate->start != NULL) aggregate->start(state, input, begin, end);
}

bool aggregate_prefers_left(Aggregation aggregation, const Vector *argument, size_t left, size_t right)
{
    switch (aggregation) {
    case AGGREGATION_MIN:
        return vector_compare(argument, left, argument, right) <= 0;
    case AGGREGATION_MAX:
        return vector_compare(argument, left, argument, right) >= 0;
    case AGGREGATION_FIRST:
        return true;
    default:
        return false;
    }
}

// As many zeros as a histogram has counts.
static bool zero_counts(const PlanAggregate *aggregate, Arena *text, Str *out, Error *err)
{
    AUTO(list_writer_deinit) ListWriter list = {0};
    int64_t zero = 0;
    Vector zeros = {.type = TYPE_OF(TYPE_INT64), .count = 1, .values = {.ints = &zero}};
    TRY(list_writer_begin(&list, aggregate->type, err));
    for (uint32_t i = 0; i <= aggregate->edge_count; i++) TRY(list_writer_push(&list, &zeros, 0, err));
    return list_writer_finish(&list, text, out, err);
}

bool aggregate_fill_empty(const PlanAggregate *aggregate, Arena *text, Block *out, Error *err)
{
    static const char NO_ITEMS[sizeof(uint32_t)] = {0};
    Str empty = {NO_ITEMS, sizeof(NO_ITEMS)};
    bool map = aggregate->category != PLAN_NONE;
    AggregationEmpty kind = aggregation_info(aggregate->aggregation)->empty;

    memset(out->valid, map || kind != AGGREGATION_EMPTY_NONE, out->count);
    if (!map && kind != AGGREGATION_EMPTY_EMPTY) return true;
    if (!map && aggregate->aggregation == AGGREGATION_HISTOGRAM) TRY(zero_counts(aggregate, text, &empty, err));
    for (size_t i = 0; i < out->count; i++) out->values.strings[i] = empty;
    return true;
}
