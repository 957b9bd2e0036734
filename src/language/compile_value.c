/// Values on their way to nodes: literals take the type that is wanted of them, others are widened by kernels.
#include <stdio.h>

#include "language/compile_internal.h"

TypeText type_text(Type type)
{
    TypeText text = {{0}};
    if (type.id == TYPE_COUNT || type_is_timestamp(type)) {
        snprintf(text.text, sizeof(text.text), "%s", type.id == TYPE_COUNT ? "null" : "timestamp");
    } else {
        type_name(type, text.text);
    }
    return text;
}

Value value_literal_string(Str text)
{
    Value value = {.type = TYPE_OF(TYPE_STRING), .is_literal = true};
    value.literal = (PlanNode){.kind = PLAN_CONSTANT, .type = value.type, .constant.string = text};
    return value;
}

bool values_common_type(const Value *values, size_t count, Type *out)
{
    Type common = TYPE_OF(TYPE_COUNT);
    for (size_t i = 0; i < count; i++) {
        if (values[i].type.id == TYPE_COUNT) continue;
        if (common.id == TYPE_COUNT) {
            common = values[i].type;
        } else if (!types_join(common, values[i].type, &common)) {
            return false;
        }
    }
    *out = common;
    return true;
}

/// value * 10^scale; false when it needs more than 38 digits.
static bool decimal_scaled(int64_t value, uint32_t scale, Int128 *out)
{
    const Int128 limit = (Int128)10000000000000000000U * 10000000000000000000U;
    Int128 scaled = value;
    for (uint32_t i = 0; i < scale; i++) {
        if (scaled >= limit / 10 || scaled <= -(limit / 10)) return false;
        scaled *= 10;
    }
    *out = scaled;
    return true;
}

/// An integer as written, in the type that is wanted: as the widening kernels would have it.
static PlanNode literal_widened(PlanNode literal, Type type)
{
    int64_t integer = literal.constant.integer;
    PlanNode widened = literal;
    widened.type = type;
    if (type.id == TYPE_FLOAT64) widened.constant.number = (double)integer;
    if (type.id != TYPE_DECIMAL) return widened;
    widened.constant.decimal = 0;
    widened.is_null = !decimal_scaled(integer, type.scale, &widened.constant.decimal);
    return widened;
}

bool value_is_constant(const Value *value, Type type)
{
    bool fits = type_equal(value->type, type);
    return value->is_literal && (fits || value->type.id == TYPE_INT64 || value->type.id == TYPE_COUNT);
}

PlanNode value_constant(const Value *value, Type type)
{
    PlanNode node = value->literal;
    if (value->type.id == TYPE_COUNT) {
        node = (PlanNode){.kind = PLAN_CONSTANT, .type = type, .is_null = true};
    } else if (!type_equal(value->type, type)) {
        node = literal_widened(node, type);
    }
    node.index = PLAN_NONE;
    node.group = PLAN_NONE;
    return node;
}

bool value_node(Builder *builder, const Value *value, Type type, uint32_t *out, Error *err)
{
    bool fits = type_equal(value->type, type);
    if (value_is_constant(value, type)) return builder_add(builder, value_constant(value, type), out, err);

    uint32_t node = value->node;
    Kernel kernel = KERNEL_COUNT;
    if (value->is_literal) TRY(builder_add(builder, value_constant(value, value->type), &node, err));
    if (fits) {
        *out = node;
        return true;
    }
    CHECK(kernel_cast(value->type, type, &kernel));
    return builder_call(builder, kernel, type, &node, out, err);
}
