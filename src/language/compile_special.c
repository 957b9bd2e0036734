/// Calls that are made of several kernels, or whose arguments must be constants.
#include "language/compile_internal.h"
#include "language/kernel_constant.h"
#include "number/parse.h"

enum { ROUND_DIGITS_MAX = 18 };

static const TreeNode *call_node(const Emitter *emitter, uint32_t i)
{
    return &emitter->formula->tree.nodes[i];
}

static const Value *call_value(const Emitter *emitter, uint32_t i, uint32_t item)
{
    return &emitter->values[call_node(emitter, i)->items[item]];
}

static Value literal_int(int64_t integer)
{
    Value value = {.type = TYPE_OF(TYPE_INT64), .is_literal = true};
    value.literal = (PlanNode){.kind = PLAN_CONSTANT, .type = value.type, .constant.integer = integer};
    return value;
}

/// if(a = b, null, a), both of one type.
bool emit_nullif(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    Value pair[2] = {*call_value(emitter, i, 0), *call_value(emitter, i, 1)};
    Value choice[3] = {[1] = {.type = TYPE_OF(TYPE_COUNT), .is_literal = true}};
    TRY(values_unify(emitter, i, "nullif", pair, 2, err));
    TRY(emit_operation(emitter, i, "=", pair, 2, &choice[0], err));
    choice[2] = pair[0];
    return emit_operation(emitter, i, "if", choice, 3, out, err);
}

/// A decimal keeps the lesser of its scale and the digits.
static bool emit_round_decimal(Emitter *emitter, uint32_t i, int64_t digits, Value *out, Error *err)
{
    const Value *value = call_value(emitter, i, 0);
    Value rounded = {.type = value->type};
    uint32_t argument = 0;
    if (digits < 0) {
        return emit_error(emitter, call_node(emitter, i)->items[1], err,
                          "a decimal is rounded to 0 digits or more; cast it to int64 for less");
    }
    TRY(value_node(emit_builder(emitter, i), value, value->type, &argument, err));
    rounded.node = argument;
    if (digits < value->type.scale) {
        rounded.type.scale = (uint8_t)digits;
        TRY(builder_call(emit_builder(emitter, i), KERNEL_CAST_DECIMAL_DECIMAL, rounded.type, &argument, &rounded.node,
                         err));
    }
    *out = rounded;
    return true;
}

static bool emit_round_digits(Emitter *emitter, uint32_t i, int64_t digits, Value *out, Error *err)
{
    Builder *builder = emit_builder(emitter, i);
    const Value *value = call_value(emitter, i, 0);
    const Value literal = literal_int(digits);
    bool integer = value->type.id == TYPE_INT64;
    Value rounded = {.type = integer ? value->type : TYPE_OF(TYPE_FLOAT64)};
    uint32_t arguments[2] = {0};
    if (value->type.id == TYPE_DECIMAL) return emit_round_decimal(emitter, i, digits, out, err);
    TRY(value_node(builder, value, rounded.type, &arguments[0], err));
    TRY(value_node(builder, &literal, literal.type, &arguments[1], err));
    TRY(builder_call(builder, integer ? KERNEL_ROUND_DIGITS_INT64 : KERNEL_ROUND_DIGITS_FLOAT64, rounded.type,
                     arguments, &rounded.node, err));
    *out = rounded;
    return true;
}

bool emit_round(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = call_node(emitter, i);
    const Value *value = call_value(emitter, i, 0);
    if (node->item_count == 1 && value->type.id == TYPE_INT64) { // a whole number is its own rounding
        *out = *value;
        return true;
    }
    if (node->item_count == 1 || !type_is_number(value->type))
        return emit_operation(emitter, i, "round", value, 1, out, err);
    const Value *digits = call_value(emitter, i, 1);
    int64_t count = digits->literal.constant.integer;
    if (!digits->is_literal || digits->type.id != TYPE_INT64 || count < -ROUND_DIGITS_MAX || count > ROUND_DIGITS_MAX) {
        return emit_error(emitter, node->items[1], err, "the digits are written as a whole number of %d to %d",
                          -ROUND_DIGITS_MAX, ROUND_DIGITS_MAX);
    }
    return emit_round_digits(emitter, i, count, out, err);
}

static bool expect_int(const Emitter *emitter, uint32_t i, uint32_t item, const char *what, Error *err)
{
    Type type = call_value(emitter, i, item)->type;
    if (type.id == TYPE_INT64) return true;
    return emit_error(emitter, call_node(emitter, i)->items[item], err, "%s must be an int64, and is %s", what,
                      type_text(type).text);
}

static Kernel hash_with(Type type)
{
    switch (type.id) {
    case TYPE_BOOL:
        return KERNEL_HASH_WITH_BOOL;
    case TYPE_INT64:
        return KERNEL_HASH_WITH_INT64;
    case TYPE_DECIMAL:
        return KERNEL_HASH_WITH_DECIMAL;
    case TYPE_FLOAT64:
        return KERNEL_HASH_WITH_FLOAT64;
    case TYPE_STRING:
        return KERNEL_HASH_WITH_STRING;
    case TYPE_TIMESTAMP_US:
        return KERNEL_HASH_WITH_INSTANT;
    default:
        return KERNEL_COUNT;
    }
}

/// The hash of one value with a seed; a null is hashed as a value.
static bool emit_hash_with(Emitter *emitter, uint32_t i, const Value *seed, uint32_t item, Value *out, Error *err)
{
    Builder *builder = emit_builder(emitter, i);
    const Value *value = call_value(emitter, i, item);
    Value hash = {.type = TYPE_OF(TYPE_INT64)};
    Kernel kernel = hash_with(value->type);
    uint32_t arguments[2] = {0};
    if (kernel == KERNEL_COUNT) {
        return emit_error(emitter, call_node(emitter, i)->items[item], err, "a %s cannot be hashed",
                          type_text(value->type).text);
    }
    TRY(value_node(builder, seed, seed->type, &arguments[0], err));
    TRY(value_node(builder, value, value->type, &arguments[1], err));
    TRY(builder_call(builder, kernel, hash.type, arguments, &hash.node, err));
    *out = hash;
    return true;
}

/// With a seed: a null's hash is null all the same.
static bool emit_seeded(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    Value choice[3] = {[1] = {.type = TYPE_OF(TYPE_COUNT), .is_literal = true}};
    TRY(expect_int(emitter, i, 2, "the seed", err));
    TRY(emit_operation(emitter, i, "is null", call_value(emitter, i, 0), 1, &choice[0], err));
    TRY(emit_hash_with(emitter, i, call_value(emitter, i, 2), 0, &choice[2], err));
    return emit_operation(emitter, i, "if", choice, 3, out, err);
}

bool emit_hash(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    uint32_t count = call_node(emitter, i)->item_count;
    Value pair[2] = {0};
    if (count > 1) TRY(expect_int(emitter, i, 1, "the number of buckets", err));
    if (count == 3) {
        TRY(emit_seeded(emitter, i, &pair[0], err));
    } else {
        TRY(emit_operation(emitter, i, "hash", call_value(emitter, i, 0), 1, &pair[0], err));
    }
    *out = pair[0];
    if (count == 1) return true;
    pair[1] = *call_value(emitter, i, 1);
    return emit_operation(emitter, i, "bucket", pair, 2, out, err);
}

/// Each value's hash is the next one's seed.
bool emit_cross(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    Value hash = literal_int(0);
    for (uint32_t item = 0; item < call_node(emitter, i)->item_count; item++)
        TRY(emit_hash_with(emitter, i, &hash, item, &hash, err));
    *out = hash;
    return true;
}

/// An edge as text, after those before it.
static bool edge_append(Bytes *edges, const Value *edge, bool whole, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    double number = edge->literal.constant.number;
    if (edge->type.id == TYPE_INT64) number = (double)edge->literal.constant.integer;
    size_t size =
        whole ? number_format_int64(edge->literal.constant.integer, text) : number_format_double(number, text);
    if (edges->size > 0) TRY(bytes_append_byte(edges, ',', err));
    return bytes_append(edges, text, size, err);
}

/// Edges are literals of one number type; `*out_whole`: all int64.
static bool bucketize_check(const Emitter *emitter, uint32_t i, bool *out_whole, Error *err)
{
    const TreeNode *node = call_node(emitter, i);
    *out_whole = call_value(emitter, i, 0)->type.id == TYPE_INT64;
    for (uint32_t item = 1; item < node->item_count; item++) {
        const Value *edge = call_value(emitter, i, item);
        bool number = edge->type.id == TYPE_INT64 || edge->type.id == TYPE_FLOAT64;
        if (!edge->is_literal || !number)
            return emit_error(emitter, node->items[item], err, "an edge is written as a number, such as 10 or 2.5");
        *out_whole &= edge->type.id == TYPE_INT64;
    }
    return true;
}

bool emit_bucketize(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    AUTO(bytes_deinit) Bytes edges = {0};
    Value pair[2] = {*call_value(emitter, i, 0)};
    Str text = {0};
    bool whole = false;
    TRY(bucketize_check(emitter, i, &whole, err));
    for (uint32_t item = 1; item < call_node(emitter, i)->item_count; item++)
        TRY(edge_append(&edges, call_value(emitter, i, item), whole, err));
    TRY(arena_copy(&emitter->assembly->compiler->arena, bytes_str(&edges), &text, err));
    pair[1] = value_literal_string(text);
    if (!whole && pair[0].type.id == TYPE_INT64) {
        TRY(value_node(emit_builder(emitter, i), &pair[0], TYPE_OF(TYPE_FLOAT64), &pair[0].node, err));
        pair[0] = (Value){.type = TYPE_OF(TYPE_FLOAT64), .node = pair[0].node};
    }
    return emit_operation(emitter, i, "bucketize", pair, 2, out, err);
}
