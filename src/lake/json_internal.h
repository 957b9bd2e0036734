/// JSON files: an array of objects or one object a line. A member that is missing, or null, is null.
#ifndef PAWL_LAKE_JSON_INTERNAL_H
#define PAWL_LAKE_JSON_INTERNAL_H

#include "lake/text_table_internal.h"

/// Finds the members' names and their kinds (text, number, boolean) over all objects of all files. Nested values are an
/// ERROR_DATA unless `types` makes them strings; then they arrive as JSON.
MUST_CHECK bool json_open(Lake *lake, const SourceFiles *files, Schema types, TextTable *out, Error *err);

#endif
