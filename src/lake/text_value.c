#include "lake/text_value_internal.h"

#include "frame/json_value.h"
#include "lake/text_time_internal.h"
#include "number/parse.h"
#include "text/duration.h"
#include "text/json.h"
#include "text/timestamp.h"

enum { TEXT_SHOWN_MAX = 64 };

/// What an integer type holds.
static const struct {
    int64_t minimum;
    int64_t maximum;
} int_ranges[TYPE_COUNT] = {
    [TYPE_INT8] = {INT8_MIN, INT8_MAX},    [TYPE_INT16] = {INT16_MIN, INT16_MAX}, [TYPE_INT32] = {INT32_MIN, INT32_MAX},
    [TYPE_INT64] = {INT64_MIN, INT64_MAX}, [TYPE_UINT8] = {0, UINT8_MAX},         [TYPE_UINT16] = {0, UINT16_MAX},
    [TYPE_UINT32] = {0, UINT32_MAX},       [TYPE_UINT64] = {0, INT64_MAX},
};

static bool text_error(Type type, Str text, const char *why, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    type_name(type, name);
    const char *cut = text.size > TEXT_SHOWN_MAX ? "..." : "";
    return error_set(err, ERROR_DATA, "bad %s '%.*s%s'%s", name, STR_ARG(str_slice(text, 0, TEXT_SHOWN_MAX)), cut, why);
}

static bool bool_push(Column *column, Str text, Error *err)
{
    static const Str words[] = {STR_INIT("false"), STR_INIT("true"), STR_INIT("False"), STR_INIT("True"),
                                STR_INIT("FALSE"), STR_INIT("TRUE"), STR_INIT("f"),     STR_INIT("t"),
                                STR_INIT("0"),     STR_INIT("1")};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_equal(text, words[i])) return column_push_bool(column, i % 2 == 1, err);
    }
    return text_error(column->type, text, "", err);
}

static bool int_push(Column *column, Str text, Error *err)
{
    int64_t value = 0;
    if (!number_parse_int64(text, &value, NULL)) return text_error(column->type, text, "", err);
    if (value < int_ranges[column->type.id].minimum || value > int_ranges[column->type.id].maximum) {
        return text_error(column->type, text, ": out of range", err);
    }
    return column_push_int(column, value, err);
}

static bool float_push(Column *column, Str text, Error *err)
{
    double value = 0;
    if (!number_parse_double(text, &value, NULL)) return text_error(column->type, text, "", err);
    if (column->type.id == TYPE_FLOAT32) value = (double)(float)value;
    return column_push_float(column, value, err);
}

static Int128 power_of_ten(unsigned exponent)
{
    Int128 power = 1;
    for (unsigned i = 0; i < exponent; i++) power *= 10;
    return power;
}

static bool decimal_push(Column *column, Str text, Error *err)
{
    Int128 value = 0;
    if (!number_parse_decimal(text, column->type.scale, &value, NULL)) return text_error(column->type, text, "", err);
    Int128 limit = power_of_ten(column->type.precision);
    if (value >= limit || value <= -limit) return text_error(column->type, text, ": out of range", err);
    return column_push_decimal(column, value, err);
}

static bool date_push(Column *column, Str text, Error *err)
{
    int32_t days = 0;
    TRY(date_parse(text, &days, err));
    return column_push_int(column, days, err);
}

/// In the column's unit; false when a part of it would be lost.
static bool time_in_unit(const TimeText *time, TypeId unit, int64_t *out)
{
    int64_t us_per_unit = unit == TYPE_TIMESTAMP_S    ? MICROSECONDS_PER_SECOND
                          : unit == TYPE_TIMESTAMP_MS ? MICROSECONDS_PER_MILLISECOND
                                                      : 1;
    if (unit == TYPE_TIMESTAMP_NS) return time_text_ns(time, out);
    *out = time->us / us_per_unit;
    return time->ns_rest == 0 && time->us % us_per_unit == 0;
}

static bool timestamp_push(Column *column, Str text, Error *err)
{
    TimeText time = {0};
    int64_t value = 0;
    TRY(time_text_parse(text, &time, err));
    if (column->type.zoned && !time.has_offset) return text_error(column->type, text, ": it has no offset", err);
    if (!column->type.zoned && time.has_offset) {
        return text_error(column->type, text, ": it has an offset; the type is 'with time zone' then", err);
    }
    if (!time_in_unit(&time, column->type.id, &value)) {
        return text_error(column->type, text, ": it does not fit into the type's unit", err);
    }
    return column_push_int(column, value, err);
}

/// A list or map as JSON.
static bool nested_push(Column *column, Str text, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    Error inner = {0};
    const JsonContext context = {.what = "a value", .kind = ERROR_DATA};
    if (json_parse(STR("text"), text, &arena, &document, &inner) &&
        column_push_json(column, document.root, &context, &inner)) {
        return true;
    }
    return inner.kind == ERROR_DATA ? text_error(column->type, text, "", err)
                                    : error_set(err, inner.kind, "%s", inner.text);
}

bool text_push(Column *column, Str text, Error *err)
{
    if (column->type.id == TYPE_STRING) return column_push_string(column, text, err);
    text = str_trim(text);
    if (text.size == 0) return column_push_null(column, err);
    if (type_is_nested(column->type)) return nested_push(column, text, err);
    if (type_is_integer(column->type)) return int_push(column, text, err);
    if (type_is_timestamp(column->type)) return timestamp_push(column, text, err);
    switch (column->type.id) {
    case TYPE_BOOL:
        return bool_push(column, text, err);
    case TYPE_DECIMAL:
        return decimal_push(column, text, err);
    case TYPE_DATE:
        return date_push(column, text, err);
    default:
        return float_push(column, text, err);
    }
}
