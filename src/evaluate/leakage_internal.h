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

/// Timestamps that lie after the moment their row is known, source by source.
MUST_CHECK bool leakage_check_instants(const Plan *plan, const Frame *tables, LeakageBuilder *out, Error *err);

/// Labels that are known when they are asked for.
MUST_CHECK bool leakage_check_label(const Plan *plan, const Frame *tables, LeakageBuilder *out, Error *err);

/// Columns that the label is made of, and that features see before the label is known.
MUST_CHECK bool leakage_check_label_columns(const Plan *plan, const Frame *tables, LeakageBuilder *out, Error *err);

#endif
