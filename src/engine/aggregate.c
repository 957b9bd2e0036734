#include "engine/aggregate.h"

#include <string.h>

#include "engine/aggregate_internal.h"
#include "frame/list.h"
#include "language/aggregation.h"

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

static void count_finish(const AggregateState *state, Type argument, Block *out, size_t row)
{
    UNUSED(argument);
    out->valid[row] = 1;
    out->values.ints[row] = (int64_t)state->count;
}

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

static const AggregateFunctions functions[AGGREGATION_COUNT_][STORAGE_STRING + 1] = {
    [AGGREGATION_COUNT_IF] = {[STORAGE_BOOL] = {NULL, true_add, true_remove, count_finish}},
    [AGGREGATION_ANY] = {[STORAGE_BOOL] = {NULL, flag_add, flag_remove, any_finish}},
    [AGGREGATION_ALL] = {[STORAGE_BOOL] = {NULL, flag_add, flag_remove, all_finish}},
};

const AggregateFunctions *aggregate_find(Aggregation aggregation, Storage storage)
{
    if (aggregation == AGGREGATION_COUNT) return &counts;
    if (aggregation == AGGREGATION_NULL_COUNT) return &null_counts;
    const AggregateFunctions *found = &functions[aggregation][storage];
    if (found->add != NULL) return found;
    found = aggregate_find_sums(aggregation, storage);
    return found != NULL ? found : aggregate_find_pairs(aggregation);
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
