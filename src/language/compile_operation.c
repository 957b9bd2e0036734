/// Operators and functions: which kernel it is, over which types.
#include <stdio.h>
#include <string.h>

#include "language/compile_internal.h"
#include "language/function.h"
#include "language/kernel_constant.h"

/// "string, int64 and bool".
static void types_describe(const Value *values, uint32_t count, char *out, size_t size)
{
    size_t used = 0;
    for (uint32_t i = 0; i < count && used < size; i++) {
        const char *separator = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        int written = snprintf(out + used, size - used, "%s%s", separator, type_text(values[i].type).text);
        used += written > 0 ? (size_t)written : 0;
    }
}

static const char *operation_hint(const char *name, const char *needs, const Value *values, uint32_t count)
{
    bool instants = false;
    bool strings = false;
    bool bools = false;
    for (uint32_t i = 0; i < count; i++) {
        instants |= type_is_timestamp(values[i].type);
        strings |= values[i].type.id == TYPE_STRING;
        bools |= values[i].type.id == TYPE_BOOL;
    }
    if (strcmp(name, "-") == 0 && instants) return "; for the time between two timestamps write seconds_between(a, b)";
    if (strcmp(name, "+") == 0 && strings) return "; to join strings write concat(a, b)";
    if (instants && strings) return "; a timestamp is written timestamp '2016-01-22T16:01:00Z'";
    return bools && strstr(needs, "number") != NULL ? "; cast(x as int64) makes 0 and 1 of a bool" : "";
}

static bool operation_refused(const Emitter *emitter, uint32_t tree_node, const char *name, const Value *values,
                              uint32_t count, Error *err)
{
    char types[PLAN_ARGUMENTS_MAX * (TYPE_NAME_BYTES_MAX + 8)] = {0};
    const FunctionInfo *function = function_find(str_from(name));
    CHECK(function != NULL);
    types_describe(values, count, types, sizeof(types));
    const char *shown = strcmp(name, "negate") == 0 ? "-" : name;
    return emit_error(emitter, tree_node, err, "'%s' needs %s, has %s%s", shown, function->needs, types,
                      operation_hint(name, function->needs, values, count));
}

static bool operation_all_null(const Value *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (values[i].type.id != TYPE_COUNT) return false;
    }
    return true;
}

/// A null without type among others takes their type, so that `x = null` has one.
static bool operation_kernel(const Emitter *emitter, uint32_t tree_node, const char *name, const Value *values,
                             uint32_t count, Kernel *out, Error *err)
{
    Type types[PLAN_ARGUMENTS_MAX];
    for (uint32_t i = 0; i < count; i++) types[i] = values[i].type;
    if (operation_all_null(values, count)) {
        return emit_error(emitter, tree_node, err,
                          "'%s' of nothing but null; give the null a type: cast(null as float64)", name);
    }
    if (kernel_resolve(str_from(name), types, count, out)) return true;
    return operation_refused(emitter, tree_node, name, values, count, err);
}

/// Arguments that must be constants are, and mean something.
static bool operation_check_constants(const Emitter *emitter, uint32_t tree_node, Kernel kernel, const Value *values,
                                      uint32_t count, Error *err)
{
    const KernelType *types = kernel_info(kernel)->arguments;
    const TreeNode *node = &emitter->formula->tree.nodes[tree_node];
    for (uint32_t i = 0; i < count; i++) {
        AUTO(arena_deinit) Arena arena = {0};
        KernelConstants constants = {0};
        Error reason = {0};
        if (!kernel_type_is_constant(types[i])) continue;
        uint32_t place = node->kind == TREE_CALL && i < node->item_count ? node->items[i] : tree_node;
        if (!values[i].is_literal || values[i].type.id != TYPE_STRING)
            return emit_error(emitter, place, err, "%s", kernel_constant_hint(types[i]));
        if (kernel_constant_read(types[i], values[i].literal.constant.string, &arena, &constants, &reason)) continue;
        if (reason.kind == ERROR_MEMORY) return error_set(err, ERROR_MEMORY, "%s", reason.text);
        return emit_error(emitter, place, err, "%s", reason.text);
    }
    return true;
}

bool emit_operation(Emitter *emitter, uint32_t tree_node, const char *name, const Value *values, uint32_t count,
                    Value *out, Error *err)
{
    Builder *builder = emit_builder(emitter, tree_node);
    Kernel kernel = KERNEL_COUNT;
    Type given[PLAN_ARGUMENTS_MAX] = {0};
    Type wanted[PLAN_ARGUMENTS_MAX];
    uint32_t arguments[PLAN_ARGUMENTS_MAX] = {0};
    Value value = {0};
    TRY(operation_kernel(emitter, tree_node, name, values, count, &kernel, err));
    TRY(operation_check_constants(emitter, tree_node, kernel, values, count, err));
    for (uint32_t i = 0; i < count; i++) given[i] = values[i].type;
    if (!kernel_signature(kernel, given, wanted, &value.type)) {
        return emit_error(emitter, tree_node, err,
                          "the scales of %s and %s add up to more than 38 digits; cast one to a lesser scale",
                          type_text(given[0]).text, type_text(given[1]).text);
    }
    for (uint32_t i = 0; i < count; i++) TRY(value_node(builder, &values[i], wanted[i], &arguments[i], err));
    TRY(builder_call(builder, kernel, value.type, arguments, &value.node, err));
    *out = value;
    return true;
}

/// -5 is a literal too.
static bool negate_literal(const Value *value, Value *out)
{
    bool is_number = value->type.id == TYPE_INT64 || value->type.id == TYPE_FLOAT64;
    if (!value->is_literal || !is_number) return false;
    *out = *value;
    if (value->type.id == TYPE_INT64) out->literal.constant.integer = -value->literal.constant.integer;
    if (value->type.id == TYPE_FLOAT64) out->literal.constant.number = -value->literal.constant.number;
    return true;
}

bool emit_unary(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    const Value *item = &emitter->values[node->items[0]];
    if (node->operator== TREE_NEGATE && negate_literal(item, out)) return true;
    return emit_operation(emitter, i, node->operator== TREE_NOT ? "not" : "negate", item, 1, out, err);
}

static bool emit_negated(Emitter *emitter, uint32_t i, bool negated, Value *value, Error *err)
{
    return !negated || emit_operation(emitter, i, "not", value, 1, value, err);
}

/// Comparisons are made of '=' and '<'; errors speak of the one that was written.
static bool emit_comparison(Emitter *emitter, uint32_t i, TreeOperator operator, const Value * left, const Value *right,
                            Value *out, Error *err)
{
    bool equality = operator== TREE_EQUAL || operator== TREE_NOT_EQUAL;
    bool swapped = operator== TREE_GREATER || operator== TREE_LESS_EQUAL;
    bool negated = operator== TREE_NOT_EQUAL || operator== TREE_LESS_EQUAL || operator== TREE_GREATER_EQUAL;
    Value pair[2] = {swapped ? *right : *left, swapped ? *left : *right};
    if (left->type.id == TYPE_COUNT || right->type.id == TYPE_COUNT) {
        return emit_error(emitter, i, err, "a comparison with null is always null; write 'is null' or 'is not null'");
    }
    const Value written[2] = {*left, *right};
    Kernel kernel = KERNEL_COUNT;
    Type types[2] = {left->type, right->type};
    if (!kernel_resolve(equality ? STR("=") : STR("<"), types, 2, &kernel)) {
        return operation_refused(emitter, i, tree_operator_text(operator), written, 2, err);
    }
    TRY(emit_operation(emitter, i, equality ? "=" : "<", pair, 2, out, err));
    return emit_negated(emitter, i, negated, out, err);
}

bool emit_binary(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    Value pair[2] = {emitter->values[node->items[0]], emitter->values[node->items[1]]};
    if (node->operator>= TREE_EQUAL && node->operator<= TREE_GREATER_EQUAL) {
        return emit_comparison(emitter, i, node->operator, & pair[0], &pair[1], out, err);
    }
    return emit_operation(emitter, i, tree_operator_text(node->operator), pair, 2, out, err);
}

static bool emit_in(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    const Value *item = &emitter->values[node->items[0]];
    Value any = {0};
    for (uint32_t k = 1; k < node->item_count; k++) {
        Value pair[2] = {any};
        TRY(emit_comparison(emitter, i, TREE_EQUAL, item, &emitter->values[node->items[k]], &pair[1], err));
        if (k == 1) {
            any = pair[1];
        } else {
            TRY(emit_operation(emitter, i, "or", pair, 2, &any, err));
        }
    }
    *out = any;
    return true;
}

static bool emit_between(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    const Value *item = &emitter->values[node->items[0]];
    Value ends[2] = {0};
    TRY(emit_comparison(emitter, i, TREE_GREATER_EQUAL, item, &emitter->values[node->items[1]], &ends[0], err));
    TRY(emit_comparison(emitter, i, TREE_LESS_EQUAL, item, &emitter->values[node->items[2]], &ends[1], err));
    return emit_operation(emitter, i, "and", ends, 2, out, err);
}

bool emit_condition(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    switch (node->kind) {
    case TREE_IN:
        TRY(emit_in(emitter, i, out, err));
        break;
    case TREE_BETWEEN:
        TRY(emit_between(emitter, i, out, err));
        break;
    default:
        TRY(emit_operation(emitter, i, "is null", &emitter->values[node->items[0]], 1, out, err));
        break;
    }
    return emit_negated(emitter, i, node->negated, out, err);
}
