#include "frame/frame.h"

#include "base/memory.h"

enum { FRAME_CAPACITY_MIN = 8 };

size_t schema_find(Schema schema, Str name)
{
    for (size_t i = 0; i < schema.count; i++) {
        if (str_equal(schema.fields[i].name, name)) return i;
    }
    return SIZE_MAX;
}

static bool field_check_equal(const Field *expected, const Field *actual, Error *err)
{
    if (type_equal(expected->type, actual->type)) return true;
    char was[TYPE_NAME_BYTES_MAX];
    char is[TYPE_NAME_BYTES_MAX];
    type_name(expected->type, was);
    type_name(actual->type, is);
    return error_set(err, ERROR_DATA, "column '%.*s' was %s, is %s", STR_ARG(expected->name), was, is);
}

/// Names the first column that one side lacks.
static bool schema_check_names(Schema expected, Schema actual, Error *err)
{
    for (size_t i = 0; i < expected.count; i++) {
        Str name = expected.fields[i].name;
        if (schema_find(actual, name) == SIZE_MAX) {
            return error_set(err, ERROR_DATA, "column '%.*s' is missing", STR_ARG(name));
        }
    }
    for (size_t i = 0; i < actual.count; i++) {
        Str name = actual.fields[i].name;
        if (schema_find(expected, name) == SIZE_MAX) {
            return error_set(err, ERROR_DATA, "column '%.*s' is new", STR_ARG(name));
        }
    }
    return true;
}

bool schema_check_equal(Schema expected, Schema actual, Error *err)
{
    TRY(schema_check_names(expected, actual, err));
    if (expected.count != actual.count) {
        return error_set(err, ERROR_DATA, "there were %zu columns, are %zu", expected.count, actual.count);
    }
    for (size_t i = 0; i < expected.count; i++) {
        const Field *was = &expected.fields[i];
        const Field *is = &actual.fields[i];
        if (!str_equal(was->name, is->name)) {
            return error_set(err, ERROR_DATA, "column %zu was '%.*s', is '%.*s'", i + 1, STR_ARG(was->name),
                             STR_ARG(is->name));
        }
        TRY(field_check_equal(was, is, err));
    }
    return true;
}

void frame_deinit(Frame *frame)
{
    for (size_t i = 0; i < frame->column_count; i++) column_deinit(&frame->columns[i]);
    memory_free(frame->columns);
    memory_free(frame->fields);
    arena_deinit(&frame->names);
    *frame = (Frame){0};
}

Frame frame_take(Frame *frame)
{
    Frame taken = *frame;
    *frame = (Frame){0};
    return taken;
}

static bool frame_reserve(Frame *frame, size_t count, Error *err)
{
    if (count <= frame->column_capacity) return true;
    size_t capacity = frame->column_capacity * 2;
    if (capacity < FRAME_CAPACITY_MIN) capacity = FRAME_CAPACITY_MIN;
    if (capacity < count) capacity = count;

    Field *fields = memory_realloc(frame->fields, capacity * sizeof(Field), err);
    if (fields == NULL) return false;
    frame->fields = fields;
    Column *columns = memory_realloc(frame->columns, capacity * sizeof(Column), err);
    if (columns == NULL) return false;
    frame->columns = columns;
    frame->column_capacity = capacity;
    return true;
}

static bool frame_check_name(const Frame *frame, Str name, Error *err)
{
    if (frame->column_count == FRAME_COLUMNS_MAX) {
        return error_set(err, ERROR_DATA, "more than %d columns", FRAME_COLUMNS_MAX);
    }
    if (name.size > FRAME_NAME_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "column name '%.*s...' has more than %d bytes", 32, name.data,
                         FRAME_NAME_BYTES_MAX);
    }
    if (schema_find(frame_schema(frame), name) != SIZE_MAX) {
        return error_set(err, ERROR_DATA, "column '%.*s' appears twice", STR_ARG(name));
    }
    return true;
}

bool frame_add_column(Frame *frame, Str name, Type type, Column **out, Error *err)
{
    Column column = {.type = type};
    TRY(frame_take_column(frame, name, &column, err));
    *out = &frame->columns[frame->column_count - 1];
    return true;
}

bool frame_add_schema(Frame *frame, Schema schema, Error *err)
{
    CHECK(frame->column_count == 0);
    if (schema.count > FRAME_COLUMNS_MAX) return error_set(err, ERROR_DATA, "more than %d columns", FRAME_COLUMNS_MAX);
    TRY(frame_reserve(frame, schema.count, err));
    for (size_t i = 0; i < schema.count; i++) {
        Field *field = &frame->fields[i];
        field->type = schema.fields[i].type;
        TRY(arena_copy(&frame->names, schema.fields[i].name, &field->name, err));
        frame->columns[i] = (Column){.type = field->type};
        frame->column_count++;
    }
    return true;
}

bool frame_take_column(Frame *frame, Str name, Column *column, Error *err)
{
    Str owned = {0};
    TRY(frame_check_name(frame, name, err));
    TRY(frame_reserve(frame, frame->column_count + 1, err));
    TRY(arena_copy(&frame->names, name, &owned, err));
    frame->fields[frame->column_count] = (Field){.name = owned, .type = column->type};
    frame->columns[frame->column_count] = column_take(column);
    frame->column_count++;
    return true;
}

void frame_finish(Frame *frame)
{
    if (frame->column_count == 0) return;
    frame->row_count = frame->columns[0].count;
    for (size_t i = 1; i < frame->column_count; i++) CHECK(frame->columns[i].count == frame->row_count);
}

Schema frame_schema(const Frame *frame)
{
    return (Schema){.fields = frame->fields, .count = frame->column_count};
}

Vector frame_vector(const Frame *frame, size_t column)
{
    CHECK(column < frame->column_count);
    return column_view(&frame->columns[column]);
}

/// Adds the nearest known name to the error where memory allows.
static bool frame_name_error(const Frame *frame, Str name, Error *err)
{
    Str *names = memory_alloc_array(frame->column_count, sizeof(Str), err);
    if (names == NULL) return false;
    for (size_t i = 0; i < frame->column_count; i++) names[i] = frame->fields[i].name;
    Str nearest = str_nearest(name, names, frame->column_count);
    memory_free(names);
    if (nearest.size == 0) return error_set(err, ERROR_NOT_FOUND, "no column '%.*s'", STR_ARG(name));
    return error_set(err, ERROR_NOT_FOUND, "no column '%.*s'; did you mean '%.*s'?", STR_ARG(name), STR_ARG(nearest));
}

bool frame_find(const Frame *frame, Str name, Vector *out, Error *err)
{
    size_t column = schema_find(frame_schema(frame), name);
    if (column == SIZE_MAX) return frame_name_error(frame, name, err);
    *out = frame_vector(frame, column);
    return true;
}

/// Empty columns of the same names and types.
static bool frame_copy_schema(const Frame *frame, Frame *out, Error *err)
{
    for (size_t i = 0; i < frame->column_count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(out, frame->fields[i].name, frame->fields[i].type, &column, err));
    }
    return true;
}

bool frame_gather(const Frame *frame, const uint64_t *rows, size_t count, Frame *out, Error *err)
{
    AUTO(frame_deinit) Frame gathered = {0};
    TRY(frame_copy_schema(frame, &gathered, err));
    for (size_t i = 0; i < frame->column_count; i++) {
        Vector vector = frame_vector(frame, i);
        TRY(column_append_rows(&gathered.columns[i], &vector, rows, count, err));
    }
    frame_finish(&gathered);
    *out = frame_take(&gathered);
    return true;
}

bool frame_append(Frame *frame, const Frame *more, Error *err)
{
    if (frame->column_count == 0) TRY(frame_copy_schema(more, frame, err));
    TRY(schema_check_equal(frame_schema(frame), frame_schema(more), err));
    for (size_t i = 0; i < frame->column_count; i++) {
        Vector vector = frame_vector(more, i);
        TRY(column_append(&frame->columns[i], &vector, err));
    }
    frame_finish(frame);
    return true;
}
