/// Versions of a source's rows on their way into histories and groups, column by column.
///
/// All is borrowed, mostly from the arena of whoever works on a batch.
#ifndef PAWL_ENGINE_VERSION_BATCH_H
#define PAWL_ENGINE_VERSION_BATCH_H

#include "base/hash.h"
#include "frame/frame.h"
#include "language/plan.h"

typedef struct VersionBatch {
    size_t count;
    const Vector *columns; ///< per field of the source, in computed types; what nothing reads is empty
    const Vector *keys;    ///< parts of the source's key, as they came; NULL: none
    const int64_t *time;
    const int64_t *known;
    const int64_t *superseded; ///< NULL: never
    const Hash128 *digests;    ///< NULL: none were made
    const uint8_t *deleted;    ///< NULL: none is
} VersionBatch;

/// Takes batches, on several threads at once. What a batch needs beyond it may go into the arena.
typedef struct VersionSink {
    bool (*put)(void *context, const VersionBatch *batch, Arena *arena, Error *err);
    void *context;
} VersionSink;

/// Where values are taken from: version i has those of row `rows[i]` (NULL: i).
typedef struct VersionRows {
    const uint64_t *rows;
    const uint8_t *known; ///< count * field_count: 0 makes a field null; NULL: all are known
    size_t field_count;
    size_t count;
} VersionRows;

/// The values of a field, or (`field` PLAN_NONE) of a vector that is always known.
MUST_CHECK bool version_rows_gather(const VersionRows *rows, uint32_t field, const Vector *from, Arena *arena,
                                    Vector *out, Error *err);

/// The versions that are not deleted, of a source without a key.
MUST_CHECK bool version_batch_keep(const VersionBatch *batch, size_t field_count, Arena *arena, VersionBatch *out,
                                   Error *err);

#endif
