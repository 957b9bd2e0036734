/// Sources and groups that are built together while rows are read: those that unions tie to each other.
#ifndef PAWL_ENGINE_SCAN_UNIT_H
#define PAWL_ENGINE_SCAN_UNIT_H

#include "language/plan.h"

typedef struct ScanUnit {
    uint8_t *sources; ///< per source of the plan: whether it is one of the unit's
    uint8_t *groups;  ///< per group of the plan, likewise
} ScanUnit;

/// The unit of a source. Lives in the arena.
MUST_CHECK bool scan_unit_init(const Plan *plan, uint32_t source, Arena *arena, ScanUnit *out, Error *err);

/// Whether it can be built so: no group reads features of features, and ties can be told apart without a table.
bool scan_unit_is_possible(const Plan *plan, const ScanUnit *unit);

#endif
