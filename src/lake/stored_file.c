/// Reading the Parquet files that we wrote: whole, in blocks, in chunks, or single rows.
#include "lake/parquet_internal.h"
#include "lake/query_internal.h"
#include "lake/scan_internal.h"
#include "lake/sql_internal.h"
#include "lake/stored_internal.h"
#include "lake/table_reader_internal.h"

/// The text under STORED_SCHEMA_KEY; the empty Str when the file is not ours.
static bool metadata_read(Lake *lake, Str path, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(frame_deinit) Frame frame = {0};
    TRY(bytes_append_str(&sql, STR("SELECT decode(value) AS value FROM parquet_kv_metadata("), err));
    TRY(sql_literal(&sql, path, err));
    TRY(bytes_append_str(&sql, STR(") WHERE decode(key) = '" STORED_SCHEMA_KEY "'"), err));
    TRY(table_read(lake, bytes_str(&sql), &frame, err));
    *out = (Str){0};
    return frame.row_count == 0 ? true : arena_copy(arena, frame.columns[0].values.strings[0], out, err);
}

static bool frame_read(Lake *lake, Str path, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Str metadata = {0};
    const SourceFiles files = {.format = SOURCE_PARQUET, .paths = &path, .shown = &path, .count = 1};
    if (!disk_exists(disk_system(), path)) return error_set(err, ERROR_NOT_FOUND, "no such file");
    TRY(metadata_read(lake, path, &arena, &metadata, err));
    TRY(parquet_table_read(lake, &files, &frame, err));
    if (metadata.size > 0) return stored_frame_restore(&frame, metadata, out, err);
    *out = frame_take(&frame);
    return true;
}

bool lake_read_parquet(Lake *lake, Str path, Frame *out, Error *err)
{
    TRY_OR(frame_read(lake, path, out, err), err, "%.*s", STR_ARG(path));
    return true;
}

/// A file that we wrote. In an arena.
typedef struct StoredFile {
    Lake *lake;
    Str sql;       ///< the SELECT of all of it
    Schema schema; ///< as it was written
    Schema file;   ///< as DuckDB has it
} StoredFile;

static bool stored_file_open(Lake *lake, Str path, Arena *arena, StoredFile *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    Str metadata = {0};
    StoredFile file = {.lake = lake};
    const SourceFiles files = {.format = SOURCE_PARQUET, .paths = &path, .shown = &path, .count = 1};
    if (!disk_exists(disk_system(), path)) return error_set(err, ERROR_NOT_FOUND, "no such file");
    TRY(parquet_sql(&files, &sql, err));
    TRY(arena_copy(arena, bytes_str(&sql), &file.sql, err));
    TRY(table_schema(lake, file.sql, arena, &file.file, err));
    TRY(metadata_read(lake, path, arena, &metadata, err));
    file.schema = file.file;
    if (metadata.size > 0) TRY(stored_schema_read(metadata, arena, &file.schema, err));
    if (file.schema.count != file.file.count)
        return error_set(err, ERROR_DATA, "the file's metadata has %zu columns, the file %zu", file.schema.count,
                         file.file.count);
    *out = file;
    return true;
}

static bool chunk_restore(const Field *fields, const Vector *vectors, size_t count, Arena *arena, Vector **out,
                          Error *err)
{
    *out = arena_alloc_array(arena, count, sizeof(Vector), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < count; i++) TRY(stored_vector_restore(&vectors[i], fields[i].type, arena, &(*out)[i], err));
    return true;
}

/// Hands on what is read as it was written.
typedef struct StoredRows {
    const Field *fields; ///< those that are read
    size_t field_count;
    const RowVisitor *visitor;
    const ChunkSink *sink;
    Arena arena; ///< of a visit
} StoredRows;

static bool rows_visit(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    StoredRows *rows = context;
    Vector *restored = NULL;
    arena_reset(&rows->arena);
    TRY(chunk_restore(rows->fields, vectors, rows->field_count, &rows->arena, &restored, err));
    return rows->visitor->rows(rows->visitor->context, restored, row_count, err);
}

/// On many threads at once.
static bool rows_put(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const StoredRows *rows = context;
    Vector *restored = NULL;
    TRY(chunk_restore(rows->fields, vectors, rows->field_count, &arena, &restored, err));
    return rows->sink->put(rows->sink->context, restored, row_count, err);
}

static bool fields_choose(const StoredFile *file, const uint32_t *fields, size_t count, Arena *arena, Field **out,
                          Error *err)
{
    *out = arena_alloc_array(arena, count, sizeof(Field), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < count; i++) (*out)[i] = file->schema.fields[fields == NULL ? i : fields[i]];
    return true;
}

static bool select_sql(const StoredFile *file, const uint32_t *fields, size_t count, Bytes *sql, Error *err)
{
    TRY(bytes_append_str(sql, STR("SELECT "), err));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) TRY(bytes_append_str(sql, STR(", "), err));
        TRY(sql_identifier(sql, file->file.fields[fields == NULL ? i : fields[i]].name, err));
    }
    return bytes_append_format(sql, err, " FROM (%.*s)", STR_ARG(file->sql));
}

static void stored_rows_deinit(StoredRows *rows)
{
    arena_deinit(&rows->arena);
}

static bool stored_visit(Lake *lake, Str path, const uint32_t *fields, size_t field_count, const RowVisitor *visitor,
                         Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(stored_rows_deinit) StoredRows rows = {.visitor = visitor};
    StoredFile file = {0};
    Field *chosen = NULL;
    TRY(stored_file_open(lake, path, &arena, &file, err));
    rows.field_count = fields == NULL ? file.schema.count : field_count;
    TRY(fields_choose(&file, fields, rows.field_count, &arena, &chosen, err));
    rows.fields = chosen;
    TRY(visitor->begin(visitor->context, (Schema){chosen, rows.field_count}, err));
    TRY(select_sql(&file, fields, rows.field_count, &sql, err));
    const RowVisitor restoring = {.rows = rows_visit, .context = &rows};
    return table_visit(lake, bytes_str(&sql), &restoring, err);
}

bool lake_visit_stored(Lake *lake, Str path, const uint32_t *fields, size_t field_count, const RowVisitor *visitor,
                       Error *err)
{
    TRY_OR(stored_visit(lake, path, fields, field_count, visitor, err), err, "%.*s", STR_ARG(path));
    return true;
}

/// What a RowReader of a stored file points to.
typedef struct StoredReader {
    StoredFile file;
    Str path;
} StoredReader;

static bool reader_read(void *context, Frame *out, Error *err)
{
    const StoredReader *reader = context;
    return lake_read_parquet(reader->file.lake, reader->path, out, err);
}

static bool reader_scan(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const StoredReader *reader = context;
    const StoredFile *file = &reader->file;
    Field *chosen = NULL;
    TRY(fields_choose(file, fields, field_count, &arena, &chosen, err));
    StoredRows rows = {.fields = chosen, .field_count = field_count, .sink = sink};
    const ChunkSink restoring = {rows_put, &rows};
    TRY_OR(scan_run(file->lake, file->sql, file->file, fields, field_count, &restoring, err), err, "%.*s",
           STR_ARG(reader->path));
    return true;
}

bool lake_stored_reader(Lake *lake, Str path, Arena *arena, RowReader *out, Error *err)
{
    StoredReader *reader = arena_alloc(arena, sizeof(*reader), err);
    TRY(reader != NULL);
    TRY(arena_copy(arena, path, &reader->path, err));
    TRY_OR(stored_file_open(lake, path, arena, &reader->file, err), err, "%.*s", STR_ARG(path));
    *out = (RowReader){.read = reader_read, .scan = reader_scan, .context = reader, .schema = reader->file.schema};
    return true;
}

static bool numbered_sql(const StoredFile *file, const uint64_t *rows, size_t count, Bytes *sql, Error *err)
{
    TRY(bytes_append_str(
        sql, STR("SELECT * EXCLUDE (pawl_row) FROM (SELECT *, row_number() OVER () AS pawl_row FROM ("), err));
    TRY(bytes_append_format(sql, err, "%.*s)) WHERE pawl_row IN (0", STR_ARG(file->sql)));
    for (size_t i = 0; i < count; i++) TRY(bytes_append_format(sql, err, ", %llu", (unsigned long long)rows[i] + 1));
    return bytes_append_str(sql, STR(") ORDER BY pawl_row"), err);
}

bool lake_stored_rows(Lake *lake, Str path, const uint64_t *rows, size_t count, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Str metadata = {0};
    StoredFile file = {0};
    TRY_OR(stored_file_open(lake, path, &arena, &file, err), err, "%.*s", STR_ARG(path));
    TRY(numbered_sql(&file, rows, count, &sql, err));
    TRY_OR(table_read(lake, bytes_str(&sql), &frame, err), err, "%.*s", STR_ARG(path));
    TRY(metadata_read(lake, path, &arena, &metadata, err));
    if (metadata.size > 0) return stored_frame_restore(&frame, metadata, out, err);
    *out = frame_take(&frame);
    return true;
}
