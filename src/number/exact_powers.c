#include "number/exact_powers.h"

#include "number/pinned.h"
#include "number/wide_internal.h"

enum { POWERS_MAX = 4, EXPONENT_LOW = -(1 << 20) };

/// sums[k] is the sum of the (k + 1)-th powers, in units of the values' least bit.
typedef struct Powers {
    Wide count;
    Wide sums[POWERS_MAX];
} Powers;

static void wide_from_magnitude(Uint128 value, uint32_t shift, bool negative, Wide *out)
{
    out->negative = negative;
    out->low = shift / 32;
    out->end = out->low;
    Uint128 low = value << shift % 32;
    uint32_t over = shift % 32 == 0 ? 0 : (uint32_t)(value >> (128 - shift % 32));
    for (; low != 0; low >>= 32) out->digits[out->end++] = (uint32_t)low;
    while (over != 0 && out->end < out->low + 4) out->digits[out->end++] = 0;
    if (over != 0) out->digits[out->end++] = over;
    while (out->low < out->end && out->digits[out->low] == 0) out->low++;
    if (out->low == out->end) *out = (Wide){.low = 0};
}

static void wide_accumulate(Wide *sum, const Wide *term)
{
    Wide negated = *term;
    Wide before = *sum;
    if (negated.end > negated.low) negated.negative = !negated.negative;
    wide_subtract(&before, &negated, sum);
}

static void powers_add(Powers *powers, const Wide *value, uint32_t count)
{
    Wide power = *value;
    wide_accumulate(&powers->sums[0], value);
    for (uint32_t k = 1; k < count; k++) {
        Wide before = power;
        wide_multiply(&before, value, &power);
        wide_accumulate(&powers->sums[k], &power);
    }
}

// The least exponent among the values; false: one is NaN or infinite.
static bool least_exponent(const PowerValues *values, uint32_t *out)
{
    *out = UINT32_MAX;
    for (size_t i = 0; i < values->count; i++) {
        uint64_t bits = float_bits(values->floats[i]);
        if (!float_is_finite(values->floats[i])) return false;
        if (bits << 1 != 0 && float_exponent(bits) < *out) *out = float_exponent(bits);
    }
    return true;
}

static bool powers_of_floats(const PowerValues *values, uint32_t count, Powers *out)
{
    uint32_t least = 0;
    Wide value;
    if (!least_exponent(values, &least)) return false;
    for (size_t i = 0; i < values->count; i++) {
        uint64_t bits = float_bits(values->floats[i]);
        if (bits << 1 == 0) continue;
        wide_from_magnitude(float_mantissa(bits), float_exponent(bits) - least, (bits & FLOAT_SIGN_BIT) != 0, &value);
        powers_add(out, &value, count);
    }
    return true;
}

static bool powers_of(const PowerValues *values, uint32_t count, Powers *out)
{
    Wide value;
    *out = (Powers){0};
    wide_from_u64(values->count, 0, &out->count);
    if (values->integers == NULL) return powers_of_floats(values, count, out);
    for (size_t i = 0; i < values->count; i++) {
        Int128 integer = values->integers[i];
        wide_from_magnitude(integer < 0 ? -(Uint128)integer : (Uint128)integer, 0, integer < 0, &value);
        powers_add(out, &value, count);
    }
    return true;
}

/// factor * product of up to four parts, each the count (0) or a power sum (1 to 4).
typedef struct Term {
    int factor;
    uint8_t part_count;
    uint8_t parts[POWERS_MAX];
} Term;

static void add_term(const Powers *powers, const Term *term, Wide *sum)
{
    Wide product;
    wide_from_u64((uint64_t)(term->factor < 0 ? -term->factor : term->factor), 0, &product);
    for (uint32_t i = 0; i < term->part_count; i++) {
        Wide before = product;
        wide_multiply(&before, term->parts[i] == 0 ? &powers->count : &powers->sums[term->parts[i] - 1], &product);
    }
    if (term->factor < 0 && product.end > product.low) product.negative = !product.negative;
    wide_accumulate(sum, &product);
}

static Scaled add_terms(const Powers *powers, const Term *terms, size_t count)
{
    Wide sum = {0};
    for (size_t i = 0; i < count; i++) add_term(powers, &terms[i], &sum);
    return wide_round(&sum, 0, EXPONENT_LOW);
}

static const Term SECOND[] = {{1, 2, {0, 2}}, {-1, 2, {1, 1}}};
static const Term THIRD[] = {{1, 3, {0, 0, 3}}, {-3, 3, {0, 1, 2}}, {2, 3, {1, 1, 1}}};
static const Term FOURTH[] = {{1, 4, {0, 0, 0, 4}}, {-4, 4, {0, 0, 1, 3}}, {6, 4, {0, 1, 1, 2}}, {-3, 4, {1, 1, 1, 1}}};

bool exact_skewness(const PowerValues *values, double *out)
{
    Powers powers;
    *out = float_nan();
    if (!powers_of(values, 3, &powers)) return true;
    Scaled second = add_terms(&powers, SECOND, COUNT_OF(SECOND));
    Scaled third = add_terms(&powers, THIRD, COUNT_OF(THIRD));
    if (second.fraction == 0) return false;
    bool odd = (second.exponent & 1) != 0;
    double root = pinned_sqrt(odd ? second.fraction * 2 : second.fraction);
    int exponent = third.exponent - second.exponent - (second.exponent - odd) / 2;
    *out = pinned_scale(third.fraction / (second.fraction * root), exponent);
    return true;
}

bool exact_kurtosis(const PowerValues *values, double *out)
{
    Powers powers;
    *out = float_nan();
    if (!powers_of(values, 4, &powers)) return true;
    Scaled second = add_terms(&powers, SECOND, COUNT_OF(SECOND));
    Scaled fourth = add_terms(&powers, FOURTH, COUNT_OF(FOURTH));
    if (second.fraction == 0) return false;
    double quotient = fourth.fraction / (second.fraction * second.fraction);
    *out = pinned_scale(quotient, fourth.exponent - 2 * second.exponent) - 3;
    return true;
}
