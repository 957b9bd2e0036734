#include "engine/kernel_internal.h"

bool kernel_AND(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    const uint8_t *left = arguments[0].values.bools;
    const uint8_t *right = arguments[1].values.bools;
    for (size_t i = 0; i < out->count; i++) {
        bool left_there = vector_is_valid(&arguments[0], i);
        bool right_there = vector_is_valid(&arguments[1], i);
        out->values.bools[i] = left[i] & right[i];
        out->valid[i] = (left_there && right_there) || (left_there && !left[i]) || (right_there && !right[i]);
    }
    return true;
}

bool kernel_OR(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    const uint8_t *left = arguments[0].values.bools;
    const uint8_t *right = arguments[1].values.bools;
    for (size_t i = 0; i < out->count; i++) {
        bool left_there = vector_is_valid(&arguments[0], i);
        bool right_there = vector_is_valid(&arguments[1], i);
        out->values.bools[i] = left[i] | right[i]; // a null's value is zero bits: false
        out->valid[i] = (left_there && right_there) || left[i] || right[i];
    }
    return true;
}

static inline bool not_bool(uint8_t value, uint8_t *out)
{
    *out = !value;
    return true;
}

KERNEL_MAP_1(NOT, bools, bools, not_bool)

// Takes value i of the chosen argument.
#define TAKE(values_member, chosen)                                                                                    \
    do {                                                                                                               \
        out->values.values_member[i] = (chosen)->values.values_member[i];                                              \
        out->valid[i] = vector_is_valid((chosen), i);                                                                  \
    } while (0)

// A null condition holds zero bits: false.
#define KERNEL_IF(id, values_member)                                                                                   \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++) TAKE(values_member, &arguments[arguments[0].values.bools[i] ? 1 : 2]); \
        return true;                                                                                                   \
    }

#define KERNEL_COALESCE(id, values_member)                                                                             \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            TAKE(values_member, &arguments[vector_is_valid(&arguments[0], i) ? 0 : 1]);                                \
        return true;                                                                                                   \
    }

#define KERNEL_IS_NULL(id)                                                                                             \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++) out->values.bools[i] = !vector_is_valid(&arguments[0], i);             \
        return true;                                                                                                   \
    }

// Which of the two the order prefers; the first of equals, the other of a null. `sign` 1: the lesser, -1: the greater.
static size_t choose_extreme(const Vector *arguments, size_t i, int sign)
{
    if (!vector_is_valid(&arguments[1], i)) return 0;
    if (!vector_is_valid(&arguments[0], i)) return 1;
    return vector_compare(&arguments[0], i, &arguments[1], i) * sign > 0;
}

#define KERNEL_EXTREME(id, values_member, sign)                                                                        \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++) TAKE(values_member, &arguments[choose_extreme(arguments, i, (sign))]); \
        return true;                                                                                                   \
    }

KERNEL_IF(IF_BOOL, bools)
KERNEL_IF(IF_INT64, ints)
KERNEL_IF(IF_DECIMAL, decimals)
KERNEL_IF(IF_FLOAT64, floats)
KERNEL_IF(IF_STRING, strings)
KERNEL_IF(IF_NESTED, strings)
KERNEL_IF(IF_INSTANT, ints)

KERNEL_COALESCE(COALESCE_BOOL, bools)
KERNEL_COALESCE(COALESCE_INT64, ints)
KERNEL_COALESCE(COALESCE_DECIMAL, decimals)
KERNEL_COALESCE(COALESCE_FLOAT64, floats)
KERNEL_COALESCE(COALESCE_STRING, strings)
KERNEL_COALESCE(COALESCE_NESTED, strings)
KERNEL_COALESCE(COALESCE_INSTANT, ints)

KERNEL_IS_NULL(IS_NULL_BOOL)
KERNEL_IS_NULL(IS_NULL_INT64)
KERNEL_IS_NULL(IS_NULL_DECIMAL)
KERNEL_IS_NULL(IS_NULL_FLOAT64)
KERNEL_IS_NULL(IS_NULL_STRING)
KERNEL_IS_NULL(IS_NULL_NESTED)
KERNEL_IS_NULL(IS_NULL_INSTANT)

KERNEL_EXTREME(LEAST_INT64, ints, 1)
KERNEL_EXTREME(LEAST_DECIMAL, decimals, 1)
KERNEL_EXTREME(LEAST_FLOAT64, floats, 1)
KERNEL_EXTREME(LEAST_STRING, strings, 1)
KERNEL_EXTREME(LEAST_INSTANT, ints, 1)
KERNEL_EXTREME(GREATEST_INT64, ints, -1)
KERNEL_EXTREME(GREATEST_DECIMAL, decimals, -1)
KERNEL_EXTREME(GREATEST_FLOAT64, floats, -1)
KERNEL_EXTREME(GREATEST_STRING, strings, -1)
KERNEL_EXTREME(GREATEST_INSTANT, ints, -1)
