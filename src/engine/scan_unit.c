#include "engine/scan_unit.h"

#include "engine/group_feed.h"
#include "engine/tie_text.h"

static bool group_touches(const Plan *plan, const ScanUnit *unit, uint32_t group)
{
    for (uint32_t i = 0; i < plan->source_count; i++) {
        if (unit->sources[i] && group_member(plan, group, i) != PLAN_NONE) return true;
    }
    return false;
}

// Whether something was added.
static bool unit_grow(const Plan *plan, ScanUnit *unit)
{
    bool grown = false;

    for (uint32_t group = 0; group < plan->group_count; group++) {
        if (unit->groups[group] || !group_touches(plan, unit, group)) continue;
        unit->groups[group] = 1;
        grown = true;
        for (uint32_t i = 0; i < plan->source_count; i++) unit->sources[i] |= group_member(plan, group, i) != PLAN_NONE;
    }
    return grown;
}

bool scan_unit_init(const Plan *plan, uint32_t source, Arena *arena, ScanUnit *out, Error *err)
{
    out->sources = arena_alloc(arena, plan->source_count, err);
    TRY(out->sources != NULL);
    out->groups = arena_alloc(arena, plan->group_count, err);
    TRY(out->groups != NULL);
    out->sources[source] = 1;
    while (unit_grow(plan, out)) {
    }
    return true;
}

static bool source_is_possible(const PlanSource *source)
{
    for (uint32_t i = 0; i < source->key_count; i++) {
        if (!tie_text_is_possible(source->fields[source->key[i]].type)) return false;
    }
    return true;
}

bool scan_unit_is_possible(const Plan *plan, const ScanUnit *unit)
{
    for (uint32_t i = 0; i < plan->source_count; i++) {
        if (unit->sources[i] && !source_is_possible(&plan->sources[i])) return false;
    }
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (unit->groups[i] && plan->groups[i].row_feature_count > 0) return false;
    }
    return true;
}
