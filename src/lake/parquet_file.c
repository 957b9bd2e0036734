#include "frame/arrow.h"
#include "lake/parquet_internal.h"
#include "lake/query_internal.h"
#include "lake/sql_internal.h"
#include "lake/stored_internal.h"
#include "lake/table_reader_internal.h"

/// Rows of a row group; DuckDB's own default, so that readers find what they are used to.
#define PARQUET_ROW_GROUP_ROWS 122880

/// The view through which COPY sees the frame.
#define WRITTEN_VIEW "pawl_written"

static bool copy_sql(Bytes *sql, Schema schema, Str path, Error *err)
{
    AUTO(bytes_deinit) Bytes metadata = {0};
    TRY(stored_schema_write(schema, &metadata, err));
    TRY(bytes_append_str(sql, STR("COPY (SELECT * FROM " WRITTEN_VIEW ") TO "), err));
    TRY(sql_literal(sql, path, err));
    TRY(bytes_append_format(
        sql, err, " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d, USE_TMP_FILE false, KV_METADATA {'%s': ",
        PARQUET_ROW_GROUP_ROWS, STORED_SCHEMA_KEY));
    TRY(sql_literal(sql, bytes_str(&metadata), err));
    return bytes_append_str(sql, STR("})"), err);
}

/// The frame as DuckDB's scan reads it. DuckDB never releases the schemas that it asks for, so they are all borrowed from
/// one that is ours.
typedef struct FrameStream {
    struct ArrowArrayStream stream; ///< first, so that its address is the whole's
    struct ArrowSchema schema;
} FrameStream;

static void frame_stream_deinit(FrameStream *stream)
{
    if (stream->stream.release != NULL) stream->stream.release(&stream->stream);
    if (stream->schema.release != NULL) stream->schema.release(&stream->schema);
}

static void borrowed_schema_release(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static int borrowed_schema_get(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    *out = ((FrameStream *)(void *)stream)->schema;
    out->release = borrowed_schema_release;
    return 0;
}

static bool frame_stream_init(FrameStream *stream, const Frame *frame, Error *err)
{
    TRY(arrow_export_schema(frame_schema(frame), &stream->schema, err));
    TRY(arrow_export_stream(frame, PARQUET_ROW_GROUP_ROWS, &stream->stream, err));
    stream->stream.get_schema = borrowed_schema_get;
    return true;
}

static bool stream_copy(Lake *lake, FrameStream *stream, Str sql, Error *err)
{
    if (lake->api.arrow_scan(lake->connection, WRITTEN_VIEW, (duckdb_arrow_stream)&stream->stream) != DuckDBSuccess) {
        return error_set(err, ERROR_STORAGE, "DuckDB cannot read the frame");
    }
    bool copied = lake_execute(lake, sql, err);
    const char *memory_error = stream->stream.get_last_error(&stream->stream);
    if (!copied && memory_error != NULL) error_set(err, ERROR_MEMORY, "%s", memory_error);
    return lake_execute(lake, STR("DROP VIEW IF EXISTS " WRITTEN_VIEW), copied ? err : NULL) && copied;
}

static bool frame_write(Lake *lake, const Frame *frame, Str path, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(stored_frame_deinit) StoredFrame stored = {0};
    AUTO(frame_stream_deinit) FrameStream stream = {0};
    if (frame->column_count == 0) return error_set(err, ERROR_DATA, "a file needs a column");
    TRY(copy_sql(&sql, frame_schema(frame), path, err));
    TRY(stored_frame_init(&stored, frame, err));
    TRY(frame_stream_init(&stream, &stored.frame, err));
    return stream_copy(lake, &stream, bytes_str(&sql), err);
}

bool lake_write_parquet(Lake *lake, const Frame *frame, Str path, Error *err)
{
    TRY_OR(frame_write(lake, frame, path, err), err, "writing '%.*s'", STR_ARG(path));
    return true;
}

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
