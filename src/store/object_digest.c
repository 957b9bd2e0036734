#include "store/store_internal.h"

/// Tags keep a file, a tree and an identity apart, whatever they contain.
static const char FILE_TAG[] = "pawl file 1";
static const char TREE_TAG[] = "pawl tree 1";
static const char IDENTITY_TAG[] = "pawl identity 1";

static bool entry_check(Str path, const DiskStat *stat, Error *err)
{
    if (stat->is_link) {
        return error_set(err, ERROR_DATA, "%.*s: a link cannot be part of an object; copy what it points to",
                         STR_ARG(path));
    }
    if (stat->is_special) {
        return error_set(err, ERROR_DATA, "%.*s: neither a file nor a directory", STR_ARG(path));
    }
    return true;
}

bool object_entries(const Disk *disk, Str path, Arena *arena, DiskStat *out_root, DiskEntries *out, Error *err)
{
    *out = (DiskEntries){0};
    TRY(disk_stat_link(disk, path, out_root, err));
    TRY(entry_check(path, out_root, err));
    if (!out_root->is_directory) return true;

    TRY(disk_walk(disk, path, arena, out, err));
    for (size_t i = 0; i < out->count; i++) TRY(entry_check(out->items[i].path, &out->items[i].stat, err));
    return true;
}

static bool file_digest(const Disk *disk, Str path, uint64_t size, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    Digest content = {0};
    TRY(disk_hash_file(disk, path, &content, err));
    TRY(sha256_update_str(&hash, str_from(FILE_TAG), err));
    TRY(sha256_update_u64(&hash, size, err));
    TRY(sha256_update(&hash, content.bytes, sizeof(content.bytes), err));
    return sha256_finish(&hash, out, err);
}

/// Type, path, and for a file its digest.
static bool entry_hash(const Disk *disk, Str root, const DiskEntry *entry, Arena *arena, Sha256 *hash, Error *err)
{
    Str path = {0};
    Digest digest = {0};
    TRY(sha256_update_u64(hash, entry->stat.is_directory, err));
    TRY(sha256_update_str(hash, entry->path, err));
    if (entry->stat.is_directory) return true;

    TRY(path_join(arena, root, entry->path, &path, err));
    TRY(file_digest(disk, path, entry->stat.size, &digest, err));
    return sha256_update(hash, digest.bytes, sizeof(digest.bytes), err);
}

static bool tree_digest(const Disk *disk, Str root, const DiskEntries *entries, Arena *arena, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    TRY(sha256_update_str(&hash, str_from(TREE_TAG), err));
    TRY(sha256_update_u64(&hash, entries->count, err));
    for (size_t i = 0; i < entries->count; i++) TRY(entry_hash(disk, root, &entries->items[i], arena, &hash, err));
    return sha256_finish(&hash, out, err);
}

bool object_digest(const Disk *disk, Str path, Digest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskStat root = {0};
    DiskEntries entries = {0};
    TRY(object_entries(disk, path, &arena, &root, &entries, err));
    if (!root.is_directory) return file_digest(disk, path, root.size, out, err);
    return tree_digest(disk, path, &entries, &arena, out, err);
}

static bool identity_add(Sha256 *hash, Str path, const DiskStat *stat, ObjectIdentity *identity, Error *err)
{
    TRY(sha256_update_u64(hash, stat->is_directory, err));
    TRY(sha256_update_str(hash, path, err));
    if (stat->is_directory) return true;

    identity->bytes += stat->size;
    identity->files++;
    TRY(sha256_update_u64(hash, stat->size, err));
    return sha256_update_u64(hash, (uint64_t)stat->mtime_ns, err);
}

bool object_identity(const Disk *disk, Str path, ObjectIdentity *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(sha256_deinit) Sha256 hash = {0};
    DiskStat root = {0};
    DiskEntries entries = {0};
    ObjectIdentity identity = {0};

    TRY(object_entries(disk, path, &arena, &root, &entries, err));
    TRY(sha256_update_str(&hash, str_from(IDENTITY_TAG), err));
    TRY(identity_add(&hash, (Str){0}, &root, &identity, err));
    for (size_t i = 0; i < entries.count; i++) {
        TRY(identity_add(&hash, entries.items[i].path, &entries.items[i].stat, &identity, err));
    }
    TRY(sha256_finish(&hash, &identity.digest, err));
    *out = identity;
    return true;
}
