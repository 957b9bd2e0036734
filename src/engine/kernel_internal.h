/// How kernels are made from functions of one value: the loops over batches, written once.
///
/// The function of one value returns whether there is a result, and writes it. It runs on the zero bits of null rows too, so it
/// must not trap on any value.
#ifndef PAWL_ENGINE_KERNEL_INTERNAL_H
#define PAWL_ENGINE_KERNEL_INTERNAL_H

#include "engine/kernel.h"
#include "number/float_order.h"

// bool function(x, &out)
#define KERNEL_MAP_1(id, out_values, x_values, function)                                                               \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->valid[i] &= function(arguments[0].values.x_values[i], &out->values.out_values[i]);                    \
        return true;                                                                                                   \
    }

// bool function(x, y, &out)
#define KERNEL_MAP_2(id, out_values, x_values, function)                                                               \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->valid[i] &= function(arguments[0].values.x_values[i], arguments[1].values.x_values[i],                \
                                      &out->values.out_values[i]);                                                     \
        return true;                                                                                                   \
    }

// bool function(x, y, z, &out)
#define KERNEL_MAP_3(id, out_values, x_values, function)                                                               \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->valid[i] &= function(arguments[0].values.x_values[i], arguments[1].values.x_values[i],                \
                                      arguments[2].values.x_values[i], &out->values.out_values[i]);                    \
        return true;                                                                                                   \
    }

// bool function(&types, x, &out), where types has the scales.
#define KERNEL_SCALED_1(id, out_values, x_values, function)                                                            \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(err);                                                                                                   \
        Scales scales = {context->type.scale, {arguments[0].type.scale, 0}};                                           \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->valid[i] &= function(&scales, arguments[0].values.x_values[i], &out->values.out_values[i]);           \
        return true;                                                                                                   \
    }

// bool function(&types, x, y, &out)
#define KERNEL_SCALED_2(id, out_values, x_values, function)                                                            \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(err);                                                                                                   \
        Scales scales = {context->type.scale, {arguments[0].type.scale, arguments[1].type.scale}};                     \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->valid[i] &= function(&scales, arguments[0].values.x_values[i], arguments[1].values.x_values[i],       \
                                      &out->values.out_values[i]);                                                     \
        return true;                                                                                                   \
    }

/// Digits after the point: of the result and of the arguments.
typedef struct Scales {
    uint8_t result;
    uint8_t arguments[2];
} Scales;

#define DECIMAL_LIMIT_DIGITS 38

/// 10^exponent, exponent 0 to 38.
Int128 decimal_power(uint32_t exponent);

/// <0, 0, >0, exactly, whatever the scales.
int decimal_compare(Int128 left, uint32_t left_scale, Int128 right, uint32_t right_scale);

/// value / 10^scale to the nearest double, ties to even.
double decimal_to_double(Int128 value, uint32_t scale);

/// The double's exact value in units of 10^-scale, halves away from zero; false beyond 38 digits.
bool decimal_from_double(double value, uint32_t scale, Int128 *out);

#endif
