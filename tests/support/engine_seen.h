/// Everything that can be seen of an engine: its answers, and its facts as the store would have them. Two engines that must be the same
/// are compared by it.
#ifndef PAWL_SUPPORT_ENGINE_SEEN_H
#define PAWL_SUPPORT_ENGINE_SEEN_H

#include "engine/engine.h"

typedef struct EngineSeen {
    Digest features;
    Bytes facts;
} EngineSeen;

void engine_seen_deinit(EngineSeen *seen);

MUST_CHECK bool engine_see(const Engine *engine, const Frame *questions, const int64_t *at, EngineSeen *out,
                           Error *err);

bool engine_seen_same(const EngineSeen *left, const EngineSeen *right);

#endif
