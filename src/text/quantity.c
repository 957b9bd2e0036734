#include "text/quantity.h"

#include <inttypes.h>
#include <stdio.h>

#include "number/parse.h"

enum { QUANTITY_BYTES_MAX = 64 };

typedef struct SizeUnit {
    Str name;
    uint64_t bytes;
} SizeUnit;

static const SizeUnit SIZE_UNITS[] = {
    {STR_INIT(""), 1},
    {STR_INIT("B"), 1},
    {STR_INIT("kB"), UINT64_C(1000)},
    {STR_INIT("KB"), UINT64_C(1000)},
    {STR_INIT("MB"), UINT64_C(1000000)},
    {STR_INIT("GB"), UINT64_C(1000000000)},
    {STR_INIT("TB"), UINT64_C(1000000000000)},
    {STR_INIT("PB"), UINT64_C(1000000000000000)},
    {STR_INIT("KiB"), UINT64_C(1) << 10},
    {STR_INIT("MiB"), UINT64_C(1) << 20},
    {STR_INIT("GiB"), UINT64_C(1) << 30},
    {STR_INIT("TiB"), UINT64_C(1) << 40},
    {STR_INIT("PiB"), UINT64_C(1) << 50},
};

static bool quantity_error(const char *what, Str text, Error *err, const char *why)
{
    return error_set(err, ERROR_CONFIG, "bad %s '%.*s': %s", what, STR_ARG(str_slice(text, 0, QUANTITY_BYTES_MAX)),
                     why);
}

bool size_parse(Str text, uint64_t *out_bytes, Error *err)
{
    size_t digits = 0;
    while (digits < text.size && byte_is_digit(text.data[digits])) digits++;
    if (digits == 0) return quantity_error("size", text, err, "a whole number and a unit are expected, as in 4GiB");

    Str name = str_trim(str_slice(text, digits, text.size));
    for (size_t i = 0; i < COUNT_OF(SIZE_UNITS); i++) {
        if (!str_equal(SIZE_UNITS[i].name, name)) continue;
        uint64_t count;
        uint64_t bytes;
        if (digits > QUANTITY_BYTES_MAX || !number_parse_uint64(str_slice(text, 0, digits), &count, NULL) ||
            __builtin_mul_overflow(count, SIZE_UNITS[i].bytes, &bytes)) {
            return quantity_error("size", text, err, "too great");
        }
        *out_bytes = bytes;
        return true;
    }
    return quantity_error("size", text, err, "unknown unit; units are B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB");
}

QuantityText size_format(uint64_t bytes)
{
    static const char *const NAMES[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    QuantityText out;
    if (bytes < 1024) {
        snprintf(out.text, sizeof(out.text), "%" PRIu64 " B", bytes);
        return out;
    }
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < COUNT_OF(NAMES)) {
        value /= 1024;
        unit++;
    }
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    snprintf(out.text, sizeof(out.text), "%.*f %s", decimals, value, NAMES[unit]);
    return out;
}

QuantityText count_format(int64_t count)
{
    char digits[24];
    int size = snprintf(digits, sizeof(digits), "%" PRId64, count);
    QuantityText out = {""};
    size_t used = 0;
    for (int i = 0; i < size; i++) {
        bool separates = i > 0 && digits[i - 1] != '-' && (size - i) % 3 == 0;
        if (separates) out.text[used++] = ',';
        out.text[used++] = digits[i];
    }
    return out;
}

/// Digits, a point, an exponent; what number_parse_double takes beyond that (a sign, nan) is for the caller.
static bool is_decimal(Str text)
{
    bool starts_well = text.size > 0 && (byte_is_digit(text.data[0]) || text.data[0] == '.');
    return starts_well && text.size <= QUANTITY_BYTES_MAX;
}

/// With the decimal point moved by two, so that the result is rounded once.
static bool percent_value(Str number, double *out)
{
    char shifted[QUANTITY_BYTES_MAX + 4];
    if (!is_decimal(number) || str_find(number, 'e') < number.size || str_find(number, 'E') < number.size) return false;
    int size = snprintf(shifted, sizeof(shifted), "%.*se-2", STR_ARG(number));
    return number_parse_double((Str){shifted, (size_t)size}, out, NULL);
}

bool percent_parse(Str text, double *out_fraction, Error *err)
{
    if (!str_ends(text, STR("%")) || !percent_value(str_trim(str_slice(text, 0, text.size - 1)), out_fraction)) {
        return quantity_error("percentage", text, err, "a number and % are expected, as in 70%");
    }
    return true;
}

bool fraction_parse(Str text, double *out_fraction, Error *err)
{
    if (str_ends(text, STR("%"))) return percent_parse(text, out_fraction, err);
    if (!is_decimal(text) || !number_parse_double(text, out_fraction, NULL)) {
        return quantity_error("fraction", text, err, "a percentage or a number is expected, as in 70% or 0.7");
    }
    return true;
}

static const Str COMPARISON_NAMES[COMPARISON_KIND_COUNT] = {
    [COMPARISON_EQUAL] = STR_INIT("=="),  [COMPARISON_NOT_EQUAL] = STR_INIT("!="),
    [COMPARISON_LESS] = STR_INIT("<"),    [COMPARISON_AT_MOST] = STR_INIT("<="),
    [COMPARISON_GREATER] = STR_INIT(">"), [COMPARISON_AT_LEAST] = STR_INIT(">="),
};

const char *comparison_kind_name(ComparisonKind kind)
{
    return COMPARISON_NAMES[kind].data;
}

/// Takes the operator off the front of `*rest`; none means equal. The longest name that fits is meant.
static ComparisonKind comparison_kind_take(Str *rest)
{
    ComparisonKind found = COMPARISON_EQUAL;
    size_t size = str_starts(*rest, STR("=")) ? 1 : 0;
    for (ComparisonKind kind = 0; kind < COMPARISON_KIND_COUNT; kind++) {
        if (!str_starts(*rest, COMPARISON_NAMES[kind]) || COMPARISON_NAMES[kind].size < size) continue;
        found = kind;
        size = COMPARISON_NAMES[kind].size;
    }
    *rest = str_trim(str_slice(*rest, size, rest->size));
    return found;
}

/// A signed number or percentage; infinities and NaN are no bounds.
static bool signed_value(Str text, double *out)
{
    bool negative = str_starts(text, STR("-"));
    double value;
    if (!fraction_parse(str_slice(text, negative ? 1 : 0, text.size), &value, NULL)) return false;
    if (value > 1.7976931348623157e308) return false;
    *out = negative ? -value : value;
    return true;
}

bool comparison_parse(Str text, Comparison *out, Error *err)
{
    Str rest = str_trim(text);
    Comparison comparison = {.kind = comparison_kind_take(&rest)};
    if (!signed_value(rest, &comparison.value)) {
        return quantity_error("condition", text, err, "a comparison and a number are expected, as in >= 1000");
    }
    *out = comparison;
    return true;
}

bool comparison_holds(const Comparison *comparison, double left)
{
    switch (comparison->kind) {
    case COMPARISON_EQUAL:
        return left == comparison->value;
    case COMPARISON_NOT_EQUAL:
        return left != comparison->value;
    case COMPARISON_LESS:
        return left < comparison->value;
    case COMPARISON_AT_MOST:
        return left <= comparison->value;
    case COMPARISON_GREATER:
        return left > comparison->value;
    case COMPARISON_AT_LEAST:
        return left >= comparison->value;
    case COMPARISON_KIND_COUNT:
        break;
    }
    return false;
}
