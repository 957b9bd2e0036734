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

/// Whether a column has a known time of its own.
bool source_has_moments(const PlanSource *source);

void row_times_deinit(RowTimes *times);

/// Reads and checks every row: time and known are there, and known is not before time.
MUST_CHECK bool row_times_init(const PlanSource *source, const Frame *table, RowTimes *out, Error *err);

/// The same of rows that are no table: a vector per field, of which only times need to be there. Errors count rows from the first.
MUST_CHECK bool row_times_read(const PlanSource *source, const Vector *fields, size_t row_count, RowTimes *out,
                               Error *err);

/// When a column's own moment comes in a row: never before the row's. False: never.
bool row_times_column_known(const RowTimes *times, size_t row, size_t moment, int64_t *out);

/// The next moment after `after` at which more of the row becomes known. False: there is none.
bool row_times_next(const RowTimes *times, size_t row, int64_t after, int64_t *out);

/// Per field: whether it is known in the row's version that is known from `known` on. Of a source with moments.
void row_times_mark_known(const RowTimes *times, size_t row, int64_t known, size_t field_count, uint8_t *out);

#endif
