/// Tables of other libraries as frames: the Arrow C data interface, the other way round (see frame/arrow.h).
///
/// What is imported is copied, so that nothing of the caller's is kept. Numbers, bools, strings (also string views), dates and
/// timestamps are taken as they are, lists and maps of these with their items widened to computed types; anything else is an ERROR_DATA that names the column.
#ifndef PAWL_FRAME_ARROW_IMPORT_H
#define PAWL_FRAME_ARROW_IMPORT_H

#include "frame/arrow.h"

/// The fields of a struct ("+s"); they live in `arena`.
MUST_CHECK bool arrow_import_schema(const struct ArrowSchema *schema, Arena *arena, Schema *out, Error *err);

/// Appends a struct array's rows to `frame`, whose columns are those that arrow_import_schema gave for `schema`. On an error the frame
/// is no longer whole.
MUST_CHECK bool arrow_import_rows(const struct ArrowSchema *schema, const struct ArrowArray *array, Frame *frame,
                                  Error *err);

/// All that is left of a stream, which is released, also on an error. The stream's own errors keep their text.
MUST_CHECK bool arrow_import_stream(struct ArrowArrayStream *stream, Frame *out, Error *err);

#endif
