/// Which rows of a keyed source replace each other, and when: what a history says of the simple case, in which every row is one version
/// and none is deleted. Found partition by partition of the keys, on any thread, with the same outcome.
#ifndef PAWL_ENGINE_SUPERSESSION_H
#define PAWL_ENGINE_SUPERSESSION_H

#include "engine/history_internal.h"

/// Owned. Zero is empty.
typedef struct Supersession {
    int64_t *instants; ///< per row: the next version's known, INT64_MAX: never; NULL: no key comes twice
    size_t unseen;     ///< rows that are superseded the moment they are known
    HistoryReport report;
} Supersession;

void supersession_deinit(Supersession *supersession);

/// Whether the source is such a case.
bool source_is_keyed(const PlanSource *source);

/// `*out_found` is false when a part of a key is null somewhere; nothing else is written then.
MUST_CHECK bool supersession_find(const PlanSource *source, const Frame *table, const RowTimes *times, size_t threads,
                                  Supersession *out, bool *out_found, Error *err);

#endif
