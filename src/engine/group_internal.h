/// Building one partition of a group.
#ifndef PAWL_ENGINE_GROUP_INTERNAL_H
#define PAWL_ENGINE_GROUP_INTERNAL_H

#include "engine/group.h"

void group_partition_deinit(GroupPartition *partition);

/// Numbers the entities of the items in order of appearance and writes the number into each.
MUST_CHECK bool partition_number_entities(const Group *group, EntityItem *items, size_t count, GroupPartition *out,
                                          Error *err);

#endif
