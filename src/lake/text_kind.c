#include "lake/text_time_internal.h"
#include "lake/text_value_internal.h"
#include "number/parse.h"
#include "text/timestamp.h"

static const struct {
    uint32_t kind;
    Type type;
} kind_types[] = {
    {TEXT_BOOL, {.id = TYPE_BOOL}},
    {TEXT_INT, {.id = TYPE_INT64}},
    {TEXT_DECIMAL, {.id = TYPE_DECIMAL, .precision = 38}},
    {TEXT_FLOAT, {.id = TYPE_FLOAT64}},
    {TEXT_DATE, {.id = TYPE_DATE}},
    {TEXT_TIMESTAMP, {.id = TYPE_TIMESTAMP_US}},
    {TEXT_TIMESTAMP_NS, {.id = TYPE_TIMESTAMP_NS}},
    {TEXT_INSTANT, {.id = TYPE_TIMESTAMP_US, .zoned = true}},
    {TEXT_INSTANT_NS, {.id = TYPE_TIMESTAMP_NS, .zoned = true}},
    {TEXT_INT_LIST, {.id = TYPE_LIST, .item = TYPE_INT64}},
    {TEXT_FLOAT_LIST, {.id = TYPE_LIST, .item = TYPE_FLOAT64}},
};

Type text_type_of_kinds(uint32_t kinds)
{
    for (size_t i = 0; i < COUNT_OF(kind_types); i++) {
        if ((kinds & kind_types[i].kind) != 0) return kind_types[i].type;
    }
    return TYPE_OF(TYPE_STRING);
}

static bool text_is_bool(Str text)
{
    static const Str words[] = {STR_INIT("true"),  STR_INIT("false"), STR_INIT("True"),
                                STR_INIT("False"), STR_INIT("TRUE"),  STR_INIT("FALSE")};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_equal(text, words[i])) return true;
    }
    return false;
}

static size_t digits_skip(Str text, size_t i)
{
    while (i < text.size && text.data[i] >= '0' && text.data[i] <= '9') i++;
    return i;
}

/// Digits with a point among or behind them, signed or not: a float, found without computing which.
static bool text_is_plain_float(Str text)
{
    size_t begin = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+');
    size_t point = digits_skip(text, begin);
    if (text.size > NUMBER_PARSE_BYTES_MAX || point == begin || point == text.size || text.data[point] != '.')
        return false;
    return point + 1 < text.size && digits_skip(text, point + 1) == text.size;
}

/// What is an integer is a float as well, so the other parsers need not run.
static uint32_t number_kinds(uint32_t kinds, Str text)
{
    int64_t integer = 0;
    Int128 decimal = 0;
    double number = 0;
    if (text_is_plain_float(text)) return kinds & TEXT_FLOAT;
    if (number_parse_int64(text, &integer, NULL)) return kinds & TEXT_NUMBERS;
    kinds &= (uint32_t)(TEXT_DECIMAL | TEXT_FLOAT);
    if (str_find(text, '.') < text.size || !number_parse_decimal(text, 0, &decimal, NULL)) kinds &= TEXT_FLOAT;
    if (kinds == TEXT_DECIMAL || number_parse_double(text, &number, NULL)) return kinds;
    return 0;
}

static uint32_t time_kinds(uint32_t kinds, Str text)
{
    int32_t days = 0;
    TimeText time = {0};
    uint32_t found = 0;
    if ((kinds & TEXT_DATE) != 0 && date_parse(text, &days, NULL)) found |= TEXT_DATE;
    if (!time_text_parse(text, &time, NULL)) return found;
    bool is_fine = time.ns_rest != 0;
    if (!is_fine) found |= time.has_offset ? TEXT_INSTANT : TEXT_TIMESTAMP;
    int64_t ns = 0;
    if (time_text_ns(&time, &ns)) found |= time.has_offset ? TEXT_INSTANT_NS : TEXT_TIMESTAMP_NS;
    return kinds & found;
}

/// Of "[1, null, 2.5]": a fraction anywhere makes all floats.
static uint32_t list_kinds(uint32_t kinds, Str text)
{
    int64_t integer = 0;
    Str item = {0};
    Str rest = str_slice(text, 1, text.size > 0 ? text.size - 1 : 0);
    while (str_split(&rest, ',', &item)) {
        item = str_trim(item);
        if (item.size == 0 || str_equal(item, STR("null")) || number_parse_int64(item, &integer, NULL)) continue;
        return kinds & TEXT_FLOAT_LIST;
    }
    return kinds & TEXT_LISTS;
}

uint32_t text_narrow_kinds(uint32_t kinds, Str text)
{
    if (kinds == 0) return 0;
    text = str_trim(text);
    if (text.size == 0) return kinds;
    uint32_t left = 0;
    if ((kinds & TEXT_LISTS) != 0) left |= list_kinds(kinds, text);
    if ((kinds & TEXT_BOOL) != 0 && text_is_bool(text)) left |= TEXT_BOOL;
    if ((kinds & TEXT_NUMBERS) != 0) left |= number_kinds(kinds, text);
    if ((kinds & TEXT_TIMES) != 0) left |= time_kinds(kinds, text);
    return left;
}
