/// One plan being made: columns are emitted in order, groups and inputs come about where they are first read.
#include <string.h>

#include "language/compile_internal.h"

static void group_deinit(AssemblyGroup *group)
{
    builder_deinit(&group->rows);
    memory_free(group->request_keys.items);
    memory_free(group->row_features.items);
    memory_free(group->aggregates.items);
}

void assembly_deinit(Assembly *assembly)
{
    for (size_t i = 0; i < assembly->groups.count; i++) group_deinit(&assembly->groups.items[i]);
    memory_free(assembly->groups.items);
    memory_free(assembly->inputs.items);
    memory_free(assembly->columns);
    builder_deinit(&assembly->main);
}

static bool emit_to_node(Emitter *emitter, uint32_t *out, Type *out_type, Error *err)
{
    Value value = {0};
    TRY(emit_formula(emitter, &value, err));
    TRY(value_node(emitter->outside, &value, value.type, out, err));
    *out_type = value.type;
    return true;
}

static bool emit_column(Assembly *assembly, uint32_t index, Error *err)
{
    const CompilerColumn *column = &assembly->compiler->columns[index];
    AUTO(emitter_deinit)
    Emitter emitter = {
        .assembly = assembly, .formula = &column->formula, .view = column->view, .outside = &assembly->main};
    AssemblyColumn *out = &assembly->columns[index];
    TRY(emit_to_node(&emitter, &out->node, &out->type, err));
    out->level = emitter.level;
    return true;
}

bool assembly_emit(Assembly *assembly, const uint8_t *needed, Error *err)
{
    const Compiler *compiler = assembly->compiler;
    assembly->columns = memory_alloc_array(compiler->column_count, sizeof(AssemblyColumn), err);
    if (assembly->columns == NULL) return false;
    for (uint32_t i = 0; i < compiler->column_count; i++) {
        uint32_t column = compiler->order[i];
        if (needed == NULL || needed[column]) TRY(emit_column(assembly, column, err));
    }
    return true;
}

bool assembly_input(Assembly *assembly, uint32_t input, uint32_t *out, Error *err)
{
    for (uint32_t i = 0; i < assembly->inputs.count; i++) {
        if (assembly->inputs.items[i] != input) continue;
        *out = i;
        return true;
    }
    uint32_t place = (uint32_t)assembly->inputs.count;
    TRY(ARRAY_PUSH(&assembly->inputs, input, err));
    *out = place;
    return true;
}

bool assembly_request_key(Assembly *assembly, uint32_t view, uint32_t key, uint32_t *out, Type *out_type, Error *err)
{
    const Formula *formula = &assembly->compiler->views[view].request_keys[key];
    AUTO(emitter_deinit)
    Emitter emitter = {.assembly = assembly, .formula = formula, .view = view, .outside = &assembly->main};
    return emit_to_node(&emitter, out, out_type, err);
}

static uint32_t formula_level(const Assembly *assembly, const Formula *formula)
{
    uint32_t level = 0;
    for (uint32_t i = 0; i < formula->tree.node_count; i++) {
        if (formula->references[i].kind != REFERENCE_FEATURE) continue;
        uint32_t read = assembly->columns[formula->references[i].index].level;
        if (read > level) level = read;
    }
    return level;
}

uint32_t assembly_key_level(const Assembly *assembly, uint32_t view)
{
    uint32_t level = 0;
    const CompilerView *keyed = &assembly->compiler->views[view];
    for (size_t i = 0; view_key_formula(keyed, i) != NULL; i++) {
        uint32_t read = formula_level(assembly, view_key_formula(keyed, i));
        if (read > level) level = read;
    }
    return level;
}

/// The two sides of a key as values of one type.
static bool key_unify(const Emitter *rows, Value *sides, Error *err)
{
    Type type = {0};
    if (!values_common_type(sides, 2, &type)) {
        return emit_error(rows, rows->formula->tree.node_count - 1, err,
                          "the rows are keyed by %s, and the request by %s; cast one of them",
                          type_text(sides[0].type).text, type_text(sides[1].type).text);
    }
    sides[0].type = sides[1].type = type;
    return true;
}

static bool group_add_key(Assembly *assembly, uint32_t place, uint32_t key, Error *err)
{
    AssemblyGroup *group = &assembly->groups.items[place];
    const CompilerView *view = &assembly->compiler->views[group->view];
    AUTO(emitter_deinit)
    Emitter rows = {.assembly = assembly,
                    .formula = &view->keys[key],
                    .view = group->view,
                    .outside = &group->rows,
                    .group = place,
                    .over_rows = true};
    AUTO(emitter_deinit)
    Emitter request = {
        .assembly = assembly, .formula = &view->request_keys[key], .view = group->view, .outside = &assembly->main};
    Value sides[2] = {0};
    uint32_t nodes[2] = {0};
    TRY(emit_formula(&rows, &sides[0], err));
    TRY(emit_formula(&request, &sides[1], err));
    const Value given[2] = {sides[0], sides[1]};
    TRY(key_unify(&rows, sides, err));
    TRY(value_node(&group->rows, &given[0], sides[0].type, &nodes[0], err));
    TRY(value_node(&assembly->main, &given[1], sides[1].type, &nodes[1], err));
    TRY(ARRAY_PUSH(&group->rows.outputs, nodes[0], err));
    return ARRAY_PUSH(&group->request_keys, nodes[1], err);
}

bool assembly_group(Assembly *assembly, uint32_t view, uint32_t level, uint32_t *out, Error *err)
{
    for (uint32_t i = 0; i < assembly->groups.count; i++) {
        if (assembly->groups.items[i].view != view || assembly->groups.items[i].level != level) continue;
        *out = i;
        return true;
    }
    uint32_t place = (uint32_t)assembly->groups.count;
    AssemblyGroup group = {.view = view, .level = level};
    TRY(ARRAY_PUSH(&assembly->groups, group, err));
    size_t key_count = assembly->compiler->views[view].definition->by_count;
    for (uint32_t key = 0; key < key_count; key++) {
        TRY(group_add_key(assembly, place, key, err));
    }
    *out = place;
    return true;
}

static void mark_all(uint8_t *marks, const uint32_t *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) marks[nodes[i]] = 1;
}

bool assembly_inputs_read(const Assembly *assembly, const uint32_t *nodes, size_t count, uint8_t *out, Error *err)
{
    uint8_t *marks = memory_alloc(assembly->main.nodes.count, err);
    if (marks == NULL) return false;
    mark_all(marks, nodes, count);
    // A node stands after what it reads, and an aggregate after its group's keys.
    for (size_t i = assembly->main.nodes.count; i-- > 0;) {
        const PlanNode *node = &assembly->main.nodes.items[i];
        if (!marks[i]) continue;
        if (node->kind == PLAN_COLUMN) out[node->index] = 1;
        if (node->kind == PLAN_CALL) mark_all(marks, node->arguments, node->argument_count);
        if (node->kind == PLAN_AGGREGATE) {
            const AssemblyGroup *group = &assembly->groups.items[node->group];
            mark_all(marks, group->request_keys.items, group->request_keys.count);
        }
    }
    memory_free(marks);
    return true;
}
