/// Looking for features that saw the future: proof from declared times first, then statistics.
#ifndef PAWL_EVALUATE_LEAKAGE_H
#define PAWL_EVALUATE_LEAKAGE_H

#include "dataset/snapshot.h"
#include "evaluate/gate.h"

typedef enum LeakageKind {
    LEAKAGE_INSTANT_AFTER_KNOWN, ///< a timestamp column holds instants later than the moment its row is declared known
    LEAKAGE_LABEL_KNOWN_AT_ONCE, ///< the label is declared known at or before `at`: nothing is left to predict
    LEAKAGE_SINGLE_FEATURE,      ///< one feature alone all but gives the label
    LEAKAGE_MISSINGNESS,         ///< whether a feature is null all but gives the label
    LEAKAGE_LABEL_READ_EARLY,    ///< features read all that the label is made of, declared known at or before `at`
} LeakageKind;

/// "instant_after_known", ...
const char *leakage_kind_name(LeakageKind kind);
MUST_CHECK bool leakage_kind_parse(Str name, LeakageKind *out, Error *err);

typedef struct LeakageFinding {
    LeakageKind kind;
    Str source, column; ///< what it concerns
    uint64_t rows, row_count;
    double score; ///< statistics: |AUC - 0.5| * 2 or squared rank correlation
    Str text;     ///< evidence, likely cause and fix, in a sentence or two
} LeakageFinding;

typedef struct LeakageReport {
    Arena arena;
    LeakageFinding *items;
    size_t count;
} LeakageReport;

void leakage_report_deinit(LeakageReport *report);

/// From the source tables and the plan's roles: timestamps after the moment their row is known (of columns without a `known` of their own; a
/// column that is time, known or `at`, or that only tells when others are known, is none), labels of which more than half are known at or
/// before `at`; and labels with a later `known` of their own, when features read every column that they are made of and those are declared
/// known at or before `at`.
MUST_CHECK bool leakage_check_sources(const Plan *plan, const Frame *tables, LeakageReport *out, Error *err);

/// The same for tables that come in blocks: what was seen so far.
typedef struct LeakageWatch {
    const Plan *plan;
    Arena arena;
    struct InstantCount **instants; ///< per source and field
    uint64_t *row_counts;           ///< per source
    struct LabelCount *label;
    uint64_t early_rows; ///< whose label's columns are known at or before `at`
} LeakageWatch;

void leakage_watch_deinit(LeakageWatch *watch);
MUST_CHECK bool leakage_watch_init(const Plan *plan, LeakageWatch *out, Error *err);

/// Whether a source's rows have to be looked at.
bool leakage_watch_needs_rows(const LeakageWatch *watch, uint32_t source);

/// Rows of a source, the first of which has the number `first_row`: all once, in their order.
MUST_CHECK bool leakage_watch_rows(LeakageWatch *watch, uint32_t source, const Frame *block, uint64_t first_row,
                                   Error *err);

/// As of when examples are looked at: every version of every row is visible.
#define LEAKAGE_AT_THE_END (INT64_MAX - 1)

/// Examples as of LEAKAGE_AT_THE_END, in any order.
MUST_CHECK bool leakage_watch_examples(LeakageWatch *watch, const Examples *examples, Error *err);
MUST_CHECK bool leakage_watch_finish(const LeakageWatch *watch, LeakageReport *out, Error *err);

/// From the snapshot's training rows, feature by feature: an AUC (binary) or squared rank correlation with the label (regression) above 0.98; an
/// AUC above 0.9 between being null and the label, where at least 1% of rows are null and 1% are not.
MUST_CHECK bool leakage_check_snapshot(const Snapshot *snapshot, Objective objective, LeakageReport *out, Error *err);

#endif
