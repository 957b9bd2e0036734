/// Parquet files of a source: all of one schema, read as one table in the files' order.
#ifndef PAWL_LAKE_PARQUET_INTERNAL_H
#define PAWL_LAKE_PARQUET_INTERNAL_H

#include "base/bytes.h"
#include "lake/lake_internal.h"
#include "lake/source_internal.h"

/// ERROR_DATA when a file's schema differs from the first one's.
MUST_CHECK bool parquet_schema(Lake *lake, const SourceFiles *files, Arena *arena, Schema *out, Error *err);

/// As parquet_read, without looking at schemas before and without names of files in errors.
MUST_CHECK bool parquet_table_read(Lake *lake, const SourceFiles *files, Frame *out, Error *err);

/// The SELECT that reads them, as one table.
MUST_CHECK bool parquet_sql(const SourceFiles *files, Bytes *sql, Error *err);

/// Chunk by chunk.
MUST_CHECK bool parquet_visit(Lake *lake, const SourceFiles *files, const RowVisitor *visitor, Error *err);

MUST_CHECK bool parquet_read(Lake *lake, const SourceFiles *files, Frame *out, Error *err);

#endif
