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

static inline bool div_int64(int64_t left, int64_t right, int64_t *out)
{
    bool there = right != 0 && !(left == INT64_MIN && right == -1);
    *out = there ? left / right : 0;
    return there;
}

static inline bool sign_int64(int64_t value, int64_t *out)
{
    *out = (value > 0) - (value < 0);
    return true;
}

static inline bool sign_float64(double value, int64_t *out)
{
    *out = (value > 0) - (value < 0);
    return !float_is_nan(value);
}

static inline bool clip_int64(int64_t value, int64_t low, int64_t high, int64_t *out)
{
    *out = value < low ? low : value > high ? high : value;
    return low <= high;
}

static inline bool clip_float64(double value, double low, double high, double *out)
{
    *out = float_canonical(value < low ? low : value > high ? high : value);
    return low <= high;
}

KERNEL_MAP_2(DIV_INT64, ints, ints, div_int64)
KERNEL_MAP_1(SIGN_INT64, ints, ints, sign_int64)
KERNEL_MAP_1(SIGN_FLOAT64, ints, floats, sign_float64)
KERNEL_MAP_3(CLIP_INT64, ints, ints, clip_int64)
KERNEL_MAP_3(CLIP_FLOAT64, floats, floats, clip_float64)
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
