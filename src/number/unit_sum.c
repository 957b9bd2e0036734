#include "number/unit_sum.h"

#include "number/pinned.h"
#include "number/spread_internal.h"

enum {
    SUM_BITS_MAX = 126,
    SQUARES_BITS_MAX = 192,
    SQUARED_BITS_MAX = 96,
    EXPONENT_BIAS = 1075, ///< a double is float_mantissa * 2^(float_exponent - 1075)
    EXPONENT_LEAST = -1022,
    EXPONENT_GREATEST = 1023,
    FRACTION_BITS = 53
};

static uint32_t bits_of(Uint128 value)
{
    uint64_t high = (uint64_t)(value >> 64);
    uint64_t low = (uint64_t)value;
    if (high != 0) return 128 - (uint32_t)__builtin_clzll(high);
    return low == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(low);
}

// Where the widest number, squared or not, times how many there are, fits.
UnitScale unit_scale_of(const UnitRange *range, size_t count)
{
    UnitScale scale = {.exponent = 0};
    uint32_t width = bits_of(range->integer_bits);
    if (range->least != 0) {
        scale.exponent = (int32_t)range->least - EXPONENT_BIAS;
        width = range->greatest - range->least + FRACTION_BITS;
    }
    scale.sums = !range->special && width + bits_of(count) <= SUM_BITS_MAX;
    scale.squares = scale.sums && width <= SQUARED_BITS_MAX && 2 * width + bits_of(count) <= SQUARES_BITS_MAX;
    return scale;
}

// As pinned_scale, of which this is the usual case.
static inline double scale_by(double x, int exponent)
{
    if (exponent < EXPONENT_LEAST || exponent > EXPONENT_GREATEST) return pinned_scale(x, exponent);
    return x * float_from_bits((uint64_t)(exponent + EXPONENT_GREATEST) << 52);
}

// The 62 highest bits and whether any lower one is set: enough to round from, once.
static inline double round_magnitude(Uint128 magnitude)
{
    if ((uint64_t)(magnitude >> 62) == 0) return (double)(int64_t)magnitude;
    uint32_t shift = bits_of(magnitude) - 62;
    bool rest = shift > 0 && (magnitude << (128 - shift)) != 0;
    return scale_by((double)((int64_t)(magnitude >> shift) | rest), (int)shift);
}

static inline double round_units(Int128 units)
{
    return units < 0 ? -round_magnitude(-(Uint128)units) : round_magnitude((Uint128)units);
}

double unit_sum_round(const UnitScale *scale, Int128 sum)
{
    return scale_by(round_units(sum), scale->exponent);
}

// The rounded sum by the count, or both scaled where only the mean is a double.
double unit_mean(const UnitScale *scale, Int128 sum, uint64_t count)
{
    double rounded = unit_sum_round(scale, sum);
    if (float_is_finite(rounded)) return rounded / (double)count;
    return pinned_scale(round_units(sum) / (double)count, scale->exponent);
}

/// 256 bits, the lowest word first.
typedef struct Quad {
    uint64_t words[4];
} Quad;

static Quad quad_of_count(UnitSquares squares, uint64_t count)
{
    Uint128 low = (Uint128)squares.words[0] * count;
    Uint128 middle = (Uint128)squares.words[1] * count + (uint64_t)(low >> 64);
    Uint128 high = (Uint128)squares.words[2] * count + (uint64_t)(middle >> 64);
    return (Quad){{(uint64_t)low, (uint64_t)middle, (uint64_t)high, (uint64_t)(high >> 64)}};
}

static Quad quad_of_square(Int128 sum)
{
    Uint128 magnitude = sum < 0 ? -(Uint128)sum : (Uint128)sum;
    uint64_t low = (uint64_t)magnitude;
    uint64_t high = (uint64_t)(magnitude >> 64);
    Uint128 least = (Uint128)low * low;
    Uint128 cross = (Uint128)low * high;
    Uint128 middle = (least >> 64) + (uint64_t)cross + (uint64_t)cross;
    Uint128 most = (Uint128)high * high + (cross >> 64) * 2 + (middle >> 64);
    return (Quad){{(uint64_t)least, (uint64_t)middle, (uint64_t)most, (uint64_t)(most >> 64)}};
}

static Quad quad_subtract(Quad left, Quad right)
{
    Quad out = {{0}};
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        Uint128 word = (Uint128)left.words[i] - right.words[i] - borrow;
        out.words[i] = (uint64_t)word;
        borrow = (word >> 64) != 0;
    }
    return out;
}

static int quad_top(const Quad *quad)
{
    for (int i = 3; i >= 0; i--) {
        if (quad->words[i] != 0) return 64 * i + 63 - __builtin_clzll(quad->words[i]);
    }
    return -1;
}

// The 64 bits that end at bit `top`, which is set, the lowest of them also standing for those below.
static uint64_t quad_highest(const Quad *quad, int top)
{
    int word = top / 64;
    int unused = 63 - top % 64;
    uint64_t below = word > 0 ? quad->words[word - 1] : 0;
    uint64_t kept = quad->words[word] << unused;
    uint64_t rest = below << unused;
    if (unused > 0) kept |= below >> (64 - unused);
    for (int i = word - 2; i >= 0; i--) rest |= quad->words[i];
    return kept | (rest != 0);
}

// To 53 bits, to nearest even.
static Scaled quad_round(const Quad *quad, int exponent)
{
    enum { DROPPED = 11 };
    int top = quad_top(quad);
    if (top < 0) return (Scaled){0.0, 0};
    uint64_t highest = quad_highest(quad, top);
    uint64_t kept = highest >> DROPPED;
    uint64_t rest = highest & (((uint64_t)1 << DROPPED) - 1);
    uint64_t half = (uint64_t)1 << (DROPPED - 1);
    kept += rest > half || (rest == half && (kept & 1) != 0);
    return (Scaled){(double)(int64_t)kept, top - (FRACTION_BITS - 1) + exponent};
}

static Scaled spread_numerator(const UnitScale *scale, const UnitMoments *moments)
{
    Quad difference = quad_subtract(quad_of_count(moments->squares, moments->count), quad_of_square(moments->sum));
    return quad_round(&difference, 2 * scale->exponent);
}

double unit_variance(const UnitScale *scale, const UnitMoments *moments, ExactSpread spread)
{
    if (!spread_is_defined(moments->count, spread)) return float_nan();
    return spread_quotient(spread_numerator(scale, moments), moments->count, spread);
}

double unit_stddev(const UnitScale *scale, const UnitMoments *moments, ExactSpread spread)
{
    if (!spread_is_defined(moments->count, spread)) return float_nan();
    return spread_root(spread_numerator(scale, moments), moments->count, spread);
}
