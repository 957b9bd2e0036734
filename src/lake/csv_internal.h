/// CSV as RFC 4180 has it, and nothing guessed: commas (tabs in .tsv), double quotes, a header, equal column counts.
///
/// An empty field is null; a quoted empty field is the empty string.
#ifndef PAWL_LAKE_CSV_INTERNAL_H
#define PAWL_LAKE_CSV_INTERNAL_H

#include "lake/source_internal.h"
#include "lake/text_table_internal.h"

/// Reads the headers. All files must have the same names, in any order.
MUST_CHECK bool csv_open(Lake *lake, const SourceFiles *files, TextTable *out, Error *err);

#endif
