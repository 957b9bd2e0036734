#include "engine/window_plan.h"

#include "base/memory.h"
#include "engine/aggregate_gather.h"
#include "engine/series_sweep.h"

void window_plan_deinit(WindowPlan *plan)
{
    memory_free(plan->works);
    memory_free(plan->readers);
    memory_free(plan->parts);
    memory_free(plan->series);
    *plan = (WindowPlan){0};
}

static bool plan_alloc(WindowPlan *plan, size_t count, Error *err)
{
    plan->aggregate_count = count;
    plan->works = memory_alloc_array(count, sizeof(*plan->works), err);
    TRY(plan->works != NULL);
    plan->readers = memory_alloc_array(count, sizeof(*plan->readers), err);
    TRY(plan->readers != NULL);
    plan->parts = memory_alloc_array(count, sizeof(*plan->parts), err);
    TRY(plan->parts != NULL);
    plan->series = memory_alloc_array(count, sizeof(*plan->series), err);
    return plan->series != NULL;
}

static WorkKind kind_of(const WindowAggregate *aggregate, const AggregateFunctions *functions)
{
    if (aggregate_is_gathered(aggregate)) return WORK_GATHERS;
    return functions == NULL ? WORK_PICKS : WORK_SLIDES;
}

// Whether the same rows move the same state in the same way, so that both read what one pass leaves there.
static bool share_state(const WindowAggregate *left, const AggregateFunctions *one, const WindowAggregate *right,
                        const AggregateFunctions *other)
{
    return one->start == other->start && one->add == other->add && one->remove == other->remove &&
           left->argument_column == right->argument_column && left->second_column == right->second_column &&
           left->condition_column == right->condition_column;
}

// The readers of an aggregate's state, itself first, all in one part.
static void find_readers(WindowPlan *plan, const WindowAggregate *aggregates, size_t i, size_t end, uint32_t *count)
{
    AggregateWork *work = &plan->works[i];
    if (work->kind != WORK_SLIDES) return;
    work->reader_begin = *count;
    for (size_t k = i; k < end; k++) {
        AggregateWork *other = &plan->works[k];
        if (other->kind != WORK_SLIDES) continue;
        if (!share_state(&aggregates[i], work->functions, &aggregates[k], other->functions)) continue;
        plan->readers[(*count)++] = (uint32_t)k;
        if (k != i) other->kind = WORK_READS;
    }
    work->reader_count = *count - work->reader_begin;
}

static bool same_source(const SeriesSource *left, const SeriesSource *right)
{
    return left->argument_column == right->argument_column && left->second_column == right->second_column &&
           left->condition_column == right->condition_column;
}

static uint32_t find_series(WindowPlan *plan, const SeriesSource *source)
{
    size_t i = 0;
    while (i < plan->series_count && !same_source(&plan->series[i], source)) i++;
    if (i == plan->series_count) plan->series[plan->series_count++] = *source;
    return (uint32_t)i;
}

static void plan_series(WindowPlan *plan, const WindowAggregate *aggregate, AggregateWork *work)
{
    SeriesSource source = {.argument_column = aggregate->argument_column,
                           .second_column = aggregate->second_column,
                           .condition_column = aggregate->condition_column};
    work->over_series = series_function(aggregate);
    work->over_changes = changes_function(aggregate);
    if (work->over_series != NULL) work->series = find_series(plan, &source);
}

static void plan_works(WindowPlan *plan, const WindowAggregate *aggregates)
{
    for (size_t i = 0; i < plan->aggregate_count; i++) {
        AggregateWork *work = &plan->works[i];
        const AggregateFunctions *functions =
            aggregate_find(aggregates[i].plan->aggregation, type_storage(aggregates[i].argument));
        work->kind = kind_of(&aggregates[i], functions);
        if (work->kind == WORK_SLIDES) work->functions = functions;
        plan_series(plan, &aggregates[i], work);
    }
}

static void plan_parts(WindowPlan *plan, const WindowAggregate *aggregates)
{
    uint32_t readers = 0;
    for (size_t i = 0; i < plan->aggregate_count;) {
        WindowPart *part = &plan->parts[plan->part_count++];
        *part = (WindowPart){.begin = i, .end = i + 1};
        while (part->end < plan->aggregate_count &&
               window_equal(&aggregates[part->end].plan->window, &aggregates[i].plan->window))
            part->end++;
        for (; i < part->end; i++) {
            find_readers(plan, aggregates, i, part->end, &readers);
            part->gathers = part->gathers || plan->works[i].kind == WORK_GATHERS;
        }
    }
}

bool window_plan_init(const WindowAggregate *aggregates, size_t count, WindowPlan *out, Error *err)
{
    AUTO(window_plan_deinit) WindowPlan plan = {0};
    TRY(plan_alloc(&plan, count, err));
    plan_works(&plan, aggregates);
    plan_parts(&plan, aggregates);
    *out = plan;
    plan = (WindowPlan){0};
    return true;
}
