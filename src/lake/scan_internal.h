/// Rows handed out inside DuckDB's own worker threads, chunk by chunk: three times as fast as fetching them as a stream.
///
/// A function is registered with DuckDB that a query calls on every row's columns; it hands them to a sink. One scan of a lake runs
/// at a time.
#ifndef PAWL_LAKE_SCAN_INTERNAL_H
#define PAWL_LAKE_SCAN_INTERNAL_H

#include "frame/row_reader.h"
#include "lake/lake_internal.h"

/// Columns `fields` of `sql`, a SELECT whose columns have unique names.
MUST_CHECK bool scan_run(Lake *lake, Str sql, Schema schema, const uint32_t *fields, size_t field_count,
                         const ChunkSink *sink, Error *err);

/// About how many rows a SELECT gives, as DuckDB's planner thinks, which knows it of files that are read whole; 0: it does not say.
uint64_t scan_count_rows(Lake *lake, Str sql);

#endif
