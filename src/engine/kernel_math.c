#include "engine/kernel_internal.h"
#include "number/int_sum.h"
#include "number/parse.h"
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

KERNEL_MAP_1(ROUND_FLOAT64, floats, floats, round_float64)
KERNEL_MAP_1(FLOOR_FLOAT64, floats, floats, floor_float64)
KERNEL_MAP_1(CEIL_FLOAT64, floats, floats, ceil_float64)
KERNEL_MAP_1(TRUNC_FLOAT64, floats, floats, trunc_float64)

enum { DIGITS_MAX = 18 };

/// 10^digits for 0 to 18.
static int64_t int_power(int64_t digits)
{
    return (int64_t)decimal_power((uint32_t)digits);
}

/// To a multiple of 10^-digits, digits below 0; halves away from zero. Fits 128 bits when value and the power do by a digit.
static Int128 round_to_tens(Int128 value, int64_t digits)
{
    Int128 power = int_power(-digits);
    Int128 rest = value % power;
    Int128 size = rest < 0 ? -rest : rest;
    Int128 whole = value - rest;
    if (size < power - size) return whole;
    return value < 0 ? whole - power : whole + power;
}

static inline bool round_digits_int64(int64_t value, int64_t digits, int64_t *out)
{
    *out = value;
    if (digits >= 0 || digits < -DIGITS_MAX) return digits >= 0;
    Int128 rounded = round_to_tens(value, digits);
    *out = (int64_t)rounded;
    return rounded == (Int128)*out;
}

/// A double of 2^53 or more is whole; one of 2^120 or more lies further from its neighbours than tens could move it.
static double round_digits(double value, int64_t digits)
{
    const double whole_from = 0x1p53;
    const double coarse_from = 0x1p120;
    double size = value < 0 ? -value : value;
    Int128 units = 0;
    if (!(size < (digits >= 0 ? whole_from : coarse_from))) return float_canonical(value);
    if (digits < 0) return (double)round_to_tens((Int128)value, digits);
    CHECK(decimal_from_double(value, (uint32_t)digits, &units));
    return decimal_to_double(units, (uint32_t)digits);
}

static inline bool round_digits_float64(double value, int64_t digits, double *out)
{
    bool fits = digits >= -DIGITS_MAX && digits <= DIGITS_MAX;
    double rounded = fits ? round_digits(value, digits) : 0;
    bool negative = (float_bits(value) & FLOAT_SIGN_BIT) != 0;
    // The sign of zero is kept.
    *out = float_is_nan(rounded)
               ? rounded
               : float_from_bits((float_bits(rounded) & ~FLOAT_SIGN_BIT) | (negative ? FLOAT_SIGN_BIT : 0));
    return fits;
}

#define KERNEL_DIGITS(id, values_member, function)                                                                     \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++)                                                                        \
            out->valid[i] &= function(arguments[0].values.values_member[i], arguments[1].values.ints[i],               \
                                      &out->values.values_member[i]);                                                  \
        return true;                                                                                                   \
    }

KERNEL_DIGITS(ROUND_DIGITS_INT64, ints, round_digits_int64)
KERNEL_DIGITS(ROUND_DIGITS_FLOAT64, floats, round_digits_float64)
