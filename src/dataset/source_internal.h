/// The steps of an ingest: roles found in the schema, rows put in order, times checked.
#ifndef PAWL_DATASET_SOURCE_INTERNAL_H
#define PAWL_DATASET_SOURCE_INTERNAL_H

#include "dataset/source_table.h"
#include "engine/history.h"

/// The definition's columns as fields of the schema, in `arena`; without `deleted`. A column that is not there, or a time
/// that is neither timestamp nor date, is an ERROR_CONFIG.
MUST_CHECK bool source_roles_find(const SourceDefinition *definition, Schema schema, Arena *arena, PlanSource *out,
                                  Error *err);

/// Puts the rows in the order of (time, row hash); rows without a time come first.
MUST_CHECK bool source_rows_sort(const PlanSource *source, Frame *table, Error *err);

/// Times and knowns of all rows are there, and no known is before its row's time; an ERROR_DATA that names a row and counts
/// all of them otherwise. Sets the manifest's time_min, time_max and known_max. The table is sorted and not empty.
MUST_CHECK bool source_times_check(const PlanSource *source, const Frame *table, SourceManifest *manifest, Error *err);

/// Names a row by its key, or by its first columns: "id = 'x', vendor_id = 2".
MUST_CHECK bool source_row_describe(const PlanSource *source, const Frame *table, size_t row, Bytes *out, Error *err);

#endif
