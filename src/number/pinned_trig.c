/// Sine, cosine and tangent: the quadrant and the rest come from an exact product with 2/pi (Payne and Hanek 1983), then the rest is
/// split into j/64, whose sine and cosine are in a table, and a small d for the series.
#include "number/pinned_internal.h"

static const double quarter_pi = 0x1.921fb54442d18p-1;

/// An angle of quadrant * pi/2 + rest, |rest| <= pi/4.
typedef struct ReducedAngle {
    Double2 rest;
    uint32_t quadrant;
} ReducedAngle;

typedef struct SineCosine {
    Double2 sine;
    Double2 cosine;
} SineCosine;

/// 192 bits, most significant word first.
typedef struct Bits192 {
    uint64_t words[3];
} Bits192;

/// The 192 bits of 2/pi from the bit of weight 2^(1 - exponent) downwards; `exponent` >= -53.
static Bits192 two_over_pi_window(int exponent)
{
    uint32_t start = (uint32_t)(exponent + 62); // the leading word of zeros puts weight 2^63 at bit 0
    const uint64_t *words = &pinned_two_over_pi[start / 64];
    uint32_t shift = start % 64;
    Bits192 window;
    for (int i = 0; i < 3; i++) {
        window.words[i] = shift == 0 ? words[i] : words[i] << shift | words[i + 1] >> (64 - shift);
    }
    return window;
}

/// factor * value, modulo 2^192.
static Bits192 bits_multiply(Bits192 value, uint64_t factor)
{
    Uint128 low = (Uint128)value.words[2] * factor;
    Uint128 middle = (Uint128)value.words[1] * factor + (uint64_t)(low >> 64);
    uint64_t high = value.words[0] * factor + (uint64_t)(middle >> 64);
    return (Bits192){{high, (uint64_t)middle, (uint64_t)low}};
}

static Bits192 bits_shift_left(Bits192 value, uint32_t count)
{
    while (count >= 64) {
        value = (Bits192){{value.words[1], value.words[2], 0}};
        count -= 64;
    }
    if (count == 0) return value;
    return (Bits192){{value.words[0] << count | value.words[1] >> (64 - count),
                      value.words[1] << count | value.words[2] >> (64 - count), value.words[2] << count}};
}

static Bits192 bits_negate(Bits192 value)
{
    uint64_t low = -value.words[2];
    uint64_t middle = ~value.words[1] + (low == 0);
    uint64_t high = ~value.words[0] + (low == 0 && middle == 0);
    return (Bits192){{high, middle, low}};
}

static uint32_t bits_leading_zeros(Bits192 value)
{
    uint32_t count = 0;
    for (int i = 0; i < 3; i++) {
        if (value.words[i] != 0) return count + (uint32_t)__builtin_clzll(value.words[i]);
        count += 64;
    }
    return count;
}

/// The fraction 0.value in [0, 1/2], by its leading 106 bits.
static Double2 bits_to_double2(Bits192 value)
{
    uint32_t zeros = bits_leading_zeros(value);
    Bits192 leading = bits_shift_left(value, zeros);
    double high = (double)(leading.words[0] >> 11);
    double low = (double)((leading.words[0] & 0x7ff) << 42 | leading.words[1] >> 22);
    double unit = double_power_of_two(-53 - (int)zeros);
    return double2_sum_ordered(high * unit, low * unit * 0x1p-53);
}

/// For finite x >= pi/4.
static ReducedAngle angle_reduce_great(double x)
{
    uint64_t bits = float_bits(x);
    int exponent = (int)(bits >> 52) - 1075;
    Bits192 turns =
        bits_multiply(two_over_pi_window(exponent), ((bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52));
    uint32_t quadrant = (uint32_t)(turns.words[0] >> 62);
    Bits192 fraction = bits_shift_left(turns, 2);
    bool over_half = (fraction.words[0] >> 63) != 0;
    Double2 quarters = bits_to_double2(over_half ? bits_negate(fraction) : fraction);
    Double2 rest = double2_multiply(quarters, pinned_half_pi);
    return over_half ? (ReducedAngle){double2_negate(rest), quadrant + 1} : (ReducedAngle){rest, quadrant};
}

/// Of an angle in [0, pi/4].
static SineCosine sine_cosine_small(Double2 angle)
{
    double j = double_nearest(angle.high * 64);
    double d = angle.high - j / 64;
    double square = d * d;
    double cosine_less_one = -square * (0.5 - square * (1.0 / 24 - square * (1.0 / 720 - square * (1.0 / 40320))));
    double sine_less_d = -d * square * (1.0 / 6 - square * (1.0 / 120 - square * (1.0 / 5040)));
    cosine_less_one -= d * angle.low;
    sine_less_d += angle.low;

    Double2 sine = pinned_sin_table[(int)j];
    Double2 cosine = pinned_cos_table[(int)j];
    Double2 sine_linear = double2_product(cosine.high, d);
    Double2 cosine_linear = double2_product(sine.high, -d);
    double sine_rest = sine.low + cosine.low * d + sine.high * cosine_less_one + cosine.high * sine_less_d;
    double cosine_rest = cosine.low - sine.low * d + cosine.high * cosine_less_one - sine.high * sine_less_d;
    Double2 sine_sum = double2_sum(sine.high, sine_linear.high);
    Double2 cosine_sum = double2_sum(cosine.high, cosine_linear.high);
    return (SineCosine){double2_sum_ordered(sine_sum.high, sine_sum.low + (sine_linear.low + sine_rest)),
                        double2_sum_ordered(cosine_sum.high, cosine_sum.low + (cosine_linear.low + cosine_rest))};
}

/// Of a finite x >= 0.
static ReducedAngle angle_reduce(double x)
{
    return x <= quarter_pi ? (ReducedAngle){{x, 0}, 0} : angle_reduce_great(x);
}

/// The sine of `quarters` quarter turns after a finite x >= 0.
static double sine_turned(double x, uint32_t quarters)
{
    ReducedAngle angle = angle_reduce(x);
    bool below = angle.rest.high < 0;
    SineCosine pair = sine_cosine_small(below ? double2_negate(angle.rest) : angle.rest);
    uint32_t quadrant = angle.quadrant + quarters;
    double value = (quadrant & 1) != 0 ? pair.cosine.high : pair.sine.high;
    bool negative = ((quadrant & 2) != 0) != (below && (quadrant & 1) == 0);
    return negative ? -value : value;
}

double pinned_sin(double x)
{
    if (!float_is_finite(x)) return float_nan();
    if (double_abs(x) < 0x1p-30) return x;
    double magnitude = sine_turned(double_abs(x), 0);
    return x < 0 ? -magnitude : magnitude;
}

double pinned_cos(double x)
{
    if (!float_is_finite(x)) return float_nan();
    return sine_turned(double_abs(x), 1);
}

/// In an odd quadrant the tangent is the negative cotangent of the rest.
double pinned_tan(double x)
{
    if (!float_is_finite(x)) return float_nan();
    if (double_abs(x) < 0x1p-30) return x;
    ReducedAngle angle = angle_reduce(double_abs(x));
    bool below = angle.rest.high < 0;
    bool odd = (angle.quadrant & 1) != 0;
    SineCosine pair = sine_cosine_small(below ? double2_negate(angle.rest) : angle.rest);
    Double2 tangent = odd ? double2_divide(pair.cosine, pair.sine) : double2_divide(pair.sine, pair.cosine);
    bool negative = (below != odd) != (x < 0);
    return negative ? -tangent.high : tangent.high;
}
