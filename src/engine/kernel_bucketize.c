/// Tests of a number against constants: the bucket that it falls into, and what kind of float64 it is.
#include "engine/kernel_internal.h"

/// How many of the ascending edges are at or below the value.
static size_t edges_passed_int64(const KernelEdges *edges, int64_t value)
{
    size_t begin = 0;
    size_t end = edges->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (edges->ints[middle] <= value)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

static size_t edges_passed_float64(const KernelEdges *edges, double value)
{
    size_t begin = 0;
    size_t end = edges->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (!(value < edges->floats[middle])) // a NaN passes all
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

#define KERNEL_BUCKETIZE(id, values_member, function)                                                                  \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(err);                                                                                                   \
        const KernelEdges *edges = &context->constants->edges;                                                         \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->values.ints[i] = (int64_t)function(edges, arguments[0].values.values_member[i]);                      \
        return true;                                                                                                   \
    }

KERNEL_BUCKETIZE(BUCKETIZE_INT64, ints, edges_passed_int64)
KERNEL_BUCKETIZE(BUCKETIZE_FLOAT64, floats, edges_passed_float64)

static inline bool is_nan(double value, uint8_t *out)
{
    *out = float_is_nan(value);
    return true;
}

static inline bool is_finite(double value, uint8_t *out)
{
    *out = float_is_finite(value);
    return true;
}

KERNEL_MAP_1(IS_NAN, bools, floats, is_nan)
KERNEL_MAP_1(IS_FINITE, bools, floats, is_finite)
