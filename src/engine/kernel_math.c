#include "engine/kernel_internal.h"
#include "number/pinned.h"

static inline bool round_float64(double value, double *out)
{
    *out = float_canonical(pinned_round(value));
    return true;
}

static inline bool floor_float64(double value, double *out)
{
    *out = float_canonical(pinned_floor(value));
    return true;
}

static inline bool ceil_float64(double value, double *out)
{
    *out = float_canonical(pinned_ceil(value));
    return true;
}

static inline bool trunc_float64(double value, double *out)
{
    *out = float_canonical(pinned_trunc(value));
    return true;
}

static inline bool sqrt_float64(double value, double *out)
{
    *out = float_canonical(pinned_sqrt(value));
    return !(value < 0);
}

static inline bool ln_float64(double value, double *out)
{
    *out = pinned_log(value);
    return !(value <= 0);
}

static inline bool exp_float64(double value, double *out)
{
    *out = pinned_exp(value);
    return true;
}

KERNEL_MAP_1(ROUND_FLOAT64, floats, floats, round_float64)
KERNEL_MAP_1(FLOOR_FLOAT64, floats, floats, floor_float64)
KERNEL_MAP_1(CEIL_FLOAT64, floats, floats, ceil_float64)
KERNEL_MAP_1(TRUNC_FLOAT64, floats, floats, trunc_float64)
KERNEL_MAP_1(SQRT, floats, floats, sqrt_float64)
KERNEL_MAP_1(LN, floats, floats, ln_float64)
KERNEL_MAP_1(EXP, floats, floats, exp_float64)

bool kernel_HAVERSINE_KM(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(context);
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        out->values.floats[i] =
            float_canonical(haversine_km(arguments[0].values.floats[i], arguments[1].values.floats[i],
                                         arguments[2].values.floats[i], arguments[3].values.floats[i]));
    }
    return true;
}
