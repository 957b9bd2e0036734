#include "model/ubj_internal.h"

#include <string.h>

UbjReader ubj_reader(Str text)
{
    return (UbjReader){.text = text};
}

static bool ubj_wrong(const UbjReader *reader, const char *what, Error *err)
{
    return error_set(err, ERROR_DATA, "byte %zu: %s", reader->offset, what);
}

static bool bytes_next(UbjReader *reader, size_t size, const uint8_t **out, Error *err)
{
    if (size > reader->text.size - reader->offset) return ubj_wrong(reader, "the text ends too early", err);
    *out = (const uint8_t *)reader->text.data + reader->offset;
    reader->offset += size;
    return true;
}

static bool mark_next(UbjReader *reader, char *out, Error *err)
{
    if (reader->offset >= reader->text.size) return ubj_wrong(reader, "the text ends too early", err);
    *out = reader->text.data[reader->offset++];
    return true;
}

/// The mark that comes next, left in place; 0 at the end.
static char mark_peek(const UbjReader *reader)
{
    return reader->offset < reader->text.size ? reader->text.data[reader->offset] : '\0';
}

/// Bytes of a number; 0 when the mark is none of a number.
static size_t number_size(char type)
{
    switch (type) {
    case 'i':
    case 'U':
        return 1;
    case 'I':
        return 2;
    case 'l':
    case 'd':
        return 4;
    case 'L':
    case 'D':
        return 8;
    default:
        return 0;
    }
}

static uint64_t big_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | bytes[i];
    return value;
}

static int64_t integer_decode(char type, const uint8_t *bytes)
{
    uint64_t value = big_endian(bytes, number_size(type));
    switch (type) {
    case 'i':
        return (int8_t)value;
    case 'I':
        return (int16_t)value;
    case 'l':
        return (int32_t)value;
    default:
        return (int64_t)value;
    }
}

static float float_decode(const uint8_t *bytes)
{
    uint32_t bits = (uint32_t)big_endian(bytes, sizeof(bits));
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static double double_decode(const uint8_t *bytes)
{
    uint64_t bits = big_endian(bytes, sizeof(bits));
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

int64_t ubj_item_integer(const UbjToken *token, size_t i)
{
    return integer_decode(token->item_type, token->items + i * number_size(token->item_type));
}

float ubj_item_float(const UbjToken *token, size_t i)
{
    return float_decode(token->items + i * sizeof(float));
}

static bool type_is_float(char type)
{
    return type == 'd' || type == 'D';
}

/// A length or count: an integer that is not negative.
static bool size_next(UbjReader *reader, uint64_t *out, Error *err)
{
    char type = '\0';
    const uint8_t *bytes = NULL;
    TRY(mark_next(reader, &type, err));
    if (number_size(type) == 0 || type_is_float(type)) return ubj_wrong(reader, "a length is wanted", err);
    TRY(bytes_next(reader, number_size(type), &bytes, err));
    int64_t size = integer_decode(type, bytes);
    if (size < 0) return ubj_wrong(reader, "a negative length", err);
    *out = (uint64_t)size;
    return true;
}

static bool text_next(UbjReader *reader, Str *out, Error *err)
{
    uint64_t size = 0;
    const uint8_t *bytes = NULL;
    TRY(size_next(reader, &size, err));
    TRY(bytes_next(reader, size, &bytes, err));
    *out = (Str){(const char *)bytes, size};
    return true;
}

static bool level_push(UbjReader *reader, UbjLevel level, Error *err)
{
    if (reader->depth == UBJ_DEPTH_MAX) return ubj_wrong(reader, "too many levels", err);
    reader->levels[reader->depth++] = level;
    return true;
}

static bool typed_array_next(UbjReader *reader, UbjToken *out, Error *err)
{
    uint64_t count = 0;
    TRY(mark_next(reader, &out->item_type, err));
    size_t size = number_size(out->item_type);
    if (size == 0) return ubj_wrong(reader, "an array of an unknown type", err);
    if (mark_peek(reader) != '#') return ubj_wrong(reader, "a typed array without its count", err);
    reader->offset++;
    TRY(size_next(reader, &count, err));
    if (count > reader->text.size / size) return ubj_wrong(reader, "the text ends too early", err);
    out->kind = UBJ_TYPED_ARRAY;
    out->count = count;
    return bytes_next(reader, count * size, &out->items, err);
}

static bool array_begin(UbjReader *reader, UbjToken *out, Error *err)
{
    UbjLevel level = {0};
    if (mark_peek(reader) == '$') {
        reader->offset++;
        return typed_array_next(reader, out, err);
    }
    if (mark_peek(reader) == '#') {
        reader->offset++;
        level.is_counted = true;
        TRY(size_next(reader, &level.left, err));
    }
    out->kind = UBJ_ARRAY;
    return level_push(reader, level, err);
}

static bool object_begin(UbjReader *reader, UbjToken *out, Error *err)
{
    char mark = mark_peek(reader);
    if (mark == '$' || mark == '#') return ubj_wrong(reader, "counted objects are not read", err);
    out->kind = UBJ_OBJECT;
    return level_push(reader, (UbjLevel){.is_object = true}, err);
}

static bool number_next(UbjReader *reader, char type, UbjToken *out, Error *err)
{
    const uint8_t *bytes = NULL;
    size_t size = number_size(type);
    if (size == 0) return ubj_wrong(reader, "an unknown mark", err);
    TRY(bytes_next(reader, size, &bytes, err));
    out->kind = type_is_float(type) ? UBJ_FLOAT : UBJ_INTEGER;
    if (type == 'd') out->number = (double)float_decode(bytes);
    if (type == 'D') out->number = double_decode(bytes);
    if (out->kind == UBJ_INTEGER) out->integer = integer_decode(type, bytes);
    return true;
}

static bool value_next(UbjReader *reader, UbjToken *out, Error *err)
{
    char mark = '\0';
    TRY(mark_next(reader, &mark, err));
    switch (mark) {
    case '{':
        return object_begin(reader, out, err);
    case '[':
        return array_begin(reader, out, err);
    case 'S':
        out->kind = UBJ_STRING;
        return text_next(reader, &out->text, err);
    case 'Z':
    case 'T':
    case 'F':
        out->kind = UBJ_OTHER;
        return true;
    default:
        return number_next(reader, mark, out, err);
    }
}

/// Behind the one value: nothing.
static bool end_next(const UbjReader *reader, UbjToken *out, Error *err)
{
    if (reader->offset != reader->text.size) return ubj_wrong(reader, "more than one value", err);
    out->kind = UBJ_END;
    return true;
}

static bool level_pop(UbjReader *reader, UbjKind kind, UbjToken *out)
{
    reader->depth--;
    out->kind = kind;
    return true;
}

static bool object_next(UbjReader *reader, UbjToken *out, Error *err)
{
    if (reader->key_read) {
        reader->key_read = false;
        return value_next(reader, out, err);
    }
    if (mark_peek(reader) == '}') {
        reader->offset++;
        return level_pop(reader, UBJ_OBJECT_END, out);
    }
    out->kind = UBJ_KEY;
    reader->key_read = true;
    return text_next(reader, &out->text, err);
}

static bool array_next(UbjReader *reader, UbjLevel *level, UbjToken *out, Error *err)
{
    if (level->is_counted && level->left == 0) return level_pop(reader, UBJ_ARRAY_END, out);
    if (level->is_counted) {
        level->left--;
    } else if (mark_peek(reader) == ']') {
        reader->offset++;
        return level_pop(reader, UBJ_ARRAY_END, out);
    }
    return value_next(reader, out, err);
}

bool ubj_next(UbjReader *reader, UbjToken *out, Error *err)
{
    *out = (UbjToken){0};
    if (reader->depth > 0) {
        UbjLevel *level = &reader->levels[reader->depth - 1];
        return level->is_object ? object_next(reader, out, err) : array_next(reader, level, out, err);
    }
    if (reader->begun) return end_next(reader, out, err);
    reader->begun = true;
    return value_next(reader, out, err);
}
