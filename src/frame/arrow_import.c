#include "frame/arrow_import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "frame/arrow_import_internal.h"

/// One column while it is read.
typedef struct Import {
    Str name;
    const char *format;
    const struct ArrowArray *array;
    const uint8_t *bits; ///< which values are there; NULL: all
    size_t offset, count;
    Column *column;
    size_t begin; ///< the column's length before
} Import;

static inline bool bit_is_set(const uint8_t *bits, size_t i)
{
    return (bits[i / 8] >> (i % 8)) & 1;
}

static inline bool import_is_valid(const Import *import, size_t i)
{
    return import->bits == NULL || bit_is_set(import->bits, import->offset + i);
}

static bool import_refuse(const Import *import, size_t i, const char *what, Error *err)
{
    return error_set(err, ERROR_DATA, "column '%.*s': row %zu: %s", STR_ARG(import->name), import->begin + i + 1, what);
}

#define IMPORT_NUMBERS(name, Physical, values_of, Stored)                                                              \
    static bool name(const Import *import, Error *err)                                                                 \
    {                                                                                                                  \
        UNUSED(err);                                                                                                   \
        const Physical *from = (const Physical *)import->array->buffers[1] + import->offset;                           \
        Stored *to = import->column->values.values_of + import->begin;                                                 \
        for (size_t i = 0; i < import->count; i++) to[i] = (Stored)from[i];                                            \
        return true;                                                                                                   \
    }

IMPORT_NUMBERS(import_int8, int8_t, ints, int64_t)
IMPORT_NUMBERS(import_int16, int16_t, ints, int64_t)
IMPORT_NUMBERS(import_int32, int32_t, ints, int64_t)
IMPORT_NUMBERS(import_int64, int64_t, ints, int64_t)
IMPORT_NUMBERS(import_uint8, uint8_t, ints, int64_t)
IMPORT_NUMBERS(import_uint16, uint16_t, ints, int64_t)
IMPORT_NUMBERS(import_uint32, uint32_t, ints, int64_t)
IMPORT_NUMBERS(import_float32, float, floats, double)
IMPORT_NUMBERS(import_float64, double, floats, double)

static bool import_uint64(const Import *import, Error *err)
{
    const uint64_t *from = (const uint64_t *)import->array->buffers[1] + import->offset;
    int64_t *to = import->column->values.ints + import->begin;
    for (size_t i = 0; i < import->count; i++) {
        bool fits = from[i] <= INT64_MAX || !import_is_valid(import, i);
        if (!fits) return import_refuse(import, i, "a number over 9223372036854775807", err);
        to[i] = (int64_t)from[i];
    }
    return true;
}

// Arrow's decimals need not be aligned to 16 bytes.
static bool import_decimals(const Import *import, Error *err)
{
    UNUSED(err);
    const char *from = (const char *)import->array->buffers[1] + import->offset * sizeof(Int128);
    Int128 *to = import->column->values.decimals + import->begin;
    memcpy(to, from, import->count * sizeof(Int128));
    return true;
}

static bool import_bools(const Import *import, Error *err)
{
    UNUSED(err);
    const uint8_t *from = import->array->buffers[1];
    uint8_t *to = import->column->values.bools + import->begin;
    for (size_t i = 0; i < import->count; i++) to[i] = bit_is_set(from, import->offset + i);
    return true;
}

static bool import_text(const Import *import, size_t i, Str text, Error *err)
{
    Str *to = &import->column->values.strings[import->begin + i];
    if (!import_is_valid(import, i)) return true;
    if (!str_is_utf8(text)) return import_refuse(import, i, "the text is not UTF-8", err);
    return text.size == 0 || arena_copy(&import->column->text, text, to, err);
}

#define IMPORT_STRINGS(name, Offset)                                                                                   \
    static bool name(const Import *import, Error *err)                                                                 \
    {                                                                                                                  \
        const Offset *offsets = (const Offset *)import->array->buffers[1] + import->offset;                            \
        const char *text = import->array->buffers[2];                                                                  \
        for (size_t i = 0; i < import->count; i++) {                                                                   \
            if (offsets[i] < 0 || offsets[i + 1] < offsets[i])                                                         \
                return import_refuse(import, i, "the offsets of the texts do not ascend", err);                        \
            TRY(import_text(import, i, (Str){text + offsets[i], (size_t)(offsets[i + 1] - offsets[i])}, err));         \
        }                                                                                                              \
        return true;                                                                                                   \
    }

IMPORT_STRINGS(import_strings, int32_t)
IMPORT_STRINGS(import_large_strings, int64_t)

enum { VIEW_INLINE_BYTES = 12 };

/// A string view: up to 12 bytes in place, longer texts in one of the array's further buffers.
typedef struct StringView {
    int32_t size;
    union {
        char bytes[VIEW_INLINE_BYTES];
        struct {
            char prefix[4];
            int32_t buffer, offset;
        } far;
    } text;
} StringView;

static bool import_view(const Import *import, size_t i, const StringView *view, Error *err)
{
    const struct ArrowArray *array = import->array;
    if (view->size < 0) return import_refuse(import, i, "a text's size is below 0", err);
    if (view->size <= VIEW_INLINE_BYTES) {
        return import_text(import, i, (Str){view->text.bytes, (size_t)view->size}, err);
    }
    // Buffers: validity, views, the texts, and the sizes of those.
    int64_t text_buffers = array->n_buffers - 3;
    const int64_t *sizes = array->buffers[array->n_buffers - 1];
    int32_t buffer = view->text.far.buffer;
    int64_t offset = view->text.far.offset;
    bool inside = buffer >= 0 && buffer < text_buffers && offset >= 0 && offset + view->size <= sizes[buffer];
    if (!inside) return import_refuse(import, i, "a text lies outside of its buffer", err);
    const char *text = array->buffers[2 + buffer];
    return import_text(import, i, (Str){text + offset, (size_t)view->size}, err);
}

static bool import_string_views(const Import *import, Error *err)
{
    const StringView *views = (const StringView *)import->array->buffers[1] + import->offset;
    for (size_t i = 0; i < import->count; i++) {
        if (import_is_valid(import, i)) TRY(import_view(import, i, &views[i], err));
    }
    return true;
}

static bool import_nothing(const Import *import, Error *err)
{
    UNUSED(import);
    UNUSED(err);
    return true;
}

typedef struct FormatRow {
    const char *format; ///< a beginning when it ends in ':'
    TypeId id;
    int64_t buffer_count; ///< at least
    bool (*read)(const Import *import, Error *err);
} FormatRow;

static const FormatRow FORMATS[] = {
    {"b", TYPE_BOOL, 2, import_bools},
    {"c", TYPE_INT8, 2, import_int8},
    {"s", TYPE_INT16, 2, import_int16},
    {"i", TYPE_INT32, 2, import_int32},
    {"l", TYPE_INT64, 2, import_int64},
    {"C", TYPE_UINT8, 2, import_uint8},
    {"S", TYPE_UINT16, 2, import_uint16},
    {"I", TYPE_UINT32, 2, import_uint32},
    {"L", TYPE_UINT64, 2, import_uint64},
    {"f", TYPE_FLOAT32, 2, import_float32},
    {"g", TYPE_FLOAT64, 2, import_float64},
    {"d:", TYPE_DECIMAL, 2, import_decimals},
    {"u", TYPE_STRING, 3, import_strings},
    {"U", TYPE_STRING, 3, import_large_strings},
    {"vu", TYPE_STRING, 3, import_string_views},
    {"tdD", TYPE_DATE, 2, import_int32},
    {"tss:", TYPE_TIMESTAMP_S, 2, import_int64},
    {"tsm:", TYPE_TIMESTAMP_MS, 2, import_int64},
    {"tsu:", TYPE_TIMESTAMP_US, 2, import_int64},
    {"tsn:", TYPE_TIMESTAMP_NS, 2, import_int64},
};

static const FormatRow *format_find(const char *format)
{
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        Str row = str_from(FORMATS[i].format);
        bool begins = str_ends(row, STR(":"));
        if (begins ? str_starts(str_from(format), row) : str_equal(str_from(format), row)) return &FORMATS[i];
    }
    return NULL;
}

/// "d:10,2" and "d:10,2,128" as decimal(10,2).
static bool decimal_type(Str format, Type *out)
{
    char name[TYPE_NAME_BYTES_MAX];
    Str digits = str_slice(format, 2, format.size);
    if (str_ends(digits, STR(",128"))) digits.size -= 4;
    if (digits.size > 8) return false;
    snprintf(name, sizeof(name), "decimal(%.*s)", STR_ARG(digits));
    return type_parse(str_from(name), out, NULL);
}

bool arrow_scalar_type(const struct ArrowSchema *field, Type *out)
{
    const FormatRow *row = format_find(field->format);
    if (row == NULL || field->dictionary != NULL) return false;
    if (row->id == TYPE_DECIMAL) return decimal_type(str_from(field->format), out);
    *out = TYPE_OF(row->id);
    out->zoned = type_is_timestamp(*out) && !str_ends(str_from(field->format), STR(":"));
    return true;
}

static bool field_import(const struct ArrowSchema *field, Arena *arena, Field *out, Error *err)
{
    Type type = {0};
    const char *name = field->name == NULL ? "" : field->name;
    if (!arrow_scalar_type(field, &type) && !arrow_nested_type(field, &type)) {
        return error_set(
            err, ERROR_DATA,
            "column '%s' has the Arrow type '%s'%s, which cannot be read; cast it to a number, a string, a bool, "
            "a date, a timestamp, or a list or map of these first (times in lists need a zone)",
            name, field->format, field->dictionary == NULL ? "" : " with a dictionary");
    }
    out->type = type;
    return arena_copy(arena, str_from(name), &out->name, err);
}

bool arrow_import_schema(const struct ArrowSchema *schema, Arena *arena, Schema *out, Error *err)
{
    if (strcmp(schema->format, "+s") != 0) {
        return error_set(err, ERROR_DATA, "a table is expected (the Arrow type '+s'), this is '%s'", schema->format);
    }
    if (schema->n_children < 0 || schema->n_children > FRAME_COLUMNS_MAX) {
        return error_set(err, ERROR_DATA, "a table of %lld columns; at most %d are read", (long long)schema->n_children,
                         FRAME_COLUMNS_MAX);
    }
    size_t count = (size_t)schema->n_children;
    Field *fields = arena_alloc_array(arena, count + 1, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < count; i++) TRY(field_import(schema->children[i], arena, &fields[i], err));
    *out = (Schema){fields, count};
    return true;
}

static bool nulls_import(const Import *import, Error *err)
{
    for (size_t i = 0; i < import->count; i++) {
        if (!import_is_valid(import, i)) TRY(column_set_null(import->column, import->begin + i, err));
    }
    return true;
}

/// Arrow lets an array of no rows leave its buffers out.
static bool column_import(const struct ArrowSchema *field, const struct ArrowArray *array, Import *import, Error *err)
{
    const FormatRow *row = format_find(field->format);
    CHECK(row != NULL);
    bool whole = array->offset >= 0 && array->n_buffers >= row->buffer_count &&
                 array->length >= (int64_t)(import->offset - (size_t)array->offset + import->count);
    if (!whole) {
        return error_set(err, ERROR_DATA, "column '%.*s' is shorter than its table", STR_ARG(import->name));
    }
    TRY(column_resize(import->column, import->begin + import->count, err));
    TRY((import->count == 0 ? import_nothing : row->read)(import, err));
    return nulls_import(import, err);
}

bool arrow_import_scalars(const ArrowPart *part, Column *column, Error *err)
{
    Import import = {
        .name = part->name,
        .array = part->array,
        .bits = arrow_part_bits(part),
        .offset = part->offset,
        .count = part->count,
        .column = column,
        .begin = column->count,
    };
    return column_import(part->field, part->array, &import, err);
}

bool arrow_import_rows(const struct ArrowSchema *schema, const struct ArrowArray *array, Frame *frame, Error *err)
{
    if (array->n_children != schema->n_children || (size_t)array->n_children != frame->column_count) {
        return error_set(err, ERROR_DATA, "rows of %lld columns for a table of %zu", (long long)array->n_children,
                         frame->column_count);
    }
    if (array->buffers != NULL && array->n_buffers > 0 && array->buffers[0] != NULL && array->null_count != 0) {
        return error_set(err, ERROR_DATA, "a row that is null as a whole; a table's rows are there");
    }
    for (size_t i = 0; i < frame->column_count; i++) {
        const ArrowPart part = {.name = frame->fields[i].name,
                                .field = schema->children[i],
                                .array = array->children[i],
                                .offset = (size_t)(array->children[i]->offset + array->offset),
                                .count = (size_t)array->length};
        bool is_nested = type_is_nested(frame->columns[i].type);
        TRY((is_nested ? arrow_import_nested : arrow_import_scalars)(&part, &frame->columns[i], err));
    }
    frame_finish(frame);
    return true;
}

static bool stream_error(struct ArrowArrayStream *stream, int code, Error *err)
{
    const char *text = stream->get_last_error(stream);
    return error_set(err, code == ENOMEM ? ERROR_MEMORY : ERROR_DATA, "the rows' stream failed: %s",
                     text != NULL ? text : strerror(code));
}

static bool batches_import(struct ArrowArrayStream *stream, const struct ArrowSchema *schema, Frame *frame, Error *err)
{
    for (;;) {
        struct ArrowArray array = {0};
        int code = stream->get_next(stream, &array);
        if (code != 0) return stream_error(stream, code, err);
        if (array.release == NULL) return true;
        bool done = arrow_import_rows(schema, &array, frame, err);
        array.release(&array);
        if (!done) return false;
    }
}

static bool table_import(struct ArrowArrayStream *stream, const struct ArrowSchema *schema, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Schema fields = {0};
    TRY(arrow_import_schema(schema, &arena, &fields, err));
    for (size_t i = 0; i < fields.count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(&frame, fields.fields[i].name, fields.fields[i].type, &column, err));
    }
    TRY(batches_import(stream, schema, &frame, err));
    frame_finish(&frame);
    *out = frame_take(&frame);
    return true;
}

static bool stream_import(struct ArrowArrayStream *stream, Frame *out, Error *err)
{
    struct ArrowSchema schema = {0};
    int code = stream->get_schema(stream, &schema);
    if (code != 0) return stream_error(stream, code, err);
    bool done = table_import(stream, &schema, out, err);
    schema.release(&schema);
    return done;
}

bool arrow_import_stream(struct ArrowArrayStream *stream, Frame *out, Error *err)
{
    bool done = stream_import(stream, out, err);
    stream->release(stream);
    return done;
}
