#include "frame/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "frame/json_value.h"
#include "number/float_order.h"
#include "number/parse.h"
#include "text/civil.h"

enum { FLOAT32_DIGITS_MAX = 9 };

/// The shortest decimal that reads back to the same float; a double's would show the digits that widening brings.
static bool float32_write(double value, Bytes *out, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    for (int digits = 1; digits <= FLOAT32_DIGITS_MAX; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtof(text, NULL) == (float)value) break;
    }
    return bytes_append_str(out, str_from(text), err);
}

static bool float_write(double value, Type type, Bytes *out, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    if (type.id == TYPE_FLOAT32 && float_is_finite(value)) return float32_write(value, out, err);
    size_t size = number_format_double(value, text);
    return bytes_append(out, text, size, err);
}

static bool decimal_write(Int128 value, Type type, Bytes *out, Error *err)
{
    char text[DECIMAL_TEXT_BYTES_MAX];
    size_t size = number_format_decimal(value, type.scale, text);
    return bytes_append(out, text, size, err);
}

static bool date_write(int64_t days, Bytes *out, Error *err)
{
    int64_t us = 0;
    if (__builtin_mul_overflow(days, INT64_C(86400000000), &us)) {
        return bytes_append_format(out, err, "%" PRId64 " days", days);
    }
    Civil civil = civil_from_us(us);
    return bytes_append_format(out, err, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

typedef struct TimeUnit {
    int64_t per_second;
    int digits; ///< of the fraction
    const char *name;
} TimeUnit;

static TimeUnit time_unit(TypeId id)
{
    switch (id) {
    case TYPE_TIMESTAMP_S:
        return (TimeUnit){1, 0, "s"};
    case TYPE_TIMESTAMP_MS:
        return (TimeUnit){1000, 3, "ms"};
    case TYPE_TIMESTAMP_NS:
        return (TimeUnit){1000000000, 9, "ns"};
    default:
        return (TimeUnit){1000000, 6, "us"};
    }
}

static bool timestamp_write(int64_t value, Type type, Bytes *out, Error *err)
{
    TimeUnit unit = time_unit(type.id);
    int64_t fraction = value % unit.per_second;
    if (fraction < 0) fraction += unit.per_second;
    int64_t seconds = value / unit.per_second - (value % unit.per_second < 0);
    int64_t us = 0;
    if (__builtin_mul_overflow(seconds, INT64_C(1000000), &us)) {
        return bytes_append_format(out, err, "%" PRId64 " %s", value, unit.name);
    }
    Civil civil = civil_from_us(us);
    TRY(bytes_append_format(out, err, "%04d-%02d-%02d %02d:%02d:%02d", civil.year, civil.month, civil.day, civil.hour,
                            civil.minute, civil.second));
    if (fraction != 0) TRY(bytes_append_format(out, err, ".%0*" PRId64, unit.digits, fraction));
    return type.zoned ? bytes_append_byte(out, 'Z', err) : true;
}

static bool int_write(int64_t value, Type type, Bytes *out, Error *err)
{
    if (type_is_timestamp(type)) return timestamp_write(value, type, out, err);
    if (type.id == TYPE_DATE) return date_write(value, out, err);
    return bytes_append_format(out, err, "%" PRId64, value);
}

static bool nested_write(const Vector *vector, size_t i, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    return vector_write_json(vector, i, &json, err);
}

bool vector_format(const Vector *vector, size_t i, Str null_text, Bytes *out, Error *err)
{
    if (!vector_is_valid(vector, i)) return bytes_append_str(out, null_text, err);
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return bytes_append_str(out, vector->values.bools[i] != 0 ? STR("true") : STR("false"), err);
    case STORAGE_INT:
        return int_write(vector->values.ints[i], vector->type, out, err);
    case STORAGE_FLOAT:
        return float_write(vector->values.floats[i], vector->type, out, err);
    case STORAGE_DECIMAL:
        return decimal_write(vector->values.decimals[i], vector->type, out, err);
    case STORAGE_STRING:
        if (type_is_nested(vector->type)) return nested_write(vector, i, out, err);
        return bytes_append_str(out, vector->values.strings[i], err);
    }
    return false;
}
