#include "language/plan_internal.h"

void plan_deinit(Plan *plan)
{
    // A label's plan has no dataset, and so no plan of its own.
    if (plan->dataset.label_plan != NULL) arena_deinit(&plan->dataset.label_plan->arena);
    arena_deinit(&plan->arena);
    *plan = (Plan){0};
}

Plan plan_take(Plan *plan)
{
    Plan taken = *plan;
    *plan = (Plan){0};
    return taken;
}

const PlanUnion *plan_union(const Plan *plan, uint32_t source)
{
    return source < plan->source_count ? NULL : &plan->unions[source - plan->source_count];
}

PlanRows plan_rows(const Plan *plan, uint32_t source)
{
    const PlanUnion *joined = plan_union(plan, source);
    if (joined != NULL) return (PlanRows){joined->fields, joined->field_count};
    return (PlanRows){plan->sources[source].fields, plan->sources[source].field_count};
}

Str plan_node_kind_name(PlanNodeKind kind)
{
    static const Str NAMES[] = {
        [PLAN_CONSTANT] = STR_INIT("constant"),   [PLAN_COLUMN] = STR_INIT("column"), [PLAN_AT] = STR_INIT("at"),
        [PLAN_AGGREGATE] = STR_INIT("aggregate"), [PLAN_CALL] = STR_INIT("call"),
    };
    CHECK((size_t)kind < COUNT_OF(NAMES));
    return NAMES[kind];
}

uint32_t plan_find_source(const Plan *plan, Str name)
{
    for (uint32_t i = 0; i < plan->source_count; i++) {
        if (str_equal(plan->sources[i].name, name)) return i;
    }
    return PLAN_NONE;
}

int64_t plan_ahead_us(const Plan *plan)
{
    int64_t ahead = 0;
    for (uint32_t i = 0; i < plan->group_count; i++) {
        const PlanGroup *group = &plan->groups[i];
        for (uint32_t k = 0; k < group->aggregate_count; k++) {
            const Window *window = &group->aggregates[k].window;
            int64_t length = window->kind == WINDOW_NEXT ? window->length_us : 0;
            if (group->inclusive && length < INT64_MAX) length++;
            if (length > ahead) ahead = length;
        }
    }
    return ahead;
}
