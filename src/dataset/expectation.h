/// What a source must look like before anything is built on it: volume, freshness, ranges, nulls, uniqueness, allowed values.
#ifndef PAWL_DATASET_EXPECTATION_H
#define PAWL_DATASET_EXPECTATION_H

#include "frame/frame.h"

typedef enum ExpectationKind {
    EXPECT_ROWS,   ///< low <= row count <= high
    EXPECT_FRESH,  ///< newest event time at least run start - `age_us`; checked at each run's start, not at ingest
    EXPECT_MIN,    ///< every value >= low
    EXPECT_MAX,    ///< every value <= high
    EXPECT_NULLS,  ///< share of nulls <= high
    EXPECT_UNIQUE, ///< no value twice
    EXPECT_VALUES, ///< every value is one of `values` (as text)
} ExpectationKind;

typedef struct Expectation {
    ExpectationKind kind;
    Str column;       ///< empty: the whole source
    double low, high; ///< -INFINITY, INFINITY: no bound
    int64_t age_us;
    const Str *values;
    size_t value_count;
} Expectation;

typedef struct Expectations {
    const Expectation *items;
    size_t count;
} Expectations;

/// Expectations being held against a table whose rows come block by block. Owned: expectation_check_deinit.
typedef struct ExpectationCheck {
    Str source;
    struct Measure *measures;
    size_t count;
    uint64_t row_count; ///< so far
} ExpectationCheck;

/// Gives the rows with the given numbers, which ascend.
typedef struct RowFetch {
    bool (*fetch)(void *context, const uint64_t *rows, size_t count, Frame *out, Error *err);
    void *context;
} RowFetch;

/// `memory_bytes` is for what must be seen again, about; 0: no limit. The expectations are borrowed. A column that is not there, or whose
/// type cannot be held against the expectation, is an ERROR_CONFIG.
MUST_CHECK bool expectation_check_init(const Expectations *expectations, Str source, Schema schema,
                                       uint64_t memory_bytes, ExpectationCheck *out, Error *err);
void expectation_check_deinit(ExpectationCheck *check);

/// The next rows: a vector per field of the schema.
MUST_CHECK bool expectation_check_add(ExpectationCheck *check, const Vector *vectors, size_t row_count, Error *err);

/// ERROR_REFUSED whose text is a table (expectation, found, rows that failed) with up to five sample rows each; every expectation is
/// checked before it is reported. EXPECT_FRESH is skipped.
MUST_CHECK bool expectation_check_finish(ExpectationCheck *check, const RowFetch *rows, Error *err);

/// The same for a table in memory.
MUST_CHECK bool expectations_check(const Expectations *expectations, Str source, const Frame *table, Error *err);

/// The EXPECT_FRESH ones: ERROR_REFUSED when the newest row is older than allowed at `now_us`.
MUST_CHECK bool expectations_check_fresh(const Expectations *expectations, Str source, int64_t time_max_us,
                                         int64_t now_us, Error *err);

#endif
