/// One expectation held against a table, and what came out told to a person.
#ifndef PAWL_DATASET_EXPECTATION_INTERNAL_H
#define PAWL_DATASET_EXPECTATION_INTERNAL_H

#include "base/map.h"
#include "dataset/expectation.h"
#include "dataset/sorter.h"

enum { EXPECTATION_SAMPLES_MAX = 5, EXPECTATION_FOUND_BYTES_MAX = 96, EXPECTATION_OTHERS_SHOWN_MAX = 3 };

typedef struct ExpectationResult {
    const Expectation *expectation;
    bool holds;
    uint64_t failed_rows;
    uint64_t samples[EXPECTATION_SAMPLES_MAX]; ///< rows that failed
    size_t sample_count;
    char found[EXPECTATION_FOUND_BYTES_MAX]; ///< empty when it holds
} ExpectationResult;

/// Counts one row that failed, and keeps the first few.
void expectation_fail_row(ExpectationResult *result, uint64_t row);

/// Which values are allowed, and which others were met, in the order of rows.
typedef struct ValueSet {
    Arena arena;
    Map allowed;
    Map others;
    Str shown[EXPECTATION_OTHERS_SHOWN_MAX];
} ValueSet;

/// An expectation being measured.
typedef struct Measure {
    const struct MeasureKind *kind;
    size_t column;      ///< of the schema, where it needs one
    uint64_t row_count; ///< seen so far
    Column worst;       ///< none or one value: the one that is farthest out of bounds
    ValueSet values;
    Sorter repeats; ///< of unique ones: every value with its row
    ExpectationResult result;
} Measure;

void measure_deinit(Measure *measure);
MUST_CHECK bool measure_init(const Expectation *expectation, Schema schema, uint64_t memory_bytes, Measure *out,
                             Error *err);

/// The next rows.
MUST_CHECK bool measure_add(Measure *measure, const Vector *vectors, size_t row_count, Error *err);

/// Sets the result.
MUST_CHECK bool measure_finish(Measure *measure, Error *err);

void value_set_deinit(ValueSet *set);
MUST_CHECK bool value_set_init(const Expectation *expectation, ValueSet *set, Error *err);

/// Fails the rows whose value is not allowed, the first of which has the number `first_row`.
MUST_CHECK bool value_set_check(ValueSet *set, const Vector *vector, uint64_t first_row, ExpectationResult *result,
                                Error *err);

/// Tells in `found` what others were met.
MUST_CHECK bool value_set_tell(const ValueSet *set, ExpectationResult *result, Error *err);

/// Whether it has to see all values twice.
bool measure_needs_memory(const Expectation *expectation);

/// The values of a column with their rows, from number `first_row` on.
MUST_CHECK bool expectation_add_repeats(const Vector *vector, uint64_t first_row, Sorter *out, Error *err);

/// Rows whose value stands in another row too, in the order of the values' first rows. `*out_values` counts the values that repeat.
MUST_CHECK bool expectation_find_repeats(Sorter *values, ExpectationResult *result, uint64_t *out_values, Error *err);

/// A summary line, a table of those that failed, sample rows of each as far as an error's text has room. Samples are rows of the table.
MUST_CHECK bool expectations_report(Str source, const Frame *table, const ExpectationResult *results, size_t count,
                                    Bytes *out, Error *err);

#endif
