/// Nodes of fitted programs.
#include "fit/fit_internal.h"

static PlanNode constant_node(Type type)
{
    return (PlanNode){.kind = PLAN_CONSTANT, .type = type, .index = PLAN_NONE, .group = PLAN_NONE};
}

bool emit_number(Builder *builder, double number, uint32_t *out, Error *err)
{
    PlanNode node = constant_node(TYPE_OF(TYPE_FLOAT64));
    if (!float_is_finite(number))
        return error_set(err, ERROR_DATA, "the training values are so great that what is learned is not finite");
    node.constant.number = number;
    return builder_add(builder, node, out, err);
}

bool emit_integer(Builder *builder, int64_t integer, uint32_t *out, Error *err)
{
    PlanNode node = constant_node(TYPE_OF(TYPE_INT64));
    node.constant.integer = integer;
    return builder_add(builder, node, out, err);
}

bool emit_text(Builder *builder, Str text, uint32_t *out, Error *err)
{
    PlanNode node = constant_node(TYPE_OF(TYPE_STRING));
    node.constant.string = text;
    return builder_add(builder, node, out, err);
}

bool emit_bool(Builder *builder, bool value, uint32_t *out, Error *err)
{
    PlanNode node = constant_node(TYPE_OF(TYPE_BOOL));
    node.constant.boolean = value;
    return builder_add(builder, node, out, err);
}

bool emit_null(Builder *builder, Type type, uint32_t *out, Error *err)
{
    PlanNode node = constant_node(type);
    node.is_null = true;
    return builder_add(builder, node, out, err);
}

static bool emit_kernel(Builder *builder, Kernel kernel, const uint32_t *arguments, uint32_t *out, Error *err)
{
    Type given[PLAN_ARGUMENTS_MAX] = {0};
    Type wanted[PLAN_ARGUMENTS_MAX];
    Type type = {0};
    for (uint32_t i = 0; i < kernel_argument_count(kernel); i++) given[i] = builder->nodes.items[arguments[i]].type;
    CHECK(kernel_signature(kernel, given, wanted, &type));
    return builder_call(builder, kernel, type, arguments, out, err);
}

bool emit_one(Builder *builder, Kernel kernel, uint32_t argument, uint32_t *out, Error *err)
{
    return emit_kernel(builder, kernel, &argument, out, err);
}

bool emit_two(Builder *builder, Kernel kernel, uint32_t left, uint32_t right, uint32_t *out, Error *err)
{
    const uint32_t arguments[] = {left, right};
    return emit_kernel(builder, kernel, arguments, out, err);
}

bool emit_three(Builder *builder, Kernel kernel, uint32_t first, uint32_t second, uint32_t third, uint32_t *out,
                Error *err)
{
    const uint32_t arguments[] = {first, second, third};
    return emit_kernel(builder, kernel, arguments, out, err);
}
