/// The pinned functions as kernels: each with the arguments for which it has a value.
#include "engine/kernel_internal.h"
#include "number/pinned.h"
#include "number/sphere.h"

/// Of one number x, there where `domain` holds. NaN is in every domain.
#define KERNEL_PINNED(id, function, domain)                                                                            \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            double x = arguments[0].values.floats[i];                                                                  \
            out->valid[i] &= (domain);                                                                                 \
            out->values.floats[i] = float_canonical(function(x));                                                      \
        }                                                                                                              \
        return true;                                                                                                   \
    }

static bool not_infinite(double x)
{
    return float_is_nan(x) || float_is_finite(x);
}

KERNEL_PINNED(SQRT, pinned_sqrt, !(x < 0))
KERNEL_PINNED(CBRT, pinned_cbrt, true)
KERNEL_PINNED(LN, pinned_log, !(x <= 0))
KERNEL_PINNED(LOG2, pinned_log2, !(x <= 0))
KERNEL_PINNED(LOG10, pinned_log10, !(x <= 0))
KERNEL_PINNED(LOG1P, pinned_log1p, !(x <= -1))
KERNEL_PINNED(EXP, pinned_exp, true)
KERNEL_PINNED(EXP2, pinned_exp2, true)
KERNEL_PINNED(EXPM1, pinned_expm1, true)
KERNEL_PINNED(SIN, pinned_sin, not_infinite(x))
KERNEL_PINNED(COS, pinned_cos, not_infinite(x))
KERNEL_PINNED(TAN, pinned_tan, not_infinite(x))
KERNEL_PINNED(ASIN, pinned_asin, !(x < -1 || x > 1))
KERNEL_PINNED(ACOS, pinned_acos, !(x < -1 || x > 1))
KERNEL_PINNED(ATAN, pinned_atan, true)
KERNEL_PINNED(SINH, pinned_sinh, true)
KERNEL_PINNED(COSH, pinned_cosh, true)
KERNEL_PINNED(TANH, pinned_tanh, true)
KERNEL_PINNED(SIGMOID, pinned_sigmoid, true)

/// Where a power has no value, the pinned one is NaN without a NaN among its arguments, or 1 / 0.
static inline bool pow_float64(double x, double y, double *out)
{
    bool pole = x >= 0 && x <= 0 && y < 0;
    *out = pinned_pow(x, y);
    return !pole && (!float_is_nan(*out) || float_is_nan(x) || float_is_nan(y));
}

static inline bool atan2_float64(double y, double x, double *out)
{
    *out = pinned_atan2(y, x);
    return true;
}

static inline bool hypot_float64(double x, double y, double *out)
{
    *out = pinned_hypot(x, y);
    return true;
}

KERNEL_MAP_2(POW, floats, floats, pow_float64)
KERNEL_MAP_2(ATAN2, floats, floats, atan2_float64)
KERNEL_MAP_2(HYPOT, floats, floats, hypot_float64)

static double manhattan(double from_x, double from_y, double to_x, double to_y)
{
    double x = to_x - from_x;
    double y = to_y - from_y;
    return (x < 0 ? -x : x) + (y < 0 ? -y : y);
}

static double euclidean(double from_x, double from_y, double to_x, double to_y)
{
    return pinned_hypot(to_x - from_x, to_y - from_y);
}

/// From two points, given by two numbers each.
#define KERNEL_BETWEEN(id, function)                                                                                   \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->values.floats[i] =                                                                                    \
                float_canonical(function(arguments[0].values.floats[i], arguments[1].values.floats[i],                 \
                                         arguments[2].values.floats[i], arguments[3].values.floats[i]));               \
        return true;                                                                                                   \
    }

KERNEL_BETWEEN(HAVERSINE_KM, haversine_km)
KERNEL_BETWEEN(BEARING_DEGREES, bearing_degrees)
KERNEL_BETWEEN(MANHATTAN, manhattan)
KERNEL_BETWEEN(EUCLIDEAN, euclidean)
