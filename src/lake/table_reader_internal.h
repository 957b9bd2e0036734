/// Reads a query in its order: into a Frame, or chunk by chunk.
#ifndef PAWL_LAKE_TABLE_READER_INTERNAL_H
#define PAWL_LAKE_TABLE_READER_INTERNAL_H

#include "lake/query_internal.h"

/// Names and types of a SELECT; the fields live in `arena`.
MUST_CHECK bool table_schema(Lake *lake, Str sql, Arena *arena, Schema *out, Error *err);

/// Hands every chunk to the visitor, without its `begin`.
MUST_CHECK bool table_visit(Lake *lake, Str sql, const RowVisitor *visitor, Error *err);

MUST_CHECK bool table_read(Lake *lake, Str sql, Frame *out, Error *err);

#endif
