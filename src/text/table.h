/// Aligned plain-text tables for terminals and logs.
///
///     AUTO(table_deinit) Table table = {0};
///     TRY(table_column(&table, STR("rows"), TABLE_RIGHT, err));
///     TRY(table_cell(&table, STR("17"), err));
///     TRY(table_write(&table, 80, &out, err));
///
/// Columns first, then cells row by row; texts are copied. Numbers belong right, names left.
#ifndef PAWL_TEXT_TABLE_H
#define PAWL_TEXT_TABLE_H

#include "base/array.h"
#include "base/bytes.h"

typedef enum TableAlign { TABLE_LEFT, TABLE_RIGHT } TableAlign;

/// The zero value is a table without columns.
typedef struct Table {
    ARRAY_OF(TableAlign) aligns;
    ARRAY_OF(size_t) ends; ///< of every title, then every cell, in `text`
    Bytes text;
} Table;

enum { TABLE_COLUMN_MAX = 256 };

void table_deinit(Table *table);
MUST_CHECK bool table_column(Table *table, Str title, TableAlign align, Error *err);
MUST_CHECK bool table_cell(Table *table, Str text, Error *err);
MUST_CHECK bool table_cell_format(Table *table, Error *err, const char *format, ...) PRINTF_LIKE(3, 4);

size_t table_row_count(const Table *table);

/// Titles (unless all are empty), then rows, columns two spaces apart, no spaces at line ends. `width_max`
/// terminal columns (0: no limit): the widest left-aligned columns are cut with "…" until lines fit. Control
/// characters in cells are shown as spaces. The last row must be complete (CHECKed).
MUST_CHECK bool table_write(const Table *table, size_t width_max, Bytes *out, Error *err);

#endif
