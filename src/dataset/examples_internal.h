/// What building examples shares between its steps: which version of each key was picked, and where results go.
#ifndef PAWL_DATASET_EXAMPLES_INTERNAL_H
#define PAWL_DATASET_EXAMPLES_INTERNAL_H

#include "base/array.h"
#include "dataset/examples.h"
#include "engine/history.h"
#include "engine/instant.h"

/// One example: the version of its key that is visible at `as_of`.
typedef struct ExamplePick {
    size_t key;
    size_t version; ///< of the history
    int64_t at;
    Str id;
} ExamplePick;

typedef struct ExampleBuilder {
    const Plan *plan;
    const PlanSource *source; ///< the dataset's
    const Frame *table;
    const Frame *tables; ///< per source of the plan; NULL: `label` is there where it is needed
    const Engine *label; ///< over the plan's label_plan
    uint64_t first_row;  ///< the number of the table's first row in its source
    int64_t as_of_us;
    Arena arena; ///< for what is not handed out
    History history;
    SourceColumns columns;
    ARRAY_OF(ExamplePick) picks; ///< sorted by (at, id)
    Examples examples;
} ExampleBuilder;

/// Whether a field is known in a version.
static inline bool example_field_known(const ExampleBuilder *builder, size_t version, uint32_t field)
{
    const uint8_t *known = builder->history.column_known;
    return known == NULL || known[version * builder->source->field_count + field] != 0;
}

/// Fills the examples' label and label_known.
MUST_CHECK bool example_labels_fill(ExampleBuilder *builder, Error *err);

/// Fills the examples' inputs.
MUST_CHECK bool example_inputs_fill(ExampleBuilder *builder, Error *err);

#endif
