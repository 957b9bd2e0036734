/// A CSV file as the lines that an editor counts.
#ifndef PAWL_LAKE_CSV_LINES_INTERNAL_H
#define PAWL_LAKE_CSV_LINES_INTERNAL_H

#include "lake/text_table_internal.h"

/// Appends a SELECT of the file's lines, blank ones too (as null), as they are.
MUST_CHECK bool csv_lines_sql(Bytes *sql, Str path, Error *err);

/// The line on which a record begins; `row` counts from 0, without the header. A record may span lines within quotes, and
/// blank lines between records are none when there is more than one column. Appends "line 17".
MUST_CHECK bool csv_locate(Lake *lake, const TextFile *file, size_t row, Bytes *out, Error *err);

#endif
