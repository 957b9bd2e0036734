/// Names and aggregates: where an expression touches inputs, rows and other features.
#include "language/aggregation.h"
#include "language/compile_internal.h"
#include "number/float_order.h"

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

static bool emit_feature(Emitter *emitter, uint32_t i, Reference reference, Value *out, Error *err)
{
    const Compiler *compiler = emitter->assembly->compiler;
    const AssemblyColumn *column = &emitter->assembly->columns[reference.index];
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

/// The argument as an output of the group's rows, with the type that the aggregation takes.
static bool aggregate_argument(Emitter *emitter, uint32_t i, PlanAggregate *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    const AggregationInfo *info = aggregation_info(node->aggregation);
    AssemblyGroup *group = &emitter->assembly->groups.items[emitter->group];
    const Value *value = &emitter->values[node->items[0]];
    Type type = value->type;
    uint32_t argument = 0;

    if (type.id == TYPE_BOOL && info->arguments == AGGREGATION_TAKES_NUMBER) type = TYPE_OF(TYPE_INT64);
    if (type.id == TYPE_COUNT || !aggregation_accepts(node->aggregation, &type)) {
        return emit_error(emitter, node->items[0], err, "'%s' needs %s, has %s", info->name,
                          info->arguments == AGGREGATION_TAKES_NUMBER ? "a number or a bool" : "a value with a type",
                          type_text(value->type).text);
    }
    TRY(value_node(&group->rows, value, value->type, &argument, err));
    if (value->type.id == TYPE_BOOL && type.id == TYPE_INT64) {
        TRY(builder_call(&group->rows, KERNEL_CAST_BOOL_INT64, type, &argument, &argument, err));
    }
    out->type = aggregation_type(node->aggregation, &type);
    uint32_t key_count = (uint32_t)emitter->assembly->compiler->views[emitter->view].definition->by_count;
    return builder_output(&group->rows, key_count, argument, &out->argument, err);
}

static bool aggregate_no_argument(const Emitter *emitter, uint32_t i, PlanAggregate *out, Error *err)
{
    Aggregation aggregation = emitter->formula->tree.nodes[i].aggregation;
    if (!aggregation_accepts(aggregation, NULL)) {
        return emit_error(emitter, i, err, "'%s' needs something to aggregate: %s(x)", aggregation_name(aggregation),
                          aggregation_name(aggregation));
    }
    out->type = aggregation_type(aggregation, NULL);
    out->argument = PLAN_NONE;
    return true;
}

static bool aggregate_condition(Emitter *emitter, uint32_t i, PlanAggregate *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    AssemblyGroup *group = &emitter->assembly->groups.items[emitter->group];
    uint32_t condition = 0;
    out->condition = PLAN_NONE;
    if (node->condition == TREE_NONE) return true;
    const Value *value = &emitter->values[node->condition];
    if (value->type.id != TYPE_BOOL) {
        return emit_error(emitter, node->condition, err, "the condition after 'where' must be a bool, and is %s",
                          type_text(value->type).text);
    }
    TRY(value_node(&group->rows, value, value->type, &condition, err));
    uint32_t key_count = (uint32_t)emitter->assembly->compiler->views[emitter->view].definition->by_count;
    return builder_output(&group->rows, key_count, condition, &out->condition, err);
}

static bool aggregate_same(const PlanAggregate *left, const PlanAggregate *right)
{
    return left->aggregation == right->aggregation && left->argument == right->argument &&
           left->second == right->second && left->category == right->category && left->condition == right->condition &&
           left->count == right->count && float_bits(left->number) == float_bits(right->number) &&
           str_equal(left->list, right->list) && window_equal(&left->window, &right->window);
}

static bool group_aggregate(AssemblyGroup *group, PlanAggregate aggregate, uint32_t *out, Error *err)
{
    for (uint32_t k = 0; k < group->aggregates.count; k++) {
        const PlanAggregate *other = &group->aggregates.items[k];
        if (!aggregate_same(other, &aggregate)) continue;
        *out = k;
        return true;
    }
    uint32_t place = (uint32_t)group->aggregates.count;
    TRY(ARRAY_PUSH(&group->aggregates, aggregate, err));
    *out = place;
    return true;
}

/// The aggregate's own window, or that of its view.
static bool aggregate_window(const Emitter *emitter, uint32_t i, Window *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    const ViewDefinition *view = emitter->assembly->compiler->views[emitter->view].definition;
    if (view->ttl_us > 0) *out = (Window){.kind = WINDOW_TIME, .length_us = view->ttl_us};
    uint32_t place_in_series = node->window_count > 1 ? emitter->formula->series : 0;
    if (node->window_count > 0) *out = node->windows[place_in_series];
    if (out->kind != WINDOW_NEXT) return true;
    const Place *place = &emitter->formula->place;
    return place_error(place, (size_t)(node->window_texts[place_in_series].data - place->expression.text.data), err,
                       "a window looks back: 'over 7d'; one that looks ahead would show a feature its future");
}

bool emit_aggregate(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    PlanAggregate aggregate = {.aggregation = node->aggregation, .second = PLAN_NONE, .category = PLAN_NONE};
    TRY(aggregate_window(emitter, i, &aggregate.window, err));
    if (node->argument_count == 0) {
        TRY(aggregate_no_argument(emitter, i, &aggregate, err));
    } else {
        TRY(aggregate_argument(emitter, i, &aggregate, err));
    }
    TRY(aggregate_condition(emitter, i, &aggregate, err));

    Value value = {.type = aggregate.type};
    PlanNode read = {.kind = PLAN_AGGREGATE, .type = aggregate.type, .group = emitter->group};
    TRY(group_aggregate(&emitter->assembly->groups.items[emitter->group], aggregate, &read.index, err));
    TRY(builder_add(emitter->outside, read, &value.node, err));
    *out = value;
    return true;
}
