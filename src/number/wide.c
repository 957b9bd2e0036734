#include "number/wide_internal.h"

#include "number/pinned.h"

static void wide_trim(Wide *wide)
{
    while (wide->end > wide->low && wide->digits[wide->end - 1] == 0) wide->end--;
    while (wide->low < wide->end && wide->digits[wide->low] == 0) wide->low++;
    if (wide->low != wide->end) return;
    wide->low = 0;
    wide->end = 0;
    wide->negative = false;
}

/// Settles the carries of `sign` times the chunks into digits; gives the carry out of the last: negative when the value is.
static int64_t digits_from_chunks(const ExactSum *sum, int64_t sign, Wide *out)
{
    int64_t carry = 0;
    for (uint32_t i = out->low; i < out->end; i++) {
        int64_t value = sign * sum->chunks[i] + carry;
        out->digits[i] = (uint32_t)value;
        carry = value >> EXACT_SUM_CHUNK_BITS;
    }
    return carry;
}

void wide_from_sum(const ExactSum *sum, Wide *out)
{
    out->end = sum->end;
    out->low = sum->reach == 0 ? sum->end : EXACT_SUM_CHUNKS - sum->reach;
    int64_t carry = digits_from_chunks(sum, 1, out);
    out->negative = carry < 0;
    if (out->negative) carry = digits_from_chunks(sum, -1, out);
    if (carry != 0) out->digits[out->end++] = (uint32_t)carry;
    wide_trim(out);
}

void wide_from_u64(uint64_t value, uint32_t shift, Wide *out)
{
    out->low = shift;
    out->end = shift + 2;
    out->negative = false;
    out->digits[shift] = (uint32_t)value;
    out->digits[shift + 1] = (uint32_t)(value >> 32);
    wide_trim(out);
}

void wide_multiply(const Wide *left, const Wide *right, Wide *out)
{
    out->low = left->low + right->low;
    out->end = left->end + right->end;
    out->negative = left->negative != right->negative;
    CHECK(out->end <= WIDE_DIGITS);
    for (uint32_t i = out->low; i < out->end; i++) out->digits[i] = 0;
    for (uint32_t i = left->low; i < left->end; i++) {
        uint64_t carry = 0;
        for (uint32_t j = right->low; j < right->end; j++) {
            uint64_t value = (uint64_t)left->digits[i] * right->digits[j] + out->digits[i + j] + carry;
            out->digits[i + j] = (uint32_t)value;
            carry = value >> 32;
        }
        out->digits[i + right->end] = (uint32_t)carry;
    }
    wide_trim(out);
}

static uint32_t wide_digit(const Wide *wide, uint32_t i)
{
    return i >= wide->low && i < wide->end ? wide->digits[i] : 0;
}

/// Digits of `sign_left` left + `sign_right` right over [low, end); gives the carry out.
static int64_t digits_combine(const Wide *left, int64_t sign_left, const Wide *right, int64_t sign_right, Wide *out)
{
    int64_t carry = 0;
    for (uint32_t i = out->low; i < out->end; i++) {
        int64_t value = sign_left * wide_digit(left, i) + sign_right * wide_digit(right, i) + carry;
        out->digits[i] = (uint32_t)value;
        carry = value >> 32;
    }
    return carry;
}

void wide_subtract(const Wide *left, const Wide *right, Wide *out)
{
    int64_t sign_left = left->negative ? -1 : 1;
    int64_t sign_right = right->negative ? 1 : -1;

    out->low = left->low < right->low ? left->low : right->low;
    out->end = left->end > right->end ? left->end : right->end;
    CHECK(out->end < WIDE_DIGITS);
    int64_t carry = digits_combine(left, sign_left, right, sign_right, out);
    out->negative = carry < 0;
    if (out->negative) carry = digits_combine(left, -sign_left, right, -sign_right, out);
    out->digits[out->end++] = (uint32_t)carry;
    wide_trim(out);
}

/// The 64 bits from bit `bit` upwards.
static uint64_t wide_bits(const Wide *wide, uint32_t bit)
{
    uint32_t i = bit / 32;
    uint32_t shift = bit % 32;
    uint64_t low = wide_digit(wide, i) | (uint64_t)wide_digit(wide, i + 1) << 32;
    uint64_t high = wide_digit(wide, i + 2);
    return shift == 0 ? low : low >> shift | high << (64 - shift);
}

/// Whether any bit below `bit` is set.
static bool wide_has_bits_below(const Wide *wide, uint32_t bit)
{
    if (wide->low < bit / 32) return true; // the lowest digit is not zero
    return (wide_digit(wide, bit / 32) & (((uint32_t)1 << bit % 32) - 1)) != 0;
}

/// wide / 2^bit, to nearest even; at most 2^53 by the choice of `bit`.
static uint64_t wide_shift_rounded(const Wide *wide, uint32_t bit)
{
    uint64_t kept = wide_bits(wide, bit);
    if (bit == 0) return kept;
    bool half = (wide_bits(wide, bit - 1) & 1) != 0;
    bool up = half && ((kept & 1) != 0 || wide_has_bits_below(wide, bit - 1));
    return kept + up;
}

Scaled wide_round(const Wide *wide, int point_bits, int exponent_min)
{
    if (wide->low == wide->end) return (Scaled){0.0, 0};
    int top = (int)wide->end * 32 - 1 - __builtin_clz(wide->digits[wide->end - 1]);
    int bit = top < 52 ? 0 : top - 52;
    if (bit < exponent_min + point_bits) bit = exponent_min + point_bits;
    double fraction = (double)wide_shift_rounded(wide, (uint32_t)bit);
    return (Scaled){wide->negative ? -fraction : fraction, bit - point_bits};
}

double scaled_to_double(Scaled scaled)
{
    return pinned_scale(scaled.fraction, scaled.exponent);
}
