/// The part of a snapshot's report about its columns.
#ifndef PAWL_REPORT_REPORT_SNAPSHOT_INTERNAL_H
#define PAWL_REPORT_REPORT_SNAPSHOT_INTERNAL_H

#include "report/report_snapshot.h"

enum { REPORT_BINS = 10 };

/// Name, type, nulls, range, distinct values and histograms, a line per column.
MUST_CHECK bool report_columns(const SnapshotManifest *manifest, Bytes *out, Error *err);

/// The most frequent values of columns of texts and of few values; nothing when there is no such column.
MUST_CHECK bool report_top_values(const SnapshotManifest *manifest, Bytes *out, Error *err);

/// The counts of `from` on the scale of `scale`, of REPORT_BINS equal parts; what lies outside is at the ends. A few values that
/// `from` names are counted exactly; else a bin that lies across a border is shared by how much of it lies where.
void report_rebin(const Profile *from, const Profile *scale, double out[REPORT_BINS]);

#endif
