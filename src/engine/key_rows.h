/// Versions of rows with keys on their way to their histories: scattered by key while they are read, then put in order partition by
/// partition. What can ever be seen comes out, with the moment at which another version takes its place.
///
/// Per key the version that is greatest in (known, deleted, digest) among those visible is the one that counts. Digests are looked at
/// only where versions of a key were known at one moment; when there are none, `*tied` says that they are needed.
#ifndef PAWL_ENGINE_KEY_ROWS_H
#define PAWL_ENGINE_KEY_ROWS_H

#include "engine/record_store.h"
#include "engine/source_chunk.h"

/// Owned: key_rows_deinit. Stays where it is while it is used.
typedef struct KeyRows {
    const SourceReading *reading;
    Arena arena;
    RecordLayout layout;
    bool exact;              ///< the hash gives the key: it takes no room but for whether it is null
    uint32_t deleted_field;  ///< of the record; PLAN_NONE: nothing is deleted
    uint32_t *column_fields; ///< per field of the source: of the record, PLAN_NONE: none
    RecordStore store;
} KeyRows;

/// Whether rows of the source go this way.
bool source_has_history(const PlanSource *source);

void key_rows_deinit(KeyRows *rows);

/// `row_count` is about how many rows there are.
MUST_CHECK bool key_rows_init(const SourceReading *reading, uint64_t row_count, GroupMemory *memory, KeyRows *out,
                              Error *err);

/// Any number of threads may put at once.
MUST_CHECK bool key_rows_put(KeyRows *rows, const VersionBatch *batch, Arena *arena, Error *err);

/// What was found in all keys.
typedef struct KeyCounts {
    uint64_t versions, keys, conflicts;
} KeyCounts;

/// Hands what can be seen to the sink. When `*tied` is set the sink did not get all.
MUST_CHECK bool key_rows_finish(KeyRows *rows, size_t threads, const VersionSink *sink, KeyCounts *out, bool *tied,
                                Error *err);

#endif
