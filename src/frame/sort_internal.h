/// Sorting a column's own values in place, for profiles.
#ifndef PAWL_FRAME_SORT_INTERNAL_H
#define PAWL_FRAME_SORT_INTERNAL_H

#include "frame/column.h"

/// Ascending in the order of vector_compare; a column of any storage but strings, without nulls. Floats become
/// canonical keys: one NaN, and +0 for -0.
MUST_CHECK bool column_sort(Column *column, Error *err);

#endif
