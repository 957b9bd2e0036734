#include "engine/window.h"

#include <string.h>

#include "base/memory.h"
#include "engine/aggregate_gather.h"
#include "engine/window_internal.h"

void window_scratch_deinit(WindowScratch *scratch)
{
    memory_free(scratch->state);
    memory_free(scratch->ranges);
    for (size_t i = 0; i < scratch->series_capacity; i++) series_deinit(&scratch->series[i]);
    memory_free(scratch->series);
    if (scratch->sketches != NULL) bytes_deinit(&scratch->sketches->bytes);
    memory_free(scratch->sketches);
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
        if (sweep->high[i] > sweep->begin) statuses[sweep->queries->rows[i]] = ENTITY_KNOWN;
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

static void aim_range(Sweep *sweep, size_t part)
{
    sweep->low = sweep->scratch->ranges + 2 * part * sweep->queries->count;
    sweep->high = sweep->low + sweep->queries->count;
}

// Whether the entity is known does not depend on windows: it is asked of the lifetime, whose range lies behind those of the parts.
static bool evaluate_status(Sweep *sweep, bool ranges, EntityStatus *statuses, Error *err)
{
    static const Window lifetime = {.kind = WINDOW_LIFETIME};
    if (statuses == NULL) return true;
    if (ranges) {
        uint32_t *low = sweep->scratch->ranges + 2 * sweep->plan->part_count * sweep->queries->count;
        sweep_ranges(sweep, &lifetime, low, low + sweep->queries->count);
        aim_range(sweep, sweep->plan->part_count);
        ranges_status(sweep, statuses);
    } else {
        TRY(sweep_changes(sweep, &lifetime, err));
        changes_status(sweep, statuses);
    }
    return true;
}

static bool scratch_reserve(WindowScratch *scratch, const WindowPlan *plan, size_t query_count, Error *err)
{
    if (scratch->state == NULL) scratch->state = memory_alloc(sizeof(*scratch->state), err);
    TRY(scratch->state != NULL);
    TRY(array_reserve(&scratch->series, &scratch->series_capacity, plan->series_count, sizeof(*scratch->series), err));
    size_t ranges = 2 * (plan->part_count + 1) * query_count;
    return array_reserve(&scratch->ranges, &scratch->range_capacity, ranges, sizeof(*scratch->ranges), err);
}

// What the window at hand covers, over all queries; widens the span.
static uint64_t measure_range(Sweep *sweep)
{
    uint64_t covered = 0;
    for (size_t i = 0; i < sweep->queries->count; i++) {
        if (sweep->high[i] <= sweep->low[i]) continue;
        covered += sweep->high[i] - sweep->low[i];
        if (sweep->low[i] < sweep->span_begin) sweep->span_begin = sweep->low[i];
        if (sweep->high[i] > sweep->span_end) sweep->span_end = sweep->high[i];
    }
    return covered;
}

// Empty ranges may lie outside of what all others span, where no series reaches.
static void clamp_ranges(const Sweep *sweep)
{
    uint32_t *ranges = sweep->scratch->ranges;
    uint32_t begin = (uint32_t)sweep->span_begin;
    uint32_t end = (uint32_t)sweep->span_end;
    for (size_t i = 0; i < 2 * sweep->plan->part_count * sweep->queries->count; i++)
        ranges[i] = ranges[i] < begin ? begin : ranges[i] > end ? end : ranges[i];
}

// The ranges of all windows, and whether series are worth their making.
static void find_ranges(Sweep *sweep)
{
    const WindowPlan *plan = sweep->plan;
    uint64_t covered = 0;

    sweep->span_begin = sweep->end;
    sweep->span_end = sweep->begin;
    for (size_t i = 0; i < plan->part_count; i++) {
        uint32_t *low = sweep->scratch->ranges + 2 * i * sweep->queries->count;
        sweep_ranges(sweep, &sweep->aggregates[plan->parts[i].begin].plan->window, low, low + sweep->queries->count);
        aim_range(sweep, i);
        covered += measure_range(sweep);
    }
    sweep->dense = covered > 0 && covered >= sweep->span_end - sweep->span_begin;
    if (sweep->dense) clamp_ranges(sweep);
}

static bool sweep_series(const Sweep *sweep, size_t index, Error *err)
{
    const AggregateWork *work = &sweep->plan->works[index];
    Series *series = &sweep->scratch->series[work->series];
    AggregateInput input = sweep_input(sweep, &sweep->aggregates[index]);
    if (!series->made) TRY(series_make(series, &input, sweep->span_begin, sweep->span_end, err));
    return series->count == 0 || work->over_series(sweep, series, index, err); // the value on empty is there
}

static bool sweep_ranges_of(const Sweep *sweep, size_t index, Error *err)
{
    const AggregateWork *work = &sweep->plan->works[index];
    if (work->kind == WORK_READS) return true;
    if (sweep->dense && work->over_series != NULL) return sweep_series(sweep, index, err);
    if (work->kind == WORK_PICKS) return ranges_pick(sweep, &sweep->aggregates[index], err);
    if (work->kind == WORK_SLIDES) ranges_slide(sweep, work);
    return true;
}

static bool sweep_changes_of(const Sweep *sweep, size_t index, Error *err)
{
    const AggregateWork *work = &sweep->plan->works[index];
    if (work->over_changes != NULL) {
        Series *series = &sweep->scratch->series[work->series];
        AggregateInput input = sweep_input(sweep, &sweep->aggregates[index]);
        if (!series->made) TRY(series_make(series, &input, sweep->begin, sweep->end, err));
        return series->count == 0 || work->over_changes(sweep, series, index, err);
    }
    if (work->kind == WORK_PICKS) return changes_pick(sweep, &sweep->aggregates[index], err);
    if (work->kind == WORK_SLIDES) changes_slide(sweep, work);
    return true;
}

static bool has_changing_work(const WindowPlan *plan, const WindowPart *part)
{
    for (size_t i = part->begin; i < part->end; i++) {
        if (plan->works[i].kind != WORK_GATHERS || plan->works[i].over_changes != NULL) return true;
    }
    return false;
}

static bool sweep_part(Sweep *sweep, bool ranges, size_t index, Error *err)
{
    const WindowPart *part = &sweep->plan->parts[index];
    const Window *window = &sweep->aggregates[part->begin].plan->window;
    if (ranges) aim_range(sweep, index);
    if (!ranges && has_changing_work(sweep->plan, part)) TRY(sweep_changes(sweep, window, err));
    for (size_t i = part->begin; i < part->end; i++)
        TRY(ranges ? sweep_ranges_of(sweep, i, err) : sweep_changes_of(sweep, i, err));
    return !part->gathers || gather_aggregates(sweep, part, err);
}

bool window_evaluate(WindowScratch *scratch, const WindowPlan *plan, const FactTable *facts, size_t begin, size_t end,
                     const WindowQueries *queries, WindowAggregate *aggregates, EntityStatus *statuses, Error *err)
{
    Sweep sweep = {.scratch = scratch,
                   .plan = plan,
                   .facts = facts,
                   .begin = begin,
                   .end = end,
                   .queries = queries,
                   .aggregates = aggregates};

    if (begin == end || queries->count == 0) return true;
    bool ranges = sweep_is_ranges(&sweep);
    sweep.changes = !ranges;
    TRY(scratch_reserve(scratch, plan, queries->count, err));
    TRY(evaluate_status(&sweep, ranges, statuses, err));
    for (size_t i = 0; i < plan->series_count; i++) scratch->series[i].made = false;
    if (ranges) find_ranges(&sweep);
    for (size_t i = 0; i < plan->part_count; i++) TRY(sweep_part(&sweep, ranges, i, err));
    return true;
}
