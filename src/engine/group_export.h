/// Hands out a group's facts entity by entity, keys in byte order, in the form that stores keep.
#ifndef PAWL_ENGINE_GROUP_EXPORT_H
#define PAWL_ENGINE_GROUP_EXPORT_H

#include "engine/group.h"

MUST_CHECK bool group_export(const Group *group, uint32_t number, FactSink sink, void *context, Error *err);

#endif
