#include "number/parse.h"

#include "number/int_sum.h"
#include "number/parse_internal.h"

enum { QUOTED_BYTES_MAX = 60 };

bool parse_refuse(Str text, const char *what, Error *err)
{
    bool cut = text.size > QUOTED_BYTES_MAX;
    Str quoted = str_slice(text, 0, QUOTED_BYTES_MAX);
    return error_set(err, ERROR_DATA, "bad %s '%.*s%s'", what, STR_ARG(quoted), cut ? "..." : "");
}

static bool refuse_overflow(Str text, const char *what, Error *err)
{
    return error_set(err, ERROR_DATA, "'%.*s' does not fit in %s", STR_ARG(str_slice(text, 0, QUOTED_BYTES_MAX)), what);
}

/// Takes an optional sign off the front.
static bool take_sign(Str *rest)
{
    bool negative = rest->size > 0 && rest->data[0] == '-';
    if (negative || (rest->size > 0 && rest->data[0] == '+')) *rest = str_slice(*rest, 1, rest->size);
    return negative;
}

static bool all_digits(Str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!byte_is_digit(text.data[i])) return false;
    }
    return true;
}

/// *value = *value * 10 + each digit; false when that would pass `limit`.
static bool append_digits(Str digits, Uint128 limit, Uint128 *value)
{
    for (size_t i = 0; i < digits.size; i++) {
        uint32_t digit = (uint32_t)(digits.data[i] - '0');
        if (digit > limit || *value > (limit - digit) / 10) return false;
        *value = *value * 10 + digit;
    }
    return true;
}

/// The magnitude of [+-] digits, at most `limit` or `limit_negative`.
static bool parse_integer(Str text, const char *type, Uint128 limit, Uint128 limit_negative, Int128 *out, Error *err)
{
    Str rest = text;
    Uint128 magnitude = 0;
    bool negative = take_sign(&rest);
    if (rest.size == 0 || text.size > NUMBER_PARSE_BYTES_MAX || !all_digits(rest)) {
        return parse_refuse(text, "integer", err);
    }
    if (!append_digits(rest, negative ? limit_negative : limit, &magnitude)) return refuse_overflow(text, type, err);
    *out = negative ? -(Int128)magnitude : (Int128)magnitude;
    return true;
}

bool number_parse_int64(Str text, int64_t *out, Error *err)
{
    Int128 value = 0;
    TRY(parse_integer(text, "int64", INT64_MAX, (Uint128)INT64_MAX + 1, &value, err));
    *out = (int64_t)value;
    return true;
}

bool number_parse_uint64(Str text, uint64_t *out, Error *err)
{
    Int128 value = 0;
    TRY(parse_integer(text, "uint64", UINT64_MAX, 0, &value, err));
    *out = (uint64_t)value;
    return true;
}

static Str trim_zeros_right(Str digits)
{
    while (digits.size > 0 && digits.data[digits.size - 1] == '0') digits.size--;
    return digits;
}

bool number_parse_decimal(Str text, uint32_t scale, Int128 *out, Error *err)
{
    const Uint128 limit = (Uint128)10000000000000000000U * 10000000000000000000U - 1; // 10^38 - 1
    Str rest = text;
    Uint128 magnitude = 0;
    CHECK(scale <= DECIMAL_SCALE_MAX);
    bool negative = take_sign(&rest);
    size_t point = str_find(rest, '.');
    Str whole = str_slice(rest, 0, point);
    Str places = str_slice(rest, point + 1, rest.size);
    if (whole.size + places.size == 0 || text.size > NUMBER_PARSE_BYTES_MAX || !all_digits(whole) ||
        !all_digits(places)) {
        return parse_refuse(text, "decimal", err);
    }
    places = trim_zeros_right(places);
    if (places.size > scale) return refuse_overflow(text, "the decimal's scale", err);
    bool fits = append_digits(whole, limit, &magnitude) && append_digits(places, limit, &magnitude);
    for (size_t i = places.size; i < scale; i++) fits = fits && append_digits(STR("0"), limit, &magnitude);
    if (!fits) return refuse_overflow(text, "a decimal of 38 digits", err);
    *out = negative ? -(Int128)magnitude : (Int128)magnitude;
    return true;
}
