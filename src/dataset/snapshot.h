/// The dataset snapshot: what a model is trained and judged on, as Parquet with a manifest. A contract between rooms.
///
///     snapshot.parquet   one row per example in a split, sorted by (at, id):
///                        _id string, _at timestamp, _split string, _label float64, _label_known timestamp,
///                        then `input.NAME` per plan input, then `VIEW.COLUMN` per feature
///     snapshot.json      the manifest
///     plan.json          the plan
#ifndef PAWL_DATASET_SNAPSHOT_H
#define PAWL_DATASET_SNAPSHOT_H

#include "dataset/source_table.h"
#include "dataset/split.h"
#include "frame/profile.h"

typedef struct SnapshotColumn {
    Str name;
    Type type;
    Profile train, test; ///< over the rows of those splits
} SnapshotColumn;

typedef struct SnapshotSource {
    Str name;
    Digest logical;
    uint64_t row_count;
    SourceFile *files;
    size_t file_count;
    /// Versions of a key with equal `known` and different content (the greatest in (deleted, digest) counts), and one of their
    /// rows, named by its key.
    uint64_t conflict_count;
    Str conflict;
} SnapshotSource;

typedef struct SnapshotManifest {
    Arena arena;
    Str pipeline;
    int64_t as_of_us;
    Digest logical; ///< of snapshot.parquet's content
    Digest plan;
    SplitOptions split;
    SplitReport report;
    SnapshotColumn *columns;
    size_t column_count;
    SnapshotSource *sources;
    size_t source_count;
} SnapshotManifest;

void snapshot_manifest_deinit(SnapshotManifest *manifest);
MUST_CHECK bool snapshot_manifest_encode(const SnapshotManifest *manifest, Bytes *out, Error *err);
MUST_CHECK bool snapshot_manifest_decode(Str name, Str text, SnapshotManifest *out, Error *err);

typedef struct Snapshot {
    Frame frame;
    SnapshotManifest manifest;
    Plan plan;
} Snapshot;

void snapshot_deinit(Snapshot *snapshot);

/// `tables` and `sources` are the plan's, in its order. Takes over the plan.
MUST_CHECK bool snapshot_build(Str pipeline, Plan *plan, const Frame *tables, const SourceManifest *sources,
                               const SplitOptions *split, int64_t as_of_us, const EngineOptions *options, Snapshot *out,
                               Error *err);

/// What a snapshot is made from where tables are written: nothing is in memory as a whole, but what the engine keeps and one key's rows.
typedef struct SnapshotRequest {
    Str pipeline;
    const Plan *plan;
    const Str *paths;              ///< of the plan's sources' tables
    const SourceManifest *sources; ///< in the plan's order
    const SplitOptions *split;
    int64_t as_of_us;
    EngineOptions options; ///< `memory_bytes` is for all of it, about, but for the lake
    /// Sees the dataset's source in parts that hold whole keys (as examples_build_block takes them), then, before features are computed, that
    /// this was all. Both may be NULL.
    bool (*look)(void *context, const Frame *block, uint64_t first_row, const Engine *label, Error *err);
    bool (*looked)(void *context, Error *err);
    /// Told now and then how many rows were read or written. May be NULL.
    void (*progress)(void *context, const char *what, uint64_t rows);
    void *context;
} SnapshotRequest;

/// Writes the three files into the directory. The same snapshot as snapshot_build's, for any memory.
MUST_CHECK bool snapshot_make(Lake *lake, const Disk *disk, const SnapshotRequest *request, Str directory,
                              SnapshotManifest *out, Error *err);

MUST_CHECK bool snapshot_write(Lake *lake, const Disk *disk, const Snapshot *snapshot, Str directory, Error *err);

/// Reads and verifies: the logical digest of what was read must be the manifest's.
MUST_CHECK bool snapshot_read(Lake *lake, const Disk *disk, Str directory, Snapshot *out, Error *err);

/// Rows [begin, end) of a split in the frame are not contiguous: gives their row numbers, in order.
MUST_CHECK bool snapshot_rows(const Snapshot *snapshot, Split split, uint64_t **out, size_t *out_count, Error *err);

#endif
