/// What `pawl dataset show` prints: sources, splits, and what each column's values look like.
///
/// Plain aligned text, at most REPORT_WIDTH_MAX terminal columns wide, the same bytes for the same manifest.
#ifndef PAWL_REPORT_REPORT_SNAPSHOT_H
#define PAWL_REPORT_REPORT_SNAPSHOT_H

#include "dataset/snapshot.h"

enum { REPORT_WIDTH_MAX = 110 };

/// Appends to `out`. Numbers of a column are those of its training rows; the histogram of the test rows stands on the
/// training rows' scale, what lies outside at its ends.
MUST_CHECK bool report_snapshot(const SnapshotManifest *manifest, Bytes *out, Error *err);

#endif
