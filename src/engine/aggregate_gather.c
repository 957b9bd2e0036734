#include "engine/aggregate_gather.h"

#include <stdlib.h>
#include <string.h>

#include "language/aggregation.h"

static AggregateFunction slid;

static AggregateFunction *const FUNCTIONS[AGGREGATION_COUNT_] = {
    [AGGREGATION_COUNT] = slid,
    [AGGREGATION_COUNT_IF] = slid,
    [AGGREGATION_NULL_COUNT] = slid,
    [AGGREGATION_SUM] = slid,
    [AGGREGATION_MEAN] = slid,
    [AGGREGATION_MIN] = aggregate_min,
    [AGGREGATION_MAX] = aggregate_max,
    [AGGREGATION_STDDEV] = slid,
    [AGGREGATION_STDDEV_POP] = slid,
    [AGGREGATION_VAR_SAMP] = slid,
    [AGGREGATION_VAR_POP] = slid,
    [AGGREGATION_SKEW] = aggregate_skew,
    [AGGREGATION_KURTOSIS] = aggregate_kurtosis,
    [AGGREGATION_COVAR_POP] = slid,
    [AGGREGATION_COVAR_SAMP] = slid,
    [AGGREGATION_CORR] = slid,
    [AGGREGATION_SLOPE] = slid,
    [AGGREGATION_INTERCEPT] = slid,
    [AGGREGATION_WEIGHTED_MEAN] = slid,
    [AGGREGATION_FIRST] = aggregate_first,
    [AGGREGATION_LAST] = aggregate_last,
    [AGGREGATION_ARG_MIN] = aggregate_arg_min,
    [AGGREGATION_ARG_MAX] = aggregate_arg_max,
    [AGGREGATION_FIRST_K] = aggregate_first_k,
    [AGGREGATION_LAST_K] = aggregate_last_k,
    [AGGREGATION_FIRST_DISTINCT_K] = aggregate_first_distinct_k,
    [AGGREGATION_LAST_DISTINCT_K] = aggregate_last_distinct_k,
    [AGGREGATION_LAG] = aggregate_lag,
    [AGGREGATION_LATEST] = aggregate_last,
    [AGGREGATION_NTH] = aggregate_nth,
    [AGGREGATION_TOP_K] = aggregate_top_k,
    [AGGREGATION_BOTTOM_K] = aggregate_bottom_k,
    [AGGREGATION_MEDIAN] = aggregate_median,
    [AGGREGATION_QUANTILE] = aggregate_quantile,
    [AGGREGATION_APPROX_QUANTILE] = aggregate_approx_quantile,
    [AGGREGATION_DISTINCT] = aggregate_distinct,
    [AGGREGATION_BOUNDED_DISTINCT] = aggregate_bounded_distinct,
    [AGGREGATION_APPROX_DISTINCT] = aggregate_approx_distinct,
    [AGGREGATION_HISTOGRAM] = aggregate_histogram,
    [AGGREGATION_VALUE_COUNTS] = aggregate_value_counts,
    [AGGREGATION_TOP_N_FREQUENCY] = aggregate_top_n_frequency,
    [AGGREGATION_MODE] = aggregate_mode,
    [AGGREGATION_TOP1_RATIO] = aggregate_top1_ratio,
    [AGGREGATION_ENTROPY] = aggregate_entropy,
    [AGGREGATION_DECAYED_SUM] = aggregate_decayed_sum,
    [AGGREGATION_DECAYED_COUNT] = aggregate_decayed_count,
    [AGGREGATION_DECAYED_MEAN] = aggregate_decayed_mean,
    [AGGREGATION_RATE] = aggregate_rate,
    [AGGREGATION_TIME_SINCE_LAST] = aggregate_time_since_last,
    [AGGREGATION_TIME_SINCE_FIRST] = aggregate_time_since_first,
    [AGGREGATION_MEAN_GAP] = aggregate_mean_gap,
    [AGGREGATION_MAX_GAP] = aggregate_max_gap,
    [AGGREGATION_MIN_GAP] = aggregate_min_gap,
    [AGGREGATION_STREAK] = aggregate_streak,
    [AGGREGATION_LONGEST_STREAK] = aggregate_longest_streak,
    [AGGREGATION_DRAWDOWN] = aggregate_drawdown,
    [AGGREGATION_EWMA] = aggregate_ewma,
    [AGGREGATION_ANY] = slid,
    [AGGREGATION_ALL] = slid,
    [AGGREGATION_COLLECT] = aggregate_collect,
    [AGGREGATION_SUM_LIST] = aggregate_sum_list,
    [AGGREGATION_MEAN_LIST] = aggregate_mean_list,
    [AGGREGATION_MIN_LIST] = aggregate_min_list,
    [AGGREGATION_MAX_LIST] = aggregate_max_list,
    [AGGREGATION_CONCAT_LISTS] = aggregate_concat_lists,
};

static Storage argument_storage(const AggregateInput *input)
{
    return input->argument == NULL ? STORAGE_BOOL : type_storage(input->argument->type);
}

// By a category, what slides is added up anew.
static bool slid(const AggregateCall *call, Error *err)
{
    AggregateState *state = call->scratch->state;
    const AggregateFunctions *functions = aggregate_find(call->plan->aggregation, argument_storage(&call->input));
    Type argument = call->input.argument == NULL ? TYPE_OF(TYPE_BOOL) : call->input.argument->type;
    UNUSED(err);
    aggregate_start(functions, state, &call->input, call->rows[0], (size_t)call->rows[call->count - 1] + 1);
    for (size_t i = 0; i < call->count; i++)
        functions->add(state, &call->input, call->rows[i], (size_t)call->rows[i] + 1);
    functions->finish(state, argument, call->out, call->row);
    return true;
}

static bool picks_itself(Aggregation aggregation)
{
    return aggregation == AGGREGATION_MIN || aggregation == AGGREGATION_MAX || aggregation == AGGREGATION_FIRST ||
           aggregation == AGGREGATION_LAST;
}

bool aggregate_is_gathered(const WindowAggregate *aggregate)
{
    Aggregation aggregation = aggregate->plan->aggregation;
    if (aggregate->plan->category != PLAN_NONE) return true;
    return aggregate_find(aggregation, type_storage(aggregate->argument)) == NULL && !picks_itself(aggregation);
}

static bool row_counts(const AggregateInput *input, AggregationCounts counts, uint32_t row)
{
    if (input->condition != NULL && !input->condition->values.bools[row]) return false;
    if (input->category != NULL && !vector_is_valid(input->category, row)) return false;
    if (counts == AGGREGATION_COUNTS_ROWS) return true;
    if (input->argument != NULL && !vector_is_valid(input->argument, row)) return false;
    return input->second == NULL || vector_is_valid(input->second, row);
}

// The rows that count, as the call's.
static bool count_rows(AggregateCall *call, const WindowRows *rows, Error *err)
{
    AggregateScratch *scratch = call->scratch;
    AggregationCounts counts = aggregation_info(call->plan->aggregation)->counts;
    call->count = 0;
    TRY(array_reserve(&scratch->counted, &scratch->counted_capacity, rows->count, sizeof(*scratch->counted), err));
    for (size_t i = 0; i < rows->count; i++) {
        if (row_counts(&call->input, counts, rows->positions[i])) scratch->counted[call->count++] = rows->positions[i];
    }
    call->rows = scratch->counted;
    return true;
}

static int compare_categories(const void *left, const void *right, void *context)
{
    const Vector *category = context;
    uint32_t i = *(const uint32_t *)left;
    uint32_t j = *(const uint32_t *)right;
    int order = vector_compare(category, i, category, j);
    return order != 0 ? order : (i > j) - (i < j);
}

// Counted rows by category, and within one in total order.
static void sort_by_category(const AggregateCall *call)
{
    union {
        const Vector *read;
        void *any;
    } borrowed = {.read = call->input.category};
    qsort_r(call->scratch->counted, call->count, sizeof(*call->rows), compare_categories, borrowed.any);
}

/// One value, of any type.
typedef union Slot {
    uint8_t boolean;
    int64_t integer;
    double number;
    Int128 decimal;
    Str string;
} Slot;

static bool call_category(const AggregateCall *all, size_t begin, size_t end, Error *err)
{
    uint8_t valid = 0;
    Slot slot = {0};
    Block block = {1, &valid, {.any = &slot}};
    AggregateCall call = *all;
    call.rows = all->rows + begin;
    call.count = end - begin;
    call.out = &block;
    call.row = 0;
    TRY(FUNCTIONS[call.plan->aggregation](&call, err));
    Vector value = {.type = call.type, .count = 1, .valid = &valid, .values = block.values};
    TRY(list_writer_push(&call.scratch->map, call.input.category, call.rows[0], err));
    return list_writer_push(&call.scratch->map, &value, 0, err);
}

static bool call_categories(const AggregateCall *call, Error *err)
{
    const Vector *category = call->input.category;
    ListWriter *map = &call->scratch->map;
    Str bytes = {0};
    sort_by_category(call);
    TRY(list_writer_begin(map, call->plan->type, err));
    for (size_t begin = 0; begin < call->count;) {
        size_t end = begin + 1;
        while (end < call->count && vector_compare(category, call->rows[begin], category, call->rows[end]) == 0) end++;
        TRY(call_category(call, begin, end, err));
        begin = end;
    }
    TRY(list_writer_finish(map, call->scratch->text, &bytes, err));
    call_put_string(call, bytes);
    return true;
}

// The value on empty is there already.
static bool gather_one(AggregateCall *call, const WindowRows *rows, Error *err)
{
    TRY(count_rows(call, rows, err));
    if (call->count == 0) return true;
    arena_reset(&call->scratch->arena);
    if (call->input.category != NULL) return call_categories(call, err);
    call->out->valid[call->row] = 0;
    return FUNCTIONS[call->plan->aggregation](call, err);
}

static bool state_reserve(AggregateScratch *scratch, Error *err)
{
    if (scratch->state != NULL) return true;
    scratch->state = memory_alloc(sizeof(*scratch->state), err);
    return scratch->state != NULL;
}

static Type type_without_category(const WindowAggregate *aggregate)
{
    return aggregate->plan->category == PLAN_NONE ? aggregate->type : type_item(aggregate->type);
}

static AggregateCall call_of(const Sweep *sweep, WindowAggregate *aggregate, size_t query)
{
    return (AggregateCall){
        .plan = aggregate->plan,
        .type = type_without_category(aggregate),
        .input = sweep_input(sweep, aggregate),
        .time = sweep->facts->time,
        .at = sweep->queries->at[query],
        .scratch = &sweep->scratch->aggregates,
        .out = &aggregate->result,
        .row = sweep->queries->rows[query],
    };
}

// How many of the last rows that count decide the result; 0: all may.
static size_t last_rows_needed(const PlanAggregate *plan)
{
    if (plan->category != PLAN_NONE) return 0;
    switch (plan->aggregation) {
    case AGGREGATION_LATEST:
    case AGGREGATION_TIME_SINCE_LAST:
        return 1;
    case AGGREGATION_LAG:
        return (size_t)plan->count + 1;
    case AGGREGATION_LAST_K:
        return (size_t)plan->count;
    default:
        return 0;
    }
}

// Looks at twice as many of the window's last rows until enough of them count, so that long windows cost nothing.
static bool gather_last(const Sweep *sweep, WindowAggregate *aggregate, size_t needed, size_t query, Error *err)
{
    AggregateCall call = call_of(sweep, aggregate, query);
    const Window *window = &aggregate->plan->window;
    WindowRows rows = {0};
    Window part = *window;
    for (uint64_t cap = needed; call.count < needed; cap *= 2) {
        uint64_t most = window->rows_max > 0 ? window->rows_max : UINT32_MAX;
        part.rows_max = (uint32_t)(cap < most ? cap : most);
        TRY(window_gather(sweep, &part, call.at, &rows, err));
        TRY(count_rows(&call, &rows, err));
        if (rows.count < part.rows_max || part.rows_max == most) break;
    }
    return gather_one(&call, &rows, err);
}

static bool gathers_all(const Sweep *sweep, size_t index)
{
    return sweep_gathers(sweep, index) && last_rows_needed(sweep->aggregates[index].plan) == 0;
}

static bool gather_query(const Sweep *sweep, const WindowPart *part, size_t query, Error *err)
{
    WindowRows rows = {0};
    const Window *window = &sweep->aggregates[part->begin].plan->window;
    TRY(window_gather(sweep, window, sweep->queries->at[query], &rows, err));
    if (rows.count == 0) return true;
    for (size_t i = part->begin; i < part->end; i++) {
        if (!gathers_all(sweep, i)) continue;
        AggregateCall call = call_of(sweep, &sweep->aggregates[i], query);
        TRY(gather_one(&call, &rows, err));
    }
    return true;
}

static bool gather_all_last(const Sweep *sweep, size_t index, Error *err)
{
    WindowAggregate *aggregate = &sweep->aggregates[index];
    size_t needed = last_rows_needed(aggregate->plan);
    if (!sweep_gathers(sweep, index)) return true;
    for (size_t query = 0; needed > 0 && query < sweep->queries->count; query++)
        TRY(gather_last(sweep, aggregate, needed, query, err));
    return true;
}

bool gather_aggregates(const Sweep *sweep, const WindowPart *part, Error *err)
{
    bool any = false;
    for (size_t i = part->begin; i < part->end; i++) {
        TRY(gather_all_last(sweep, i, err));
        any = any || gathers_all(sweep, i);
    }
    if (!any) return true;
    TRY(state_reserve(&sweep->scratch->aggregates, err));
    for (size_t query = 0; query < sweep->queries->count; query++) TRY(gather_query(sweep, part, query, err));
    return true;
}

bool gather_series(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    WindowAggregate *aggregate = &sweep->aggregates[index];
    TRY(state_reserve(&sweep->scratch->aggregates, err));
    TRY(series_positions(series, err));
    for (size_t query = 0; query < sweep->queries->count; query++) {
        size_t low = series_rank(series, sweep->low[query]);
        AggregateCall call = call_of(sweep, aggregate, query);
        call.rows = series->positions + low;
        call.count = series_rank(series, sweep->high[query]) - low;
        if (call.count == 0) continue;
        arena_reset(&call.scratch->arena);
        call.out->valid[call.row] = 0;
        TRY(FUNCTIONS[aggregate->plan->aggregation](&call, err));
    }
    return true;
}
