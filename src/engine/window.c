#include "engine/window.h"

#include <string.h>

#include "base/memory.h"
#include "engine/aggregate_gather.h"
#include "engine/window_internal.h"

void window_scratch_deinit(WindowScratch *scratch)
{
    memory_free(scratch->state);
    memory_free(scratch->readers);
    memory_free(scratch->low);
    memory_free(scratch->high);
    memory_free(scratch->bounds);
    memory_free(scratch->comes);
    memory_free(scratch->goes);
    memory_free(scratch->changes);
    memory_free(scratch->change_begin);
    memory_free(scratch->nodes);
    memory_free(scratch->gathered);
    memory_free(scratch->before);
    aggregate_scratch_deinit(&scratch->aggregates);
    *scratch = (WindowScratch){0};
}

static const Vector *fact_column(const Sweep *sweep, uint32_t column)
{
    return column == PLAN_NONE ? NULL : &sweep->facts->columns[column];
}

AggregateInput sweep_input(const Sweep *sweep, const WindowAggregate *aggregate)
{
    return (AggregateInput){
        .argument = fact_column(sweep, aggregate->argument_column),
        .second = fact_column(sweep, aggregate->second_column),
        .category = fact_column(sweep, aggregate->category_column),
        .condition = fact_column(sweep, aggregate->condition_column),
    };
}

void sweep_pick(const AggregateInput *input, size_t position, WindowAggregate *aggregate, size_t row)
{
    Storage storage = type_storage(aggregate->type);
    size_t size = storage_size(storage);
    uint8_t *to = (uint8_t *)aggregate->result.values.any + row * size;

    const uint8_t *from = (const uint8_t *)input->argument->values.any + position * size;
    if (size == sizeof(int64_t)) {
        memcpy(to, from, sizeof(int64_t)); // one move
    } else {
        memcpy(to, from, size);
    }
    aggregate->result.valid[row] = 1;
}

static void ranges_status(const Sweep *sweep, EntityStatus *statuses)
{
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (sweep->scratch->high[i] > sweep->begin) statuses[sweep->queries->rows[i]] = ENTITY_KNOWN;
    }
}

static void changes_status(const Sweep *sweep, EntityStatus *statuses)
{
    const WindowScratch *scratch = sweep->scratch;
    size_t active = 0;
    size_t change = 0;

    for (size_t i = 0; i < sweep->queries->count; i++) {
        for (; change < scratch->change_begin[i + 1]; change++) active += scratch->changes[change] & 1 ? SIZE_MAX : 1;
        if (active > 0) statuses[sweep->queries->rows[i]] = ENTITY_KNOWN;
    }
}

// Whether the entity is known does not depend on windows: it is asked of the lifetime.
static bool evaluate_status(const Sweep *sweep, bool ranges, EntityStatus *statuses, Error *err)
{
    static const Window lifetime = {.kind = WINDOW_LIFETIME};
    if (statuses == NULL) return true;
    if (ranges) {
        TRY(sweep_ranges(sweep, &lifetime, err));
        ranges_status(sweep, statuses);
    } else {
        TRY(sweep_changes(sweep, &lifetime, err));
        changes_status(sweep, statuses);
    }
    return true;
}

static bool state_reserve(WindowScratch *scratch, Error *err)
{
    if (scratch->state != NULL) return true;
    scratch->state = memory_alloc(sizeof(*scratch->state), err);
    return scratch->state != NULL;
}

// NULL for what picks a row, or looks at all of them anew.
static const AggregateFunctions *sliding_functions(const WindowAggregate *aggregate)
{
    if (aggregate_is_gathered(aggregate)) return NULL;
    return aggregate_find(aggregate->plan->aggregation, type_storage(aggregate->argument));
}

// Whether the same rows move the same state in the same way, so that both read what one pass leaves there.
static bool share_state(const WindowAggregate *left, const WindowAggregate *right)
{
    const AggregateFunctions *one = sliding_functions(left);
    const AggregateFunctions *other = sliding_functions(right);
    if (one == NULL || other == NULL) return false;
    return one->start == other->start && one->add == other->add && one->remove == other->remove &&
           left->argument_column == right->argument_column && left->condition_column == right->condition_column;
}

// The readers of the first aggregate's state, itself among them.
static bool gather_readers(WindowScratch *scratch, WindowAggregate *aggregates, size_t count, Error *err)
{
    scratch->reader_count = 0;
    TRY(array_reserve(&scratch->readers, &scratch->reader_capacity, count, sizeof(*scratch->readers), err));
    for (size_t i = 0; i < count; i++) {
        if (!share_state(&aggregates[0], &aggregates[i])) continue;
        scratch->readers[scratch->reader_count++] = (StateReader){&aggregates[i], sliding_functions(&aggregates[i])};
    }
    return true;
}

static bool is_read_before(const WindowAggregate *aggregates, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (share_state(&aggregates[k], &aggregates[i])) return true;
    }
    return false;
}

static bool sweep_aggregate(const Sweep *sweep, bool ranges, WindowAggregate *aggregates, size_t i, size_t count,
                            Error *err)
{
    if (sliding_functions(&aggregates[i]) == NULL)
        return ranges ? ranges_pick(sweep, &aggregates[i], err) : changes_pick(sweep, &aggregates[i], err);
    if (is_read_before(aggregates, i)) return true;
    TRY(gather_readers(sweep->scratch, aggregates + i, count - i, err));
    ranges ? ranges_slide(sweep) : changes_slide(sweep);
    return true;
}

// Those of one window that slide or pick.
static bool sweep_aggregates(const Sweep *sweep, bool ranges, WindowAggregate *aggregates, size_t count, Error *err)
{
    bool swept = false;
    for (size_t i = 0; i < count; i++) {
        const Window *window = &aggregates[i].plan->window;
        if (aggregate_is_gathered(&aggregates[i])) continue;
        if (!swept) TRY(ranges ? sweep_ranges(sweep, window, err) : sweep_changes(sweep, window, err));
        swept = true;
        TRY(sweep_aggregate(sweep, ranges, aggregates, i, count, err));
    }
    return true;
}

// How many of them have the first one's window.
static size_t same_window(const WindowAggregate *aggregates, size_t count)
{
    size_t same = 1;
    while (same < count && window_equal(&aggregates[same].plan->window, &aggregates[0].plan->window)) same++;
    return same;
}

bool window_evaluate(WindowScratch *scratch, const FactTable *facts, size_t begin, size_t end,
                     const WindowQueries *queries, WindowAggregate *aggregates, size_t aggregate_count,
                     EntityStatus *statuses, Error *err)
{
    Sweep sweep = {.scratch = scratch, .facts = facts, .begin = begin, .end = end, .queries = queries};
    bool ranges = sweep_is_ranges(&sweep);

    if (begin == end || queries->count == 0) return true;
    TRY(state_reserve(scratch, err));
    TRY(evaluate_status(&sweep, ranges, statuses, err));
    for (size_t i = 0; i < aggregate_count;) {
        size_t count = same_window(aggregates + i, aggregate_count - i);
        TRY(sweep_aggregates(&sweep, ranges, aggregates + i, count, err));
        TRY(gather_aggregates(&sweep, aggregates + i, count, err));
        i += count;
    }
    return true;
}
