#include "store/store.h"

/// What changed less than this before it was looked at may change again within the same time stamp.
static const int64_t SETTLED_NS = 100 * 1000 * 1000;

bool store_stat_is_settled(const DiskStat *stat, int64_t now_us)
{
    return now_us * 1000 - (stat->is_directory ? stat->mtime_ns : stat->ctime_ns) >= SETTLED_NS;
}

static bool file_stat_equal(const DiskStat *left, const DiskStat *right)
{
    return left->size == right->size && left->mtime_ns == right->mtime_ns && left->ctime_ns == right->ctime_ns &&
           left->inode == right->inode && left->device == right->device;
}

static bool file_digest_recall(Store *store, Str path, const DiskStat *stat, Digest *out, bool *out_found, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "SELECT digest FROM file_digest WHERE path = ? AND size = ? AND mtime_ns = ? AND ctime_ns = ?"
                         " AND inode = ? AND device = ?",
                         &statement, err));
    TRY(statement_bind(statement, err, "siiiii", path, (int64_t)stat->size, stat->mtime_ns, stat->ctime_ns,
                       (int64_t)stat->inode, (int64_t)stat->device));
    TRY(statement_step(statement, out_found, err));
    if (*out_found) TRY(statement_digest(statement, 0, out, err));
    return statement_reset(statement, err);
}

static bool file_digest_remember(Store *store, Str path, const DiskStat *stat, const Digest *digest, Error *err)
{
    Statement *statement = NULL;
    if (!store_stat_is_settled(stat, clock_now_us(store->clock))) return true;
    TRY(statement_cached(store->database, "INSERT OR REPLACE INTO file_digest VALUES (?, ?, ?, ?, ?, ?, ?)", &statement,
                         err));
    TRY(statement_bind(statement, err, "siiiiih", path, (int64_t)stat->size, stat->mtime_ns, stat->ctime_ns,
                       (int64_t)stat->inode, (int64_t)stat->device, digest));
    return statement_run(statement, err);
}

bool store_file_digest(Store *store, Str path, Digest *out, Error *err)
{
    DiskStat before = {0};
    DiskStat after = {0};
    Digest digest = {0};
    bool found = false;

    TRY(disk_stat(store->disk, path, &before, err));
    TRY(file_digest_recall(store, path, &before, &digest, &found, err));
    if (!found) {
        TRY(disk_hash_file(store->disk, path, &digest, err));
        TRY(disk_stat(store->disk, path, &after, err));
        if (!file_stat_equal(&before, &after))
            return error_set(err, ERROR_DATA, "%.*s changed while it was read", STR_ARG(path));
        TRY(file_digest_remember(store, path, &after, &digest, err));
    }
    *out = digest;
    return true;
}
