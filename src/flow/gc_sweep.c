#include <string.h>

#include "base/array.h"
#include "flow/attempt_internal.h"
#include "flow/digits_internal.h"
#include "flow/gc_internal.h"
#include "store/sweep.h"
#include "sys/failpoint.h"

enum { SWEEP_BATCH = 64 }; ///< objects moved while the write lock is held

/// The digests that running steps are about to place, as the journal has them: JSON, to be searched.
static bool staged_read(Store *store, Bytes *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Statement *statement = NULL;
    bool row = true;
    bytes_clear(out);
    TRY(statement_cached(
        store->database,
        "SELECT staged FROM flow_run JOIN flow_step USING (run) WHERE flow_run.ended_us = 0 AND staged <> ''",
        &statement, err));
    while (row) {
        Str text = {0};
        TRY(statement_step(statement, &row, err));
        if (!row) break;
        TRY(statement_text(statement, 0, &arena, &text, err));
        TRY(bytes_append_str(out, text, err));
    }
    return statement_reset(statement, err);
}

static bool is_staged(const Bytes *staged, const Digest *digest)
{
    return staged->size > 0 && memmem(staged->data, staged->size, digest_hex(digest).text, DIGEST_HEX_CHARS) != NULL;
}

static bool object_measure(Store *store, const Digest *digest, uint64_t *out_bytes, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    Error gone = {0};
    *out_bytes = 0;
    return !object_path(store, digest, &arena, &path, &gone) || store_measure(store, path, out_bytes, err);
}

/// With the write lock held: what is not recorded and not staged now will not be before the lock is given back.
static bool object_sweep(Store *store, const Digest *digest, const Bytes *staged, bool dry_run, GcReport *report,
                         Error *err)
{
    bool recorded = false;
    uint64_t bytes = 0;
    TRY(object_is_recorded(store, digest, &recorded, err));
    if (recorded || is_staged(staged, digest)) return true;
    TRY(object_measure(store, digest, &bytes, err));
    report->objects.count++;
    report->objects.bytes += bytes;
    if (dry_run) return true;
    TRY(object_discard(store, digest, err));
    FAILPOINT("gc.object_moved");
    return true;
}

static bool objects_sweep(Store *store, const Digest *digests, size_t count, bool dry_run, GcReport *report, Error *err)
{
    AUTO(bytes_deinit) Bytes staged = {0};
    TRY(staged_read(store, &staged, err));
    for (size_t i = 0; i < count; i++) TRY(object_sweep(store, &digests[i], &staged, dry_run, report, err));
    return true;
}

static bool batch_sweep(Store *store, const Digest *digests, size_t count, GcReport *report, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin(transaction, err));
    TRY(objects_sweep(store, digests, count, false, report, err));
    return transaction_commit(transaction, err);
}

/// Those among `all`, sorted, that are not among `recorded`: candidates, looked at again with the lock.
static size_t digests_subtract(Digest *all, size_t count, const Digest *recorded, size_t recorded_count)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < count; i++) {
        while (k < recorded_count && digest_compare(&recorded[k], &all[i]) < 0) k++;
        if (k == recorded_count || !digest_equal(&recorded[k], &all[i])) all[kept++] = all[i];
    }
    return kept;
}

bool gc_sweep_objects(Store *store, bool dry_run, GcReport *report, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Digest *all = NULL;
    Digest *recorded = NULL;
    size_t count = 0;
    size_t recorded_count = 0;
    TRY(object_list(store, &arena, &all, &count, err));
    TRY(object_list_recorded(store, &arena, &recorded, &recorded_count, err));
    count = digests_subtract(all, count, recorded, recorded_count);
    if (dry_run) return objects_sweep(store, all, count, true, report, err);
    for (size_t i = 0; i < count; i += SWEEP_BATCH) {
        size_t batch = count - i < SWEEP_BATCH ? count - i : SWEEP_BATCH;
        TRY(batch_sweep(store, &all[i], batch, report, err));
    }
    FAILPOINT("gc.objects_swept");
    return true;
}

/// The names in a folder of the store's.
static bool folder_list(const Store *store, const char *name, Arena *arena, Str *out_folder, DiskNames *out, Error *err)
{
    TRY(path_join(arena, store->root, str_from(name), out_folder, err));
    return disk_list(store->disk, *out_folder, arena, out, err);
}

static bool path_sweep(const Store *store, Str folder, Str name, bool dry_run, GcCount *count, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    uint64_t bytes = 0;
    TRY(path_join(&arena, folder, name, &path, err));
    TRY(store_measure(store, path, &bytes, err));
    count->count++;
    count->bytes += bytes;
    return dry_run || store_discard(store, path, err);
}

static bool run_is_recorded(Store *store, int64_t run, bool *out, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "SELECT 1 FROM flow_run WHERE run = ?", &statement, err));
    TRY(statement_bind_int(statement, 1, run, err));
    TRY(statement_step(statement, out, err));
    return statement_reset(statement, err);
}

bool gc_sweep_attempts(Store *store, int64_t run_max, bool dry_run, GcReport *report, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    Str folder = {0};
    TRY(folder_list(store, "attempts", &arena, &folder, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        int64_t run = 0;
        bool recorded = true;
        if (!digits_parse(names.items[i], &run) || run > run_max) continue;
        TRY(run_is_recorded(store, run, &recorded, err));
        if (!recorded) TRY(path_sweep(store, folder, names.items[i], dry_run, &report->attempts, err));
    }
    FAILPOINT("gc.attempts_swept");
    return true;
}

/// Whether a step that did not get done had the key. Steps are few that did not: their keys are asked for one by one.
static bool key_is_unfinished(Store *store, Str key, bool *out, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "SELECT 1 FROM flow_step WHERE key = ? AND state NOT IN ('done', 'cached') LIMIT 1",
                         &statement, err));
    TRY(statement_bind_text(statement, 1, key, err));
    TRY(statement_step(statement, out, err));
    return statement_reset(statement, err);
}

static bool checkpoints_sweep(Store *store, bool dry_run, GcReport *report, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    Str folder = {0};
    TRY(folder_list(store, "checkpoints", &arena, &folder, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        bool wanted = false;
        TRY(key_is_unfinished(store, names.items[i], &wanted, err));
        if (!wanted) TRY(path_sweep(store, folder, names.items[i], dry_run, &report->checkpoints, err));
    }
    return true;
}

/// Under the write lock: a step is recorded as running before it may look for its checkpoint.
bool gc_sweep_checkpoints(Store *store, bool dry_run, GcReport *report, Error *err)
{
    if (transaction_is_open(store->database)) return checkpoints_sweep(store, dry_run, report, err);
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin(transaction, err));
    TRY(checkpoints_sweep(store, dry_run, report, err));
    return transaction_commit(transaction, err);
}
