/// A leakage report being written.
#ifndef PAWL_EVALUATE_LEAKAGE_INTERNAL_H
#define PAWL_EVALUATE_LEAKAGE_INTERNAL_H

#include "base/array.h"
#include "evaluate/leakage.h"

typedef struct LeakageBuilder {
    LeakageReport report; ///< its items are set at the end
    ARRAY_OF(LeakageFinding) items;
} LeakageBuilder;

void leakage_builder_deinit(LeakageBuilder *builder);

/// `finding` without a text gets the formatted one; its names are copied.
MUST_CHECK bool leakage_add(LeakageBuilder *builder, LeakageFinding finding, Error *err, const char *format, ...)
    PRINTF_LIKE(4, 5);

/// Hands the report on and leaves the builder empty.
MUST_CHECK bool leakage_finish(LeakageBuilder *builder, LeakageReport *out, Error *err);

/// Whether a feature may see the column: an aggregate does, or an example's input is it.
bool leakage_features_read(const Plan *plan, uint32_t source, uint32_t field);

/// Of a column's instants: those after the moment their row is known.
typedef struct InstantCount {
    uint64_t rows;
    Str row; ///< names the first
    int64_t known, instant;
} InstantCount;

/// Of labels: how many there are, and how many are known at or before `at`; the first of these by (at, id).
typedef struct LabelCount {
    uint64_t labels, known;
    Str id;
    int64_t at, label_known;
} LabelCount;

/// Timestamps that lie after the moment their row is known.
bool leakage_needs_instants(const Plan *plan, uint32_t source);
MUST_CHECK bool leakage_count_instants(LeakageWatch *watch, uint32_t source, const Frame *block, uint64_t first_row,
                                       Error *err);
MUST_CHECK bool leakage_report_instants(const LeakageWatch *watch, LeakageBuilder *out, Error *err);

/// Labels that are known when they are asked for.
MUST_CHECK bool leakage_report_label(const LeakageWatch *watch, LeakageBuilder *out, Error *err);

/// Columns that the label is made of, and that features see before the label is known.
bool leakage_needs_label_columns(const Plan *plan, uint32_t source);
MUST_CHECK bool leakage_count_label_columns(LeakageWatch *watch, const Frame *block, Error *err);
MUST_CHECK bool leakage_report_label_columns(const LeakageWatch *watch, LeakageBuilder *out, Error *err);

#endif
