#include "frame/column.h"

#include <string.h>

#include "base/memory.h"

enum { COLUMN_CAPACITY_MIN = 64 };

#define COLUMN_VALUES_MAX ((size_t)1 << 40)

static size_t column_value_size(const Column *column)
{
    return storage_size(type_storage(column->type));
}

void column_deinit(Column *column)
{
    memory_free(column->valid);
    memory_free(column->values.any);
    arena_deinit(&column->text);
    *column = (Column){0};
}

Column column_take(Column *column)
{
    Column taken = *column;
    *column = (Column){0};
    return taken;
}

/// Grows one of the column's arrays in place; on failure it is untouched.
static bool pointer_grow(void **pointer, size_t count, size_t size, Error *err)
{
    void *grown = memory_realloc(*pointer, count * size, err);
    if (grown == NULL) return false;
    *pointer = grown;
    return true;
}

static bool column_set_capacity(Column *column, size_t capacity, Error *err)
{
    TRY(pointer_grow(&column->values.any, capacity, column_value_size(column), err));
    if (column->valid != NULL) {
        void *valid = column->valid;
        TRY(pointer_grow(&valid, capacity, 1, err));
        column->valid = valid;
    }
    column->capacity = capacity;
    return true;
}

bool column_reserve(Column *column, size_t count, Error *err)
{
    if (count <= column->capacity) return true;
    if (count > COLUMN_VALUES_MAX) return error_set(err, ERROR_MEMORY, "column of %zu values is over its limit", count);
    size_t capacity = column->capacity + column->capacity / 2;
    if (capacity < COLUMN_CAPACITY_MIN) capacity = COLUMN_CAPACITY_MIN;
    return column_set_capacity(column, capacity < count ? count : capacity, err);
}

bool column_resize(Column *column, size_t count, Error *err)
{
    TRY(column_reserve(column, count, err));
    if (count > column->count) {
        size_t size = column_value_size(column);
        size_t added = count - column->count;
        memset((char *)column->values.any + column->count * size, 0, added * size);
        if (column->valid != NULL) memset(column->valid + column->count, 1, added);
    }
    column->count = count;
    return true;
}

void column_clear(Column *column)
{
    memory_free(column->valid);
    column->valid = NULL;
    column->count = 0;
    arena_reset(&column->text);
}

/// From now on the column tells which values are there; so far all are.
static bool column_track_nulls(Column *column, Error *err)
{
    if (column->valid != NULL) return true;
    column->valid = memory_alloc(column->capacity, err);
    if (column->valid == NULL) return false;
    memset(column->valid, 1, column->count);
    return true;
}

/// Room for one value of `storage`, counted and valid, to be written at index count - 1.
static bool column_push(Column *column, Storage storage, Error *err)
{
    CHECK(type_storage(column->type) == storage);
    TRY(column_reserve(column, column->count + 1, err));
    if (column->valid != NULL) column->valid[column->count] = 1;
    column->count++;
    return true;
}

bool column_push_null(Column *column, Error *err)
{
    TRY(column_reserve(column, column->count + 1, err));
    TRY(column_track_nulls(column, err));
    TRY(column_resize(column, column->count + 1, err));
    column->valid[column->count - 1] = 0;
    return true;
}

bool column_push_bool(Column *column, bool value, Error *err)
{
    TRY(column_push(column, STORAGE_BOOL, err));
    column->values.bools[column->count - 1] = value;
    return true;
}

bool column_push_int(Column *column, int64_t value, Error *err)
{
    TRY(column_push(column, STORAGE_INT, err));
    column->values.ints[column->count - 1] = value;
    return true;
}

bool column_push_float(Column *column, double value, Error *err)
{
    TRY(column_push(column, STORAGE_FLOAT, err));
    column->values.floats[column->count - 1] = value;
    return true;
}

bool column_push_decimal(Column *column, Int128 value, Error *err)
{
    TRY(column_push(column, STORAGE_DECIMAL, err));
    column->values.decimals[column->count - 1] = value;
    return true;
}

bool column_push_string(Column *column, Str value, Error *err)
{
    Str copy = {0};
    if (value.size > 0) TRY(arena_copy(&column->text, value, &copy, err));
    TRY(column_push(column, STORAGE_STRING, err));
    column->values.strings[column->count - 1] = copy;
    return true;
}

bool column_set_null(Column *column, size_t i, Error *err)
{
    CHECK(i < column->count);
    TRY(column_track_nulls(column, err));
    size_t size = column_value_size(column);
    memset((char *)column->values.any + i * size, 0, size);
    column->valid[i] = 0;
    return true;
}

bool column_push_from(Column *column, const Vector *vector, size_t i, Error *err)
{
    uint64_t row = i;
    return column_append_rows(column, vector, &row, 1, err);
}

/// The strings from `begin` on still point into another column: copies their bytes in one piece.
static bool column_adopt_strings(Column *column, size_t begin, Error *err)
{
    Str *strings = column->values.strings;
    size_t total = 0;
    for (size_t i = begin; i < column->count; i++) total += strings[i].size;
    if (total == 0) return true;

    char *text = arena_alloc(&column->text, total, err);
    if (text == NULL) return false;
    for (size_t i = begin; i < column->count; i++) {
        if (strings[i].size == 0) continue;
        memcpy(text, strings[i].data, strings[i].size);
        strings[i].data = text;
        text += strings[i].size;
    }
    return true;
}

/// Makes values from `begin` on the column's own; on failure they are gone again.
static bool column_end_append(Column *column, size_t begin, Error *err)
{
    if (type_storage(column->type) != STORAGE_STRING || column_adopt_strings(column, begin, err)) return true;
    column->count = begin;
    return false;
}

bool column_append(Column *column, const Vector *vector, Error *err)
{
    CHECK(type_equal(column->type, vector->type));
    size_t begin = column->count;
    size_t size = column_value_size(column);
    if (vector->count == 0) return true;
    TRY(column_reserve(column, begin + vector->count, err));
    if (vector->valid != NULL) TRY(column_track_nulls(column, err));

    memcpy((char *)column->values.any + begin * size, vector->values.any, vector->count * size);
    if (vector->valid != NULL) {
        memcpy(column->valid + begin, vector->valid, vector->count);
    } else if (column->valid != NULL) {
        memset(column->valid + begin, 1, vector->count);
    }
    column->count = begin + vector->count;
    return column_end_append(column, begin, err);
}

static void values_gather(Storage storage, Values out, Values from, const uint64_t *rows, size_t count)
{
    switch (storage) {
    case STORAGE_BOOL:
        for (size_t i = 0; i < count; i++) out.bools[i] = from.bools[rows[i]];
        break;
    case STORAGE_INT:
        for (size_t i = 0; i < count; i++) out.ints[i] = from.ints[rows[i]];
        break;
    case STORAGE_FLOAT:
        for (size_t i = 0; i < count; i++) out.floats[i] = from.floats[rows[i]];
        break;
    case STORAGE_DECIMAL:
        for (size_t i = 0; i < count; i++) out.decimals[i] = from.decimals[rows[i]];
        break;
    case STORAGE_STRING:
        for (size_t i = 0; i < count; i++) out.strings[i] = from.strings[rows[i]];
        break;
    }
}

bool column_append_rows(Column *column, const Vector *vector, const uint64_t *rows, size_t count, Error *err)
{
    CHECK(type_equal(column->type, vector->type));
    size_t begin = column->count;
    if (count == 0) return true;
    TRY(column_reserve(column, begin + count, err));
    if (vector->valid != NULL) TRY(column_track_nulls(column, err));

    Values out = {.any = (char *)column->values.any + begin * column_value_size(column)};
    values_gather(type_storage(column->type), out, vector->values, rows, count);
    if (column->valid != NULL) {
        for (size_t i = 0; i < count; i++) column->valid[begin + i] = vector_is_valid(vector, rows[i]);
    }
    column->count = begin + count;
    return column_end_append(column, begin, err);
}

Vector column_view(const Column *column)
{
    return (Vector){.type = column->type, .count = column->count, .valid = column->valid, .values = column->values};
}

Vector column_slice(const Column *column, size_t begin, size_t end)
{
    Vector whole = column_view(column);
    return vector_slice(&whole, begin, end);
}
