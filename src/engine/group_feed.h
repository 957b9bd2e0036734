/// Versions of a source's rows on their way into a group: its row program run over a batch, the outcome scattered by entity.
#ifndef PAWL_ENGINE_GROUP_FEED_H
#define PAWL_ENGINE_GROUP_FEED_H

#include "engine/group_internal.h"
#include "engine/version_batch.h"

/// A group that is being built, and its rows as they come. Borrows plan, group and memory. Owned: group_feed_deinit.
typedef struct GroupFeed {
    const Plan *plan;
    const PlanGroup *planned;
    const PlanUnion *joined; ///< NULL: of one source
    Group *group;
    RecordStore records;
} GroupFeed;

void group_feed_deinit(GroupFeed *feed);
MUST_CHECK bool group_feed_init(const Plan *plan, uint32_t group, const GroupShape *shape, GroupMemory *memory,
                                Group *out_group, GroupFeed *out, Error *err);

/// The number of the source in the group's union; 0 where it is of one source. PLAN_NONE: the group does not read it.
uint32_t group_member(const Plan *plan, uint32_t group, uint32_t source);

/// Per column of the group's rows: the source's field, PLAN_NONE: none. NULL: the same.
const uint32_t *group_member_fields(const PlanUnion *joined, uint32_t member);

/// A batch of versions of the source that is this member, none of them deleted. Any number of threads may put at once.
MUST_CHECK bool group_feed_put(GroupFeed *feed, uint32_t member, const VersionBatch *batch, Arena *arena, Error *err);

#endif
