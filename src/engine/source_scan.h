/// Builds groups while the rows of their sources are read: chunks become versions, versions of keyed rows go through the histories of
/// their keys, and what can be seen goes through the row programs straight into the groups' partitions, so that a table as such is
/// never in memory.
///
/// Rows are told apart only as far as it turns out to matter; when it does, all is read once more, with what tells them apart.
#ifndef PAWL_ENGINE_SOURCE_SCAN_H
#define PAWL_ENGINE_SOURCE_SCAN_H

#include "engine/engine.h"
#include "engine/group.h"
#include "engine/scan_unit.h"

/// Builds all groups of the unit (`groups` has an item per group of the plan, `readers` and `reports` one per source). False with an
/// ERROR_DATA also when a row is not as it should be: reading the table whole then tells which.
MUST_CHECK bool source_scan(const Plan *plan, const ScanUnit *unit, const RowReader *readers, size_t threads,
                            GroupMemory *memory, Group *groups, HistoryReport *reports, Error *err);

#endif
