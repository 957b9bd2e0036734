/// Describing a snapshot's frame in its manifest.
#ifndef PAWL_DATASET_SNAPSHOT_INTERNAL_H
#define PAWL_DATASET_SNAPSHOT_INTERNAL_H

#include "dataset/snapshot.h"

enum { SNAPSHOT_OWN_COLUMNS = 5 }; ///< _id, _at, _split, _label, _label_known

/// Their names and types.
extern const Field SNAPSHOT_OWN_FIELDS[SNAPSHOT_OWN_COLUMNS];

/// The columns of a plan's snapshot, in order; names that are made live in `arena`.
MUST_CHECK bool snapshot_schema(const Plan *plan, Arena *arena, Schema *out, Error *err);

/// Versions of a source that contradict each other.
typedef struct SourceConflicts {
    uint64_t count;
    Str row; ///< one of them
} SourceConflicts;

/// Names in words the row of a conflict, if there is one.
MUST_CHECK bool snapshot_conflict_describe(const PlanSource *source, const Frame *table, size_t row, Arena *arena,
                                           SourceConflicts *out, Error *err);

/// Fills the manifest's sources.
MUST_CHECK bool snapshot_describe_sources(const SourceManifest *sources, const SourceConflicts *conflicts, size_t count,
                                          SnapshotManifest *manifest, Error *err);

/// Fills the manifest's columns from a written snapshot, as many at a time as the memory has room for; 0: no limit.
MUST_CHECK bool snapshot_describe_stored(Lake *lake, Str path, Schema schema, uint64_t row_count, uint64_t memory_bytes,
                                         SnapshotManifest *manifest, Error *err);

/// plan.json and snapshot.json, into the directory.
MUST_CHECK bool snapshot_texts_write(const Disk *disk, const Plan *plan, const SnapshotManifest *manifest,
                                     Str directory, Error *err);

/// What is the same for every snapshot of the manifest.
MUST_CHECK bool snapshot_manifest_fill(Str pipeline, const Plan *plan, const SplitOptions *split,
                                       const SplitReport *report, int64_t as_of_us, SnapshotManifest *manifest,
                                       Error *err);

/// Fills the manifest's columns, sources and logical digest. `conflicts` has an item per source.
MUST_CHECK bool snapshot_describe(const Frame *frame, const SourceManifest *sources, const SourceConflicts *conflicts,
                                  size_t source_count, SnapshotManifest *manifest, Error *err);

/// The rows of a split; `*out` is freed with memory_free.
MUST_CHECK bool snapshot_frame_rows(const Frame *frame, Split split, uint64_t **out, size_t *out_count, Error *err);

#endif
