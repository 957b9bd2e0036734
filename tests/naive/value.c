#include "naive/value.h"

#include <math.h>

#include "naive/json.h"
#include "naive/wide.h"
#include "number/float_order.h"
#include "number/parse.h"
#include "text/timestamp.h"

Value value_null(Type type)
{
    return (Value){.type = type};
}

Value value_bool(bool value)
{
    return (Value){.type = TYPE_OF(TYPE_BOOL), .there = true, .boolean = value};
}

Value value_int(int64_t value)
{
    return (Value){.type = TYPE_OF(TYPE_INT64), .there = true, .integer = value};
}

Value value_float(double value)
{
    return (Value){.type = TYPE_OF(TYPE_FLOAT64), .there = true, .number = float_canonical(value)};
}

Value value_instant(int64_t value)
{
    return (Value){.type = TYPE_INSTANT, .there = true, .integer = value};
}

Value value_string(Str value)
{
    return (Value){.type = TYPE_OF(TYPE_STRING), .there = true, .string = value};
}

static Type decimal_type(uint32_t scale)
{
    return (Type){.id = TYPE_DECIMAL, .precision = 38, .scale = (uint8_t)scale};
}

// Null when it needs more than 38 digits.
Value value_decimal(Int128 value, uint32_t scale)
{
    Value out = {.type = decimal_type(scale)};
    Int128 limit = power_of_ten(38);
    if (value <= -limit || value >= limit) return out;
    out.there = true;
    out.decimal = value;
    return out;
}

Value value_from(const Vector *vector, size_t i)
{
    Value value = {.type = type_computed(vector->type), .there = vector_is_valid(vector, i)};
    if (!value.there) return value;
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        value.boolean = vector->values.bools[i] != 0;
        break;
    case STORAGE_INT:
        value.integer = vector->values.ints[i];
        break;
    case STORAGE_FLOAT:
        value.number = vector->values.floats[i];
        break;
    case STORAGE_DECIMAL:
        value.decimal = vector->values.decimals[i];
        break;
    case STORAGE_STRING:
        value.string = vector->values.strings[i];
        break;
    }
    return value;
}

bool value_push(Column *column, Value value, Error *err)
{
    if (!value.there) return column_push_null(column, err);
    switch (type_storage(value.type)) {
    case STORAGE_BOOL:
        return column_push_bool(column, value.boolean, err);
    case STORAGE_INT:
        return column_push_int(column, value.integer, err);
    case STORAGE_FLOAT:
        return column_push_float(column, float_canonical(value.number), err);
    case STORAGE_DECIMAL:
        return column_push_decimal(column, value.decimal, err);
    case STORAGE_STRING:
        return column_push_string(column, value.string, err);
    }
    return false;
}

bool value_is_true(Value value)
{
    return value.there && value.boolean;
}

static int compare_floats(double left, double right)
{
    if (isnan(left) || isnan(right)) return (isnan(left) ? 1 : 0) - (isnan(right) ? 1 : 0);
    return (left > right) - (left < right);
}

int value_compare(Value left, Value right)
{
    switch (type_storage(left.type)) {
    case STORAGE_BOOL:
        return (int)left.boolean - (int)right.boolean;
    case STORAGE_INT:
        return (left.integer > right.integer) - (left.integer < right.integer);
    case STORAGE_FLOAT:
        return compare_floats(left.number, right.number);
    case STORAGE_DECIMAL:
        return wide_compare_decimals(left.decimal, left.type.scale, right.decimal, right.type.scale);
    case STORAGE_STRING:
        return type_is_nested(left.type) ? value_compare_nested(left, right) : str_compare(left.string, right.string);
    }
    return 0;
}

static int type_rank(Type type)
{
    return type.id == TYPE_INT64 ? 1 : type.id == TYPE_DECIMAL ? 2 : type.id == TYPE_FLOAT64 ? 3 : 0;
}

Type value_join(const Value *values, size_t count)
{
    Type joined = TYPE_OF(TYPE_COUNT);
    for (size_t i = 0; i < count; i++) {
        Type type = values[i].type;
        bool first = joined.id == TYPE_COUNT;
        bool wider = type_rank(type) > type_rank(joined);
        bool scaled = type.id == TYPE_DECIMAL && joined.id == TYPE_DECIMAL && type.scale > joined.scale;
        if (type.id != TYPE_COUNT && (first || wider || scaled)) joined = type;
    }
    return joined;
}

// value * 10^up, null beyond 38 digits.
static Value scale_up(Int128 value, uint32_t up, uint32_t scale)
{
    Int128 scaled = 0;
    if (__builtin_mul_overflow(value, power_of_ten(up), &scaled)) return value_null(decimal_type(scale));
    return value_decimal(scaled, scale);
}

Value value_widen(Value value, Type type)
{
    if (!value.there || type_equal(value.type, type)) {
        value.type = type;
        return value;
    }
    if (type.id == TYPE_FLOAT64) {
        bool integer = value.type.id == TYPE_INT64;
        return value_float(integer ? (double)value.integer : wide_decimal_to_double(value.decimal, value.type.scale));
    }
    if (value.type.id == TYPE_INT64) return scale_up(value.integer, type.scale, type.scale);
    return scale_up(value.decimal, (uint32_t)(type.scale - value.type.scale), type.scale);
}

static Value integer_arithmetic(char operation, int64_t left, int64_t right)
{
    Int128 result = 0;
    bool there = true;
    if (operation == '+') result = (Int128)left + right;
    if (operation == '-') result = (Int128)left - right;
    if (operation == '*') result = (Int128)left * right;
    if (operation == '%') {
        there = right != 0;
        result = there ? (Int128)left % right : 0;
    }
    there = there && result >= INT64_MIN && result <= INT64_MAX;
    return there ? value_int((int64_t)result) : value_null(TYPE_OF(TYPE_INT64));
}

static Value decimal_arithmetic(char operation, Value left, Value right)
{
    uint32_t sum = (uint32_t)left.type.scale + right.type.scale;
    uint32_t scale = left.type.scale > right.type.scale ? left.type.scale : right.type.scale;
    Int128 product = 0;

    if (operation == '*') {
        if (!left.there || !right.there || __builtin_mul_overflow(left.decimal, right.decimal, &product))
            return value_null(decimal_type(sum));
        return value_decimal(product, sum);
    }
    left = value_widen(left, decimal_type(scale));
    right = value_widen(right, decimal_type(scale));
    bool there = left.there && right.there && !(operation == '%' && right.decimal == 0);
    if (!there) return value_null(decimal_type(scale));
    if (operation == '%') return value_decimal(left.decimal % right.decimal, scale);
    return value_decimal(operation == '+' ? left.decimal + right.decimal : left.decimal - right.decimal, scale);
}

static Value float_arithmetic(char operation, double left, double right)
{
    bool divides = operation == '/' || operation == '%';
    if (divides && fpclassify(right) == FP_ZERO) return value_null(TYPE_OF(TYPE_FLOAT64));
    if (operation == '+') return value_float(left + right);
    if (operation == '-') return value_float(left - right);
    if (operation == '*') return value_float(left * right);
    return value_float(operation == '/' ? left / right : fmod(left, right));
}

Value value_arithmetic(char operation, Value left, Value right)
{
    Value pair[2] = {left, right};
    Type type = operation == '/' ? TYPE_OF(TYPE_FLOAT64) : value_join(pair, 2);

    if (type.id == TYPE_DECIMAL) {
        // An integer is a decimal of scale 0.
        if (left.type.id != TYPE_DECIMAL) left = value_widen(left, decimal_type(0));
        if (right.type.id != TYPE_DECIMAL) right = value_widen(right, decimal_type(0));
        return decimal_arithmetic(operation, left, right);
    }
    left = value_widen(left, type);
    right = value_widen(right, type);
    if (!left.there || !right.there) return value_null(type);
    return type.id == TYPE_INT64 ? integer_arithmetic(operation, left.integer, right.integer)
                                 : float_arithmetic(operation, left.number, right.number);
}

static Value cast_to_string(Value value, Arena *arena)
{
    char text[DECIMAL_TEXT_BYTES_MAX] = {0};
    Str out = {0};
    switch (type_storage(value.type)) {
    case STORAGE_BOOL:
        return value_string(value.boolean ? STR("true") : STR("false"));
    case STORAGE_INT:
        if (type_is_timestamp(value.type)) {
            TimestampText instant = timestamp_format(value.integer);
            CHECK(arena_copy(arena, str_from(instant.text), &out, NULL));
            return value_string(out);
        }
        out = (Str){text, number_format_int64(value.integer, text)};
        break;
    case STORAGE_FLOAT:
        out = (Str){text, number_format_double(value.number, text)};
        break;
    case STORAGE_DECIMAL:
        out = (Str){text, number_format_decimal(value.decimal, value.type.scale, text)};
        break;
    case STORAGE_STRING:
        return value;
    }
    CHECK(arena_copy(arena, out, &out, NULL));
    return value_string(out);
}

static Value cast_from_string(Str text, Type type)
{
    Value out = {.type = type};
    if (type.id == TYPE_BOOL) {
        out.boolean = str_equal(text, STR("true"));
        out.there = out.boolean || str_equal(text, STR("false"));
    }
    if (type.id == TYPE_INT64) out.there = number_parse_int64(text, &out.integer, NULL);
    if (type.id == TYPE_FLOAT64) out.there = number_parse_double(text, &out.number, NULL);
    if (type.id == TYPE_DECIMAL) out.there = number_parse_decimal(text, type.scale, &out.decimal, NULL);
    if (type_is_timestamp(type)) out.there = timestamp_parse(text, NULL, TIMESTAMP_DOWN, &out.integer, NULL);
    return out;
}

// Towards zero.
static Value cast_to_int(Value value)
{
    if (value.type.id == TYPE_INT64 || type_is_timestamp(value.type)) return value_int(value.integer);
    if (value.type.id == TYPE_DECIMAL) {
        Int128 whole = value.decimal / power_of_ten(value.type.scale);
        bool fits = whole >= INT64_MIN && whole <= INT64_MAX;
        return fits ? value_int((int64_t)whole) : value_null(TYPE_OF(TYPE_INT64));
    }
    bool fits = value.number >= -0x1p63 && value.number < 0x1p63;
    return fits ? value_int((int64_t)value.number) : value_null(TYPE_OF(TYPE_INT64));
}

static Int128 divide_away(Int128 value, Int128 by)
{
    Int128 magnitude = value < 0 ? -value : value;
    Int128 rounded = magnitude / by + (magnitude % by >= by - magnitude % by ? 1 : 0);
    return value < 0 ? -rounded : rounded;
}

static Value cast_to_decimal(Value value, Type type)
{
    Int128 units = 0;
    if (value.type.id == TYPE_FLOAT64)
        return wide_double_to_decimal(value.number, type.scale, &units) ? value_decimal(units, type.scale)
                                                                        : value_null(type);
    if (value.type.id == TYPE_DECIMAL && value.type.scale > type.scale)
        return value_decimal(divide_away(value.decimal, power_of_ten((uint32_t)(value.type.scale - type.scale))),
                             type.scale);
    return value_widen(value, type);
}

/// To a text: JSON; to another list or map: each item.
static Value cast_nested(Value value, Type type, Arena *arena)
{
    Value *keys = NULL;
    Value *items = NULL;
    if (type.id == TYPE_STRING) return naive_json_from(value, arena);
    size_t count = value_items(value, arena, &keys, &items);
    for (size_t i = 0; i < count; i++) items[i] = value_cast(items[i], type_item(type), arena);
    return type.id == TYPE_MAP ? value_map(type_key(type), type_item(type), keys, items, count, arena)
                               : value_list(type_item(type), items, count, arena);
}

Value value_cast(Value value, Type type, Arena *arena)
{
    if (!value.there) return value_null(type);
    if (type_equal(value.type, type)) return value;
    if (type_is_nested(value.type)) return cast_nested(value, type, arena);
    if (type_is_nested(type)) return naive_json_to(value.string, type, arena);
    if (value.type.id == TYPE_STRING) return cast_from_string(value.string, type);
    if (value.type.id == TYPE_BOOL && type_is_number(type)) value = value_int(value.boolean);
    switch (type.id) {
    case TYPE_STRING:
        return cast_to_string(value, arena);
    case TYPE_BOOL:
        return value_bool(value.integer != 0);
    case TYPE_INT64:
        return cast_to_int(value);
    case TYPE_DECIMAL:
        return cast_to_decimal(value, type);
    case TYPE_FLOAT64:
        return value_widen(value, type);
    default:
        return value_instant(value.integer);
    }
}
