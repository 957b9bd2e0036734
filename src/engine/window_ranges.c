#include "engine/window_internal.h"

bool sweep_is_ranges(const Sweep *sweep)
{
    const FactTable *facts = sweep->facts;

    for (size_t i = sweep->begin; facts->superseded != NULL && i < sweep->end; i++) {
        if (facts->superseded[i] != INT64_MAX) return false;
    }
    for (size_t i = sweep->begin + 1; facts->known != facts->time && i < sweep->end; i++) {
        if (facts->known[i] < facts->known[i - 1]) return false;
    }
    return true;
}

// The first position in [from, end) whose instant is not below t, by steps that double and then halve.
static size_t seek(const int64_t *instants, size_t from, size_t end, int64_t t)
{
    size_t step = 1;
    size_t low = from; // all before it are below t
    while (low < end && instants[low] < t) {
        from = low + 1;
        low = end - low > step ? low + step : end;
        step *= 2;
    }
    size_t high = low;
    while (from < high) {
        size_t middle = from + (high - from) / 2;
        if (instants[middle] < t) {
            from = middle + 1;
        } else {
            high = middle;
        }
    }
    return from;
}

/// Where the windows of ascending instants lie among the positions.
typedef struct RangeCursor {
    size_t known; ///< one past the last that is visible
    size_t high;  ///< and the last before the bound
    size_t low;   ///< before any cap
    int64_t low_bound;
    size_t session_last, session_begin; ///< of the session met last
} RangeCursor;

// The session that is open at t: each position is walked once over all calls.
static size_t session_low(const Sweep *sweep, RangeCursor *cursor, int64_t gap_us, int64_t t)
{
    const int64_t *time = sweep->facts->time;
    uint64_t gap = (uint64_t)gap_us;
    size_t last = cursor->high - 1;
    size_t begin = last;

    if (cursor->high == sweep->begin || (uint64_t)t - (uint64_t)time[last] > gap) return cursor->high;
    while (begin > sweep->begin && begin != cursor->session_last &&
           (uint64_t)time[begin] - (uint64_t)time[begin - 1] <= gap)
        begin--;
    if (begin == cursor->session_last) begin = cursor->session_begin;
    cursor->session_last = last;
    cursor->session_begin = begin;
    return begin;
}

static void move_cursor(const Sweep *sweep, RangeCursor *cursor, const WindowBounds *bounds)
{
    const FactTable *facts = sweep->facts;

    cursor->known = seek(facts->known, cursor->known, sweep->end, bounds->seen);
    cursor->high =
        bounds->high == bounds->seen ? cursor->known : seek(facts->time, cursor->high, cursor->known, bounds->high);
    if (bounds->low < cursor->low_bound) cursor->low = sweep->begin;
    cursor->low_bound = bounds->low;
    if (bounds->low != INT64_MIN) cursor->low = seek(facts->time, cursor->low, cursor->high, bounds->low);
}

void sweep_ranges(const Sweep *sweep, const Window *window, uint32_t *low, uint32_t *high)
{
    const WindowQueries *queries = sweep->queries;
    WindowClock clock = window_clock(window);
    RangeCursor cursor = {.known = sweep->begin,
                          .high = sweep->begin,
                          .low = sweep->begin,
                          .low_bound = INT64_MIN,
                          .session_last = SIZE_MAX};

    for (size_t i = 0; i < queries->count; i++) {
        WindowBounds bounds = window_bounds(&clock, queries->at[i]);
        move_cursor(sweep, &cursor, &bounds);
        size_t first = cursor.low;
        if (window->kind == WINDOW_SESSION) first = session_low(sweep, &cursor, window->length_us, queries->at[i]);
        if (window->rows_max > 0 && cursor.high - first > window->rows_max) first = cursor.high - window->rows_max;
        low[i] = (uint32_t)first;
        high[i] = (uint32_t)cursor.high;
    }
}

// One add for what came, one remove for what went; a fresh start when nothing stayed.
void ranges_slide(const Sweep *sweep, const AggregateWork *work)
{
    const AggregateFunctions *functions = work->functions;
    AggregateState *state = sweep->scratch->state;
    AggregateInput input = work_input(sweep, work);
    size_t low = sweep->begin;
    size_t high = sweep->begin;

    aggregate_start(functions, state, &input, sweep->begin, sweep->end);
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (sweep->low[i] >= high) {
            if (high > low) functions->remove(state, &input, low, high);
            high = sweep->low[i];
        } else if (sweep->low[i] < low) {
            functions->add(state, &input, sweep->low[i], low);
        } else {
            functions->remove(state, &input, low, sweep->low[i]);
        }
        low = sweep->low[i];
        functions->add(state, &input, high, sweep->high[i]);
        high = sweep->high[i];
        readers_finish(sweep, work, sweep->queries->rows[i]);
    }
}

static void pick_first(const Sweep *sweep, const AggregateInput *input, WindowAggregate *aggregate)
{
    size_t first = sweep->begin;
    size_t low = sweep->begin;

    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (sweep->low[i] > first || sweep->low[i] < low) first = sweep->low[i];
        low = sweep->low[i];
        while (first < sweep->high[i] && !aggregate_counts(input, first)) first++;
        if (first < sweep->high[i]) sweep_pick(input, first, aggregate, sweep->queries->rows[i]);
    }
}

// The last that counts among [from, high), or `from` when none does.
static size_t seek_last(const AggregateInput *input, size_t from, size_t high)
{
    while (high > from && !aggregate_counts(input, high - 1)) high--;
    return high;
}

static void pick_last(const Sweep *sweep, const AggregateInput *input, WindowAggregate *aggregate)
{
    size_t seen = sweep->begin;
    size_t after_last = 0; // one past the last that counts; 0: none yet

    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t found = seek_last(input, seen, sweep->high[i]);
        if (found > seen) after_last = found;
        seen = sweep->high[i];
        if (after_last > sweep->low[i]) sweep_pick(input, after_last - 1, aggregate, sweep->queries->rows[i]);
    }
}

// A queue of positions each preferred to all that come after it up to the next: its head is the extreme.
static bool pick_extreme(const Sweep *sweep, const AggregateInput *input, WindowAggregate *aggregate, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t head = 0;
    size_t tail = 0;
    size_t seen = sweep->begin;
    size_t low = sweep->begin;

    TRY(array_reserve(&scratch->nodes, &scratch->nodes_capacity, sweep->end - sweep->begin, sizeof(*scratch->nodes),
                      err));
    uint32_t *queue = scratch->nodes;
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (sweep->low[i] < low) head = tail = 0; // all that it went past is looked at again
        if (sweep->low[i] > seen || sweep->low[i] < low) seen = sweep->low[i];
        low = sweep->low[i];
        while (head < tail && queue[head] < sweep->low[i]) head++;
        for (; seen < sweep->high[i]; seen++) {
            if (!aggregate_counts(input, seen)) continue;
            while (tail > head &&
                   !aggregate_prefers_left(aggregate->plan->aggregation, input->argument, queue[tail - 1], seen))
                tail--;
            queue[tail++] = (uint32_t)seen;
        }
        if (head < tail) sweep_pick(input, queue[head], aggregate, sweep->queries->rows[i]);
    }
    return true;
}

bool ranges_pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err)
{
    AggregateInput input = sweep_input(sweep, aggregate);

    switch (aggregate->plan->aggregation) {
    case AGGREGATION_FIRST:
        pick_first(sweep, &input, aggregate);
        return true;
    case AGGREGATION_LAST:
        pick_last(sweep, &input, aggregate);
        return true;
    default:
        return pick_extreme(sweep, &input, aggregate, err);
    }
}
