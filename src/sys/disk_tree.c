#include "sys/disk_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "sys/disk_file.h"
#include "sys/disk_internal.h"

typedef ARRAY_OF(DiskEntry) EntryArray;

typedef struct Walk {
    const Disk *disk;
    Str root;
    Arena *arena;
    EntryArray entries;
} Walk;

static void walk_deinit(Walk *walk)
{
    memory_free(walk->entries.items);
}

/// One name of the directory `path`, which is under the root. What is gone again was never there.
static bool walk_add(Walk *walk, Str path, Str name, Error *err)
{
    PathText full;
    DiskEntry entry = {0};
    TRY(path_join(walk->arena, path, name, &entry.path, err));
    TRY(path_join_text(walk->root, entry.path, &full, err));

    int number = walk->disk->table->stat(walk->disk->context, full.text, false, &entry.stat);
    if (number == ENOENT) return true;
    TRY(disk_check(number, "read", full.text, err));
    if (walk->entries.count >= DISK_ENTRIES_MAX) {
        return error_set(err, ERROR_STORAGE, "more than %zu entries under '%.*s'", DISK_ENTRIES_MAX,
                         STR_ARG(walk->root));
    }
    return ARRAY_PUSH(&walk->entries, entry, err);
}

static bool walk_directory(Walk *walk, Str path, Error *err)
{
    PathText full;
    DiskNames names = {0};
    TRY(path_join_text(walk->root, path, &full, err));
    TRY(disk_list(walk->disk, str_from(full.text), walk->arena, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        TRY(walk_add(walk, path, names.items[i], err));
    }
    return true;
}

static int entry_compare(const void *left, const void *right)
{
    return str_compare(((const DiskEntry *)left)->path, ((const DiskEntry *)right)->path);
}

/// Sorts, and moves the list itself into the arena.
static bool walk_finish(Walk *walk, DiskEntries *out, Error *err)
{
    size_t count = walk->entries.count;
    DiskEntry *items = arena_alloc_array(walk->arena, count, sizeof(DiskEntry), err);
    if (items == NULL) return false;
    if (count > 0) {
        qsort(walk->entries.items, count, sizeof(DiskEntry), entry_compare);
        memcpy(items, walk->entries.items, count * sizeof(DiskEntry));
    }
    *out = (DiskEntries){items, count};
    return true;
}

bool disk_walk(const Disk *disk, Str root, Arena *arena, DiskEntries *out, Error *err)
{
    AUTO(walk_deinit) Walk walk = {.disk = disk, .root = root, .arena = arena};
    TRY(walk_directory(&walk, (Str){0}, err));
    for (size_t i = 0; i < walk.entries.count; i++) {
        const DiskEntry entry = walk.entries.items[i];
        if (entry.stat.is_directory) TRY(walk_directory(&walk, entry.path, err));
    }
    return walk_finish(&walk, out, err);
}

/// A path that is missing already is fine.
static bool path_remove(const Disk *disk, const char *path, bool is_directory, Error *err)
{
    int number = disk->table->remove(disk->context, path, is_directory);
    return number == ENOENT || disk_check(number, "remove", path, err);
}

static bool directory_remove_all(const Disk *disk, Str path, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskEntries entries = {0};
    TRY(disk_walk(disk, path, &arena, &entries, err));
    for (size_t i = entries.count; i-- > 0;) {
        PathText full;
        TRY(path_join_text(path, entries.items[i].path, &full, err));
        TRY(path_remove(disk, full.text, entries.items[i].stat.is_directory, err));
    }
    return true;
}

bool disk_remove_tree(const Disk *disk, Str path, Error *err)
{
    PathText text;
    DiskStat stat = {0};
    TRY(path_text(path, &text, err));

    int number = disk->table->stat(disk->context, text.text, false, &stat);
    if (number == ENOENT) return true;
    TRY(disk_check(number, "remove", text.text, err));
    if (stat.is_directory) TRY(directory_remove_all(disk, path, err));
    return path_remove(disk, text.text, stat.is_directory, err);
}

static bool file_sync(const Disk *disk, Str path, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(disk_file_open(disk, path, DISK_READ, &file, err));
    return disk_file_sync(&file, err);
}

static bool path_sync(const Disk *disk, Str path, const DiskStat *stat, Error *err)
{
    if (stat->is_link) return true;
    return stat->is_directory ? disk_sync_directory(disk, path, err) : file_sync(disk, path, err);
}

static bool entries_sync(const Disk *disk, Str root, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskEntries entries = {0};
    TRY(disk_walk(disk, root, &arena, &entries, err));
    for (size_t i = entries.count; i-- > 0;) {
        PathText full;
        TRY(path_join_text(root, entries.items[i].path, &full, err));
        TRY(path_sync(disk, str_from(full.text), &entries.items[i].stat, err));
    }
    return true;
}

bool disk_sync_tree(const Disk *disk, Str path, Error *err)
{
    DiskStat stat = {0};
    TRY(disk_stat(disk, path, &stat, err));
    if (stat.is_directory) TRY(entries_sync(disk, path, err));
    return path_sync(disk, path, &stat, err);
}

static bool directory_make(const Disk *disk, const char *path, Error *err)
{
    return disk_check(disk->table->make_directory(disk->context, path, false), "make directory", path, err);
}

static bool entry_copy(const Disk *disk, Str from, const DiskEntry *entry, Str to, Error *err)
{
    PathText from_text;
    PathText to_text;
    TRY(path_join_text(from, entry->path, &from_text, err));
    TRY(path_join_text(to, entry->path, &to_text, err));
    if (entry->stat.is_link) return error_set(err, ERROR_DATA, "'%s' is a link: not copied", from_text.text);
    if (entry->stat.is_directory) return directory_make(disk, to_text.text, err);
    return disk_copy_file(disk, str_from(from_text.text), str_from(to_text.text), err);
}

static bool directory_copy(const Disk *disk, Str from, Str to, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskEntries entries = {0};
    PathText to_text;
    TRY(path_text(to, &to_text, err));
    TRY(disk_walk(disk, from, &arena, &entries, err));
    TRY(directory_make(disk, to_text.text, err));
    for (size_t i = 0; i < entries.count; i++) {
        TRY(entry_copy(disk, from, &entries.items[i], to, err));
    }
    return true;
}

bool disk_copy_tree(const Disk *disk, Str from, Str to, Error *err)
{
    DiskStat stat = {0};
    TRY(disk_stat(disk, from, &stat, err));
    return stat.is_directory ? directory_copy(disk, from, to, err) : disk_copy_file(disk, from, to, err);
}
