/// Copies DuckDB's vectors into columns: the way of every row that is read from Parquet and SQL.
///
/// The zero value holds nothing.
#ifndef PAWL_LAKE_COLUMN_READER_INTERNAL_H
#define PAWL_LAKE_COLUMN_READER_INTERNAL_H

#include "lake/query_internal.h"

typedef struct ColumnReader {
    Str name; ///< in the arena given to init
    Type type;
    duckdb_type physical;       ///< how the vector's values lie in memory
    Column labels;              ///< an enum's texts
    uint64_t array_size;        ///< of an ARRAY: items of every row
    uint64_t first_row;         ///< of the chunks to come, where errors count rows before those that the column holds
    struct ColumnReader *parts; ///< lists and maps: of the items, and of a map's keys; in the arena
} ColumnReader;

void column_reader_deinit(ColumnReader *reader);

/// For column `column` of a prepared query.
MUST_CHECK bool column_reader_init(ColumnReader *reader, const Query *query, size_t column, Arena *arena, Error *err);

/// Where the values lie as a frame's do and all are there: a view of them, good as long as DuckDB's vector. Otherwise false.
bool column_reader_borrow(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector, size_t row_count,
                          Vector *out);

/// Appends `row_count` values of `vector`. Errors name the row, counted from 1 over all that `out` holds.
MUST_CHECK bool column_reader_append(const ColumnReader *reader, const DuckdbApi *api, duckdb_vector vector,
                                     size_t row_count, Column *out, Error *err);

#endif
