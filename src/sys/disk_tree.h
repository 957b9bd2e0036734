/// Whole directory trees: walking, syncing, removing, copying and globbing them, without recursion and in one order
/// everywhere.
#ifndef PAWL_SYS_DISK_TREE_H
#define PAWL_SYS_DISK_TREE_H

#include "sys/disk.h"

typedef struct DiskEntry {
    Str path; ///< under the root, without a slash in front
    DiskStat stat;
} DiskEntry;

/// In an arena, in byte order of the paths: a directory comes before what is in it.
typedef struct DiskEntries {
    DiskEntry *items;
    size_t count;
} DiskEntries;

/// All that is under `root`, without `root` itself. Links are given, not followed.
MUST_CHECK bool disk_walk(const Disk *disk, Str root, Arena *arena, DiskEntries *out, Error *err);

/// Removes `path` and all under it; a missing path is fine.
MUST_CHECK bool disk_remove_tree(const Disk *disk, Str path, Error *err);

/// Fsync of every file and directory of the tree, `path` last. A single file is fine too.
MUST_CHECK bool disk_sync_tree(const Disk *disk, Str path, Error *err);

/// Copies a file or a tree to `to`, which must not exist. Links are refused. Not synced as a whole.
MUST_CHECK bool disk_copy_tree(const Disk *disk, Str from, Str to, Error *err);

/// Existing paths that match `pattern`, in byte order, without repeats. `*`, `?`, `[a-z]` match inside a name, `**` any
/// directories, also none. A name that starts with a dot is matched only by a dot. A pattern without wildcards gives
/// the path if it exists. No match is no error.
MUST_CHECK bool disk_glob(const Disk *disk, Str pattern, Arena *arena, DiskNames *out, Error *err);

#endif
