/// DuckDB's types and ours.
#ifndef PAWL_LAKE_DUCKDB_TYPE_INTERNAL_H
#define PAWL_LAKE_DUCKDB_TYPE_INTERNAL_H

#include "lake/lake_internal.h"

/// What a LIST, ARRAY or MAP consists of.
typedef enum NestedPart { NESTED_ITEMS, NESTED_KEYS } NestedPart;

/// The caller destroys it.
duckdb_logical_type duckdb_part_type(const DuckdbApi *api, duckdb_logical_type logical, NestedPart part);

/// As type_from_duckdb, of the type of a part.
MUST_CHECK bool part_exact_type(const DuckdbApi *api, duckdb_logical_type part, Str column, Type *out, Error *err);

/// Of a result's column; items of lists and maps widen to computed types; a type that a Frame cannot hold is an ERROR_DATA that says how to cast it.
MUST_CHECK bool type_from_duckdb(const DuckdbApi *api, duckdb_logical_type logical, Str column, Type *out, Error *err);

#endif
