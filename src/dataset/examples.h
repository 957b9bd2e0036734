/// The examples that a plan's dataset names: one per key of its source, as last known before `as_of`, with the inputs that a
/// request at `at` would have carried, and the label with the moment at which it became known.
#ifndef PAWL_DATASET_EXAMPLES_H
#define PAWL_DATASET_EXAMPLES_H

#include "engine/engine.h"

typedef struct Examples {
    Arena arena;
    size_t count;
    Str *ids; ///< the key's values as text (several: a JSON array); without a key the row's place in the table
    int64_t *at;
    /// Never before its row, the columns that it reads and the column that it names; INT64_MAX: not known yet.
    int64_t *label_known;
    /// float64; bool labels are 0 and 1; null where not known before `as_of`, or where the expression is null.
    Column label;
    Frame inputs; ///< a column per plan input
} Examples;

void examples_deinit(Examples *examples);

/// Sorted by (at, id). A key whose row, or whose `at`, is not known before `as_of` has no example; a null `at` is an ERROR_DATA.
/// A label that is no finite number counts as null; one of text is an ERROR_CONFIG.
/// The example's row is the version visible at `as_of`; its inputs are those of the version visible at `at` (inclusive: the
/// request itself). An input that is known only after `at` is an ERROR_DATA that names input, row and both instants.
MUST_CHECK bool examples_build(const Plan *plan, const Frame *tables, int64_t as_of_us, Examples *out, Error *err);

/// The same of a part of the source's rows that holds all rows of each key that it holds, the first of which has the number `first_row` in
/// the table. `label` is an engine over the plan's label_plan; NULL where there is none.
MUST_CHECK bool examples_build_block(const Plan *plan, const Frame *rows, uint64_t first_row, const Engine *label,
                                     int64_t as_of_us, Examples *out, Error *err);

#endif
