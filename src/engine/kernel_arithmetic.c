#include <math.h>

#include "engine/kernel_internal.h"

static inline bool add_int64(int64_t left, int64_t right, int64_t *out)
{
    return !__builtin_add_overflow(left, right, out);
}

static inline bool subtract_int64(int64_t left, int64_t right, int64_t *out)
{
    return !__builtin_sub_overflow(left, right, out);
}

static inline bool multiply_int64(int64_t left, int64_t right, int64_t *out)
{
    return !__builtin_mul_overflow(left, right, out);
}

static inline bool modulo_int64(int64_t left, int64_t right, int64_t *out)
{
    // -1 divides everything; INT64_MIN % -1 traps.
    *out = right == 0 || right == -1 ? 0 : left % right;
    return right != 0;
}

static inline bool negate_int64(int64_t value, int64_t *out)
{
    return !__builtin_sub_overflow(0, value, out);
}

static inline bool abs_int64(int64_t value, int64_t *out)
{
    if (value < 0) return negate_int64(value, out);
    *out = value;
    return true;
}

static inline bool add_float64(double left, double right, double *out)
{
    *out = float_canonical(left + right);
    return true;
}

static inline bool subtract_float64(double left, double right, double *out)
{
    *out = float_canonical(left - right);
    return true;
}

static inline bool multiply_float64(double left, double right, double *out)
{
    *out = float_canonical(left * right);
    return true;
}

static inline bool divide_float64(double left, double right, double *out)
{
    bool there = !(right >= 0 && right <= 0);
    *out = float_canonical(left / (there ? right : 1));
    return there;
}

static inline bool modulo_float64(double left, double right, double *out)
{
    bool there = !(right >= 0 && right <= 0);
    *out = float_canonical(fmod(left, there ? right : 1)); // exact, so that every libm gives these bits
    return there;
}

static inline bool negate_float64(double value, double *out)
{
    *out = float_canonical(-value);
    return true;
}

static inline bool abs_float64(double value, double *out)
{
    *out = float_canonical(float_from_bits(float_bits(value) & ~FLOAT_SIGN_BIT));
    return true;
}

KERNEL_MAP_2(ADD_INT64, ints, ints, add_int64)
KERNEL_MAP_2(ADD_FLOAT64, floats, floats, add_float64)
KERNEL_MAP_2(SUBTRACT_INT64, ints, ints, subtract_int64)
KERNEL_MAP_2(SUBTRACT_FLOAT64, floats, floats, subtract_float64)
KERNEL_MAP_2(MULTIPLY_INT64, ints, ints, multiply_int64)
KERNEL_MAP_2(MULTIPLY_FLOAT64, floats, floats, multiply_float64)
KERNEL_MAP_2(DIVIDE_FLOAT64, floats, floats, divide_float64)
KERNEL_MAP_2(MODULO_INT64, ints, ints, modulo_int64)
KERNEL_MAP_2(MODULO_FLOAT64, floats, floats, modulo_float64)
KERNEL_MAP_1(NEGATE_INT64, ints, ints, negate_int64)
KERNEL_MAP_1(NEGATE_FLOAT64, floats, floats, negate_float64)
KERNEL_MAP_1(ABS_INT64, ints, ints, abs_int64)
KERNEL_MAP_1(ABS_FLOAT64, floats, floats, abs_float64)
