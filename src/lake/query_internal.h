/// One statement: prepared, run as a stream, read chunk by chunk in order.
///
/// The zero value holds nothing. The lake outlives its queries; one query of a lake runs at a time.
#ifndef PAWL_LAKE_QUERY_INTERNAL_H
#define PAWL_LAKE_QUERY_INTERNAL_H

#include "base/bytes.h"
#include "lake/lake_internal.h"

typedef struct Query {
    Lake *lake;
    duckdb_prepared_statement statement;
    duckdb_pending_result pending;
    duckdb_result result;
    bool is_running;
    duckdb_data_chunk chunk;
    size_t chunk_rows;
    size_t column_count;
} Query;

void query_deinit(Query *query);

/// Binds: columns and types are known after, no row is read. `sql` must be one SELECT.
MUST_CHECK bool query_prepare(Query *query, Lake *lake, Str sql, Error *err);

MUST_CHECK bool query_start(Query *query, Error *err);

/// The next chunk; `chunk_rows` is 0 at the end. Its memory lives until the next call.
MUST_CHECK bool query_next(Query *query, Error *err);

/// A copy in `arena`.
MUST_CHECK bool query_column_name(const Query *query, size_t column, Arena *arena, Str *out, Error *err);

/// A statement without a result.
MUST_CHECK bool lake_execute(Lake *lake, Str sql, Error *err);

/// Is value `row` of a vector with this validity mask (may be NULL) there?
static inline bool validity_has(const uint64_t *validity, size_t row)
{
    return validity == NULL || (validity[row / 64] >> (row % 64) & 1) != 0;
}

/// The text of a DuckDB string; borrowed from the chunk.
Str duckdb_text(const duckdb_string_t *string);

#endif
