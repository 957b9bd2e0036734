/// Aggregates: their arguments, category and condition as outputs of a group's rows, their parameters as constants.
#include "language/aggregation.h"
#include "language/compile_internal.h"
#include "number/float_order.h"

/// An aggregate on its way into a group.
typedef struct AggregateEmit {
    Emitter *emitter;
    uint32_t tree_node;
    const TreeNode *node;
    const AggregationInfo *info;
    AssemblyGroup *group;
    PlanAggregate plan;
    Type types[AGGREGATE_ARGUMENTS_MAX]; ///< as the engine gets them
    uint32_t argument_count;             ///< the items after them are parameters
} AggregateEmit;

static bool add_output(AggregateEmit *emit, uint32_t node, uint32_t *out, Error *err)
{
    uint32_t key_count = (uint32_t)emit->emitter->assembly->compiler->views[emit->emitter->view].definition->by_count;
    return builder_output(&emit->group->rows, key_count, node, out, err);
}

/// What the aggregation computes in, of a value as it was written.
static Type argument_type(AggregationTakes takes, Type type)
{
    bool number = type.id == TYPE_INT64 || type.id == TYPE_DECIMAL || type.id == TYPE_BOOL;
    if (takes == AGGREGATION_TAKES_NUMBER && type.id == TYPE_BOOL) return TYPE_OF(TYPE_INT64);
    if (takes == AGGREGATION_TAKES_FLOAT && number) return TYPE_OF(TYPE_FLOAT64);
    return type;
}

/// A node as another type. There is no one cast from bool to float64.
static bool cast_argument(Builder *builder, Type from, Type to, uint32_t *node, Error *err)
{
    Kernel kernel = KERNEL_COUNT;
    if (from.id == TYPE_BOOL) {
        TRY(builder_call(builder, KERNEL_CAST_BOOL_INT64, TYPE_OF(TYPE_INT64), node, node, err));
        from = TYPE_OF(TYPE_INT64);
    }
    if (type_equal(from, to)) return true;
    CHECK(kernel_cast(from, to, &kernel));
    return builder_call(builder, kernel, to, node, node, err);
}

static TypeText item_text(const AggregateEmit *emit, uint32_t item)
{
    TreeKind kind = emit->emitter->formula->tree.nodes[item].kind;
    if (kind == TREE_DURATION) return (TypeText){"a duration"};
    return type_text(emit->emitter->values[item].type);
}

static bool emit_argument(AggregateEmit *emit, uint32_t place, uint32_t *out, Error *err)
{
    uint32_t item = emit->node->items[place];
    const Value *value = &emit->emitter->values[item];
    AggregationTakes takes = place == 0 ? emit->info->argument : emit->info->second;
    Type type = argument_type(takes, value->type);
    uint32_t node = 0;

    if (type.id == TYPE_COUNT || !aggregation_takes(takes, type)) {
        return emit_error(emit->emitter, item, err, "'%s' needs %s, has %s", emit->info->name,
                          aggregation_takes_text(takes), item_text(emit, item).text);
    }
    TRY(value_node(&emit->group->rows, value, value->type, &node, err));
    if (!type_equal(type, value->type)) TRY(cast_argument(&emit->group->rows, value->type, type, &node, err));
    emit->types[place] = type;
    return add_output(emit, node, out, err);
}

static bool emit_arguments(AggregateEmit *emit, Error *err)
{
    Aggregation aggregation = emit->node->aggregation;
    uint32_t given = emit->node->argument_count;
    uint32_t least = aggregation_arguments_min(aggregation);
    uint32_t most = aggregation_arguments_max(aggregation);
    emit->argument_count = given < most ? given : most;
    if (given < least + aggregation_parameters_min(aggregation) ||
        given > most + aggregation_parameters_max(aggregation)) {
        return emit_error(emit->emitter, emit->tree_node, err, "'%s' is called as %s", emit->info->name,
                          emit->info->form);
    }
    if (emit->argument_count > 0) TRY(emit_argument(emit, 0, &emit->plan.argument, err));
    if (emit->argument_count > 1) TRY(emit_argument(emit, 1, &emit->plan.second, err));
    return true;
}

/// A parameter that must be a number, as it is written.
static bool constant_number(const AggregateEmit *emit, uint32_t item, double *out, Error *err)
{
    const Value *value = &emit->emitter->values[item];
    bool is_duration = emit->emitter->formula->tree.nodes[item].kind == TREE_DURATION;
    if (!is_duration && value->is_literal && value->type.id == TYPE_FLOAT64) {
        *out = value->literal.constant.number;
        return true;
    }
    if (!is_duration && value->is_literal && value->type.id == TYPE_INT64) {
        *out = (double)value->literal.constant.integer;
        return true;
    }
    return emit_error(emit->emitter, item, err, "'%s' needs a number here that is written out: %s", emit->info->name,
                      emit->info->form);
}

static bool constant_int(const AggregateEmit *emit, uint32_t item, int64_t *out, Error *err)
{
    const Value *value = &emit->emitter->values[item];
    bool is_int = value->is_literal && value->type.id == TYPE_INT64;
    if (!is_int) {
        return emit_error(emit->emitter, item, err, "'%s' needs a whole number here that is written out: %s",
                          emit->info->name, emit->info->form);
    }
    *out = value->literal.constant.integer;
    return true;
}

static bool constant_duration(const AggregateEmit *emit, uint32_t item, int64_t *out, Error *err)
{
    const TreeNode *node = &emit->emitter->formula->tree.nodes[item];
    if (node->kind != TREE_DURATION) {
        return emit_error(emit->emitter, item, err, "'%s' needs a duration here, such as 7d: %s", emit->info->name,
                          emit->info->form);
    }
    *out = node->integer;
    return true;
}

static bool constant_edges(AggregateEmit *emit, uint32_t item, Error *err)
{
    const TreeNode *list = &emit->emitter->formula->tree.nodes[item];
    if (list->kind != TREE_LIST) {
        return emit_error(emit->emitter, item, err, "'%s' needs a list of edges here: histogram(x, [0, 10, 100])",
                          emit->info->name);
    }
    double *edges = arena_alloc_array(&emit->emitter->assembly->compiler->arena, list->item_count, sizeof(*edges), err);
    TRY(edges != NULL);
    for (uint32_t i = 0; i < list->item_count; i++) {
        TRY(constant_number(emit, list->items[i], &edges[i], err));
        edges[i] = float_canonical_key(edges[i]);
    }
    emit->plan.edges = edges;
    emit->plan.edge_count = list->item_count;
    return true;
}

static bool emit_sketch(AggregateEmit *emit, const uint32_t *items, Error *err)
{
    const double DEFAULT_ERROR = 0.01;
    TRY(constant_number(emit, items[0], &emit->plan.number, err));
    emit->plan.error = DEFAULT_ERROR;
    if (emit->node->argument_count == emit->argument_count + 1) return true;
    return constant_number(emit, items[1], &emit->plan.error, err);
}

static bool emit_parameters(AggregateEmit *emit, Error *err)
{
    if (emit->node->argument_count == emit->argument_count) return true;
    const uint32_t *items = emit->node->items + emit->argument_count;
    switch (emit->info->parameter) {
    case AGGREGATION_PARAMETER_COUNT:
    case AGGREGATION_PARAMETER_OFFSET:
    case AGGREGATION_PARAMETER_BOUND:
        return constant_int(emit, items[0], &emit->plan.count, err);
    case AGGREGATION_PARAMETER_QUANTILE:
    case AGGREGATION_PARAMETER_ALPHA:
        return constant_number(emit, items[0], &emit->plan.number, err);
    case AGGREGATION_PARAMETER_SKETCH:
        return emit_sketch(emit, items, err);
    case AGGREGATION_PARAMETER_HALF_LIFE:
    case AGGREGATION_PARAMETER_UNIT:
        return constant_duration(emit, items[0], &emit->plan.count, err);
    case AGGREGATION_PARAMETER_EDGES:
        return constant_edges(emit, items[0], err);
    case AGGREGATION_PARAMETER_NONE:
    case AGGREGATION_PARAMETER_KINDS:
        break;
    }
    return true;
}

/// The error of a parameter stands at the first of them; that of a window at the aggregate.
static bool check_aggregate(const AggregateEmit *emit, Error *err)
{
    const char *refusal = aggregate_refusal(&emit->plan);
    bool has_parameter = emit->node->argument_count > emit->argument_count;
    bool of_window = emit->info->parameter == AGGREGATION_PARAMETER_UNIT || !has_parameter;
    uint32_t place = of_window ? emit->tree_node : emit->node->items[emit->argument_count];
    return refusal == NULL || emit_error(emit->emitter, place, err, "%s", refusal);
}

static bool emit_type(AggregateEmit *emit, Error *err)
{
    const TreeNode *node = emit->node;
    const Type *argument = emit->argument_count > 0 ? &emit->types[0] : NULL;
    bool has_category = node->category != TREE_NONE;
    const Value *category = has_category ? &emit->emitter->values[node->category] : NULL;
    uint32_t place = 0;

    if (category != NULL && (category->type.id == TYPE_COUNT || !aggregate_category_accepts(category->type))) {
        return emit_error(emit->emitter, node->category, err,
                          "a category after 'by' is a bool, an int64, a string or a timestamp, and this is %s",
                          type_text(category->type).text);
    }
    if (!aggregate_type(node->aggregation, argument, category == NULL ? NULL : &category->type, &emit->plan.type)) {
        return emit_error(emit->emitter, emit->tree_node, err,
                          "'%s' gives a list or a map, which no map by category can hold", emit->info->name);
    }
    if (category == NULL) return true;
    TRY(value_node(&emit->group->rows, category, category->type, &place, err));
    return add_output(emit, place, &emit->plan.category, err);
}

static bool emit_where(AggregateEmit *emit, Error *err)
{
    uint32_t condition = 0;
    if (emit->node->condition == TREE_NONE) return true;
    const Value *value = &emit->emitter->values[emit->node->condition];
    if (value->type.id != TYPE_BOOL) {
        return emit_error(emit->emitter, emit->node->condition, err,
                          "the condition after 'where' must be a bool, and is %s", type_text(value->type).text);
    }
    TRY(value_node(&emit->group->rows, value, value->type, &condition, err));
    return add_output(emit, condition, &emit->plan.condition, err);
}

static bool edges_same(const PlanAggregate *left, const PlanAggregate *right)
{
    if (left->edge_count != right->edge_count) return false;
    for (uint32_t i = 0; i < left->edge_count; i++) {
        if (float_bits(left->edges[i]) != float_bits(right->edges[i])) return false;
    }
    return true;
}

static bool aggregate_same(const PlanAggregate *left, const PlanAggregate *right)
{
    return left->aggregation == right->aggregation && left->argument == right->argument &&
           left->second == right->second && left->category == right->category && left->condition == right->condition &&
           left->count == right->count && float_bits(left->number) == float_bits(right->number) &&
           float_bits(left->error) == float_bits(right->error) && edges_same(left, right) &&
           window_equal(&left->window, &right->window);
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
static Window aggregate_window(const Emitter *emitter, const TreeNode *node)
{
    const ViewDefinition *view = emitter->assembly->compiler->views[emitter->view].definition;
    if (node->window_count > 0) return node->windows[node->window_count > 1 ? emitter->formula->series : 0];
    if (view->ttl_us > 0) return (Window){.kind = WINDOW_TIME, .length_us = view->ttl_us};
    return (Window){0};
}

bool emit_aggregate(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    AggregateEmit emit = {
        .emitter = emitter,
        .tree_node = i,
        .node = node,
        .info = aggregation_info(node->aggregation),
        .group = &emitter->assembly->groups.items[emitter->group],
        .plan = {.aggregation = node->aggregation,
                 .argument = PLAN_NONE,
                 .second = PLAN_NONE,
                 .category = PLAN_NONE,
                 .condition = PLAN_NONE},
    };
    emit.plan.window = aggregate_window(emitter, node);
    TRY(emit_arguments(&emit, err));
    TRY(emit_parameters(&emit, err));
    TRY(check_aggregate(&emit, err));
    TRY(emit_type(&emit, err));
    TRY(emit_where(&emit, err));

    Value value = {.type = emit.plan.type};
    PlanNode read = {.kind = PLAN_AGGREGATE, .type = emit.plan.type, .group = emitter->group};
    TRY(group_aggregate(emit.group, emit.plan, &read.index, err));
    TRY(builder_add(emitter->outside, read, &value.node, err));
    *out = value;
    return true;
}
