/// Decimal text to the nearest double. Short numbers take one exact multiplication or division (Clinger 1990); all others
/// are divided out in natural numbers.
#include "number/big_internal.h"
#include "number/float_order.h"
#include "number/parse.h"
#include "number/parse_internal.h"
#include "number/wide_internal.h"

enum {
    HEAD_DIGITS = 19,           ///< fit in 64 bits
    DIGITS_MAX = 800,           ///< more than any tie between two doubles has
    EXPONENT_TEXT_MAX = 100000, ///< where counting stops; longer than any text's digits
    EXPONENT_OVERFLOW = 310,    ///< 10^310 is an infinity
    EXPONENT_UNDERFLOW = -330,  ///< 10^-330 is zero
    QUOTIENT_BITS = 62,
    EXACT_POWERS = 23,
    LEAST_EXPONENT = -1074
};

/// digits * 10^exponent, where digits are the `digit_count` digits from `first`, skipping a point.
typedef struct Decimal {
    const char *first; ///< the first digit that is not 0
    size_t digit_count;
    uint64_t head; ///< its first 19 digits
    int64_t exponent;
} Decimal;

typedef struct Scanner {
    const char *at;
    const char *end;
} Scanner;

static bool scan_char(Scanner *scanner, char lower)
{
    if (scanner->at == scanner->end || (*scanner->at | 0x20) != (lower | 0x20)) return false;
    scanner->at++;
    return true;
}

static bool scan_sign(Scanner *scanner)
{
    bool negative = scanner->at < scanner->end && *scanner->at == '-';
    if (negative || (scanner->at < scanner->end && *scanner->at == '+')) scanner->at++;
    return negative;
}

/// Takes digits into the number; gives how many there were, leading zeros included.
static size_t scan_digits(Scanner *scanner, Decimal *out)
{
    const char *begin = scanner->at;
    for (; scanner->at < scanner->end && byte_is_digit(*scanner->at); scanner->at++) {
        if (out->digit_count == 0) {
            if (*scanner->at == '0') continue;
            out->first = scanner->at;
        }
        if (out->digit_count < HEAD_DIGITS) out->head = out->head * 10 + (uint64_t)(*scanner->at - '0');
        out->digit_count++;
    }
    return (size_t)(scanner->at - begin);
}

static bool scan_exponent(Scanner *scanner, int64_t *out)
{
    int64_t exponent = 0;
    bool negative = scan_sign(scanner);
    const char *begin = scanner->at;
    for (; scanner->at < scanner->end && byte_is_digit(*scanner->at); scanner->at++) {
        if (exponent < EXPONENT_TEXT_MAX) exponent = exponent * 10 + (*scanner->at - '0');
    }
    *out += negative ? -exponent : exponent;
    return scanner->at > begin;
}

static bool scan_decimal(Scanner *scanner, Decimal *out)
{
    size_t count = scan_digits(scanner, out);
    if (scanner->at < scanner->end && *scanner->at == '.') {
        scanner->at++;
        size_t places = scan_digits(scanner, out);
        out->exponent = -(int64_t)places;
        count += places;
    }
    if (count == 0) return false;
    return !scan_char(scanner, 'e') || scan_exponent(scanner, &out->exponent);
}

/// "nan", "inf" or "infinity", in any case.
static bool scan_word(Scanner scanner, double *out)
{
    static const struct {
        Str word;
        uint64_t bits;
    } words[] = {
        {{"nan", 3}, FLOAT_NAN_BITS}, {{"inf", 3}, FLOAT_INFINITY_BITS}, {{"infinity", 8}, FLOAT_INFINITY_BITS}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        Scanner rest = scanner;
        size_t matched = 0;
        while (matched < words[i].word.size && scan_char(&rest, words[i].word.data[matched])) matched++;
        if (matched < words[i].word.size || rest.at != rest.end) continue;
        *out = float_from_bits(words[i].bits);
        return true;
    }
    return false;
}

/// Both operands are exact, so the one operation rounds once.
static bool convert_short(const Decimal *decimal, double *out)
{
    static const double powers[EXACT_POWERS] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (decimal->digit_count > HEAD_DIGITS || decimal->head > (uint64_t)1 << 53) return false;
    if (decimal->exponent <= -EXACT_POWERS || decimal->exponent >= EXACT_POWERS) return false;
    double head = (double)decimal->head;
    *out = decimal->exponent < 0 ? head / powers[-decimal->exponent] : head * powers[decimal->exponent];
    return true;
}

/// Whether any of `count` digits from `at`, skipping a point, is not 0.
static bool has_digit_above_zero(const char *at, size_t count)
{
    for (; count > 0; at++) {
        if (*at == '.') continue;
        if (*at != '0') return true;
        count--;
    }
    return false;
}

/// All digits as a natural number. Of more than DIGITS_MAX, the rest only counts as being zero or not.
static void digits_to_big(const Decimal *decimal, Big *out, int64_t *out_exponent)
{
    size_t count = decimal->digit_count < DIGITS_MAX ? decimal->digit_count : DIGITS_MAX;
    size_t rest = decimal->digit_count - count;
    const char *at = decimal->first;
    big_set(out, 0);
    for (size_t taken = 0; taken < count; at++) {
        if (*at == '.') continue;
        big_multiply_add(out, 10, (uint32_t)(*at - '0'));
        taken++;
    }
    big_multiply_add(out, 10, has_digit_above_zero(at, rest) ? 1 : 0);
    *out_exponent = decimal->exponent + (int64_t)rest - 1;
}

/// quotient * 2^-*out_point is above / below, its lowest bit also standing for what was cut. Spoils both.
static uint64_t divide_bits(Big *above, Big *below, int *out_point)
{
    int shift = QUOTIENT_BITS + (int)big_bit_count(below) - (int)big_bit_count(above);
    uint64_t quotient = 0;
    *out_point = shift + 1;
    if (shift > 0) big_shift_left(above, (uint32_t)shift);
    big_shift_left(below, (uint32_t)(shift < 0 ? QUOTIENT_BITS - shift : QUOTIENT_BITS));
    for (int i = 0; i <= QUOTIENT_BITS; i++) {
        bool fits = big_compare(above, below) >= 0;
        if (fits) big_subtract(above, below);
        quotient = quotient << 1 | fits;
        big_shift_left(above, 1);
    }
    return quotient << 1 | (above->count != 0);
}

static double convert_long(const Decimal *decimal)
{
    Big above;
    Big below;
    Wide wide;
    int64_t exponent = 0;
    int point = 0;
    digits_to_big(decimal, &above, &exponent);
    big_set(&below, 1);
    if (exponent < 0) {
        big_multiply_power_of_ten(&below, (uint32_t)-exponent);
    } else {
        big_multiply_power_of_ten(&above, (uint32_t)exponent);
    }
    wide_from_u64(divide_bits(&above, &below, &point), 0, &wide);
    return scaled_to_double(wide_round(&wide, point, LEAST_EXPONENT));
}

static double convert(const Decimal *decimal)
{
    double value = 0;
    int64_t magnitude = (int64_t)decimal->digit_count + decimal->exponent; // below 10^magnitude
    if (decimal->digit_count == 0 || magnitude < EXPONENT_UNDERFLOW) return 0;
    if (magnitude > EXPONENT_OVERFLOW) return float_infinity();
    return convert_short(decimal, &value) ? value : convert_long(decimal);
}

bool number_parse_double(Str text, double *out, Error *err)
{
    Decimal decimal = {0};
    double value = 0;
    if (text.size == 0 || text.size > NUMBER_PARSE_BYTES_MAX) return parse_refuse(text, "number", err);
    Scanner scanner = {text.data, text.data + text.size};
    bool negative = scan_sign(&scanner);
    if (!scan_word(scanner, &value)) {
        if (!scan_decimal(&scanner, &decimal) || scanner.at != scanner.end) return parse_refuse(text, "number", err);
        value = convert(&decimal);
    }
    *out = float_canonical(negative ? -value : value);
    return true;
}
