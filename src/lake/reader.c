#include <string.h>

#include "lake/parquet_internal.h"
#include "lake/scan_internal.h"

/// What a RowReader of a lake points to, in the arena that it was made in.
typedef struct LakeReader {
    Lake *lake;
    LakeQuery query;
    Str sql; ///< a SELECT of all columns; empty for files that DuckDB does not type: they are read whole
    Schema schema;
} LakeReader;

static bool reader_read(void *context, Frame *out, Error *err)
{
    const LakeReader *reader = context;
    return lake_read(reader->lake, &reader->query, out, err);
}

static bool reader_scan(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    const LakeReader *reader = context;
    if (reader->sql.size > 0)
        return scan_run(reader->lake, reader->sql, reader->schema, fields, field_count, sink, err);
    AUTO(frame_deinit) Frame frame = {0};
    TRY(reader_read(context, &frame, err));
    return frame_scan(&frame, fields, field_count, sink, err);
}

static bool reader_sql(LakeReader *reader, Arena *arena, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    SourceFiles files = {0};

    if (reader->query.sql.size > 0) return arena_copy(arena, reader->query.sql, &reader->sql, err);
    TRY(source_files_find(&reader->query, reader->lake->directory, &scratch, &files, err));
    if (files.format != SOURCE_PARQUET) return true;
    TRY(parquet_sql(&files, &sql, err));
    return arena_copy(arena, bytes_str(&sql), &reader->sql, err);
}

bool lake_reader(Lake *lake, const LakeQuery *query, Arena *arena, RowReader *out, Error *err)
{
    LakeReader *reader = arena_alloc(arena, sizeof(*reader), err);
    TRY(reader != NULL);

    *reader = (LakeReader){.lake = lake, .query = *query};
    TRY(lake_schema(lake, query, arena, &reader->schema, err));
    TRY(reader_sql(reader, arena, err));

    *out = (RowReader){.read = reader_read, .scan = reader_scan, .context = reader, .schema = reader->schema};
    if (reader->sql.size > 0) out->row_count = scan_count_rows(lake, reader->sql);
    return true;
}
