/// A fitted call in a transform: what it takes, what it will give, and the column that stands for it until it is fitted.
#include <string.h>

#include "language/transform_internal.h"
#include "number/float_order.h"

static const FittedInfo *info_of(const TransformCall *call)
{
    return fitted_info(call->fitted);
}

static bool argument_refused(const Emitter *emitter, uint32_t item, const TransformCall *call, Error *err)
{
    static const char *const NEEDS[] = {
        [FITTED_TAKES_NUMBER] = "a number or a bool",
        [FITTED_TAKES_CATEGORY] = "a bool, int64, string or timestamp",
        [FITTED_TAKES_EITHER] = "a number, bool, string or timestamp",
        [FITTED_TAKES_TEXT] = "a string",
    };
    Type type = emitter->values[item].type;
    bool is_float = type.id == TYPE_FLOAT64 || type.id == TYPE_DECIMAL;
    const char *hint = info_of(call)->takes == FITTED_TAKES_CATEGORY && is_float
                           ? "; bin(x, 10) or cast(x as string) makes a category of it"
                           : "";
    return emit_error(emitter, item, err, "'%s' needs %s, has %s%s", info_of(call)->name, NEEDS[info_of(call)->takes],
                      type_text(type).text, hint);
}

/// A bool is 0 or 1, a timestamp its microseconds.
static bool category_node(Builder *builder, const Value *value, uint32_t *out, Type *out_type, Error *err)
{
    uint32_t node = 0;
    Type type = value->type;
    TRY(value_node(builder, value, type, &node, err));
    Kernel kernel = type.id == TYPE_BOOL ? KERNEL_CAST_BOOL_INT64 : KERNEL_CAST_INSTANT_INT64;
    if (type.id == TYPE_BOOL || type_is_timestamp(type)) {
        type = TYPE_OF(TYPE_INT64);
        TRY(builder_call(builder, kernel, type, &node, &node, err));
    }
    *out = node;
    *out_type = type;
    return true;
}

/// As float64; NaN is missing, as null is.
static bool number_node(Builder *builder, const Value *value, uint32_t *out, Error *err)
{
    Value number = *value;
    if (value->type.id == TYPE_BOOL) {
        number = (Value){0};
        TRY(category_node(builder, value, &number.node, &number.type, err));
    }
    TRY(value_node(builder, &number, TYPE_OF(TYPE_FLOAT64), out, err));
    if (number.type.id != TYPE_FLOAT64) return true;
    return builder_call(builder, KERNEL_NUMBER_OR_NULL, TYPE_OF(TYPE_FLOAT64), out, out, err);
}

static bool type_is_category(Type type)
{
    return type.id == TYPE_BOOL || type.id == TYPE_INT64 || type.id == TYPE_STRING || type_is_timestamp(type);
}

static bool type_is_countable(Type type)
{
    return type.id == TYPE_BOOL || type_is_number(type);
}

static bool argument_add(Emitter *emitter, uint32_t item, TransformCall *call, Error *err)
{
    const Value *value = &emitter->values[item];
    FittedTakes takes = info_of(call)->takes;
    uint32_t *out = &call->arguments[call->argument_count++];
    bool is_category = type_is_category(value->type);
    bool wants_number = takes == FITTED_TAKES_NUMBER || (takes == FITTED_TAKES_EITHER && !is_category);
    call->takes = TYPE_OF(TYPE_FLOAT64);
    if (wants_number) {
        if (!type_is_countable(value->type)) return argument_refused(emitter, item, call, err);
        return number_node(emitter->outside, value, out, err);
    }
    if (!is_category || (takes == FITTED_TAKES_TEXT && value->type.id != TYPE_STRING))
        return argument_refused(emitter, item, call, err);
    return category_node(emitter->outside, value, out, &call->takes, err);
}

/// How many of the items are values; the rest are parameters.
static uint32_t value_count(const TransformCall *call, uint32_t item_count)
{
    if (info_of(call)->values == FITTED_VALUES_ONE) return item_count < 1 ? item_count : 1;
    return item_count < 1 ? 0 : item_count - 1;
}

bool transform_arguments(Emitter *emitter, uint32_t i, TransformCall *call, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    uint32_t count = value_count(call, node->item_count);
    if (count == 0) return emit_error(emitter, i, err, "'%s' is written %s", info_of(call)->name, info_of(call)->form);
    if (count > TRANSFORM_VALUES_MAX)
        return emit_error(emitter, i, err, "'%s' of more than %d values", info_of(call)->name, TRANSFORM_VALUES_MAX);
    call->arguments = arena_alloc_array(&emitter->transform->transform->arena, count, sizeof(uint32_t), err);
    if (call->arguments == NULL) return false;
    for (uint32_t k = 0; k < count; k++) TRY(argument_add(emitter, node->items[k], call, err));
    return true;
}

static bool call_equal(const TransformCall *left, const TransformCall *right)
{
    bool same = left->fitted == right->fitted && left->argument_count == right->argument_count &&
                left->edge_count == right->edge_count && type_equal(left->takes, right->takes);
    for (uint32_t i = 0; same && i < left->argument_count; i++) same = left->arguments[i] == right->arguments[i];
    for (uint32_t i = 0; same && i < left->edge_count; i++) same = left->edges[i] == right->edges[i];
    for (uint32_t i = 0; same && i < FITTED_PARAMETERS_MAX; i++) {
        const TransformParameter *a = &left->parameters[i];
        const TransformParameter *b = &right->parameters[i];
        same =
            float_bits(a->number) == float_bits(b->number) && a->integer == b->integer && str_equal(a->text, b->text);
    }
    return same;
}

/// What is written twice is fitted once.
static bool call_add(TransformAssembly *assembly, TransformCall call, uint32_t *out, Error *err)
{
    for (uint32_t k = 0; k < assembly->calls.count; k++) {
        if (!call_equal(&assembly->calls.items[k], &call)) continue;
        *out = k;
        return true;
    }
    *out = (uint32_t)assembly->calls.count;
    return ARRAY_PUSH(&assembly->calls, call, err);
}

static Type call_type(const TransformCall *call)
{
    switch (info_of(call)->gives) {
    case FITTED_GIVES_INT64:
        return TYPE_OF(TYPE_INT64);
    case FITTED_GIVES_SAME:
        return call->takes;
    default:
        return TYPE_OF(TYPE_FLOAT64);
    }
}

static bool refused_elsewhere(const Emitter *emitter, uint32_t i, Error *err)
{
    Str name = emitter->formula->tree.nodes[i].name;
    return emit_error(emitter, i, err,
                      "%.*s() learns from training rows, so it is part of the model: write it under 'train: "
                      "transforms:'",
                      STR_ARG(name));
}

bool emit_fitted(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    TransformAssembly *assembly = emitter->transform;
    if (assembly == NULL) return refused_elsewhere(emitter, i, err);
    TransformCall call = {0};
    uint32_t place = 0;
    CHECK(fitted_find(emitter->formula->tree.nodes[i].name, &call.fitted));
    TRY(arena_copy(&assembly->transform->arena, emitter->formula->place.what, &call.what, err));
    bool is_root = i + 1 == emitter->formula->tree.node_count;
    bool has_columns = info_of(&call)->gives == FITTED_GIVES_COLUMNS;
    if (has_columns && !is_root)
        return emit_error(emitter, i, err, "'%s' makes several columns, so it stands alone", info_of(&call)->name);
    TRY(transform_arguments(emitter, i, &call, err));
    TRY(transform_parameters(emitter, i, &call, err));
    call.type = call_type(&call);
    TRY(call_add(assembly, call, &place, err));
    assembly->last_call = has_columns ? place : PLAN_NONE;

    Value value = {.type = call.type};
    PlanNode node = {.kind = PLAN_COLUMN, .type = call.type, .group = PLAN_NONE};
    node.index = assembly->transform->input_count + place;
    TRY(builder_add(emitter->outside, node, &value.node, err));
    *out = value;
    return true;
}
