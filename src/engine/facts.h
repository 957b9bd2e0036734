/// The facts of one (group, entity) as bytes: what the online store keeps and what export hands out.
///
/// Canonical: the same history gives the same bytes. Decoding checks all that evaluation relies on, so that foreign bytes can do no
/// harm.
#ifndef PAWL_ENGINE_FACTS_H
#define PAWL_ENGINE_FACTS_H

#include "engine/window.h"

enum { FACTS_FORMAT = 1, FACTS_COUNT_MAX = INT32_MAX };

/// Facts [begin, end) of the table.
MUST_CHECK bool facts_encode(const FactTable *facts, size_t column_count, size_t begin, size_t end, Bytes *out,
                             Error *err);

/// `group` gives the columns' types. What `out` points to lives in `arena`, strings in `bytes`.
MUST_CHECK bool facts_decode(const PlanGroup *group, Str bytes, Arena *arena, FactTable *out, size_t *out_count,
                             Error *err);

#endif
