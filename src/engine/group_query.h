/// Answers requests from a group in memory: queries go to their partition, are sorted by entity and instant, and sweep.
#ifndef PAWL_ENGINE_GROUP_QUERY_H
#define PAWL_ENGINE_GROUP_QUERY_H

#include "engine/evaluate.h"

MUST_CHECK bool group_query(const Group *group, const GroupRequest *request, size_t threads, Error *err);

#endif
