/// Answers requests from a store's facts, one query after the other: serving.
#ifndef PAWL_ENGINE_STORE_QUERY_H
#define PAWL_ENGINE_STORE_QUERY_H

#include "engine/evaluate.h"

MUST_CHECK bool store_query(const FactStore *store, const GroupRequest *request, Error *err);

#endif
