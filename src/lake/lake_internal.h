/// What the files of this room share: an open lake, its statements, and the texts of SQL.
#ifndef PAWL_LAKE_LAKE_INTERNAL_H
#define PAWL_LAKE_LAKE_INTERNAL_H

#include "lake/duckdb_api_internal.h"
#include "lake/lake.h"
#include "sys/temporary.h"

struct Lake {
    DuckdbApi api;
    duckdb_database database;
    duckdb_connection connection;
    TemporaryDirectory spill; ///< where DuckDB puts what does not fit into its memory
    Arena arena;
    Str directory;
    struct Scan *scan; ///< the one under way
    bool has_scan_function;
};

#endif
