/// What the files of gc share: marking, in the metadata database, and sweeping, on the disk.
#ifndef PAWL_FLOW_GC_INTERNAL_H
#define PAWL_FLOW_GC_INTERNAL_H

#include "flow/gc.h"
#include "flow/journal_internal.h"

/// The tables of pins, and those of the journal.
MUST_CHECK bool gc_open(Store *store, Error *err);

/// Forgets what goes, in the caller's transaction: rows of runs, results, cache and objects. `*out_run` is the newest run there was.
MUST_CHECK bool gc_mark(Store *store, const GcOptions *options, GcReport *report, int64_t *out_run, Error *err);

/// Moves to the trash: objects that are not recorded, unless a running step has staged them. In dry runs only counts them.
MUST_CHECK bool gc_sweep_objects(Store *store, bool dry_run, GcReport *report, Error *err);

/// Attempts of runs up to `run_max` that are not recorded.
MUST_CHECK bool gc_sweep_attempts(Store *store, int64_t run_max, bool dry_run, GcReport *report, Error *err);

/// Checkpoints that no recorded step can go on from.
MUST_CHECK bool gc_sweep_checkpoints(Store *store, bool dry_run, GcReport *report, Error *err);

#endif
