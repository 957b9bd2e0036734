/// A source's rows as versions: which content a reader could see, from when until when.
///
/// A row whose columns become known later gives one version per moment (before it those columns are null). Per key, versions are
/// ordered by (known, deleted, digest); each is visible at instants t with known < t <= superseded.
#ifndef PAWL_ENGINE_HISTORY_H
#define PAWL_ENGINE_HISTORY_H

#include "engine/engine.h"

typedef struct Version {
    int64_t time;       ///< rounded down to microseconds
    int64_t known;      ///< rounded up
    int64_t superseded; ///< the next version's known; INT64_MAX: never
    uint64_t row;       ///< of the source's frame
    uint64_t key;       ///< dense number of the key
    Hash128 digest;     ///< of the version's content
    bool deleted;
} Version;

typedef struct History {
    Version *versions; ///< sorted by (key, known, deleted, digest)
    size_t version_count;
    uint64_t *key_begin; ///< key_count + 1 offsets into `versions`
    size_t key_count;
    /// Per version and field: whether the column is known in it; NULL when the source has no per-column known.
    uint8_t *column_known;
    HistoryReport report;
} History;

void history_deinit(History *history);
MUST_CHECK bool history_build(const PlanSource *source, const Frame *table, History *out, Error *err);

/// The instant of a timestamp or date value in microseconds: nanoseconds round down, or up when `round_up`; zone-less values are read in
/// `timezone` (an empty Str: UTC).
MUST_CHECK bool instant_from(const Vector *vector, size_t row, Str timezone, bool round_up, int64_t *out, Error *err);

/// The version of a key that is visible at t (strictly: known < t), or SIZE_MAX. A deleted version is SIZE_MAX.
size_t history_visible(const History *history, size_t key, int64_t t);

#endif
