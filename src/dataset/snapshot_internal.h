/// Describing a snapshot's frame in its manifest.
#ifndef PAWL_DATASET_SNAPSHOT_INTERNAL_H
#define PAWL_DATASET_SNAPSHOT_INTERNAL_H

#include "dataset/snapshot.h"

enum { SNAPSHOT_OWN_COLUMNS = 5 }; ///< _id, _at, _split, _label, _label_known

/// Versions of a source that contradict each other.
typedef struct SourceConflicts {
    uint64_t count;
    Str row; ///< one of them
} SourceConflicts;

/// Fills the manifest's columns, sources and logical digest. `conflicts` has an item per source.
MUST_CHECK bool snapshot_describe(const Frame *frame, const SourceManifest *sources, const SourceConflicts *conflicts,
                                  size_t source_count, SnapshotManifest *manifest, Error *err);

/// The rows of a split; `*out` is freed with memory_free.
MUST_CHECK bool snapshot_frame_rows(const Frame *frame, Split split, uint64_t **out, size_t *out_count, Error *err);

#endif
