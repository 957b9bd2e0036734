/// The shortest decimal text of a double: Steele and White's digit generation ("How to print floating-point numbers
/// accurately", 1990) in natural numbers, after a try at the short decimals that most data is made of.
#include <string.h>

#include "number/big_internal.h"
#include "number/float_order.h"
#include "number/parse.h"
#include "number/pinned.h"

enum {
    DIGITS_MAX = 17,
    SHORT_DIGITS_MAX = 15, ///< any two decimals this short are different doubles
    PLAIN_FROM = -5,       ///< exponents of the first digit that are written without an exponent
    PLAIN_BELOW = 17
};

/// 0.d1d2d3... * 10^exponent.
typedef struct Digits {
    char text[24];
    int count;
    int exponent;
} Digits;

static void digits_from_u64(uint64_t value, Digits *out)
{
    char reversed[24];
    int count = 0;
    for (; value != 0; value /= 10) reversed[count++] = (char)('0' + value % 10);
    out->exponent = count;
    out->count = count;
    for (int i = 0; i < count; i++) out->text[i] = reversed[count - 1 - i];
    while (out->count > 0 && out->text[out->count - 1] == '0') out->count--;
}

/// The decimal n / 10^places with the fewest places, if one of at most 15 digits is the value.
static bool digits_of_short(double value, Digits *out)
{
    double power = 1;
    for (int places = 0; places <= 22; places++, power *= 10) {
        double scaled = value * power;
        if (scaled >= 1e15) return false;
        double whole = pinned_round_even(scaled);
        if (whole == 0 || whole / power != value) continue;
        digits_from_u64((uint64_t)whole, out);
        out->exponent -= places;
        return true;
    }
    return false;
}

/// value = above / below; a digit string is near enough within less_below and less_above, all in the same units.
typedef struct Ratio {
    Big above;
    Big below;
    Big margin_down;
    Big margin_up;
    bool inclusive; ///< the margins themselves round to the value
} Ratio;

static void ratio_from_double(double value, Ratio *out)
{
    uint64_t bits = float_bits(value);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int biased = (int)(bits >> 52);
    bool uneven = fraction == 0 && biased > 1; // the neighbour below is nearer
    uint64_t mantissa = biased == 0 ? fraction : fraction | (uint64_t)1 << 52;
    int exponent = (biased == 0 ? 1 : biased) - 1075;
    uint32_t up = exponent > 0 ? (uint32_t)exponent : 0;
    uint32_t down = exponent < 0 ? (uint32_t)-exponent : 0;

    big_set(&out->above, mantissa);
    big_shift_left(&out->above, up + 2);
    big_set(&out->below, 1);
    big_shift_left(&out->below, down + 2);
    big_set(&out->margin_up, 2);
    big_shift_left(&out->margin_up, up);
    big_set(&out->margin_down, uneven ? 1 : 2);
    big_shift_left(&out->margin_down, up);
    out->inclusive = (mantissa & 1) == 0;
}

static bool ratio_reaches_one(const Ratio *ratio)
{
    int order = big_compare_sum(&ratio->above, &ratio->margin_up, &ratio->below);
    return ratio->inclusive ? order >= 0 : order > 0;
}

static void ratio_multiply_by_ten(Ratio *ratio)
{
    big_multiply_add(&ratio->above, 10, 0);
    big_multiply_add(&ratio->margin_down, 10, 0);
    big_multiply_add(&ratio->margin_up, 10, 0);
}

/// Scales by 10^-exponent such that the value, with its margin, is in [1/10, 1).
static int ratio_normalise(double value, Ratio *ratio)
{
    const double log10_of_2 = 0x1.34413509f79ffp-2;
    int binary = 0;
    pinned_fraction(value, &binary);
    int exponent = (int)pinned_ceil((binary - 1) * log10_of_2 - 1e-10);
    if (exponent > 0) big_multiply_power_of_ten(&ratio->below, (uint32_t)exponent);
    if (exponent < 0) {
        big_multiply_power_of_ten(&ratio->above, (uint32_t)-exponent);
        big_multiply_power_of_ten(&ratio->margin_down, (uint32_t)-exponent);
        big_multiply_power_of_ten(&ratio->margin_up, (uint32_t)-exponent);
    }
    if (ratio_reaches_one(ratio)) {
        big_multiply_add(&ratio->below, 10, 0);
        exponent++;
    }
    return exponent;
}

/// Takes the next digit off the front: ten times the value, whole part.
static int ratio_take_digit(Ratio *ratio)
{
    int digit = 0;
    ratio_multiply_by_ten(ratio);
    for (; big_compare(&ratio->above, &ratio->below) >= 0; digit++) big_subtract(&ratio->above, &ratio->below);
    return digit;
}

static void digits_generate(double value, Digits *out)
{
    Ratio ratio;
    ratio_from_double(value, &ratio);
    out->exponent = ratio_normalise(value, &ratio);
    for (out->count = 0; out->count < DIGITS_MAX + 1;) {
        int digit = ratio_take_digit(&ratio);
        int order = big_compare(&ratio.above, &ratio.margin_down);
        bool low = ratio.inclusive ? order <= 0 : order < 0; // stopping here is near enough
        bool high = ratio_reaches_one(&ratio);               // so is stopping one digit higher
        bool nearer_high = big_compare_sum(&ratio.above, &ratio.above, &ratio.below) > 0;
        out->text[out->count++] = (char)('0' + digit + (high && (!low || nearer_high)));
        if (low || high) return;
    }
}

static size_t append(char *out, size_t size, const char *text, size_t count)
{
    memcpy(out + size, text, count);
    return size + count;
}

static size_t append_zeros(char *out, size_t size, int count)
{
    for (int i = 0; i < count; i++) out[size++] = '0';
    return size;
}

/// Decimal digits of `magnitude`, at least `digit_count_min`, ending before `end`; gives where they begin.
static char *write_backwards(Uint128 magnitude, uint32_t digit_count_min, char *end)
{
    char *at = end;
    for (; magnitude != 0 || end - at < (ptrdiff_t)digit_count_min; magnitude /= 10)
        *--at = (char)('0' + magnitude % 10);
    return at;
}

static size_t write_decimal(Int128 value, uint32_t scale, char *out)
{
    char digits[DECIMAL_TEXT_BYTES_MAX];
    char *end = digits + sizeof(digits);
    Uint128 magnitude = value < 0 ? -(Uint128)value : (Uint128)value;
    char *begin = write_backwards(magnitude, scale + 1, end);
    size_t whole = (size_t)(end - begin) - scale;
    size_t size = 0;

    if (value < 0) out[size++] = '-';
    size = append(out, size, begin, whole);
    if (scale > 0) out[size++] = '.';
    size = append(out, size, begin + whole, scale);
    out[size] = '\0';
    return size;
}

static size_t write_plain(const Digits *digits, char *out)
{
    size_t size = 0;
    int whole = digits->exponent > 0 ? digits->exponent : 0;
    int taken = whole < digits->count ? whole : digits->count;
    size = append(out, size, digits->text, (size_t)taken);
    size = append_zeros(out, size, whole == 0 ? 1 : whole - taken);
    if (taken == digits->count) return size;
    out[size++] = '.';
    size = append_zeros(out, size, digits->exponent < 0 ? -digits->exponent : 0);
    return append(out, size, digits->text + taken, (size_t)(digits->count - taken));
}

static size_t write_scientific(const Digits *digits, char *out)
{
    size_t size = 0;
    int exponent = digits->exponent - 1;
    out[size++] = digits->text[0];
    if (digits->count > 1) out[size++] = '.';
    size = append(out, size, digits->text + 1, (size_t)(digits->count - 1));
    out[size++] = 'e';
    if (exponent > 0) out[size++] = '+';
    return size + write_decimal(exponent, 0, out + size);
}

static size_t write_positive(double value, char *out)
{
    Digits digits;
    if (!digits_of_short(value, &digits)) digits_generate(value, &digits);
    int first = digits.exponent - 1;
    return first >= PLAIN_FROM && first < PLAIN_BELOW ? write_plain(&digits, out) : write_scientific(&digits, out);
}

size_t number_format_double(double value, char out[NUMBER_TEXT_BYTES_MAX])
{
    size_t size = 0;
    if (!float_is_nan(value) && (float_bits(value) & FLOAT_SIGN_BIT) != 0) out[size++] = '-';
    double magnitude = float_from_bits(float_bits(value) & ~FLOAT_SIGN_BIT);
    if (!float_is_finite(value)) {
        size = append(out, size, float_is_nan(value) ? "nan" : "inf", 3);
    } else if (magnitude == 0) {
        out[size++] = '0';
    } else {
        size += write_positive(magnitude, out + size);
    }
    out[size] = '\0';
    return size;
}

size_t number_format_int64(int64_t value, char out[NUMBER_TEXT_BYTES_MAX])
{
    return write_decimal(value, 0, out);
}

size_t number_format_decimal(Int128 value, uint32_t scale, char out[DECIMAL_TEXT_BYTES_MAX])
{
    CHECK(scale <= DECIMAL_SCALE_MAX);
    return write_decimal(value, scale, out);
}
