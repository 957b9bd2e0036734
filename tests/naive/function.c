#include <math.h>
#include <string.h>

#include "naive/scalar.h"
#include "naive/wide.h"
#include "number/pinned.h"
#include "text/zone.h"

typedef struct Call {
    Str name;
    const Value *values;
    size_t count;
    Arena *arena;
} Call;

static bool is(const Call *call, const char *name)
{
    return str_equal(call->name, str_from(name));
}

static const Type FLOAT = {.id = TYPE_FLOAT64};
static const Type INTEGER = {.id = TYPE_INT64};

static Value call_abs(Value value)
{
    if (!value.there) return value;
    if (value.type.id == TYPE_FLOAT64) return value_float(fabs(value.number));
    if (value.type.id == TYPE_DECIMAL)
        return value_decimal(value.decimal < 0 ? -value.decimal : value.decimal, value.type.scale);
    if (value.integer == INT64_MIN) return value_null(INTEGER);
    return value_int(value.integer < 0 ? -value.integer : value.integer);
}

// What lies between the decimal's floor and its ceiling, chosen by the rounding's name.
static Value round_decimal(const Call *call, Value value)
{
    Int128 power = power_of_ten(value.type.scale);
    Int128 whole = value.decimal / power;
    Int128 rest = value.decimal % power;
    Int128 size = rest < 0 ? -rest : rest;
    int sign = (rest > 0) - (rest < 0);
    bool away = is(call, "ceil") ? sign > 0 : is(call, "floor") ? sign < 0 : is(call, "round") && size >= power - size;
    return value_decimal(away ? whole + sign : whole, 0);
}

static Value call_rounding(const Call *call)
{
    Value value = call->values[0];
    if (value.type.id == TYPE_INT64) return value;
    if (!value.there) return value_null(value.type.id == TYPE_DECIMAL ? value_decimal(0, 0).type : value.type);
    if (value.type.id == TYPE_DECIMAL) return round_decimal(call, value);
    double x = value.number;
    if (is(call, "round")) return value_float(round(x));
    if (is(call, "floor")) return value_float(floor(x));
    return value_float(is(call, "ceil") ? ceil(x) : trunc(x));
}

static Value call_haversine(const Call *call)
{
    double degrees[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        Value value = value_widen(call->values[i], FLOAT);
        if (!value.there) return value_null(FLOAT);
        degrees[i] = value.number;
    }
    return value_float(haversine_km(degrees[0], degrees[1], degrees[2], degrees[3]));
}

static Value call_part(const Call *call)
{
    const Zone *zone = zone_utc();
    int64_t local = 0;
    if (call->count > 1) CHECK(zone_find(call->values[1].string, &zone, NULL));
    if (!call->values[0].there) return value_null(INTEGER);
    int64_t instant = call->values[0].integer;
    if (__builtin_add_overflow(instant, INT64_C(1000000) * zone_offset_at(zone, instant), &local))
        return value_null(INTEGER);
    Civil civil = civil_from_us(local);
    if (is(call, "year")) return value_int(civil.year);
    if (is(call, "month")) return value_int(civil.month);
    if (is(call, "day")) return value_int(civil.day);
    if (is(call, "weekday")) return value_int(civil.weekday);
    if (is(call, "hour")) return value_int(civil.hour);
    return value_int(is(call, "minute") ? civil.minute : civil.second);
}

static bool call_is_part(const Call *call)
{
    static const char *const PARTS[] = {"year", "month", "day", "weekday", "hour", "minute", "second"};
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        if (is(call, PARTS[i])) return true;
    }
    return false;
}

static Value call_seconds_between(const Call *call)
{
    Value from = call->values[0];
    Value to = call->values[1];
    if (!from.there || !to.there) return value_null(FLOAT);
    return value_float((double)((Int128)to.integer - from.integer) / 1e6);
}

static Value call_letters(const Call *call, char first, char last)
{
    Value value = call->values[0];
    Str copy = {0};
    if (!value.there) return value;
    CHECK(arena_copy(call->arena, value.string, &copy, NULL));
    char *data = arena_alloc(call->arena, copy.size + 1, NULL);
    for (size_t i = 0; i < copy.size; i++) {
        char letter = copy.data[i];
        data[i] = letter >= first && letter <= last ? (char)(letter ^ 0x20) : letter;
    }
    return value_string((Str){data, copy.size});
}

static Value call_length(Value value)
{
    int64_t length = 0;
    if (!value.there) return value_null(INTEGER);
    for (size_t i = 0; i < value.string.size; i++) length += ((unsigned char)value.string.data[i] & 0xc0) != 0x80;
    return value_int(length);
}

static Value call_concat(const Call *call)
{
    Str joined = {0};
    for (size_t i = 0; i < call->count; i++) {
        if (!call->values[i].there) return value_null(TYPE_OF(TYPE_STRING));
        Str next = call->values[i].string;
        CHECK(arena_format(call->arena, &joined, NULL, "%.*s%.*s", STR_ARG(joined), STR_ARG(next)));
    }
    return value_string(joined);
}

static Value call_if(const Call *call)
{
    Type type = value_join(call->values + 1, 2);
    return value_widen(value_is_true(call->values[0]) ? call->values[1] : call->values[2], type);
}

// coalesce, least, greatest
static Value call_choice(const Call *call)
{
    Type type = value_join(call->values, call->count);
    Value chosen = value_null(type);
    for (size_t i = 0; i < call->count; i++) {
        Value value = value_widen(call->values[i], type);
        if (!value.there) continue;
        int order = chosen.there ? value_compare(value, chosen) : 0;
        bool better = is(call, "least") ? order < 0 : is(call, "greatest") && order > 0;
        if (!chosen.there || better) chosen = value;
    }
    return chosen;
}

bool value_call(Str name, const Value *values, size_t count, Arena *arena, Value *out)
{
    const Call call = {name, values, count, arena};
    if (scalar_call(name, values, count, arena, out)) return true;
    if (is(&call, "abs")) {
        *out = call_abs(values[0]);
    } else if (is(&call, "round") || is(&call, "floor") || is(&call, "ceil") || is(&call, "trunc")) {
        *out = call_rounding(&call);
    } else if (is(&call, "haversine_km")) {
        *out = call_haversine(&call);
    } else if (call_is_part(&call)) {
        *out = call_part(&call);
    } else if (is(&call, "seconds_between")) {
        *out = call_seconds_between(&call);
    } else if (is(&call, "lower")) {
        *out = call_letters(&call, 'A', 'Z');
    } else if (is(&call, "upper")) {
        *out = call_letters(&call, 'a', 'z');
    } else if (is(&call, "length")) {
        *out = call_length(values[0]);
    } else if (is(&call, "concat")) {
        *out = call_concat(&call);
    } else if (is(&call, "if")) {
        *out = call_if(&call);
    } else if (is(&call, "coalesce") || is(&call, "least") || is(&call, "greatest")) {
        *out = call_choice(&call);
    } else {
        return false;
    }
    return true;
}
