/// A table in memory: named columns of equal length. A contract between rooms: lake fills it, engine and trainers read
/// it.
///
/// A Frame owns its columns and names. Row order is meaningful and kept.
#ifndef PAWL_FRAME_FRAME_H
#define PAWL_FRAME_FRAME_H

#include "base/hash.h"
#include "frame/column.h"

enum { FRAME_COLUMNS_MAX = 16384, FRAME_NAME_BYTES_MAX = 1024 };

typedef struct Field {
    Str name;
    Type type;
} Field;

/// Names and types, borrowed.
typedef struct Schema {
    const Field *fields;
    size_t count;
} Schema;

/// Index of the field, or SIZE_MAX.
size_t schema_find(Schema schema, Str name);

/// An ERROR_DATA that says what differs ("column 'fare' was decimal(10,2), is float64"), when it does.
MUST_CHECK bool schema_check_equal(Schema expected, Schema actual, Error *err);

typedef struct Frame {
    Arena names;
    Field *fields;
    Column *columns;
    size_t column_count;
    size_t column_capacity;
    size_t row_count;
} Frame;

void frame_deinit(Frame *frame);
Frame frame_take(Frame *frame);

/// Adds an empty column; `*out` is valid until the next one is added. Every column must have row_count values before
/// the frame is handed on (frame_finish checks).
MUST_CHECK bool frame_add_column(Frame *frame, Str name, Type type, Column **out, Error *err);

/// Adds the columns of a schema, whose names are unique, to a frame without columns: one look at each name.
MUST_CHECK bool frame_add_schema(Frame *frame, Schema schema, Error *err);

/// Moves a filled column in.
MUST_CHECK bool frame_take_column(Frame *frame, Str name, Column *column, Error *err);

/// Sets row_count from the columns; unequal lengths are a programmer's mistake.
void frame_finish(Frame *frame);

Schema frame_schema(const Frame *frame);
Vector frame_vector(const Frame *frame, size_t column);

/// The named column's view; ERROR_NOT_FOUND with the nearest name otherwise.
MUST_CHECK bool frame_find(const Frame *frame, Str name, Vector *out, Error *err);

/// A new frame of the given rows in the given order (an index may repeat).
MUST_CHECK bool frame_gather(const Frame *frame, const uint64_t *rows, size_t count, Frame *out, Error *err);

/// Appends the rows of `more`, whose schema is equal (an empty `frame` without columns takes over the schema).
MUST_CHECK bool frame_append(Frame *frame, const Frame *more, Error *err);

/// The logical digest: over names, types and canonical value bytes, column by column, in row order. Two tables of equal
/// content have equal digests whatever file they came from.
MUST_CHECK bool frame_digest(const Frame *frame, Digest *out, Error *err);

/// XXH3-128 of the canonical bytes of each row over all columns in order of name: the digest in the rows' total order.
/// `out` has row_count items.
MUST_CHECK bool frame_row_hashes(const Frame *frame, Hash128 *out, Error *err);

#endif
