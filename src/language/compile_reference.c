/// Names: where an expression touches inputs, rows and other features.
#include "language/compile_internal.h"

static bool emit_leaf(Builder *builder, PlanNodeKind kind, Type type, uint32_t index, Value *out, Error *err)
{
    Value value = {.type = type};
    PlanNode node = {.kind = kind, .type = type, .index = index, .group = PLAN_NONE};
    TRY(builder_add(builder, node, &value.node, err));
    *out = value;
    return true;
}

static bool emit_input(Emitter *emitter, Reference reference, Value *out, Error *err)
{
    uint32_t index = PLAN_NONE;
    TRY(assembly_input(emitter->assembly, reference.index, &index, err));
    return emit_leaf(emitter->outside, PLAN_COLUMN, reference.type, index, out, err);
}

static bool emit_key(Emitter *emitter, Reference reference, Value *out, Error *err)
{
    Value value = {0};
    uint32_t level = assembly_key_level(emitter->assembly, emitter->view);
    if (emitter->level < level) emitter->level = level;
    TRY(assembly_request_key(emitter->assembly, emitter->view, reference.index, &value.node, &value.type, err));
    *out = value;
    return true;
}

static bool input_missing(const Emitter *emitter, uint32_t i, uint32_t source, const CompilerInput *input, Error *err)
{
    const Compiler *compiler = emitter->assembly->compiler;
    Schema schema = compiler_schema(compiler, source);
    Str name = compiler_source_name(compiler, source);
    size_t field = schema_find(schema, input->name);
    if (field == SIZE_MAX) {
        return emit_error(
            emitter, i, err,
            "%s this feature is read for each row of '%.*s', and needs the input '%.*s', which is no column there",
            emitter->over_rows ? "on the rows' side of 'by'" : "inside an aggregate", STR_ARG(name),
            STR_ARG(input->name));
    }
    return emit_error(
        emitter, i, err,
        "%s this feature is read for each row of '%.*s', and needs the input '%.*s' as %s, which is %s there",
        emitter->over_rows ? "on the rows' side of 'by'" : "inside an aggregate", STR_ARG(name), STR_ARG(input->name),
        type_text(input->type).text, type_text(type_computed(schema.fields[field].type)).text);
}

/// What a feature needs of a request, each row must have as a column.
static bool check_row_inputs(const Emitter *emitter, uint32_t i, uint32_t feature, Error *err)
{
    const Assembly *assembly = emitter->assembly;
    const Compiler *compiler = assembly->compiler;
    uint32_t source = compiler->views[emitter->view].source;
    Schema schema = compiler_schema(compiler, source);
    AUTO(bytes_deinit) Bytes needed = {0};
    TRY(bytes_reserve(&needed, assembly->inputs.count + 1, err));
    for (size_t k = 0; k < assembly->inputs.count; k++) needed.data[k] = 0;
    TRY(assembly_inputs_read(assembly, &feature, 1, needed.data, err));
    for (size_t k = 0; k < assembly->inputs.count; k++) {
        const CompilerInput *input = &compiler->inputs.items[assembly->inputs.items[k]];
        size_t field = schema_find(schema, input->name);
        bool same = field != SIZE_MAX && type_equal(type_computed(schema.fields[field].type), input->type);
        if (needed.data[k] && !same) return input_missing(emitter, i, source, input, err);
    }
    return true;
}

static bool group_row_feature(AssemblyGroup *group, uint32_t node, uint32_t *out, Error *err)
{
    for (uint32_t k = 0; k < group->row_features.count; k++) {
        if (group->row_features.items[k] != node) continue;
        *out = k;
        return true;
    }
    uint32_t place = (uint32_t)group->row_features.count;
    TRY(ARRAY_PUSH(&group->row_features, node, err));
    *out = place;
    return true;
}

/// Behind the fields of the label's row.
static bool emit_label_feature(Emitter *emitter, uint32_t column, Value *out, Error *err)
{
    const Assembly *assembly = emitter->assembly;
    uint32_t place = (uint32_t)compiler_schema(assembly->compiler, emitter->source).count;
    for (uint32_t k = 0; emitter->label->columns[k] != column; k++) place++;
    return emit_leaf(emitter->outside, PLAN_COLUMN, assembly->columns[column].type, place, out, err);
}

static bool emit_feature(Emitter *emitter, uint32_t i, Reference reference, Value *out, Error *err)
{
    const Compiler *compiler = emitter->assembly->compiler;
    const AssemblyColumn *column = &emitter->assembly->columns[reference.index];
    if (emitter->label != NULL) return emit_label_feature(emitter, reference.index, out, err);
    if (!emitter->over_rows && emitter->formula->owners[i] == TREE_NONE) {
        if (emitter->level < column->level) emitter->level = column->level;
        *out = (Value){.type = column->type, .node = column->node};
        return true;
    }
    uint32_t place = 0;
    AssemblyGroup *group = &emitter->assembly->groups.items[emitter->group];
    uint32_t field_count = (uint32_t)compiler_schema(compiler, compiler->views[emitter->view].source).count;
    TRY(check_row_inputs(emitter, i, column->node, err));
    TRY(group_row_feature(group, column->node, &place, err));
    return emit_leaf(&group->rows, PLAN_COLUMN, column->type, field_count + place, out, err);
}

bool emit_reference(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    Reference reference = emitter->formula->references[i];
    switch (reference.kind) {
    case REFERENCE_FIELD:
        return emit_leaf(emit_builder(emitter, i), PLAN_COLUMN, reference.type, reference.index, out, err);
    case REFERENCE_INPUT:
        return emit_input(emitter, reference, out, err);
    case REFERENCE_KEY:
        return emit_key(emitter, reference, out, err);
    case REFERENCE_FEATURE:
        return emit_feature(emitter, i, reference, out, err);
    case REFERENCE_AT:
        return emit_leaf(emitter->outside, PLAN_AT, TYPE_INSTANT, PLAN_NONE, out, err);
    case REFERENCE_NONE:
        break;
    }
    CHECK(reference.kind != REFERENCE_NONE);
    return false;
}
