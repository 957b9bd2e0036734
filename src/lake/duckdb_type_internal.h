/// DuckDB's types and ours.
#ifndef PAWL_LAKE_DUCKDB_TYPE_INTERNAL_H
#define PAWL_LAKE_DUCKDB_TYPE_INTERNAL_H

#include "lake/lake_internal.h"

/// Of a result's column; a type that a Frame cannot hold is an ERROR_DATA that says how to cast it.
MUST_CHECK bool type_from_duckdb(const DuckdbApi *api, duckdb_logical_type logical, Str column, Type *out, Error *err);

#endif
