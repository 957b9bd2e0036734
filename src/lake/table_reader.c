#include "lake/table_reader_internal.h"

#include "base/memory.h"
#include "lake/column_reader_internal.h"

typedef struct TableReader {
    Query query;
    Arena arena;
    ColumnReader *columns;
    size_t column_count;
} TableReader;

static void table_reader_deinit(TableReader *reader)
{
    for (size_t i = 0; i < reader->column_count; i++) column_reader_deinit(&reader->columns[i]);
    query_deinit(&reader->query);
    arena_deinit(&reader->arena);
}

static bool table_reader_init(TableReader *reader, Lake *lake, Str sql, Error *err)
{
    TRY(query_prepare(&reader->query, lake, sql, err));
    size_t count = reader->query.column_count;
    if (count > FRAME_COLUMNS_MAX) return error_set(err, ERROR_DATA, "more than %d columns", FRAME_COLUMNS_MAX);
    reader->columns = arena_alloc_array(&reader->arena, count, sizeof(ColumnReader), err);
    if (reader->columns == NULL) return false;
    for (; reader->column_count < count; reader->column_count++) {
        size_t i = reader->column_count;
        TRY(column_reader_init(&reader->columns[i], &reader->query, i, &reader->arena, err));
    }
    return true;
}

bool table_schema(Lake *lake, Str sql, Arena *arena, Schema *out, Error *err)
{
    AUTO(table_reader_deinit) TableReader reader = {0};
    TRY(table_reader_init(&reader, lake, sql, err));
    Field *fields = arena_alloc_array(arena, reader.column_count, sizeof(Field), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < reader.column_count; i++) {
        fields[i].type = reader.columns[i].type;
        TRY(arena_copy(arena, reader.columns[i].name, &fields[i].name, err));
    }
    *out = (Schema){.fields = fields, .count = reader.column_count};
    return true;
}

static bool frame_add_columns(const TableReader *reader, Frame *frame, Error *err)
{
    for (size_t i = 0; i < reader->column_count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(frame, reader->columns[i].name, reader->columns[i].type, &column, err));
    }
    return true;
}

static bool chunk_append(const TableReader *reader, Frame *frame, Error *err)
{
    const Query *query = &reader->query;
    const DuckdbApi *api = &query->lake->api;
    for (size_t i = 0; i < reader->column_count; i++) {
        duckdb_vector vector = api->data_chunk_get_vector(query->chunk, i);
        TRY(column_reader_append(&reader->columns[i], api, vector, query->chunk_rows, &frame->columns[i], err));
    }
    return true;
}

/// One chunk's values, in memory that the next chunk takes over.
typedef struct ChunkValues {
    Column *columns;
    Vector *vectors;
    size_t column_count;
    Arena arena;
} ChunkValues;

static void chunk_values_deinit(ChunkValues *values)
{
    for (size_t i = 0; i < values->column_count; i++) column_deinit(&values->columns[i]);
    arena_deinit(&values->arena);
}

static bool chunk_values_init(const TableReader *reader, ChunkValues *values, Error *err)
{
    values->vectors = arena_alloc_array(&values->arena, reader->column_count, sizeof(Vector), err);
    TRY(values->vectors != NULL);
    values->columns = arena_alloc_array(&values->arena, reader->column_count, sizeof(Column), err);
    TRY(values->columns != NULL);
    values->column_count = reader->column_count;
    for (size_t i = 0; i < reader->column_count; i++) values->columns[i].type = reader->columns[i].type;
    return true;
}

static bool chunk_read(TableReader *reader, ChunkValues *values, Error *err)
{
    const Query *query = &reader->query;
    const DuckdbApi *api = &query->lake->api;
    for (size_t i = 0; i < reader->column_count; i++) {
        Column *column = &values->columns[i];
        duckdb_vector vector = api->data_chunk_get_vector(query->chunk, i);
        column_clear(column);
        TRY(column_reader_append(&reader->columns[i], api, vector, query->chunk_rows, column, err));
        reader->columns[i].first_row += query->chunk_rows;
        values->vectors[i] = column_view(column);
    }
    return true;
}

bool table_visit(Lake *lake, Str sql, const RowVisitor *visitor, Error *err)
{
    AUTO(table_reader_deinit) TableReader reader = {0};
    AUTO(chunk_values_deinit) ChunkValues values = {0};
    TRY(table_reader_init(&reader, lake, sql, err));
    TRY(chunk_values_init(&reader, &values, err));
    TRY(query_start(&reader.query, err));
    TRY(query_next(&reader.query, err));
    while (reader.query.chunk_rows > 0) {
        TRY(chunk_read(&reader, &values, err));
        TRY(visitor->rows(visitor->context, values.vectors, reader.query.chunk_rows, err));
        TRY(query_next(&reader.query, err));
    }
    return true;
}

bool table_read(Lake *lake, Str sql, Frame *out, Error *err)
{
    AUTO(table_reader_deinit) TableReader reader = {0};
    AUTO(frame_deinit) Frame frame = {0};
    TRY(table_reader_init(&reader, lake, sql, err));
    TRY(frame_add_columns(&reader, &frame, err));
    TRY(query_start(&reader.query, err));
    TRY(query_next(&reader.query, err));
    while (reader.query.chunk_rows > 0) {
        TRY(chunk_append(&reader, &frame, err));
        TRY(query_next(&reader.query, err));
    }
    frame_finish(&frame);
    *out = frame_take(&frame);
    return true;
}
