/// DuckDB's messages, many lines long, as our one line, and their kinds.
#ifndef PAWL_LAKE_DUCKDB_ERROR_INTERNAL_H
#define PAWL_LAKE_DUCKDB_ERROR_INTERNAL_H

#include "base/error.h"
#include "base/str.h"

/// From "Binder Error: text\n\nLINE 1: ..." and the like; a place in a text file comes first ("line 3: ..."). Always
/// returns false. `message` may be NULL.
bool duckdb_error_set(Error *err, const char *message);

#endif
