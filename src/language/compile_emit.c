/// Turns an expression into nodes: each of its parts in turn, the items before what uses them.
#include <stdarg.h>
#include <stdio.h>

#include "language/aggregation.h"
#include "language/compile_internal.h"

enum { EMIT_MESSAGE_BYTES_MAX = 1024 };

void emitter_deinit(Emitter *emitter)
{
    memory_free(emitter->values);
}

bool emit_error(const Emitter *emitter, uint32_t node, Error *err, const char *format, ...)
{
    char message[EMIT_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return place_error(&emitter->formula->place, emitter->formula->tree.nodes[node].offset, err, "%s", message);
}

Builder *emit_builder(const Emitter *emitter, uint32_t tree_node)
{
    bool inside = emitter->over_rows || emitter->formula->owners[tree_node] != TREE_NONE;
    return inside ? &emitter->assembly->groups.items[emitter->group].rows : emitter->outside;
}

static Value value_literal(Type type)
{
    return (Value){.type = type, .is_literal = true, .literal = {.kind = PLAN_CONSTANT, .type = type}};
}

static Value emit_literal(const TreeNode *node)
{
    Value value = {0};
    switch (node->kind) {
    case TREE_BOOL:
        value = value_literal(TYPE_OF(TYPE_BOOL));
        value.literal.constant.boolean = node->boolean;
        return value;
    case TREE_INT:
        value = value_literal(TYPE_OF(TYPE_INT64));
        value.literal.constant.integer = node->integer;
        return value;
    case TREE_TIMESTAMP:
        value = value_literal(TYPE_INSTANT);
        value.literal.constant.integer = node->integer;
        return value;
    case TREE_FLOAT:
        value = value_literal(TYPE_OF(TYPE_FLOAT64));
        value.literal.constant.number = node->number;
        return value;
    case TREE_STRING:
        value = value_literal(TYPE_OF(TYPE_STRING));
        value.literal.constant.string = node->name;
        return value;
    default:
        return value_literal(TYPE_OF(TYPE_COUNT));
    }
}

/// The edges of a histogram and their like: constants that their aggregate reads from the tree.
static bool is_parameter(const Formula *formula, uint32_t node)
{
    uint32_t aggregate = formula->owners[node];
    if (aggregate == TREE_NONE) return false;
    const TreeNode *owner = &formula->tree.nodes[aggregate];
    for (uint32_t i = aggregation_arguments_max(owner->aggregation); i < owner->argument_count; i++) {
        if (owner->items[i] == node) return true;
    }
    return false;
}

static bool emit_node(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    switch (emitter->formula->tree.nodes[i].kind) {
    case TREE_AT:
    case TREE_NAME:
        return emit_reference(emitter, i, out, err);
    case TREE_UNARY:
        return emit_unary(emitter, i, out, err);
    case TREE_BINARY:
        return emit_binary(emitter, i, out, err);
    case TREE_IS_NULL:
    case TREE_IN:
    case TREE_BETWEEN:
        return emit_condition(emitter, i, out, err);
    case TREE_CASE:
        return emit_case(emitter, i, out, err);
    case TREE_CALL:
        return emit_call(emitter, i, out, err);
    case TREE_CAST:
        return emit_cast(emitter, i, out, err);
    case TREE_AGGREGATE:
        return emit_aggregate(emitter, i, out, err);
    case TREE_LIST:
        if (is_parameter(emitter->formula, i)) break;
        return emit_list(emitter, i, out, err);
    default:
        break;
    }
    *out = emit_literal(&emitter->formula->tree.nodes[i]);
    return true;
}

/// How deep the features lie that an aggregate reads, as of its rows' times or for its entity.
static uint32_t aggregate_level(const Emitter *emitter, uint32_t aggregate)
{
    const Formula *formula = emitter->formula;
    uint32_t level = assembly_key_level(emitter->assembly, emitter->view);
    for (uint32_t i = formula->tree.nodes[aggregate].begin; i < aggregate; i++) {
        if (formula->references[i].kind != REFERENCE_FEATURE) continue;
        uint32_t read = emitter->assembly->columns[formula->references[i].index].level;
        if (read > level) level = read;
    }
    return level;
}

/// Before the first node of an aggregate: the group that its nodes go to.
static bool emit_enter(Emitter *emitter, uint32_t node, Error *err)
{
    const Formula *formula = emitter->formula;
    bool is_aggregate = formula->tree.nodes[node].kind == TREE_AGGREGATE;
    uint32_t aggregate = is_aggregate ? node : formula->owners[node];
    if (aggregate == TREE_NONE || formula->tree.nodes[aggregate].begin != node) return true;

    uint32_t level = aggregate_level(emitter, aggregate);
    if (emitter->level < level + 1) emitter->level = level + 1;
    return assembly_group(emitter->assembly, emitter->view, level, &emitter->group, err);
}

bool emit_formula(Emitter *emitter, Value *out, Error *err)
{
    const Tree *tree = &emitter->formula->tree;
    emitter->values = memory_alloc_array(tree->node_count, sizeof(Value), err);
    if (emitter->values == NULL) return false;
    for (uint32_t i = 0; i < tree->node_count; i++) {
        TRY(emit_enter(emitter, i, err));
        TRY(emit_node(emitter, i, &emitter->values[i], err));
    }
    *out = emitter->values[tree->node_count - 1];
    if (out->type.id != TYPE_COUNT) return true;
    return emit_error(emitter, tree->node_count - 1, err, "a null alone has no type; write cast(null as float64)");
}
