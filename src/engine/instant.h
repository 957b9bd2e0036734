/// Whole columns of timestamps and dates as instants, and a source's columns in the types that programs compute in.
#ifndef PAWL_ENGINE_INSTANT_H
#define PAWL_ENGINE_INSTANT_H

#include "engine/history.h"

/// Whether the vector's values are instants already.
bool instants_are_ready(const Vector *vector, Str timezone);

/// As instant_from for every row; a null gives 0. An error names the row, counted from 1.
MUST_CHECK bool instants_convert(const Vector *vector, Str timezone, bool round_up, int64_t *out, Error *err);

/// The vector with instants in the place of its values.
Vector instants_vector(const Vector *vector, const int64_t *instants);

/// A source's table as its programs see it: borrowed columns, but timestamps and dates converted (rounded down).
typedef struct SourceColumns {
    Vector *vectors;
    size_t count;
    int64_t **owned; ///< per column; NULL where borrowed
} SourceColumns;

void source_columns_deinit(SourceColumns *columns);
MUST_CHECK bool source_columns_init(const PlanSource *source, const Frame *table, SourceColumns *out, Error *err);

#endif
