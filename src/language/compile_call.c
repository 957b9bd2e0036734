/// Functions called by name, case, and cast.
#include <string.h>

#include "language/aggregation.h"
#include "language/compile_internal.h"
#include "language/fitted.h"
#include "language/function.h"
#include "language/kernel_constant.h"

static const struct {
    const char *name;
    const char *reason;
} REFUSED[] = {
    {"now", "a feature is computed as of 'at', which training and serving agree on; the clock's moment they do not"},
    {"current_timestamp", "a feature is computed as of 'at', which training and serving agree on"},
    {"today", "a feature is computed as of 'at', which training and serving agree on"},
    {"random", "a value that is new each time cannot be the same in training and serving; hash(x, buckets) is stable"},
    {"rand", "a value that is new each time cannot be the same in training and serving; hash(x, buckets) is stable"},
    {"uuid", "a value that is new each time cannot be the same in training and serving; hash(x) is stable"},
};

static bool call_unknown(const Emitter *emitter, uint32_t i, Str name, Error *err)
{
    Str names[FUNCTION_NAMES_MAX + AGGREGATION_COUNT_ + FITTED_COUNT];
    for (size_t k = 0; k < COUNT_OF(REFUSED); k++) {
        if (!str_equal(name, str_from(REFUSED[k].name))) continue;
        return emit_error(emitter, i, err, "%s() is refused: %s", REFUSED[k].name, REFUSED[k].reason);
    }
    size_t count = function_names(names, FUNCTION_NAMES_MAX);
    for (size_t k = 0; k < AGGREGATION_COUNT_; k++) names[count++] = str_from(aggregation_name((Aggregation)k));
    for (size_t k = 0; k < FITTED_COUNT; k++) names[count++] = str_from(fitted_info((Fitted)k)->name);
    NameHint hint = name_hint(name, names, count);
    return emit_error(emitter, i, err, "there is no function '%.*s'%s", STR_ARG(name), hint.text);
}

static bool call_check_count(const Emitter *emitter, uint32_t i, const FunctionInfo *function, Error *err)
{
    uint32_t count = emitter->formula->tree.nodes[i].item_count;
    bool enough = count >= function->arguments_min;
    if (enough && (function->arguments_max == 0 || count <= function->arguments_max)) return true;
    return emit_error(emitter, i, err, "'%s' needs %s, has %u argument%s", function->name, function->needs, count,
                      count == 1 ? "" : "s");
}

/// Items `first`, `first + step`, ... of a node, and how many there are.
static uint32_t gather_values(const Emitter *emitter, const TreeNode *node, uint32_t first, uint32_t step, Value *out)
{
    uint32_t count = 0;
    for (uint32_t k = first; k < node->item_count; k += step) out[count++] = emitter->values[node->items[k]];
    return count;
}

bool values_unify(Emitter *emitter, uint32_t i, const char *name, Value *values, uint32_t count, Error *err)
{
    Builder *builder = emit_builder(emitter, i);
    Type type = {0};
    if (!values_common_type(values, count, &type)) {
        for (uint32_t k = 1; k < count; k++) {
            if (values_common_type(values, k + 1, &type)) continue;
            return emit_error(emitter, i, err, "'%s' needs values of one type, has %s and %s", name,
                              type_text(values[0].type).text, type_text(values[k].type).text);
        }
    }
    if (type.id == TYPE_COUNT) {
        return emit_error(emitter, i, err, "'%s' of nothing but null; give the null a type: cast(null as float64)",
                          name);
    }
    for (uint32_t k = 0; k < count; k++) {
        Value value = {.type = type};
        TRY(value_node(builder, &values[k], type, &value.node, err));
        values[k] = value;
    }
    return true;
}

/// f(a, b, c) as f(f(a, b), c).
static bool emit_fold(Emitter *emitter, uint32_t i, const char *name, Error *err, Value *out)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    Value *values = memory_alloc_array(node->item_count, sizeof(Value), err);
    if (values == NULL) return false;
    uint32_t count = gather_values(emitter, node, 0, 1, values);
    bool done = values_unify(emitter, i, name, values, count, err);
    for (uint32_t k = 1; done && k < count; k++) {
        Value pair[2] = {values[0], values[k]};
        done = emit_operation(emitter, i, name, pair, 2, &values[0], err);
    }
    if (done) *out = values[0];
    memory_free(values);
    return done;
}

/// A whole number is its own rounding.
static bool is_rounding_of_int(const char *name, const Value *value)
{
    static const char *const ROUNDINGS[] = {"floor", "ceil", "trunc"};
    for (size_t k = 0; k < COUNT_OF(ROUNDINGS); k++) {
        if (strcmp(name, ROUNDINGS[k]) == 0) return value->type.id == TYPE_INT64;
    }
    return false;
}

/// Whether `name` with one argument more than `count` ends in a time zone.
static bool call_lacks_zone(Str name, uint32_t count)
{
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        const KernelInfo *info = kernel_info((Kernel)i);
        if (!str_equal(str_from(info->name), name) || kernel_argument_count((Kernel)i) != count + 1) continue;
        if (info->arguments[count] == KERNEL_TYPE_ZONE) return true;
    }
    return false;
}

static bool emit_plain_call(Emitter *emitter, uint32_t i, const char *name, Value *out, Error *err)
{
    Value values[PLAN_ARGUMENTS_MAX + 1] = {0};
    uint32_t count = gather_values(emitter, &emitter->formula->tree.nodes[i], 0, 1, values);
    if (is_rounding_of_int(name, &values[0])) {
        *out = values[0];
        return true;
    }
    if (call_lacks_zone(str_from(name), count)) values[count++] = value_literal_string(STR("UTC"));
    return emit_operation(emitter, i, name, values, count, out, err);
}

/// if(condition, a, b), where a and b may need the same type first.
static bool emit_if(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    Value values[3] = {0};
    gather_values(emitter, node, 0, 1, values);
    if (values[0].type.id != TYPE_BOOL) {
        return emit_error(emitter, node->items[0], err, "the condition must be a bool, and is %s",
                          type_text(values[0].type).text);
    }
    TRY(values_unify(emitter, i, "if", values + 1, 2, err));
    return emit_operation(emitter, i, "if", values, 3, out, err);
}

typedef bool (*CallEmitter)(Emitter *emitter, uint32_t i, Value *out, Error *err);

/// Functions that the compiler makes of kernels, or whose arguments it looks at itself.
static const struct {
    const char *name;
    CallEmitter emit;
} SPECIAL_CALLS[] = {
    {"if", emit_if},     {"nullif", emit_nullif}, {"round", emit_round},
    {"hash", emit_hash}, {"cross", emit_cross},   {"bucketize", emit_bucketize},
};

bool emit_call(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    Str name = emitter->formula->tree.nodes[i].name;
    const FunctionInfo *function = function_find(name);
    Fitted fitted = FITTED_COUNT;
    bool is_fitted = fitted_find(name, &fitted);
    if (is_fitted && (emitter->transform != NULL || function == NULL)) return emit_fitted(emitter, i, out, err);
    if (function == NULL) return call_unknown(emitter, i, name, err);
    TRY(call_check_count(emitter, i, function, err));
    for (size_t k = 0; k < COUNT_OF(SPECIAL_CALLS); k++) {
        if (str_equal(name, str_from(SPECIAL_CALLS[k].name))) return SPECIAL_CALLS[k].emit(emitter, i, out, err);
    }
    if (function->arguments_max == 0) return emit_fold(emitter, i, function->name, err, out);
    return emit_plain_call(emitter, i, function->name, out, err);
}

static bool case_check_conditions(const Emitter *emitter, uint32_t i, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    for (uint32_t k = 0; k + 1 < node->item_count; k += 2) {
        Type type = emitter->values[node->items[k]].type;
        if (type.id == TYPE_BOOL) continue;
        return emit_error(emitter, node->items[k], err, "a condition after 'when' must be a bool, and is %s",
                          type_text(type).text);
    }
    return true;
}

/// The values of a case in order, the else (or a null) last.
static uint32_t case_values(const Emitter *emitter, const TreeNode *node, Value *out)
{
    uint32_t count = gather_values(emitter, node, 1, 2, out);
    Value otherwise = {.type = TYPE_OF(TYPE_COUNT), .is_literal = true};
    if (node->item_count % 2 == 1) otherwise = emitter->values[node->items[node->item_count - 1]];
    out[count] = otherwise;
    return count + 1;
}

/// case when c then x when d then y else z end is if(c, x, if(d, y, z)), made from the inside.
static bool emit_case_values(Emitter *emitter, uint32_t i, Value *values, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    uint32_t count = case_values(emitter, node, values);
    TRY(values_unify(emitter, i, "case", values, count, err));
    Value result = values[count - 1];
    for (uint32_t k = count - 1; k-- > 0;) {
        Value arguments[3] = {emitter->values[node->items[2 * k]], values[k], result};
        TRY(emit_operation(emitter, i, "if", arguments, 3, &result, err));
    }
    *out = result;
    return true;
}

bool emit_case(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    TRY(case_check_conditions(emitter, i, err));
    Value *values = memory_alloc_array(emitter->formula->tree.nodes[i].item_count + 1, sizeof(Value), err);
    if (values == NULL) return false;
    bool done = emit_case_values(emitter, i, values, out, err);
    memory_free(values);
    return done;
}

static bool cast_refused(const Emitter *emitter, uint32_t i, Type from, Type to, Error *err)
{
    return emit_error(emitter, i, err, "a %s cannot be cast to %s%s", type_text(from).text, type_text(to).text,
                      to.id == TYPE_BOOL ? "; write a comparison, such as x != 0" : "");
}

bool emit_cast(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    Builder *builder = emit_builder(emitter, i);
    Value value = emitter->values[node->items[0]];
    Value cast = {.type = node->type};
    Kernel kernel = KERNEL_COUNT;
    if (value.type.id == TYPE_COUNT || type_equal(value.type, node->type)) {
        TRY(value_node(builder, &value, node->type, &cast.node, err));
        *out = cast;
        return true;
    }
    // A bool becomes a number by way of int64.
    bool two_steps = value.type.id == TYPE_BOOL && node->type.id != TYPE_INT64 && type_is_number(node->type);
    uint32_t argument = 0;
    TRY(value_node(builder, &value, value.type, &argument, err));
    if (two_steps) {
        TRY(builder_call(builder, KERNEL_CAST_BOOL_INT64, TYPE_OF(TYPE_INT64), &argument, &argument, err));
        value.type = TYPE_OF(TYPE_INT64);
    }
    if (!kernel_cast(value.type, node->type, &kernel)) return cast_refused(emitter, i, value.type, node->type, err);
    TRY(builder_call(builder, kernel, node->type, &argument, &cast.node, err));
    *out = cast;
    return true;
}
