#include "lake/stored_internal.h"

#include "base/memory.h"
#include "text/json.h"
#include "text/json_writer.h"

/// The type in which a column is written; its values differ by the factor time_factor.
static Type type_stored(Type type)
{
    if (type.id == TYPE_TIMESTAMP_S || type.id == TYPE_TIMESTAMP_MS) type.id = TYPE_TIMESTAMP_US;
    if (type.id == TYPE_TIMESTAMP_NS) type.zoned = false;
    return type;
}

static int64_t time_factor(Type type)
{
    if (type.id == TYPE_TIMESTAMP_S) return 1000000;
    return type.id == TYPE_TIMESTAMP_MS ? 1000 : 1;
}

void stored_frame_deinit(StoredFrame *stored)
{
    for (size_t i = 0; i < stored->converted_count; i++) column_deinit(&stored->converted[i]);
    memory_free(stored->converted);
    memory_free(stored->frame.columns);
    memory_free(stored->frame.fields);
    *stored = (StoredFrame){0};
}

/// Values in the unit in which they are written.
static bool values_scale_up(Str name, Column *column, Error *err)
{
    int64_t factor = time_factor(column->type);
    for (size_t row = 0; factor > 1 && row < column->count; row++) {
        int64_t value = column->values.ints[row];
        if (!__builtin_mul_overflow(value, factor, &column->values.ints[row])) continue;
        return error_set(err, ERROR_DATA, "column '%.*s': row %zu: %lld is too far from 1970 for a file", STR_ARG(name),
                         row + 1, (long long)value);
    }
    column->type = type_stored(column->type);
    return true;
}

static bool column_scale_up(const Frame *frame, size_t i, Column *out, Error *err)
{
    Vector vector = frame_vector(frame, i);
    out->type = vector.type;
    TRY(column_append(out, &vector, err));
    return values_scale_up(frame->fields[i].name, out, err);
}

bool stored_schema(Schema schema, Arena *arena, Schema *out, Error *err)
{
    Field *fields = arena_alloc_array(arena, schema.count, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < schema.count; i++)
        fields[i] = (Field){.name = schema.fields[i].name, .type = type_stored(schema.fields[i].type)};
    *out = (Schema){.fields = fields, .count = schema.count};
    return true;
}

bool stored_block_convert(Frame *frame, Error *err)
{
    for (size_t i = 0; i < frame->column_count; i++) {
        TRY(values_scale_up(frame->fields[i].name, &frame->columns[i], err));
        frame->fields[i].type = frame->columns[i].type;
    }
    return true;
}

static bool columns_convert(StoredFrame *stored, const Frame *frame, Error *err)
{
    for (size_t i = 0; i < frame->column_count; i++) {
        Column *column = &stored->frame.columns[i];
        *column = frame->columns[i];
        if (time_factor(column->type) > 1) {
            Column *converted = &stored->converted[stored->converted_count++];
            TRY(column_scale_up(frame, i, converted, err));
            *column = *converted;
        }
        column->type = type_stored(column->type);
        stored->frame.fields[i] = (Field){.name = frame->fields[i].name, .type = column->type};
    }
    return true;
}

bool stored_frame_init(StoredFrame *stored, const Frame *frame, Error *err)
{
    size_t count = frame->column_count;
    stored->frame = (Frame){.row_count = frame->row_count, .column_count = count};
    stored->frame.fields = memory_alloc_array(count, sizeof(Field), err);
    if (stored->frame.fields == NULL) return false;
    stored->frame.columns = memory_alloc_array(count, sizeof(Column), err);
    if (stored->frame.columns == NULL) return false;
    stored->converted = memory_alloc_array(count, sizeof(Column), err);
    if (stored->converted == NULL) return false;
    return columns_convert(stored, frame, err);
}

bool stored_schema_write(Schema schema, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < schema.count; i++) {
        char type[TYPE_NAME_BYTES_MAX];
        type_name(schema.fields[i].type, type);
        TRY(json_object_begin(&json, err));
        TRY(json_field_str(&json, STR("name"), schema.fields[i].name, err));
        TRY(json_field_str(&json, STR("type"), str_from(type), err));
        TRY(json_object_end(&json, err));
    }
    return json_array_end(&json, err);
}

static bool type_check(Type found, Type type, Error *err)
{
    char is[TYPE_NAME_BYTES_MAX];
    if (type_equal(found, type_stored(type))) return true;
    type_name(found, is);
    return error_set(err, ERROR_DATA, "the file's schema does not match its metadata: a column is %s", is);
}

static bool column_restore(Column *column, Type type, Error *err)
{
    int64_t factor = time_factor(type);
    TRY(type_check(column->type, type, err));
    for (size_t i = 0; factor > 1 && i < column->count; i++) column->values.ints[i] /= factor;
    column->type = type;
    return true;
}

bool stored_vector_restore(const Vector *vector, Type type, Arena *arena, Vector *out, Error *err)
{
    int64_t factor = time_factor(type);
    TRY(type_check(vector->type, type, err));
    *out = *vector;
    out->type = type;
    if (factor == 1) return true;
    out->values.ints = arena_alloc_array(arena, vector->count, sizeof(int64_t), err);
    TRY(out->values.ints != NULL);
    for (size_t i = 0; i < vector->count; i++) out->values.ints[i] = vector->values.ints[i] / factor;
    return true;
}

static bool field_read(const Node *node, Field *out, Error *err)
{
    const Node *name = node_get(node, STR("name"));
    const Node *type_text = node_get(node, STR("type"));
    if (name == NULL || type_text == NULL) return error_set(err, ERROR_DATA, "the file's metadata is damaged");
    if (!type_parse(type_text->text, &out->type, NULL)) {
        return error_set(err, ERROR_DATA, "the file's metadata has the unknown type '%.*s'", STR_ARG(type_text->text));
    }
    out->name = name->text;
    return true;
}

bool stored_schema_read(Str text, Arena *arena, Schema *out, Error *err)
{
    Document document = {0};
    TRY(json_parse(STR(STORED_SCHEMA_KEY), text, arena, &document, err));
    size_t count = node_count(document.root);
    Field *fields = arena_alloc_array(arena, count, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < count; i++) TRY(field_read(node_at(document.root, i), &fields[i], err));
    *out = (Schema){.fields = fields, .count = count};
    return true;
}

bool stored_frame_restore(Frame *read, Str text, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Schema schema = {0};
    TRY(stored_schema_read(text, &arena, &schema, err));
    if (schema.count != read->column_count) {
        return error_set(err, ERROR_DATA, "the file's metadata has %zu columns, the file %zu", schema.count,
                         read->column_count);
    }
    for (size_t i = 0; i < read->column_count; i++) {
        TRY(column_restore(&read->columns[i], schema.fields[i].type, err));
        TRY(frame_take_column(&frame, schema.fields[i].name, &read->columns[i], err));
    }
    frame_finish(&frame);
    *out = frame_take(&frame);
    return true;
}
