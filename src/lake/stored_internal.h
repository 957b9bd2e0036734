/// A frame as a Parquet file can hold it, and back: Parquet, as DuckDB writes it, has no timestamps in seconds and
/// milliseconds, no zoned nanoseconds, and its names do not differ by case alone. What is lost stands as JSON in the
/// file's metadata.
#ifndef PAWL_LAKE_STORED_INTERNAL_H
#define PAWL_LAKE_STORED_INTERNAL_H

#include "frame/frame.h"

/// The key of the metadata.
#define STORED_SCHEMA_KEY "pawl.schema"

/// Borrows the frame's columns, but for those that are held in another unit.
typedef struct StoredFrame {
    Frame frame; ///< never deinitialised as such
    Column *converted;
    size_t converted_count;
} StoredFrame;

void stored_frame_deinit(StoredFrame *stored);

/// A time that does not fit into microseconds is an ERROR_DATA.
MUST_CHECK bool stored_frame_init(StoredFrame *stored, const Frame *frame, Error *err);

/// The types in which columns are written; in `arena`, the names borrowed.
MUST_CHECK bool stored_schema(Schema schema, Arena *arena, Schema *out, Error *err);

/// Makes a frame what is written of it, in place.
MUST_CHECK bool stored_block_convert(Frame *frame, Error *err);

/// Values as they were read as those of the type that they were written from: the same memory, or new one in `arena`.
MUST_CHECK bool stored_vector_restore(const Vector *vector, Type type, Arena *arena, Vector *out, Error *err);

/// [{"name": "t", "type": "timestamp_s"}, ...].
MUST_CHECK bool stored_schema_write(Schema schema, Bytes *out, Error *err);

/// What stored_schema_write wrote, in `arena`.
MUST_CHECK bool stored_schema_read(Str text, Arena *arena, Schema *out, Error *err);

/// Gives the columns of a frame that was read their names and types again. `schema` is what stored_schema_write wrote.
MUST_CHECK bool stored_frame_restore(Frame *read, Str schema, Frame *out, Error *err);

#endif
