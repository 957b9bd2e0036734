/// Frames as other libraries read them without copying: the Arrow C data interface, version 1.0
/// (https://arrow.apache.org/docs/format/CDataInterface.html), one way: out.
///
/// An exported structure is the caller's and must be released through its own `release`. Numbers whose storage is the
/// Arrow layout are not copied, so the frame must outlive what was exported from it.
#ifndef PAWL_FRAME_ARROW_H
#define PAWL_FRAME_ARROW_H

#include "frame/frame.h"

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/// A struct of the columns. A zoned timestamp's zone is "UTC"; strings have 64-bit offsets.
MUST_CHECK bool arrow_export_schema(Schema schema, struct ArrowSchema *out, Error *err);

/// The rows [begin, end) as one struct array.
MUST_CHECK bool arrow_export_rows(const Frame *frame, size_t begin, size_t end, struct ArrowArray *out, Error *err);

/// All rows of a frame that the array takes over, on success.
MUST_CHECK bool arrow_export_rows_take(Frame *frame, struct ArrowArray *out, Error *err);

/// All rows in pieces of `batch_rows`, in order. The frame is borrowed until the stream is released.
MUST_CHECK bool arrow_export_stream(const Frame *frame, size_t batch_rows, struct ArrowArrayStream *out, Error *err);

/// The same for a frame that the stream takes over, on success: it lives until the stream and all that came from it are released.
MUST_CHECK bool arrow_export_stream_take(Frame *frame, size_t batch_rows, struct ArrowArrayStream *out, Error *err);

#endif
