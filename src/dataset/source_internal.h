/// The steps of an ingest: roles found in the schema, times checked, rows told apart.
#ifndef PAWL_DATASET_SOURCE_INTERNAL_H
#define PAWL_DATASET_SOURCE_INTERNAL_H

#include "dataset/source_table.h"
#include "engine/history.h"

/// The definition's columns as fields of the schema, in `arena`; without `deleted`. A column that is not there, or a time
/// that is neither timestamp nor date, is an ERROR_CONFIG.
MUST_CHECK bool source_roles_find(const SourceDefinition *definition, Schema schema, Arena *arena, PlanSource *out,
                                  Error *err);

/// Rows that are not as they should be: how many, and the first.
typedef struct BadRows {
    uint64_t count;
    Bytes row;   ///< names it
    Bytes times; ///< its known and its time
} BadRows;

/// Times and knowns of a table's rows, which come in blocks, in the order of their times. The source is borrowed.
typedef struct TimesCheck {
    const PlanSource *source;
    uint64_t row_count;
    BadRows time_nulls, known_nulls;
    BadRows *early; ///< per field, known to be before its row's time: that of the column; the last: the row's
    int64_t time_min, time_max, known_max;
    int64_t *time, *known; ///< of a block
    size_t capacity;
} TimesCheck;

void times_check_deinit(TimesCheck *check);
MUST_CHECK bool times_check_init(const PlanSource *source, TimesCheck *out, Error *err);
MUST_CHECK bool times_check_add(TimesCheck *check, const Frame *block, Error *err);

/// Times and knowns of all rows are there, and no known is before its row's time; an ERROR_DATA that names a row and counts
/// all of them otherwise. Sets the manifest's time_min, time_max and known_max. There was a row.
MUST_CHECK bool times_check_finish(const TimesCheck *check, SourceManifest *manifest, Error *err);

/// Names a row by its key, or by its first columns: "id = 'x', vendor_id = 2".
MUST_CHECK bool source_row_describe(const PlanSource *source, const Frame *table, size_t row, Bytes *out, Error *err);

#endif
