/// One expectation held against a table, and what came out told to a person.
#ifndef PAWL_DATASET_EXPECTATION_INTERNAL_H
#define PAWL_DATASET_EXPECTATION_INTERNAL_H

#include "dataset/expectation.h"

enum { EXPECTATION_SAMPLES_MAX = 5, EXPECTATION_FOUND_BYTES_MAX = 96 };

typedef struct ExpectationResult {
    const Expectation *expectation;
    bool holds;
    uint64_t failed_rows;
    uint64_t samples[EXPECTATION_SAMPLES_MAX]; ///< rows that failed
    size_t sample_count;
    char found[EXPECTATION_FOUND_BYTES_MAX]; ///< empty when it holds
} ExpectationResult;

/// A column that is not there, or whose type cannot be held against the expectation, is an ERROR_CONFIG.
MUST_CHECK bool expectation_measure(const Expectation *expectation, const Frame *table, ExpectationResult *out,
                                    Error *err);

/// Counts one row that failed, and keeps the first few.
void expectation_fail_row(ExpectationResult *result, uint64_t row);

/// Rows whose value of the column stands in another row too. `*out_values` counts the values that repeat.
MUST_CHECK bool expectation_find_repeats(const Vector *vector, ExpectationResult *result, uint64_t *out_values,
                                         Error *err);

/// A summary line, a table of those that failed, sample rows of each as far as an error's text has room.
MUST_CHECK bool expectations_report(Str source, const Frame *table, const ExpectationResult *results, size_t count,
                                    Bytes *out, Error *err);

#endif
