#include "store/store_internal.h"
#include "sys/failpoint.h"

enum { OBJECT_FOLDER_CHARS = 2 };

bool object_place_path(const Store *store, const Digest *digest, Arena *arena, Str *out, Error *err)
{
    DigestHex hex = digest_hex(digest);
    return arena_format(arena, out, err, "%.*s/objects/%.*s/%s", STR_ARG(store->root), (int)OBJECT_FOLDER_CHARS,
                        hex.text, hex.text + OBJECT_FOLDER_CHARS);
}

bool object_path(const Store *store, const Digest *digest, Arena *arena, Str *out, Error *err)
{
    Str path = {0};
    TRY(object_place_path(store, digest, arena, &path, err));
    if (!disk_exists(store->disk, path)) {
        return error_set(err, ERROR_NOT_FOUND, "object %.12s is not in the store", digest_hex(digest).text);
    }
    *out = path;
    return true;
}

/// Directories stay as they are: who may remove the store must be able to.
static bool object_protect(const Disk *disk, Str root, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskStat stat = {0};
    DiskEntries entries = {0};
    TRY(object_entries(disk, root, &arena, &stat, &entries, err));
    if (!stat.is_directory) return disk_protect_file(disk, root, err);
    for (size_t i = 0; i < entries.count; i++) {
        Str path = {0};
        if (entries.items[i].stat.is_directory) continue;
        TRY(path_join(&arena, root, entries.items[i].path, &path, err));
        TRY(disk_protect_file(disk, path, err));
    }
    return true;
}

bool object_stage(Store *store, Str path, Digest *out, Error *err)
{
    Digest digest = {0};
    TRY(object_protect(store->disk, path, err));
    TRY(object_digest(store->disk, path, &digest, err));
    TRY(disk_sync_tree(store->disk, path, err));
    FAILPOINT("store.object_staged");
    *out = digest;
    return true;
}

bool object_verify(const Store *store, const Digest *digest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    Digest found = {0};
    TRY(object_path(store, digest, &arena, &path, err));
    TRY(object_digest(store->disk, path, &found, err));
    if (digest_equal(&found, digest)) return true;
    return error_set(err, ERROR_DATA, "object %.12s is damaged: its content has the digest %.12s",
                     digest_hex(digest).text, digest_hex(&found).text);
}

bool object_move_aside(const Store *store, Str target, Arena *arena, Error *err)
{
    Str aside = {0};
    TRY(arena_format(arena, &aside, err, "%.*s.damaged-%lld", STR_ARG(target), (long long)clock_now_us(store->clock)));
    return disk_rename_new(store->disk, target, aside, err);
}

/// `target` is there already: keep it and drop the new one, unless it is damaged.
static bool object_place_again(Store *store, Str path, Str target, const Digest *digest, Arena *arena, Error *err)
{
    Error damage = {0};
    if (object_verify(store, digest, &damage)) return disk_remove_tree(store->disk, path, err);
    if (damage.kind != ERROR_DATA) {
        *err = damage;
        return false;
    }
    TRY(object_move_aside(store, target, arena, err));
    return disk_rename_new(store->disk, path, target, err);
}

bool object_place(Store *store, Str path, const Digest *digest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str target = {0};
    Error conflict = {0};

    TRY(object_place_path(store, digest, &arena, &target, err));
    if (!disk_exists(store->disk, path)) return object_verify(store, digest, err);
    TRY(disk_make_directories(store->disk, path_directory(target), err));
    FAILPOINT("store.before_rename");
    if (!disk_rename_new(store->disk, path, target, &conflict)) {
        if (conflict.kind == ERROR_CONFLICT) return object_place_again(store, path, target, digest, &arena, err);
        *err = conflict;
        return false;
    }
    FAILPOINT("store.after_rename");
    return true;
}

bool object_record(Store *store, const Digest *digest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    ObjectIdentity identity = {0};
    Statement *statement = NULL;

    TRY(object_path(store, digest, &arena, &path, err));
    TRY(object_identity(store->disk, path, &identity, err));
    TRY(statement_cached(store->database,
                         "INSERT INTO object (digest, identity, bytes, files, created_us) VALUES (?, ?, ?, ?, ?)"
                         " ON CONFLICT (digest) DO UPDATE SET identity = excluded.identity",
                         &statement, err));
    TRY(statement_bind(statement, err, "hhiii", digest, &identity.digest, (int64_t)identity.bytes,
                       (int64_t)identity.files, clock_now_us(store->clock)));
    return statement_run(statement, err);
}

bool object_commit(Store *store, Str path, Digest *out, Error *err)
{
    Digest digest = {0};
    TRY(object_stage(store, path, &digest, err));
    TRY(object_place(store, path, &digest, err));
    TRY(object_record(store, &digest, err));
    FAILPOINT("store.object_recorded");
    *out = digest;
    return true;
}

static bool object_recorded_identity(Store *store, const Digest *digest, Digest *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(store->database, "SELECT identity FROM object WHERE digest = ?", &statement, err));
    TRY(statement_bind_digest(statement, 1, digest, err));
    TRY(statement_step(statement, &row, err));
    if (!row) return error_set(err, ERROR_NOT_FOUND, "object %.12s is not recorded", digest_hex(digest).text);
    TRY(statement_digest(statement, 0, out, err));
    return statement_reset(statement, err);
}

static bool object_compare_identity(Store *store, const Digest *digest, bool *out_equal, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    Digest recorded = {0};
    ObjectIdentity identity = {0};
    TRY(object_place_path(store, digest, &arena, &path, err));
    TRY(object_recorded_identity(store, digest, &recorded, err));
    TRY(object_identity(store->disk, path, &identity, err));
    *out_equal = digest_equal(&recorded, &identity.digest);
    return true;
}

bool object_is_intact(Store *store, const Digest *digest)
{
    Error ignored = {0};
    bool equal = false;
    return object_compare_identity(store, digest, &equal, &ignored) && equal;
}
