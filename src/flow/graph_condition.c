#include "flow/graph_check_internal.h"

bool graph_names_step(const ConditionNode *node)
{
    return node->kind == CONDITION_NAME && node->step.size > 0 && !str_equal(node->step, STR("params")) &&
           !str_equal(node->step, STR("run"));
}

static bool condition_read(const FlowStep *step, Arena *arena, const GraphCondition **out, Error *err)
{
    GraphCondition *made = arena_alloc(arena, sizeof(GraphCondition), err);
    TRY(made != NULL);
    TRY_OR(condition_parse(step->when, arena, &made->condition, err), err, "step '%.*s'", STR_ARG(step->name));
    Str *steps = arena_alloc_array(arena, made->condition.count, sizeof(Str), err);
    TRY(steps != NULL);
    for (size_t i = 0; i < made->condition.count; i++)
        if (graph_names_step(&made->condition.nodes[i])) steps[made->step_count++] = made->condition.nodes[i].step;
    made->steps = steps;
    *out = made;
    return true;
}

bool graph_read_conditions(Graph *graph, Arena *arena, Error *err)
{
    for (size_t i = 0; i < graph->flow->step_count; i++) {
        const FlowStep *step = &graph->flow->steps[i];
        if (step->when.size == 0) continue;
        if (graph->conditions == NULL)
            graph->conditions = arena_alloc_array(arena, graph->flow->step_count, sizeof(GraphCondition *), err);
        TRY(graph->conditions != NULL);
        TRY(condition_read(step, arena, &graph->conditions[i], err));
    }
    return true;
}

const GraphCondition *graph_condition(const Graph *graph, size_t position)
{
    return graph->conditions == NULL ? NULL : graph->conditions[position];
}
