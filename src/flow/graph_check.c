#include "base/array.h"
#include "flow/graph_check_internal.h"

static bool name_char_is_good(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

static bool name_check(const char *what, Str name, Error *err)
{
    if (name.size == 0) return error_set(err, ERROR_CONFIG, "a %s has no name", what);
    if (name.size > FLOW_NAME_BYTES_MAX) {
        return error_set(err, ERROR_CONFIG, "%s '%.*s': a name has at most %d characters", what, STR_ARG(name),
                         (int)FLOW_NAME_BYTES_MAX);
    }
    bool good = name.data[0] != '.';
    for (size_t i = 0; i < name.size; i++) good = good && name_char_is_good(name.data[i]);
    if (good) return true;
    return error_set(err, ERROR_CONFIG,
                     "%s '%.*s': a name is made of letters, digits, '_', '-' and '.', and begins with no dot", what,
                     STR_ARG(name));
}

static bool outputs_check(const FlowStep *step, Error *err)
{
    for (size_t i = 0; i < step->output_count; i++) {
        TRY(name_check("output", step->outputs[i].name, err));
        for (size_t before = 0; before < i; before++) {
            if (!str_equal(step->outputs[i].name, step->outputs[before].name)) continue;
            return error_set(err, ERROR_CONFIG, "output '%.*s' is named twice", STR_ARG(step->outputs[i].name));
        }
    }
    return true;
}

static bool inputs_check(const FlowStep *step, Error *err)
{
    for (size_t i = 0; i < step->input_count; i++) {
        TRY(name_check("input", step->inputs[i].name, err));
        for (size_t before = 0; before < i; before++) {
            if (!str_equal(step->inputs[i].name, step->inputs[before].name)) continue;
            return error_set(err, ERROR_CONFIG, "input '%.*s' is named twice", STR_ARG(step->inputs[i].name));
        }
    }
    return true;
}

/// "etl/clean": each part is a name.
static bool step_name_check(Str name, Error *err)
{
    Str rest = name;
    Str part = {0};
    if (name.size == 0 || name.size > FLOW_NAME_BYTES_MAX) return name_check("step", name, err);
    if (name.data[name.size - 1] == '/') return name_check("step", (Str){0}, err);
    while (str_split(&rest, '/', &part)) TRY(name_check("step", part, err));
    return true;
}

bool graph_check_step(const FlowStep *step, Error *err)
{
    TRY(step_name_check(step->name, err));
    if (step->on != ON_SUCCESS && (step->input_count > 0 || step->foreach != NULL))
        return error_set(err, ERROR_CONFIG, "step '%.*s': a handler has no inputs and is not repeated",
                         STR_ARG(step->name));
    if (step->argv_count == 0) return error_set(err, ERROR_CONFIG, "step '%.*s' has no command", STR_ARG(step->name));
    TRY_OR(inputs_check(step, err), err, "step '%.*s'", STR_ARG(step->name));
    TRY_OR(outputs_check(step, err), err, "step '%.*s'", STR_ARG(step->name));
    return true;
}

/// "; did you mean 'x'?" or nothing.
static bool unknown_error(const char *what, Str name, const Str *known, size_t count, Error *err)
{
    Str nearest = str_nearest(name, known, count);
    if (nearest.size == 0) return error_set(err, ERROR_CONFIG, "there is no %s '%.*s'", what, STR_ARG(name));
    return error_set(err, ERROR_CONFIG, "there is no %s '%.*s'; did you mean '%.*s'?", what, STR_ARG(name),
                     STR_ARG(nearest));
}

static bool step_unknown_error(const Flow *flow, Str name, Error *err)
{
    ARRAY_OF(Str) names = {0};
    bool listed = true;
    for (size_t i = 0; i < flow->step_count && listed; i++) listed = ARRAY_PUSH(&names, flow->steps[i].name, err);
    if (listed) (void)unknown_error("step", name, names.items, names.count, err);
    memory_free(names.items);
    return false;
}

static bool output_unknown_error(const FlowStep *upstream, Str name, Error *err)
{
    ARRAY_OF(Str) names = {0};
    bool listed = true;
    for (size_t i = 0; i < upstream->output_count && listed; i++)
        listed = ARRAY_PUSH(&names, upstream->outputs[i].name, err);
    if (listed) (void)unknown_error("output", name, names.items, names.count, err);
    memory_free(names.items);
    return error_prefix(err, "step '%.*s'", STR_ARG(upstream->name));
}

static bool edge_check_step(const Graph *graph, Str name, size_t *out, Error *err)
{
    uint64_t position = 0;
    if (!map_get(&graph->names, name, &position)) return step_unknown_error(graph->flow, name, err);
    *out = (size_t)position;
    return true;
}

static bool input_check_edge(const Graph *graph, const FlowInput *input, Error *err)
{
    size_t position = 0;
    TRY(edge_check_step(graph, input->step, &position, err));
    const FlowStep *upstream = &graph->flow->steps[position];
    for (size_t i = 0; i < upstream->output_count; i++) {
        if (str_equal(upstream->outputs[i].name, input->output)) return true;
    }
    return output_unknown_error(upstream, input->output, err);
}

/// A command's values are declared, so that a wrong name is found before anything runs; pawl's own stages give what they give.
static bool value_check(const Graph *graph, Str step, Str value, Error *err)
{
    size_t position = 0;
    TRY(edge_check_step(graph, step, &position, err));
    const FlowStep *upstream = &graph->flow->steps[position];
    if (!str_equal(upstream->kind, STR("command"))) return true;
    for (size_t i = 0; i < upstream->output_count; i++) {
        if (!str_equal(upstream->outputs[i].name, value)) continue;
        if (flow_type_is_value(upstream->outputs[i].type)) return true;
        return error_set(err, ERROR_CONFIG, "output '%.*s' of step '%.*s' is no value", STR_ARG(value), STR_ARG(step));
    }
    return output_unknown_error(upstream, value, err);
}

static bool condition_check(const Graph *graph, size_t position, Error *err)
{
    const GraphCondition *condition = graph_condition(graph, position);
    for (size_t i = 0; condition != NULL && i < condition->condition.count; i++) {
        const ConditionNode *node = &condition->condition.nodes[i];
        if (graph_names_step(node)) TRY_OR(value_check(graph, node->step, node->value, err), err, "when");
    }
    return true;
}

static bool foreach_check(const Graph *graph, const FlowStep *step, Error *err)
{
    if (step->foreach == NULL || step->foreach->step.size == 0) return true;
    TRY_OR(value_check(graph, step->foreach->step, step->foreach->value, err), err, "foreach");
    return true;
}

static bool pool_check(const Flow *flow, Str pool, Error *err)
{
    for (size_t i = 0; i < flow->pool_count; i++) {
        if (!str_equal(flow->pools[i].name, pool)) continue;
        if (flow->pools[i].slots > 0) return true;
        return error_set(err, ERROR_CONFIG, "pool '%.*s' has no slots", STR_ARG(pool));
    }
    return error_set(err, ERROR_CONFIG, "there is no pool '%.*s'", STR_ARG(pool));
}

static bool edges_check(const Graph *graph, size_t position, Error *err)
{
    const FlowStep *step = &graph->flow->steps[position];
    size_t found = 0;
    for (size_t i = 0; i < step->input_count; i++)
        TRY_OR(input_check_edge(graph, &step->inputs[i], err), err, "input '%.*s'", STR_ARG(step->inputs[i].name));
    for (size_t i = 0; i < step->after_count; i++)
        TRY_OR(edge_check_step(graph, step->after[i], &found, err), err, "after");
    TRY(foreach_check(graph, step, err));
    if (step->pool.size > 0) TRY(pool_check(graph->flow, step->pool, err));
    return condition_check(graph, position, err);
}

bool graph_check_edges(const Graph *graph, size_t position, Error *err)
{
    TRY_OR(edges_check(graph, position, err), err, "step '%.*s'", STR_ARG(graph->flow->steps[position].name));
    return true;
}

/// A step that `at` waits for and that is part of, or leads to, a circle.
static size_t circle_upstream(const Graph *graph, size_t at, const uint32_t *waiting)
{
    for (size_t i = 0; i < graph->wait_counts[at]; i++) {
        size_t position = graph_position(graph, graph_edge(graph, at, i).step);
        if (waiting[position] > 0) return position;
    }
    CHECK(false);
    return 0;
}

static bool circle_text(const Graph *graph, size_t first, const uint32_t *waiting, Bytes *out, Error *err)
{
    const FlowStep *steps = graph->flow->steps;
    size_t at = first;
    TRY(bytes_append_format(out, err, "'%.*s'", STR_ARG(steps[at].name)));
    do {
        at = circle_upstream(graph, at, waiting);
        TRY(bytes_append_format(out, err, " waits for '%.*s'", STR_ARG(steps[at].name)));
    } while (at != first);
    return true;
}

bool graph_circle_error(const Graph *graph, const uint32_t *waiting, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    size_t at = 0;
    while (waiting[at] == 0) at++;
    // Every step that still waits has an upstream one that does: after as many moves as there are steps we are on the circle.
    for (size_t i = 0; i < graph->flow->step_count; i++) at = circle_upstream(graph, at, waiting);
    TRY(circle_text(graph, at, waiting, &text, err));
    return error_set(err, ERROR_CONFIG, "steps wait for each other in a circle: %.*s", STR_ARG(bytes_str(&text)));
}
