/// A small dataset, built: trips of two vendors over forty days, one correction, one contradiction, one trip that never ends.
#ifndef PAWL_SUPPORT_SNAPSHOT_CASE_H
#define PAWL_SUPPORT_SNAPSHOT_CASE_H

#include "dataset/snapshot.h"

typedef struct SnapshotCase {
    Plan plan; ///< taken over by snapshot_build
    Frame table;
    SourceManifest source;
    SourceFile file;
} SnapshotCase;

void snapshot_case_init(SnapshotCase *out);
void snapshot_case_deinit(SnapshotCase *test);

/// As of 2016-03-01, 70% train, 15% validation, the rest test.
MUST_CHECK bool snapshot_case_build(SnapshotCase *test, uint32_t threads, Snapshot *out, Error *err);

#endif
