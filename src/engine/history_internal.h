/// The moments of a source's rows, checked: from when each could be read, as a whole and column by column.
#ifndef PAWL_ENGINE_HISTORY_INTERNAL_H
#define PAWL_ENGINE_HISTORY_INTERNAL_H

#include "engine/history.h"

/// A column of instants; `ints` may be borrowed from the table.
typedef struct Moments {
    const int64_t *instants;
    const uint8_t *valid; ///< NULL: no null
    int64_t *owned;
} Moments;

/// When the rows of a source happened and were known. Borrows the table.
typedef struct RowTimes {
    size_t row_count;
    Moments time;
    Moments known;
    Moments *column_known; ///< the distinct known columns
    uint32_t *known_field; ///< per entry of column_known: its field
    size_t column_known_count;
    uint32_t *field_moment; ///< per field: its entry in column_known, PLAN_NONE: the row's
} RowTimes;

void row_times_deinit(RowTimes *times);

/// Reads and checks every row: time and known are there, and known is not before time.
MUST_CHECK bool row_times_init(const PlanSource *source, const Frame *table, RowTimes *out, Error *err);

/// When a column's own moment comes in a row: never before the row's. False: never.
bool row_times_column_known(const RowTimes *times, size_t row, size_t moment, int64_t *out);

#endif
