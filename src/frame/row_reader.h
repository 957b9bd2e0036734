/// Where a table's rows come from, whole and in order or in chunks as they come: how the engine reads what need not lie in memory,
/// without knowing from where.
#ifndef PAWL_FRAME_ROW_READER_H
#define PAWL_FRAME_ROW_READER_H

#include "frame/frame.h"

/// Takes chunks of rows, on several threads at once. The vectors, one per field asked for, are the caller's again after the call.
typedef struct ChunkSink {
    bool (*put)(void *context, const Vector *vectors, size_t row_count, Error *err);
    void *context;
} ChunkSink;

/// A table that can be read more than once, with the same rows each time.
typedef struct RowReader {
    /// All rows, in their order.
    bool (*read)(void *context, Frame *out, Error *err);
    /// Hands the given fields (places in the schema) of every row to the sink once. Neither the order of rows nor how they are cut
    /// into chunks can be relied on.
    bool (*scan)(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err);
    void *context;
    Schema schema;
    uint64_t row_count; ///< about; 0: unknown
} RowReader;

/// The given fields of a frame, in chunks, on the caller's thread.
MUST_CHECK bool frame_scan(const Frame *frame, const uint32_t *fields, size_t field_count, const ChunkSink *sink,
                           Error *err);

#endif
