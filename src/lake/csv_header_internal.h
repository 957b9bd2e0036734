/// The names in a CSV file's first line.
#ifndef PAWL_LAKE_CSV_HEADER_INTERNAL_H
#define PAWL_LAKE_CSV_HEADER_INTERNAL_H

#include "base/array.h"
#include "lake/lake_internal.h"

/// The names live in an arena.
typedef ARRAY_OF(Str) CsvHeader;

void csv_header_deinit(CsvHeader *header);

/// Unquoted and without spaces around; a column without a name is called "column<its number from 0>". ERROR_DATA when
/// the file is empty or a name appears twice.
MUST_CHECK bool csv_header_read(Lake *lake, Str path, char delimiter, Arena *arena, CsvHeader *out, Error *err);

#endif
