/// Builds the groups of a source while its rows are read: chunks go through the row programs straight into the groups' partitions, so
/// that the table as such is never in memory.
///
/// Only for sources whose rows are their versions, and whose groups read no features of features.
#ifndef PAWL_ENGINE_SOURCE_SCAN_H
#define PAWL_ENGINE_SOURCE_SCAN_H

#include "engine/group.h"
#include "frame/row_reader.h"

/// Whether the source's groups can be built so.
bool source_can_scan(const Plan *plan, uint32_t source);

/// Builds all groups of the source (`groups` has an item per group of the plan) and counts its rows. False with an ERROR_DATA also when
/// a row is not as it should be: reading the table whole then tells which.
MUST_CHECK bool source_scan(const Plan *plan, uint32_t source, const RowReader *reader, size_t threads,
                            GroupMemory *memory, Group *groups, HistoryReport *report, Error *err);

#endif
