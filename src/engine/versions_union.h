/// The versions of several sources as one list, source after source in the order of their names: what groups over unions are
/// built from.
///
/// Borrows the sources' versions and their strings; owns the columns, which are brought into one order and one place.
#ifndef PAWL_ENGINE_VERSIONS_UNION_H
#define PAWL_ENGINE_VERSIONS_UNION_H

#include "engine/versions.h"

/// `sources` are those of the plan; `needed` says per field of the union whether anything reads it.
MUST_CHECK bool versions_join(const PlanUnion *joined, const Versions *sources, const uint8_t *needed, Versions *out,
                              Error *err);

#endif
