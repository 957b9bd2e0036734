/// A table in text files: DuckDB takes CSV and JSON apart into texts, we find the types over all rows and read the values.
#ifndef PAWL_LAKE_TEXT_TABLE_INTERNAL_H
#define PAWL_LAKE_TEXT_TABLE_INTERNAL_H

#include "base/bytes.h"
#include "lake/lake_internal.h"
#include "lake/source_internal.h"

typedef struct TextColumn {
    Str name;
    uint32_t kinds;  ///< what all texts so far can be (text_value_internal.h)
    bool has_values; ///< a text that is not empty was seen
    bool is_locked;  ///< `type` is given, not found
    bool must_be_time;
    Type type;
} TextColumn;

/// One file, and the SELECT that gives its columns as VARCHAR.
typedef struct TextFile {
    Str shown; ///< the path as errors name it
    Str path;
    Str sql;
    size_t column_count; ///< of the SELECT
    size_t *places;      ///< of each of them in the table
} TextFile;

/// The zero value is empty; what it points to lives in its arena.
typedef struct TextTable {
    Arena arena;
    TextColumn *columns;
    size_t column_count;
    TextFile *files;
    size_t file_count;
    /// Gives the place of a row (counted from 0) in a file, "line 17"; called for errors only.
    bool (*locate)(Lake *lake, const TextFile *file, size_t row, Bytes *out, Error *err);
} TextTable;

void text_table_deinit(TextTable *table);

/// Sets the files; their SQL and places are left to the format.
MUST_CHECK bool text_table_add_files(TextTable *table, const SourceFiles *files, Error *err);

/// Index of the column, or SIZE_MAX.
size_t text_table_find(const TextTable *table, Str name);

/// Fixes the types of columns; a name that is not there is an ERROR_DATA.
MUST_CHECK bool text_table_lock(TextTable *table, Schema types, Error *err);

/// Columns with these names, where they are not locked, must be dates or timestamps.
void text_table_require_times(TextTable *table, const Str *names, size_t count);

/// Sets the types of all columns that are not locked, over all rows.
MUST_CHECK bool text_table_detect(Lake *lake, TextTable *table, Error *err);

MUST_CHECK bool text_table_schema(const TextTable *table, Arena *arena, Schema *out, Error *err);

/// Rows in order of the files, chunk by chunk, without the visitor's `begin`. Types are set.
MUST_CHECK bool text_table_visit(Lake *lake, const TextTable *table, const RowVisitor *rows, Error *err);

/// The same as one frame.
MUST_CHECK bool text_table_read(Lake *lake, const TextTable *table, Frame *out, Error *err);

#endif
