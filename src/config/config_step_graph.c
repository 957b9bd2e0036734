/// What of a step shapes the graph: typed outputs, parameters, conditions, repetition, handlers, order.
#include "config/config_internal.h"
#include "flow/condition.h"

#include "text/json_writer.h"

/// A file or folder name inside the attempt's output directory.
static bool check_output_path(const Node *node, Str path, Error *err)
{
    bool good = path.size > 0 && path.data[0] != '/' && !str_starts(path, STR(".")) && str_find(path, '/') == path.size;
    if (good) return true;
    return node_error(
        node, err, "'%.*s' cannot name an output: a file or folder name without '/', made in the step's own directory",
        STR_ARG(path));
}

static bool read_value_type(const Node *node, FlowType *out, Error *err)
{
    static const Str NAMES[] = {{"bool", 4}, {"int", 3}, {"float", 5}, {"text", 4}, {"list", 4}};
    size_t choice = 0;
    TRY(node_choice(node, NAMES, COUNT_OF(NAMES), &choice, err));
    *out = (FlowType)(FLOW_BOOL + choice);
    return true;
}

static bool read_typed_output(const Node *node, FlowOutput *out, Error *err)
{
    static const Str KINDS[] = {{"path", 4}, {"file", 4}, {"folder", 6}, {"table", 5}, {"value", 5}};
    size_t choice = 0;
    if (node_count(node) != 1)
        return node_error(node, err, "an output is one of {file: NAME}, {folder: NAME}, {table: NAME}, {value: TYPE}");
    TRY(node_check_keys(node, KINDS, COUNT_OF(KINDS), err));
    while (!str_equal(node_key(node, 0), KINDS[choice])) choice++;
    if (str_equal(node_key(node, 0), STR("value"))) return read_value_type(node_at(node, 0), &out->type, err);
    out->type = (FlowType)choice;
    TRY(node_str(node_at(node, 0), &out->file, err));
    return check_output_path(node_at(node, 0), out->file, err);
}

static bool read_output(const Node *map, size_t i, FlowOutput *out, Error *err)
{
    const Node *node = node_at(map, i);
    *out = (FlowOutput){.name = node_key(map, i)};
    if (node->kind == NODE_MAP) return read_typed_output(node, out, err);
    TRY(node_text(node, &out->file, err));
    return check_output_path(node, out->file, err);
}

bool config_read_outputs(Arena *arena, const Node *map, const FlowOutput **out, size_t *out_count, Error *err)
{
    TRY(node_expect(map, NODE_MAP, err));
    FlowOutput *outputs = arena_alloc_array(arena, node_count(map) + 1, sizeof(FlowOutput), err);
    TRY(outputs != NULL);
    for (size_t i = 0; i < node_count(map); i++) {
        TRY(config_check_name(node_key_at(map, i), node_key(map, i), "an output", err));
        TRY(read_output(map, i, &outputs[i], err));
        for (size_t k = 0; k < i; k++)
            if (outputs[i].file.size > 0 && str_equal(outputs[k].file, outputs[i].file))
                return node_error(node_at(map, i), err, "'%.*s' is two outputs at once", STR_ARG(outputs[i].file));
    }
    *out = outputs;
    *out_count = node_count(map);
    return true;
}

bool config_read_params(Arena *arena, const Node *map, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    *out = STR("{}");
    if (map == NULL) return true;
    TRY(node_expect(map, NODE_MAP, err));
    for (size_t i = 0; i < node_count(map); i++)
        TRY(config_check_name(node_key_at(map, i), node_key(map, i), "a parameter", err));
    TRY(json_node(&json, map, err));
    return arena_copy(arena, bytes_str(&text), out, err);
}

static bool read_on(ConfigStep *step, const Node *node, Error *err)
{
    static const Str NAMES[] = {{"success", 7}, {"failure", 7}, {"always", 6}};
    const Node *on = node_get(node, STR("on"));
    size_t choice = 0;
    if (on == NULL) return true;
    TRY(node_choice(on, NAMES, COUNT_OF(NAMES), &choice, err));
    step->on = (FlowOn)choice;
    if (step->on == ON_SUCCESS || step->input_count == 0) return true;
    return node_error(on, err, "a step that handles an end has no inputs: what they name may not be there");
}

static bool read_when(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    const Node *when = node_get(node, STR("when"));
    Condition condition = {0};
    Error wrong = {0};
    if (when == NULL) return true;
    TRY(node_text(when, &step->when, err));
    TRY(arena_copy(arena, step->when, &step->when, err));
    if (condition_parse(step->when, &scratch, &condition, &wrong)) return true;
    return node_error(when, err, "%s", wrong.text);
}

/// A list stated here.
static bool read_values(Arena *arena, const Node *list, FlowForeach *foreach, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    if (node_count(list) > FLOW_INSTANCES_MAX)
        return node_error(list, err, "at most %d instances", (int)FLOW_INSTANCES_MAX);
    TRY(json_node(&json, list, err));
    return arena_copy(arena, bytes_str(&text), &foreach->values, err);
}

/// "split.parts": what stands before the last dot, and after it.
static bool read_list_name(const Node *node, FlowForeach *foreach, Error *err)
{
    Str text = {0};
    TRY(node_str(node, &text, err));
    size_t dot = text.size;
    while (dot > 0 && text.data[dot - 1] != '.') dot--;
    if (dot < 2 || dot == text.size) return node_error(node, err, "'in' is a list, or a value written as step.value");
    foreach
        ->step = str_slice(text, 0, dot - 1);
    foreach
        ->value = str_slice(text, dot, text.size);
    return true;
}

static bool read_foreach(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    const Node *map = node_get(node, STR("foreach"));
    const Node *list = NULL;
    if (map == NULL) return true;
    if (step->on != ON_SUCCESS) return node_error(map, err, "a step that handles an end is not repeated");
    FlowForeach *foreach = arena_alloc(arena, sizeof(FlowForeach), err);
    TRY(foreach != NULL);
    TRY(NODE_CHECK_KEYS(map, err, "item", "in", "parallel"));
    foreach
        ->item = STR("item");
    TRY(node_get_str(map, STR("item"), &foreach->item, err));
    TRY(config_check_name(map, foreach->item, "an item", err));
    TRY(config_read_foreach_limit(map, foreach, err));
    TRY(node_need(map, STR("in"), &list, err));
    step->foreach = foreach;
    return list->kind == NODE_LIST ? read_values(arena, list, foreach, err) : read_list_name(list, foreach, err);
}

bool config_read_step_graph(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    TRY(config_read_params(arena, node_get(node, STR("params")), &step->params, err));
    TRY(read_when(arena, step, node, err));
    TRY(read_on(step, node, err));
    TRY(read_foreach(arena, step, node, err));
    return node_get_bool(node, STR("optional"), &step->optional, err);
}
