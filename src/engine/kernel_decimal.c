#include <string.h>

#include "engine/kernel_internal.h"
#include "number/int_sum.h"
#include "number/parse.h"

Int128 decimal_power(uint32_t exponent)
{
    Int128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

static int int128_compare(Int128 left, Int128 right)
{
    return (left > right) - (left < right);
}

// left * 10^shift against right, without leaving 128 bits.
static int compare_shifted(Int128 left, Int128 right, uint32_t shift)
{
    Int128 power = decimal_power(shift);
    int whole = int128_compare(left, right / power);
    return whole != 0 ? whole : int128_compare(0, right % power);
}

int decimal_compare(Int128 left, uint32_t left_scale, Int128 right, uint32_t right_scale)
{
    if (left_scale <= right_scale) return compare_shifted(left, right, right_scale - left_scale);
    return -compare_shifted(right, left, left_scale - right_scale);
}

double decimal_to_double(Int128 value, uint32_t scale)
{
    const Int128 exact = (Int128)1 << 53;
    char text[DECIMAL_TEXT_BYTES_MAX];
    double out = 0;

    // Up to 10^22 powers of ten are doubles, and one division rounds once.
    if (value > -exact && value < exact && scale <= 22) return (double)(int64_t)value / (double)decimal_power(scale);
    size_t size = number_format_decimal(value, scale, text);
    CHECK(number_parse_double((Str){text, size}, &out, NULL));
    return out;
}

static inline bool add_decimal(Int128 left, Int128 right, Int128 *out)
{
    return !__builtin_add_overflow(left, right, out) && decimal_in_range(*out);
}

static inline bool subtract_decimal(Int128 left, Int128 right, Int128 *out)
{
    return !__builtin_sub_overflow(left, right, out) && decimal_in_range(*out);
}

static inline bool multiply_decimal(Int128 left, Int128 right, Int128 *out)
{
    return !__builtin_mul_overflow(left, right, out) && decimal_in_range(*out);
}

static inline bool modulo_decimal(Int128 left, Int128 right, Int128 *out)
{
    *out = right == 0 ? 0 : left % right;
    return right != 0;
}

static inline bool negate_decimal(Int128 value, Int128 *out)
{
    *out = -value;
    return true;
}

static inline bool abs_decimal(Int128 value, Int128 *out)
{
    *out = value < 0 ? -value : value;
    return true;
}

static inline bool equal_decimal(const Scales *scales, Int128 left, Int128 right, uint8_t *out)
{
    *out = decimal_compare(left, scales->arguments[0], right, scales->arguments[1]) == 0;
    return true;
}

static inline bool less_decimal(const Scales *scales, Int128 left, Int128 right, uint8_t *out)
{
    *out = decimal_compare(left, scales->arguments[0], right, scales->arguments[1]) < 0;
    return true;
}

// The quotient by a positive power, halves away from zero.
static Int128 divide_round(Int128 value, Int128 power)
{
    Int128 quotient = value / power;
    Int128 rest = value % power;
    Int128 magnitude = rest < 0 ? -rest : rest;
    if (magnitude >= power - magnitude) quotient += value < 0 ? -1 : 1;
    return quotient;
}

static inline bool round_decimal(const Scales *scales, Int128 value, Int128 *out)
{
    *out = divide_round(value, decimal_power(scales->arguments[0]));
    return true;
}

static inline bool trunc_decimal(const Scales *scales, Int128 value, Int128 *out)
{
    *out = value / decimal_power(scales->arguments[0]);
    return true;
}

static inline bool floor_decimal(const Scales *scales, Int128 value, Int128 *out)
{
    Int128 power = decimal_power(scales->arguments[0]);
    *out = value / power - (value % power < 0);
    return true;
}

static inline bool ceil_decimal(const Scales *scales, Int128 value, Int128 *out)
{
    Int128 power = decimal_power(scales->arguments[0]);
    *out = value / power + (value % power > 0);
    return true;
}

static inline bool cast_int64_decimal(const Scales *scales, int64_t value, Int128 *out)
{
    return multiply_decimal(value, decimal_power(scales->result), out);
}

static inline bool cast_decimal_int64(const Scales *scales, Int128 value, int64_t *out)
{
    Int128 whole = value / decimal_power(scales->arguments[0]);
    *out = (int64_t)whole;
    return whole == (Int128)*out;
}

static inline bool cast_decimal_float64(const Scales *scales, Int128 value, double *out)
{
    *out = decimal_to_double(value, scales->arguments[0]);
    return true;
}

static inline bool cast_decimal_decimal(const Scales *scales, Int128 value, Int128 *out)
{
    uint32_t from = scales->arguments[0];
    uint32_t to = scales->result;
    if (to >= from) return multiply_decimal(value, decimal_power(to - from), out);
    *out = divide_round(value, decimal_power(from - to));
    return true;
}

// mantissa * power / 2^shift, halves up, for a mantissa of 53 bits and a power below 2^127; the exact product has three limbs.
static Uint128 scale_down(uint64_t mantissa, Uint128 power, uint32_t shift)
{
    Uint128 low = (Uint128)mantissa * (uint64_t)power;
    Uint128 high = (Uint128)mantissa * (uint64_t)(power >> 64) + (low >> 64);
    uint64_t last = (uint64_t)low;

    if (shift > 192) return 0;
    for (; shift > 64; shift -= 64) {
        last = (uint64_t)high;
        high >>= 64;
    }
    // One bit stays for rounding; the bits dropped below it cannot make or break a half.
    uint32_t dropped = shift - 1;
    if (dropped > 0) {
        last = last >> dropped | (uint64_t)high << (64 - dropped);
        high >>= dropped;
    }
    Uint128 kept = high << 64 | last;
    return (kept >> 1) + (kept & 1);
}

bool decimal_from_double(double value, uint32_t scale, Int128 *out)
{
    uint64_t bits = float_bits(value) & ~FLOAT_SIGN_BIT;
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52);
    uint64_t mantissa = exponent == 0 ? fraction : fraction | (uint64_t)1 << 52;
    int shift = (exponent == 0 ? 1 : exponent) - 1075;
    const double limit = 1e38;

    *out = 0;
    if (!(value > -limit && value < limit)) return false;
    Int128 power = decimal_power(scale);
    Int128 scaled = 0;
    // A value of 10^38 units or more cannot be said; below, its product has at most 128 + 53 bits before the shift.
    if ((double)power * (value < 0 ? -value : value) > 1.0000001e38) return false;
    if (shift >= 0) {
        if (__builtin_mul_overflow((Int128)mantissa << shift, power, &scaled)) return false;
    } else {
        scaled = (Int128)scale_down(mantissa, (Uint128)power, (uint32_t)-shift);
    }
    *out = value < 0 ? -scaled : scaled;
    return decimal_in_range(scaled);
}

static inline bool cast_float64_decimal(const Scales *scales, double value, Int128 *out)
{
    return decimal_from_double(value, scales->result, out);
}

static inline bool div_decimal(Int128 left, Int128 right, Int128 *out)
{
    *out = right == 0 ? 0 : left / right;
    return right != 0;
}

static inline bool sign_decimal(Int128 value, int64_t *out)
{
    *out = (value > 0) - (value < 0);
    return true;
}

static inline bool clip_decimal(Int128 value, Int128 low, Int128 high, Int128 *out)
{
    *out = value < low ? low : value > high ? high : value;
    return low <= high;
}

KERNEL_MAP_2(DIV_DECIMAL, decimals, decimals, div_decimal)
KERNEL_MAP_1(SIGN_DECIMAL, ints, decimals, sign_decimal)
KERNEL_MAP_3(CLIP_DECIMAL, decimals, decimals, clip_decimal)
KERNEL_MAP_2(ADD_DECIMAL, decimals, decimals, add_decimal)
KERNEL_MAP_2(SUBTRACT_DECIMAL, decimals, decimals, subtract_decimal)
KERNEL_MAP_2(MULTIPLY_DECIMAL, decimals, decimals, multiply_decimal)
KERNEL_MAP_2(MODULO_DECIMAL, decimals, decimals, modulo_decimal)
KERNEL_MAP_1(NEGATE_DECIMAL, decimals, decimals, negate_decimal)
KERNEL_MAP_1(ABS_DECIMAL, decimals, decimals, abs_decimal)
KERNEL_SCALED_2(EQUAL_DECIMAL, bools, decimals, equal_decimal)
KERNEL_SCALED_2(LESS_DECIMAL, bools, decimals, less_decimal)
KERNEL_SCALED_1(ROUND_DECIMAL, decimals, decimals, round_decimal)
KERNEL_SCALED_1(TRUNC_DECIMAL, decimals, decimals, trunc_decimal)
KERNEL_SCALED_1(FLOOR_DECIMAL, decimals, decimals, floor_decimal)
KERNEL_SCALED_1(CEIL_DECIMAL, decimals, decimals, ceil_decimal)
KERNEL_SCALED_1(CAST_INT64_DECIMAL, decimals, ints, cast_int64_decimal)
KERNEL_SCALED_1(CAST_DECIMAL_INT64, ints, decimals, cast_decimal_int64)
KERNEL_SCALED_1(CAST_DECIMAL_FLOAT64, floats, decimals, cast_decimal_float64)
KERNEL_SCALED_1(CAST_DECIMAL_DECIMAL, decimals, decimals, cast_decimal_decimal)
KERNEL_SCALED_1(CAST_FLOAT64_DECIMAL, decimals, floats, cast_float64_decimal)
