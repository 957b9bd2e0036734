/// Splitting examples by time, so that nothing is trained on what came after what it is judged by.
#ifndef PAWL_DATASET_SPLIT_H
#define PAWL_DATASET_SPLIT_H

#include "dataset/examples.h"

typedef enum Split {
    SPLIT_TRAIN,      ///< at < t1 and label known + gap <= t1
    SPLIT_VALIDATION, ///< t1 <= at < t2 and label known + gap <= t2
    SPLIT_TEST,       ///< at >= t2 and label known < as_of
    SPLIT_NONE,       ///< counted and excluded
    SPLIT_COUNT
} Split;

typedef struct SplitOptions {
    double train, validation, test; ///< shares that add up to 1, when `by_instant` is false
    bool by_instant;
    int64_t t1_us, t2_us;
    int64_t gap_us;
} SplitOptions;

/// Why examples are in no split.
typedef struct SplitReport {
    int64_t t1_us, t2_us;
    uint64_t counts[SPLIT_COUNT];
    uint64_t label_unknown; ///< label not known before as_of
    uint64_t label_null;    ///< known, and null
    uint64_t label_late;    ///< known too late for its split
} SplitReport;

const char *split_name(Split split);

/// t1 is the value of rank ceil(train * n) + 1 in sorted `at` (so ties stay together on the later side), t2 likewise for train + validation.
/// An empty train or test split is an ERROR_DATA that says where the examples went.
MUST_CHECK bool split_examples(const Examples *examples, const SplitOptions *options, int64_t as_of_us, Split *out,
                               SplitReport *out_report, Error *err);

/// The same in steps, for examples that are not all in memory. An error of the options.
MUST_CHECK bool split_options_check(const SplitOptions *options, Error *err);

/// Where in the sorted instants of `at` the share ends: the border is the value there, or comes just after the last one.
uint64_t split_place(uint64_t count, double share);

/// The split of one example, by the report's borders, which counts it.
Split split_classify(int64_t at, int64_t label_known, bool label_is_null, const SplitOptions *options, int64_t as_of_us,
                     SplitReport *report);

/// The ERROR_DATA of split_examples, where train or test is empty.
MUST_CHECK bool split_check(const SplitReport *report, int64_t as_of_us, Error *err);

#endif
