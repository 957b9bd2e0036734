#include "lake/column_reader_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "frame/list.h"
#include "lake/duckdb_type_internal.h"

enum { NESTED_PARTS = NESTED_KEYS + 1 };

void column_reader_deinit(ColumnReader *reader)
{
    column_deinit(&reader->labels);
    for (size_t i = 0; reader->parts != NULL && i < NESTED_PARTS; i++) column_deinit(&reader->parts[i].labels);
    *reader = (ColumnReader){0};
}

/// The widths in which DuckDB holds a decimal.
static duckdb_type decimal_physical(uint8_t precision)
{
    if (precision <= 4) return DUCKDB_TYPE_SMALLINT;
    if (precision <= 9) return DUCKDB_TYPE_INTEGER;
    return precision <= 18 ? DUCKDB_TYPE_BIGINT : DUCKDB_TYPE_HUGEINT;
}

static bool labels_init(ColumnReader *reader, const DuckdbApi *api, duckdb_logical_type logical, Error *err)
{
    uint32_t count = api->enum_dictionary_size(logical);
    reader->labels.type = TYPE_OF(TYPE_STRING);
    for (uint32_t i = 0; i < count; i++) {
        char *label = api->enum_dictionary_value(logical, i);
        bool pushed = column_push_string(&reader->labels, str_from(label), err);
        api->free(label);
        if (!pushed) return false;
    }
    return true;
}

/// How values of any type but lists and maps lie; `type` is known.
static bool reader_set_physical(ColumnReader *reader, const DuckdbApi *api, duckdb_logical_type logical, Error *err)
{
    reader->physical = api->get_type_id(logical);
    if (reader->physical == DUCKDB_TYPE_DECIMAL) {
        reader->physical = decimal_physical(reader->type.precision);
    } else if (reader->physical == DUCKDB_TYPE_ENUM) {
        reader->physical = api->enum_internal_type(logical);
        return labels_init(reader, api, logical, err);
    }
    return true;
}

static bool part_init(ColumnReader *reader, const DuckdbApi *api, duckdb_logical_type logical, NestedPart part,
                      Error *err)
{
    duckdb_logical_type type = duckdb_part_type(api, logical, part);
    reader->parts[part].name = reader->name;
    bool done = part_exact_type(api, type, reader->name, &reader->parts[part].type, err) &&
                reader_set_physical(&reader->parts[part], api, type, err);
    api->destroy_logical_type(&type);
    return done;
}

static bool parts_init(ColumnReader *reader, const DuckdbApi *api, duckdb_logical_type logical, Arena *arena,
                       Error *err)
{
    reader->physical = api->get_type_id(logical);
    if (reader->physical == DUCKDB_TYPE_ARRAY) reader->array_size = api->array_type_array_size(logical);
    reader->parts = arena_alloc_array(arena, NESTED_PARTS, sizeof(ColumnReader), err);
    if (reader->parts == NULL) return false;
    TRY(part_init(reader, api, logical, NESTED_ITEMS, err));
    return reader->type.id == TYPE_LIST || part_init(reader, api, logical, NESTED_KEYS, err);
}

static bool reader_set_type(ColumnReader *reader, const DuckdbApi *api, duckdb_logical_type logical, Arena *arena,
                            Error *err)
{
    TRY(type_from_duckdb(api, logical, reader->name, &reader->type, err));
    return type_is_nested(reader->type) ? parts_init(reader, api, logical, arena, err)
                                        : reader_set_physical(reader, api, logical, err);
}

bool column_reader_init(ColumnReader *reader, const Query *query, size_t column, Arena *arena, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    TRY(query_column_name(query, column, arena, &reader->name, err));
    duckdb_logical_type logical = api->prepared_statement_column_logical_type(query->statement, column);
    bool done = reader_set_type(reader, api, logical, arena, err);
    api->destroy_logical_type(&logical);
    return done;
}

#define COPY_WIDENED(Physical, out)                                                                                    \
    do {                                                                                                               \
        const Physical *from = data;                                                                                   \
        for (size_t i = 0; i < count; i++) (out)[i] = from[i];                                                         \
    } while (0)

static void ints_copy(duckdb_type physical, const void *data, size_t count, int64_t *out)
{
    switch (physical) {
    case DUCKDB_TYPE_TINYINT:
        COPY_WIDENED(int8_t, out); // NOLINT(bugprone-signed-char-misuse): a number, not a letter
        break;
    case DUCKDB_TYPE_SMALLINT:
        COPY_WIDENED(int16_t, out);
        break;
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_DATE:
        COPY_WIDENED(int32_t, out);
        break;
    case DUCKDB_TYPE_UTINYINT:
        COPY_WIDENED(uint8_t, out);
        break;
    case DUCKDB_TYPE_USMALLINT:
        COPY_WIDENED(uint16_t, out);
        break;
    case DUCKDB_TYPE_UINTEGER:
        COPY_WIDENED(uint32_t, out);
        break;
    default:
        memcpy(out, data, count * sizeof(int64_t));
        break;
    }
}

static void decimals_copy(duckdb_type physical, const void *data, size_t count, Int128 *out)
{
    switch (physical) {
    case DUCKDB_TYPE_SMALLINT:
        COPY_WIDENED(int16_t, out);
        break;
    case DUCKDB_TYPE_INTEGER:
        COPY_WIDENED(int32_t, out);
        break;
    case DUCKDB_TYPE_BIGINT:
        COPY_WIDENED(int64_t, out);
        break;
    default:
        memcpy(out, data, count * sizeof(Int128));
        break;
    }
}

static void floats_copy(duckdb_type physical, const void *data, size_t count, double *out)
{
    if (physical == DUCKDB_TYPE_FLOAT) {
        const float *from = data;
        for (size_t i = 0; i < count; i++) out[i] = (double)from[i];
    } else {
        memcpy(out, data, count * sizeof(double));
    }
}

static bool row_error(const ColumnReader *reader, size_t row, Error *err, const char *problem)
{
    return error_set(err, ERROR_DATA, "column '%.*s': row %zu: %s", STR_ARG(reader->name),
                     (size_t)reader->first_row + row + 1, problem);
}

/// A uint64 over INT64_MAX arrived as a negative number.
static bool unsigned_check(const ColumnReader *reader, const Column *column, size_t begin, Error *err)
{
    for (size_t i = begin; i < column->count; i++) {
        if (column->values.ints[i] >= 0) continue;
        char problem[96];
        snprintf(problem, sizeof(problem), "%" PRIu64 " is over int64: in `sql:`, cast it to DECIMAL(20,0)",
                 (uint64_t)column->values.ints[i]);
        return row_error(reader, i, err, problem);
    }
    return true;
}

static bool nulls_copy(const uint64_t *validity, size_t begin, Column *column, Error *err)
{
    if (validity == NULL) return true;
    for (size_t i = 0; i < column->count - begin; i++) {
        if (!validity_has(validity, i)) TRY(column_set_null(column, begin + i, err));
    }
    return true;
}

static bool fixed_append(const ColumnReader *reader, const void *data, const uint64_t *validity, size_t count,
                         Column *out, Error *err)
{
    size_t begin = out->count;
    TRY(column_resize(out, begin + count, err));
    switch (type_storage(reader->type)) {
    case STORAGE_BOOL:
        memcpy(out->values.bools + begin, data, count);
        break;
    case STORAGE_INT:
        ints_copy(reader->physical, data, count, out->values.ints + begin);
        break;
    case STORAGE_FLOAT:
        floats_copy(reader->physical, data, count, out->values.floats + begin);
        break;
    default:
        decimals_copy(reader->physical, data, count, out->values.decimals + begin);
        break;
    }
    TRY(nulls_copy(validity, begin, out, err));
    return reader->type.id == TYPE_UINT64 ? unsigned_check(reader, out, begin, err) : true;
}

/// The strings of a chunk as a vector of ours, borrowed; nulls are empty.
static void strings_borrow(const duckdb_string_t *from, const uint64_t *validity, size_t count, Str *out)
{
    for (size_t i = 0; i < count; i++) out[i] = validity_has(validity, i) ? duckdb_text(&from[i]) : (Str){0};
}

static bool strings_append(const ColumnReader *reader, const duckdb_string_t *from, const uint64_t *validity,
                           size_t count, Column *out, Error *err)
{
    size_t begin = out->count;
    AUTO(column_deinit) Column borrowed = {.type = reader->type};
    TRY(column_resize(&borrowed, count, err));
    strings_borrow(from, validity, count, borrowed.values.strings);
    for (size_t i = 0; i < count; i++) {
        if (!str_is_utf8(borrowed.values.strings[i])) return row_error(reader, begin + i, err, "text is not UTF-8");
    }
    Vector vector = column_view(&borrowed);
    TRY(column_append(out, &vector, err));
    return nulls_copy(validity, begin, out, err);
}

static size_t label_index(duckdb_type physical, const void *data, size_t i)
{
    if (physical == DUCKDB_TYPE_UTINYINT) return ((const uint8_t *)data)[i];
    if (physical == DUCKDB_TYPE_USMALLINT) return ((const uint16_t *)data)[i];
    return ((const uint32_t *)data)[i];
}

static bool labels_append(const ColumnReader *reader, const void *data, const uint64_t *validity, size_t count,
                          Column *out, Error *err)
{
    Vector labels = column_view(&reader->labels);
    for (size_t i = 0; i < count; i++) {
        if (validity_has(validity, i)) {
            TRY(column_push_from(out, &labels, label_index(reader->physical, data, i), err));
        } else {
            TRY(column_push_null(out, err));
        }
    }
    return true;
}

static bool scalars_append(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t row_count,
                           Column *out, Error *err)
{
    const void *data = api->vector_get_data(vector);
    const uint64_t *validity = api->vector_get_validity(vector);
    if (type_storage(reader->type) != STORAGE_STRING) return fixed_append(reader, data, validity, row_count, out, err);
    if (reader->physical == DUCKDB_TYPE_VARCHAR) return strings_append(reader, data, validity, row_count, out, err);
    return labels_append(reader, data, validity, row_count, out, err);
}

/// The items (and keys) of all rows of a chunk.
typedef struct ChunkParts {
    Column columns[NESTED_PARTS];
    Arena scratch;
} ChunkParts;

static void chunk_parts_deinit(ChunkParts *parts)
{
    for (size_t i = 0; i < NESTED_PARTS; i++) column_deinit(&parts->columns[i]);
    arena_deinit(&parts->scratch);
}

/// Widening to the computed type changes no value, only how it is called.
static bool part_read(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t count, Column *out,
                      Error *err)
{
    out->type = reader->type;
    TRY_OR(scalars_append(reader, api, vector, count, out, err), err, "items of all rows");
    out->type = type_computed(reader->type);
    return true;
}

static bool parts_read(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t row_count,
                       ChunkParts *out, Error *err)
{
    Column *items = &out->columns[NESTED_ITEMS];
    if (reader->physical == DUCKDB_TYPE_ARRAY) {
        duckdb_vector child = api->array_vector_get_child(vector);
        return part_read(&reader->parts[NESTED_ITEMS], api, child, row_count * reader->array_size, items, err);
    }
    duckdb_vector child = api->list_vector_get_child(vector);
    size_t count = api->list_vector_get_size(vector);
    if (reader->type.id == TYPE_LIST) return part_read(&reader->parts[NESTED_ITEMS], api, child, count, items, err);
    duckdb_vector keys = api->struct_vector_get_child(child, 0);
    duckdb_vector values = api->struct_vector_get_child(child, 1);
    TRY(part_read(&reader->parts[NESTED_KEYS], api, keys, count, &out->columns[NESTED_KEYS], err));
    return part_read(&reader->parts[NESTED_ITEMS], api, values, count, items, err);
}

static bool row_append(const ColumnReader *reader, ChunkParts *parts, size_t begin, size_t end, Column *out, Error *err)
{
    Str bytes = {0};
    Vector items = column_slice(&parts->columns[NESTED_ITEMS], begin, end);
    if (end - begin > LIST_ITEMS_MAX) {
        return error_set(err, ERROR_DATA, "a list or map of over %d items", LIST_ITEMS_MAX);
    }
    if (reader->type.id == TYPE_MAP) {
        Vector keys = column_slice(&parts->columns[NESTED_KEYS], begin, end);
        TRY(map_from_vectors(&keys, &items, &parts->scratch, &bytes, err));
    } else {
        TRY(list_from_vector(&items, &parts->scratch, &bytes, err));
    }
    return column_push_string(out, bytes, err);
}

static bool nested_append(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t row_count,
                          Column *out, Error *err)
{
    AUTO(chunk_parts_deinit) ChunkParts parts = {0};
    const duckdb_list_entry *entries = api->vector_get_data(vector);
    const uint64_t *validity = api->vector_get_validity(vector);
    TRY_OR(parts_read(reader, api, vector, row_count, &parts, err), err, "column '%.*s'", STR_ARG(reader->name));
    for (size_t i = 0; i < row_count; i++) {
        bool is_array = reader->physical == DUCKDB_TYPE_ARRAY;
        if (!validity_has(validity, i)) {
            TRY(column_push_null(out, err));
            continue;
        }
        size_t begin = is_array ? i * reader->array_size : entries[i].offset;
        size_t size = is_array ? reader->array_size : entries[i].length;
        arena_reset(&parts.scratch);
        TRY_OR(row_append(reader, &parts, begin, begin + size, out, err), err, "column '%.*s': row %zu",
               STR_ARG(reader->name), (size_t)reader->first_row + out->count + 1);
    }
    return true;
}

bool column_reader_append(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t row_count,
                          Column *out, Error *err)
{
    return type_is_nested(reader->type) ? nested_append(reader, api, vector, row_count, out, err)
                                        : scalars_append(reader, api, vector, row_count, out, err);
}

static bool values_lie_alike(const ColumnReader *reader)
{
    switch (reader->physical) {
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
        return type_storage(reader->type) == STORAGE_INT;
    case DUCKDB_TYPE_DOUBLE:
        return true;
    default:
        return false;
    }
}

static bool all_are_valid(const uint64_t *validity, size_t count)
{
    for (size_t i = 0; validity != NULL && i < count; i++) {
        if (!validity_has(validity, i)) return false;
    }
    return true;
}

bool column_reader_borrow(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t row_count,
                          Vector *out)
{
    if (type_is_nested(reader->type) || !values_lie_alike(reader)) return false;
    if (!all_are_valid(api->vector_get_validity(vector), row_count)) return false;
    *out = (Vector){.type = reader->type, .count = row_count, .values = {.any = api->vector_get_data(vector)}};
    return true;
}
