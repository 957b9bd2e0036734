#include "engine/kernel_internal.h"
#include "number/int_sum.h"
#include "number/parse.h"
#include "text/timestamp.h"

static inline bool cast_bool_int64(uint8_t value, int64_t *out)
{
    *out = value;
    return true;
}

static inline bool cast_bool_string(uint8_t value, Str *out)
{
    *out = value ? STR("true") : STR("false");
    return true;
}

static inline bool cast_int64_bool(int64_t value, uint8_t *out)
{
    *out = value != 0;
    return true;
}

static inline bool cast_int64_float64(int64_t value, double *out)
{
    *out = (double)value;
    return true;
}

static inline bool cast_same(int64_t value, int64_t *out)
{
    *out = value;
    return true;
}

static inline bool cast_float64_int64(double value, int64_t *out)
{
    const double limit = 9223372036854775808.0;
    bool fits = value >= -limit && value < limit;
    *out = fits ? (int64_t)value : 0;
    return fits;
}

static inline bool cast_string_bool(Str text, uint8_t *out)
{
    *out = str_equal(text, STR("true"));
    return *out || str_equal(text, STR("false"));
}

static inline bool cast_string_int64(Str text, int64_t *out)
{
    return number_parse_int64(text, out, NULL);
}

static inline bool cast_string_float64(Str text, double *out)
{
    if (!number_parse_double(text, out, NULL)) return false;
    *out = float_canonical(*out);
    return true;
}

static inline bool cast_string_decimal(const Scales *scales, Str text, Int128 *out)
{
    return number_parse_decimal(text, scales->result, out, NULL);
}

static inline bool cast_string_instant(Str text, int64_t *out)
{
    return timestamp_parse(text, zone_utc(), TIMESTAMP_DOWN, out, NULL);
}

KERNEL_MAP_1(CAST_BOOL_INT64, ints, bools, cast_bool_int64)
KERNEL_MAP_1(CAST_BOOL_STRING, strings, bools, cast_bool_string)
KERNEL_MAP_1(CAST_INT64_BOOL, bools, ints, cast_int64_bool)
KERNEL_MAP_1(CAST_INT64_FLOAT64, floats, ints, cast_int64_float64)
KERNEL_MAP_1(CAST_INT64_INSTANT, ints, ints, cast_same)
KERNEL_MAP_1(CAST_INSTANT_INT64, ints, ints, cast_same)
KERNEL_MAP_1(CAST_FLOAT64_INT64, ints, floats, cast_float64_int64)
KERNEL_MAP_1(CAST_STRING_BOOL, bools, strings, cast_string_bool)
KERNEL_MAP_1(CAST_STRING_INT64, ints, strings, cast_string_int64)
KERNEL_MAP_1(CAST_STRING_FLOAT64, floats, strings, cast_string_float64)
KERNEL_SCALED_1(CAST_STRING_DECIMAL, decimals, strings, cast_string_decimal)
KERNEL_MAP_1(CAST_STRING_INSTANT, ints, strings, cast_string_instant)

// Casts to text: `format` writes value i of the argument into `text` and gives its size.
#define KERNEL_FORMAT(id, format)                                                                                      \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            char text[DECIMAL_TEXT_BYTES_MAX];                                                                         \
            if (out->valid[i])                                                                                         \
                TRY(arena_copy(context->text, (Str){text, format(&arguments[0], i, text)}, &out->values.strings[i],    \
                               err));                                                                                  \
        }                                                                                                              \
        return true;                                                                                                   \
    }

static size_t format_int64(const Vector *vector, size_t i, char *text)
{
    return number_format_int64(vector->values.ints[i], text);
}

static size_t format_float64(const Vector *vector, size_t i, char *text)
{
    return number_format_double(vector->values.floats[i], text);
}

static size_t format_decimal(const Vector *vector, size_t i, char *text)
{
    return number_format_decimal(vector->values.decimals[i], vector->type.scale, text);
}

static size_t format_instant(const Vector *vector, size_t i, char *text)
{
    TimestampText instant = timestamp_format(vector->values.ints[i]);
    Str from = str_from(instant.text);
    for (size_t at = 0; at < from.size; at++) text[at] = from.data[at];
    return from.size;
}

KERNEL_FORMAT(CAST_INT64_STRING, format_int64)
KERNEL_FORMAT(CAST_FLOAT64_STRING, format_float64)
KERNEL_FORMAT(CAST_DECIMAL_STRING, format_decimal)
KERNEL_FORMAT(CAST_INSTANT_STRING, format_instant)
