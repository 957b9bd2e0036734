#include "text/json_writer.h"

#include <math.h>
#include <string.h>

#include "number/parse.h"

enum { LEVEL_OBJECT = 1, LEVEL_HAS_ITEM = 2 };

JsonWriter json_writer(Bytes *out, JsonStyle style)
{
    return (JsonWriter){.out = out, .style = style};
}

static const uint8_t *level_top(const JsonWriter *json)
{
    return json->depth > 0 ? &json->levels[json->depth - 1] : NULL;
}

static bool line_begin(JsonWriter *json, Error *err)
{
    if (json->style != JSON_PRETTY) return true;
    TRY(bytes_append_byte(json->out, '\n', err));
    for (uint32_t i = 0; i < json->depth; i++) TRY(bytes_append_str(json->out, STR("  "), err));
    return true;
}

/// The comma and the new line before a key, or before a value of an array.
static bool item_begin(JsonWriter *json, Error *err)
{
    CHECK(json->depth > 0);
    uint8_t *top = &json->levels[json->depth - 1];
    if (*top & LEVEL_HAS_ITEM) TRY(bytes_append_byte(json->out, ',', err));
    *top |= LEVEL_HAS_ITEM;
    return line_begin(json, err);
}

static bool value_begin(JsonWriter *json, Error *err)
{
    const uint8_t *top = level_top(json);
    if (!top) return true;
    bool in_object = *top & LEVEL_OBJECT;
    CHECK(in_object == json->key_written);
    json->key_written = false;
    return in_object || item_begin(json, err);
}

static bool container_begin(JsonWriter *json, uint8_t level, char open, Error *err)
{
    if (json->depth == NODE_DEPTH_MAX) {
        return error_set(err, ERROR_DATA, "JSON is nested too deeply (NODE_DEPTH_MAX)");
    }
    TRY(value_begin(json, err));
    json->levels[json->depth++] = level;
    return bytes_append_byte(json->out, (uint8_t)open, err);
}

static bool container_end(JsonWriter *json, uint8_t level, char close, Error *err)
{
    const uint8_t *top = level_top(json);
    CHECK(top && (*top & LEVEL_OBJECT) == level && !json->key_written);
    bool has_item = *top & LEVEL_HAS_ITEM;
    json->depth--;
    if (has_item) TRY(line_begin(json, err));
    return bytes_append_byte(json->out, (uint8_t)close, err);
}

bool json_object_begin(JsonWriter *json, Error *err)
{
    return container_begin(json, LEVEL_OBJECT, '{', err);
}

bool json_object_end(JsonWriter *json, Error *err)
{
    return container_end(json, LEVEL_OBJECT, '}', err);
}

bool json_array_begin(JsonWriter *json, Error *err)
{
    return container_begin(json, 0, '[', err);
}

bool json_array_end(JsonWriter *json, Error *err)
{
    return container_end(json, 0, ']', err);
}

static bool byte_is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F;
}

static bool escape_append(Bytes *out, uint8_t byte, Error *err)
{
    static const char CODES[] = "\"\\\b\f\n\r\t";
    static const char NAMES[] = "\"\\bfnrt";
    const char *found = byte == 0 ? NULL : strchr(CODES, byte);
    if (!found) return bytes_append_format(out, err, "\\u%04x", byte);
    return bytes_append_format(out, err, "\\%c", NAMES[found - CODES]);
}

static bool text_append(JsonWriter *json, Str text, Error *err)
{
    if (!str_is_utf8(text)) {
        return error_set(err, ERROR_DATA, "a text that is not UTF-8 cannot be written as JSON");
    }
    TRY(bytes_append_byte(json->out, '"', err));
    for (size_t begin = 0; begin < text.size;) {
        size_t end = begin;
        while (end < text.size && byte_is_plain((uint8_t)text.data[end])) end++;
        TRY(bytes_append(json->out, text.data + begin, end - begin, err));
        if (end < text.size) TRY(escape_append(json->out, (uint8_t)text.data[end], err));
        begin = end + 1;
    }
    return bytes_append_byte(json->out, '"', err);
}

bool json_key(JsonWriter *json, Str key, Error *err)
{
    const uint8_t *top = level_top(json);
    CHECK(top && (*top & LEVEL_OBJECT) && !json->key_written);
    TRY(item_begin(json, err));
    TRY(text_append(json, key, err));
    json->key_written = true;
    return bytes_append_str(json->out, json->style == JSON_PRETTY ? STR(": ") : STR(":"), err);
}

bool json_raw(JsonWriter *json, Str value, Error *err)
{
    TRY(value_begin(json, err));
    return bytes_append_str(json->out, value, err);
}

bool json_str(JsonWriter *json, Str value, Error *err)
{
    TRY(value_begin(json, err));
    return text_append(json, value, err);
}

bool json_int(JsonWriter *json, int64_t value, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    return json_raw(json, (Str){text, number_format_int64(value, text)}, err);
}

bool json_uint(JsonWriter *json, uint64_t value, Error *err)
{
    TRY(value_begin(json, err));
    return bytes_append_format(json->out, err, "%llu", (unsigned long long)value);
}

static Str nonfinite_name(double value)
{
    if (isnan(value)) return STR("NaN");
    return value > 0 ? STR("Infinity") : STR("-Infinity");
}

bool json_double(JsonWriter *json, double value, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX + 2];
    if (!isfinite(value)) {
        Str name = nonfinite_name(value);
        if (!json->nonfinite_refused) return json_str(json, name, err);
        return error_set(err, ERROR_DATA, "%.*s cannot be written as a JSON number", STR_ARG(name));
    }
    size_t size = number_format_double(value, text);
    bool looks_whole = !memchr(text, '.', size) && !memchr(text, 'e', size);
    if (looks_whole) memcpy(text + size, ".0", 2);
    return json_raw(json, (Str){text, looks_whole ? size + 2 : size}, err);
}

bool json_bool(JsonWriter *json, bool value, Error *err)
{
    return json_raw(json, value ? STR("true") : STR("false"), err);
}

bool json_null(JsonWriter *json, Error *err)
{
    return json_raw(json, STR("null"), err);
}

bool json_field_str(JsonWriter *json, Str key, Str value, Error *err)
{
    TRY(json_key(json, key, err));
    return json_str(json, value, err);
}

bool json_field_int(JsonWriter *json, Str key, int64_t value, Error *err)
{
    TRY(json_key(json, key, err));
    return json_int(json, value, err);
}

bool json_field_uint(JsonWriter *json, Str key, uint64_t value, Error *err)
{
    TRY(json_key(json, key, err));
    return json_uint(json, value, err);
}

bool json_field_double(JsonWriter *json, Str key, double value, Error *err)
{
    TRY(json_key(json, key, err));
    return json_double(json, value, err);
}

bool json_field_bool(JsonWriter *json, Str key, bool value, Error *err)
{
    TRY(json_key(json, key, err));
    return json_bool(json, value, err);
}

bool json_field_null(JsonWriter *json, Str key, Error *err)
{
    TRY(json_key(json, key, err));
    return json_null(json, err);
}

bool json_field_node(JsonWriter *json, Str key, const Node *node, Error *err)
{
    TRY(json_key(json, key, err));
    return json_node(json, node, err);
}

bool json_field_object(JsonWriter *json, Str key, Error *err)
{
    TRY(json_key(json, key, err));
    return json_object_begin(json, err);
}

bool json_field_array(JsonWriter *json, Str key, Error *err)
{
    TRY(json_key(json, key, err));
    return json_array_begin(json, err);
}
