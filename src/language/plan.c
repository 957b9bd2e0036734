#include "language/plan_internal.h"

void plan_deinit(Plan *plan)
{
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
