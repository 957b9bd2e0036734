/// Keeping the store clean: what no recent run, no pin and no root of the caller's can reach is removed, beside running schedulers.
///
/// First everything that goes is forgotten in one transaction, so that no later look finds it in the cache; then, in short
/// transactions of their own, files that nobody has recorded and no running step has staged are moved to the trash. A scheduler
/// writes down what it is about to place before it places it, so one of the two sees the other: both hold the write lock when
/// they look. Killed anywhere, nothing that can be reached is gone, and the next sweep takes what is left.
#ifndef PAWL_FLOW_GC_H
#define PAWL_FLOW_GC_H

#include "flow/flow.h"

typedef struct GcOptions {
    int64_t keep_us;     ///< runs that ended less than this ago are kept, and those that have not ended
    const Digest *roots; ///< kept with all that they were made from: what is registered
    size_t root_count;
    bool dry_run; ///< nothing is changed
} GcOptions;

/// A number of things, and their bytes.
typedef struct GcCount {
    uint64_t count, bytes;
} GcCount;

typedef struct GcReport {
    GcCount objects, attempts, checkpoints; ///< removed; `attempts` are those of a whole run
    uint64_t runs, results, cached;         ///< rows forgotten
    GcCount kept;                           ///< objects
} GcReport;

/// ERROR_CONFLICT when another one is under way.
MUST_CHECK bool flow_gc(Store *store, const GcOptions *options, GcReport *out, Error *err);

/// An object that is not what it was, or not there.
typedef struct GcDamage {
    Digest digest;
    Str problem;
} GcDamage;

typedef struct GcVerdict {
    GcCount checked;
    GcDamage *items;
    size_t count;
} GcVerdict;

/// Reads every recorded object again. A damaged one is set aside, and what needs it will be made again; unless `dry_run`.
MUST_CHECK bool flow_verify(Store *store, bool dry_run, Arena *arena, GcVerdict *out, Error *err);

/// A run by its number, or an object by its digest or the beginning of it (at least 6 characters), is kept whatever its age.
/// `*out` is how it is called in full.
MUST_CHECK bool flow_pin(Store *store, Str what, Arena *arena, Str *out, Error *err);

/// ERROR_NOT_FOUND when it is not pinned.
MUST_CHECK bool flow_unpin(Store *store, Str what, Arena *arena, Str *out, Error *err);

typedef struct GcPin {
    Str kind; ///< "run" or "object"
    Str name;
    int64_t created_us;
} GcPin;

/// Runs first, then by name.
MUST_CHECK bool flow_pins(Store *store, Arena *arena, GcPin **out, size_t *out_count, Error *err);

#endif
