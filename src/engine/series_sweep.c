#include "engine/series_sweep.h"

#include <string.h>

#include "engine/aggregate_gather.h"
#include "engine/series_slide.h"
#include "language/aggregation.h"

enum {
    PREFIX_VALUES_MAX = 1 << 16, ///< beyond, sums up to each value cost more memory than adding again costs time
    SCANS_PER_VALUE_MAX = 16     ///< each value may be looked at so often before a queue is worth its branches
};

static bool sweep_counts(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    const AggregateWork *work = &sweep->plan->works[index];
    UNUSED(err);
    for (size_t k = 0; k < work->reader_count; k++) {
        Block *out = &sweep->aggregates[sweep->plan->readers[work->reader_begin + k]].result;
        for (size_t i = 0; i < sweep->queries->count; i++) {
            uint32_t row = sweep->queries->rows[i];
            out->valid[row] = 1;
            out->values.ints[row] = (int64_t)(series_rank(series, sweep->high[i]) - series_rank(series, sweep->low[i]));
        }
    }
    return true;
}

static void finish_sums(const Sweep *sweep, const Series *series, const AggregateWork *work, bool squares)
{
    const SeriesUnits *units = &series->units;
    AggregateState *state = sweep->scratch->state;
    state->scale = units->scale;
    state->in_units = true;
    state->integers = (IntSum){0};
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t low = series_rank(series, sweep->low[i]);
        size_t high = series_rank(series, sweep->high[i]);
        state->count = high - low;
        state->units.sum = units->sums[high] - units->sums[low];
        state->integers.low = state->units.sum;
        if (squares) state->units.squares = unit_squares_subtract(units->squares[high], units->squares[low]);
        readers_finish(sweep, work, sweep->queries->rows[i]);
    }
}

static bool sweep_units(const Sweep *sweep, Series *series, size_t index, bool squares, Error *err)
{
    const AggregateWork *work = &sweep->plan->works[index];
    bool fits = series->count <= PREFIX_VALUES_MAX;
    if (fits) TRY(series_units(series, squares, err));
    if (!fits || !(squares ? series->units.scale.squares : series->units.scale.sums)) {
        ranges_slide(sweep, work);
    } else {
        finish_sums(sweep, series, work, squares);
    }
    return true;
}

static bool sweep_sums(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return sweep_units(sweep, series, index, false, err);
}

static bool sweep_spreads(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return sweep_units(sweep, series, index, true, err);
}

static bool sweep_first(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    WindowAggregate *aggregate = &sweep->aggregates[index];
    UNUSED(err);
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t low = series_rank(series, sweep->low[i]);
        if (low == series_rank(series, sweep->high[i])) continue;
        sweep_pick(&series->input, series_position(series, low), aggregate, sweep->queries->rows[i]);
    }
    return true;
}

static bool sweep_last(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    WindowAggregate *aggregate = &sweep->aggregates[index];
    UNUSED(err);
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t high = series_rank(series, sweep->high[i]);
        if (high == series_rank(series, sweep->low[i])) continue;
        sweep_pick(&series->input, series_position(series, high - 1), aggregate, sweep->queries->rows[i]);
    }
    return true;
}

/// Looking for the least key, or, all bits flipped, the greatest.
typedef struct Extremes {
    const Sweep *sweep;
    const Series *series;
    WindowAggregate *aggregate;
    int64_t flip;   ///< 0: least, -1: greatest
    bool looked_up; ///< a key does not say the value's bits: those of its first are taken
} Extremes;

static void put_extreme(const Extremes *extremes, int64_t key, size_t low, size_t high, uint32_t row)
{
    const int64_t *keys = extremes->series->keys.keys;
    Block *out = &extremes->aggregate->result;
    bool floats = type_storage(extremes->aggregate->type) == STORAGE_FLOAT;
    if (extremes->looked_up) {
        while (low + 1 < high && keys[low] != key) low++;
        sweep_pick(&extremes->series->input, series_position(extremes->series, low), extremes->aggregate, row);
        return;
    }
    out->valid[row] = 1;
    if (floats) {
        out->values.floats[row] = float_from_order_bits((uint64_t)key ^ FLOAT_SIGN_BIT);
    } else {
        out->values.ints[row] = key;
    }
}

static int64_t scan_keys(const int64_t *keys, size_t low, size_t high, int64_t flip)
{
    int64_t best = keys[low] ^ flip;
    int64_t other = best;
    for (; high - low >= 2; low += 2) {
        int64_t one = keys[low] ^ flip;
        int64_t two = keys[low + 1] ^ flip;
        best = one < best ? one : best;
        other = two < other ? two : other;
    }
    if (low < high && (keys[low] ^ flip) < best) best = keys[low] ^ flip;
    return best < other ? best : other;
}

static void scan_windows(const Extremes *extremes)
{
    const Sweep *sweep = extremes->sweep;
    const int64_t *keys = extremes->series->keys.keys;
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t low = series_rank(extremes->series, sweep->low[i]);
        size_t high = series_rank(extremes->series, sweep->high[i]);
        if (low == high) continue;
        int64_t key = scan_keys(keys, low, high, extremes->flip) ^ extremes->flip;
        put_extreme(extremes, key, low, high, sweep->queries->rows[i]);
    }
}

// A queue of values each less than all that come after it up to the next: its head is the least.
static void queue_windows(const Extremes *extremes, uint32_t *queue)
{
    const Sweep *sweep = extremes->sweep;
    const int64_t *keys = extremes->series->keys.keys;
    size_t head = 0;
    size_t tail = 0;
    size_t seen = 0;
    size_t before = 0;
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t low = series_rank(extremes->series, sweep->low[i]);
        size_t high = series_rank(extremes->series, sweep->high[i]);
        if (low < before) head = tail = 0; // all that it went past is looked at again
        if (low > seen || low < before) seen = low;
        before = low;
        while (head < tail && queue[head] < low) head++;
        for (; seen < high; seen++) {
            int64_t key = keys[seen] ^ extremes->flip;
            while (tail > head && key < (keys[queue[tail - 1]] ^ extremes->flip)) tail--;
            queue[tail++] = (uint32_t)seen;
        }
        if (head < tail) put_extreme(extremes, keys[queue[head]], queue[head], high, sweep->queries->rows[i]);
    }
}

static bool scans_are_few(const Sweep *sweep, const Series *series)
{
    uint64_t total = 0;
    for (size_t i = 0; i < sweep->queries->count; i++)
        total += series_rank(series, sweep->high[i]) - series_rank(series, sweep->low[i]);
    return total <= SCANS_PER_VALUE_MAX * (uint64_t)series->count;
}

static bool sweep_extremes(const Sweep *sweep, Series *series, size_t index, int64_t flip, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    Extremes extremes = {.sweep = sweep, .series = series, .aggregate = &sweep->aggregates[index], .flip = flip};
    TRY(series_keys(series, err));
    extremes.looked_up = series->keys.ambiguous || series->input.second != NULL;
    if (scans_are_few(sweep, series)) {
        scan_windows(&extremes);
        return true;
    }
    TRY(array_reserve(&scratch->nodes, &scratch->nodes_capacity, series->count, sizeof(*scratch->nodes), err));
    queue_windows(&extremes, scratch->nodes);
    return true;
}

static bool sweep_min(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return sweep_extremes(sweep, series, index, 0, err);
}

static bool sweep_max(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return sweep_extremes(sweep, series, index, -1, err);
}

static SeriesFunction *const FUNCTIONS[AGGREGATION_COUNT_] = {
    [AGGREGATION_COUNT] = sweep_counts,
    [AGGREGATION_SUM] = sweep_sums,
    [AGGREGATION_MEAN] = sweep_sums,
    [AGGREGATION_STDDEV] = sweep_spreads,
    [AGGREGATION_STDDEV_POP] = sweep_spreads,
    [AGGREGATION_VAR_SAMP] = sweep_spreads,
    [AGGREGATION_VAR_POP] = sweep_spreads,
    [AGGREGATION_MIN] = sweep_min,
    [AGGREGATION_MAX] = sweep_max,
    [AGGREGATION_FIRST] = sweep_first,
    [AGGREGATION_LAST] = sweep_last,
    [AGGREGATION_ARG_MIN] = sweep_min,
    [AGGREGATION_ARG_MAX] = sweep_max,
    [AGGREGATION_APPROX_DISTINCT] = slide_registers,
    [AGGREGATION_DISTINCT] = slide_distinct,
    [AGGREGATION_BOUNDED_DISTINCT] = slide_bounded_distinct,
    [AGGREGATION_MODE] = slide_mode,
    [AGGREGATION_TOP1_RATIO] = slide_top1_ratio,
    [AGGREGATION_ENTROPY] = slide_entropy,
    [AGGREGATION_MEDIAN] = slide_median,
    [AGGREGATION_QUANTILE] = slide_quantile,
};

// Extremes, and the second argument's, have integers in their order where they are numbers.
static bool has_keys(const WindowAggregate *aggregate)
{
    Type type = aggregate->second_column == PLAN_NONE ? aggregate->argument : aggregate->second;
    return type_storage(type) == STORAGE_INT || type_storage(type) == STORAGE_FLOAT;
}

SeriesFunction *series_function(const WindowAggregate *aggregate)
{
    SeriesFunction *function = FUNCTIONS[aggregate->plan->aggregation];
    bool extreme = function == sweep_min || function == sweep_max;
    bool by_values = aggregation_info(aggregate->plan->aggregation)->counts == AGGREGATION_COUNTS_VALUES;
    if (aggregate->plan->category != PLAN_NONE) return NULL;
    if (extreme && !has_keys(aggregate)) function = NULL;
    if (function != NULL) return function;
    return aggregate_is_gathered(aggregate) && by_values ? gather_series : NULL;
}

// Those that only ask what is in the window, not where it begins.
static SeriesFunction *const BY_CHANGES[AGGREGATION_COUNT_] = {
    [AGGREGATION_APPROX_DISTINCT] = change_registers,
    [AGGREGATION_DISTINCT] = slide_distinct,
    [AGGREGATION_BOUNDED_DISTINCT] = slide_bounded_distinct,
    [AGGREGATION_TOP1_RATIO] = slide_top1_ratio,
    [AGGREGATION_ENTROPY] = slide_entropy,
    [AGGREGATION_MEDIAN] = slide_median,
    [AGGREGATION_QUANTILE] = slide_quantile,
};

SeriesFunction *changes_function(const WindowAggregate *aggregate)
{
    return aggregate->plan->category == PLAN_NONE ? BY_CHANGES[aggregate->plan->aggregation] : NULL;
}
