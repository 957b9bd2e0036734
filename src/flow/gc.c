#include "flow/gc_internal.h"
#include "store/sweep.h"
#include "sys/failpoint.h"
#include "sys/file_lock.h"

static bool gc_lock(Store *store, FileLock *lock, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(path_join(&arena, store->root, STR("gc.lock"), &path, err));
    TRY_OR(file_lock_try(lock, path, STR("gc"), err), err, "the store is being cleaned already");
    return true;
}

static bool gc_sweep(Store *store, int64_t run_max, bool dry_run, GcReport *report, Error *err)
{
    TRY(gc_sweep_objects(store, dry_run, report, err));
    TRY(gc_sweep_attempts(store, run_max, dry_run, report, err));
    return gc_sweep_checkpoints(store, dry_run, report, err);
}

/// All that would be done, in a transaction that is taken back.
static bool gc_try(Store *store, const GcOptions *options, GcReport *report, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    int64_t run_max = 0;
    TRY(transaction_begin(transaction, err));
    TRY(gc_mark(store, options, report, &run_max, err));
    return gc_sweep(store, run_max, true, report, err);
}

static bool gc_forget(Store *store, const GcOptions *options, GcReport *report, int64_t *out_run, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin(transaction, err));
    TRY(gc_mark(store, options, report, out_run, err));
    FAILPOINT("gc.before_forgotten");
    TRY(transaction_commit(transaction, err));
    FAILPOINT("gc.after_forgotten");
    return true;
}

static bool gc_do(Store *store, const GcOptions *options, GcReport *report, Error *err)
{
    int64_t run_max = 0;
    TRY(gc_forget(store, options, report, &run_max, err));
    TRY(gc_sweep(store, run_max, false, report, err));
    TRY(store_discard_damaged(store, clock_now_us(store->clock) - options->keep_us, err));
    return store_empty_trash(store, err);
}

/// Rows go table by table, children before parents: checking each against the others again would be a scan for each.
static bool gc_unchecked(Store *store, const GcOptions *options, GcReport *report, Error *err)
{
    Error ignored = {0};
    TRY(database_run(store->database, "PRAGMA foreign_keys=OFF", err));
    bool done = options->dry_run ? gc_try(store, options, report, err) : gc_do(store, options, report, err);
    return database_run(store->database, "PRAGMA foreign_keys=ON", done ? err : &ignored) && done;
}

bool flow_gc(Store *store, const GcOptions *options, GcReport *out, Error *err)
{
    AUTO(file_lock_deinit) FileLock lock = {0};
    GcReport report = {0};
    TRY(gc_open(store, err));
    TRY(gc_lock(store, &lock, err));
    TRY(gc_unchecked(store, options, &report, err));
    *out = report;
    return true;
}
