/// Rows by the values of a column: the most frequent values each by itself, the others together.
#ifndef PAWL_EVALUATE_EVALUATION_SLICE_INTERNAL_H
#define PAWL_EVALUATE_EVALUATION_SLICE_INTERNAL_H

#include "base/array.h"
#include "base/map.h"
#include "evaluate/evaluation_internal.h"

enum { SLICE_VALUES_MAX = 20 };

/// Rows of one slice: numbers of the builder's rows.
typedef struct SliceRows {
    Str name;           ///< "" for all rows, "vendor_id = 1", "vendor_id: others"
    const size_t *rows; ///< NULL: all
    size_t count;
    double *label;
    double *predictions[GATE_MODEL_COUNT];
} SliceRows;

/// One value of a slicing column.
typedef struct SliceValue {
    Str text;
    size_t count;
    size_t place; ///< among the values as they were met
} SliceValue;

/// A column's values, the most frequent first, and which of them each row has. The zero value is empty.
typedef struct SliceColumn {
    Arena arena;
    Str name;
    Map places;
    ARRAY_OF(SliceValue) values;
    size_t *of_row;
    size_t row_count;
    size_t *ranks; ///< of the values, by place
    size_t slice_count;
} SliceColumn;

void slice_column_deinit(SliceColumn *column);

/// A column by its name as input, else as feature; neither is an ERROR_CONFIG.
MUST_CHECK bool slice_column_init(const EvaluationBuilder *builder, Str name, SliceColumn *out, Error *err);

/// Rows and name of slice `rank`; they live in the column.
MUST_CHECK bool slice_column_rows(SliceColumn *column, size_t rank, SliceRows *out, Error *err);

#endif
