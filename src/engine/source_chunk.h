/// A chunk of a source's rows, read in any order, as versions: moments checked, columns in the types that programs compute in,
/// deletions and digests found.
#ifndef PAWL_ENGINE_SOURCE_CHUNK_H
#define PAWL_ENGINE_SOURCE_CHUNK_H

#include "engine/row_digest.h"
#include "engine/version_batch.h"
#include "sys/lane.h"

/// What is read of a source.
typedef struct SourceReading {
    const PlanSource *source;
    uint32_t *fields; ///< that are read, in this order
    size_t field_count;
    uint8_t *computed; ///< per field: whether programs read it, as versions have it
    bool has_known;    ///< otherwise known is time
    bool has_moments;  ///< columns have known times of their own
    bool digests;      ///< versions are digested; needs all fields
    bool ordered;      ///< versions of equal time and known are told apart by keys
} SourceReading;

/// Nothing but times and keys is read yet. Lives in the arena.
MUST_CHECK bool source_reading_init(const PlanSource *source, Arena *arena, SourceReading *out, Error *err);

/// Fields that a program's columns are, where `map` (NULL: the same) gives the source's field, PLAN_NONE: none of its.
void source_reading_add(SourceReading *reading, const Program *program, const uint32_t *map);

/// From now on versions are digested, and all fields read for that.
void source_reading_digest(SourceReading *reading);

/// What one thread at a time works with. Owned.
typedef struct ChunkLane {
    Lane link;
    Arena arena; ///< of a chunk
    RowDigester digester;
} ChunkLane;

void chunk_lane_free(ChunkLane *lane);

/// Hands the versions to the sink. `vectors` has one per field that is read.
MUST_CHECK bool source_chunk_put(const SourceReading *reading, const Vector *vectors, size_t row_count, ChunkLane *lane,
                                 const VersionSink *sink, Error *err);

#endif
