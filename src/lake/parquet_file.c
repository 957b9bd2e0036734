#include <errno.h>

#include "frame/arrow.h"
#include "lake/parquet_internal.h"
#include "lake/query_internal.h"
#include "lake/sql_internal.h"
#include "lake/stored_internal.h"

/// Rows of a row group; DuckDB's own default, so that readers find what they are used to.
enum { PARQUET_ROW_GROUP_ROWS = 122880, PARQUET_ROW_GROUP_ROWS_MIN = 2048 };

/// A row group of wide rows takes about so much memory while it is written.
#define PARQUET_ROW_GROUP_BYTES ((uint64_t)16 << 20)

/// The view through which COPY sees the frame.
#define WRITTEN_VIEW "pawl_written"

static bool copy_sql(Bytes *sql, Schema schema, size_t group_rows, Str path, Error *err)
{
    AUTO(bytes_deinit) Bytes metadata = {0};
    TRY(stored_schema_write(schema, &metadata, err));
    TRY(bytes_append_str(sql, STR("COPY (SELECT * FROM " WRITTEN_VIEW ") TO "), err));
    TRY(sql_literal(sql, path, err));
    TRY(bytes_append_format(
        sql, err, " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %zu, USE_TMP_FILE false, KV_METADATA {'%s': ",
        group_rows, STORED_SCHEMA_KEY));
    TRY(sql_literal(sql, bytes_str(&metadata), err));
    return bytes_append_str(sql, STR("})"), err);
}

/// What DuckDB's scan reads, a frame or blocks. DuckDB never releases the schemas that it asks for, so they are all borrowed from
/// one that is ours.
typedef struct WriteStream {
    struct ArrowArrayStream stream; ///< first, so that its address is the whole's
    struct ArrowSchema schema;
    const BlockSource *source; ///< NULL: the stream is a frame's
    Error err;                 ///< of the source
} WriteStream;

static void write_stream_deinit(WriteStream *stream)
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
    *out = ((WriteStream *)(void *)stream)->schema;
    out->release = borrowed_schema_release;
    return 0;
}

static bool write_stream_frame(WriteStream *stream, const Frame *frame, Error *err)
{
    TRY(arrow_export_schema(frame_schema(frame), &stream->schema, err));
    TRY(arrow_export_stream(frame, PARQUET_ROW_GROUP_ROWS, &stream->stream, err));
    stream->stream.get_schema = borrowed_schema_get;
    return true;
}

static bool block_export(const BlockSource *source, struct ArrowArray *out, Error *err)
{
    AUTO(frame_deinit) Frame block = {0};
    TRY(source->next(source->context, &block, err));
    if (block.row_count == 0) return true;
    TRY(stored_block_convert(&block, err));
    return arrow_export_rows_take(&block, out, err);
}

static int blocks_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    WriteStream *write = stream->private_data;
    *out = (struct ArrowArray){0};
    if (write->err.kind != ERROR_NONE) return EIO;
    return block_export(write->source, out, &write->err) ? 0 : EIO;
}

static const char *blocks_last_error(struct ArrowArrayStream *stream)
{
    const WriteStream *write = stream->private_data;
    return write->err.kind == ERROR_NONE ? NULL : write->err.text;
}

static void blocks_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static bool write_stream_blocks(WriteStream *stream, Schema schema, const BlockSource *source, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema stored = {0};
    TRY(stored_schema(schema, &arena, &stored, err));
    TRY(arrow_export_schema(stored, &stream->schema, err));
    stream->source = source;
    stream->stream = (struct ArrowArrayStream){.get_schema = borrowed_schema_get,
                                               .get_next = blocks_next,
                                               .get_last_error = blocks_last_error,
                                               .release = blocks_release,
                                               .private_data = stream}; // DuckDB reads from a copy of the structure
    return true;
}

static bool stream_copy(Lake *lake, WriteStream *stream, Str sql, Error *err)
{
    if (lake->api.arrow_scan(lake->connection, WRITTEN_VIEW, (duckdb_arrow_stream)&stream->stream) != DuckDBSuccess) {
        return error_set(err, ERROR_STORAGE, "DuckDB cannot read the frame");
    }
    bool copied = lake_execute(lake, sql, err);
    const char *reason = stream->stream.get_last_error(&stream->stream);
    ErrorKind kind = stream->source == NULL ? ERROR_MEMORY : stream->err.kind;
    if (!copied && reason != NULL) error_set(err, kind, "%s", reason);
    return lake_execute(lake, STR("DROP VIEW IF EXISTS " WRITTEN_VIEW), copied ? err : NULL) && copied;
}

static bool frame_write(Lake *lake, const Frame *frame, Str path, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(stored_frame_deinit) StoredFrame stored = {0};
    AUTO(write_stream_deinit) WriteStream stream = {0};
    if (frame->column_count == 0) return error_set(err, ERROR_DATA, "a file needs a column");
    TRY(copy_sql(&sql, frame_schema(frame), PARQUET_ROW_GROUP_ROWS, path, err));
    TRY(stored_frame_init(&stored, frame, err));
    TRY(write_stream_frame(&stream, &stored.frame, err));
    return stream_copy(lake, &stream, bytes_str(&sql), err);
}

static size_t group_rows_of(uint64_t row_bytes)
{
    uint64_t rows = PARQUET_ROW_GROUP_BYTES / (row_bytes + 1);
    if (rows < PARQUET_ROW_GROUP_ROWS_MIN) return PARQUET_ROW_GROUP_ROWS_MIN;
    return rows < PARQUET_ROW_GROUP_ROWS ? (size_t)rows : PARQUET_ROW_GROUP_ROWS;
}

static bool blocks_write(Lake *lake, Schema schema, const BlockSource *source, uint64_t row_bytes, Str path, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(write_stream_deinit) WriteStream stream = {0};
    if (schema.count == 0) return error_set(err, ERROR_DATA, "a file needs a column");
    TRY(copy_sql(&sql, schema, group_rows_of(row_bytes), path, err));
    TRY(write_stream_blocks(&stream, schema, source, err));
    if (stream_copy(lake, &stream, bytes_str(&sql), err)) return true;
    if (stream.err.kind != ERROR_NONE && err != NULL) *err = stream.err;
    return false;
}

bool lake_write_blocks(Lake *lake, Schema schema, const BlockSource *source, uint64_t row_bytes, Str path, Error *err)
{
    TRY_OR(blocks_write(lake, schema, source, row_bytes, path, err), err, "writing '%.*s'", STR_ARG(path));
    return true;
}

bool lake_write_parquet(Lake *lake, const Frame *frame, Str path, Error *err)
{
    TRY_OR(frame_write(lake, frame, path, err), err, "writing '%.*s'", STR_ARG(path));
    return true;
}
