/// What the files of the store share: the tables, and an object's identity.
#ifndef PAWL_STORE_STORE_INTERNAL_H
#define PAWL_STORE_STORE_INTERNAL_H

#include "store/store.h"
#include "sys/disk_tree.h"

/// An object without its content: digest over paths, sizes and modification times.
typedef struct ObjectIdentity {
    Digest digest;
    uint64_t bytes;
    uint64_t files;
} ObjectIdentity;

MUST_CHECK bool object_identity(const Disk *disk, Str path, ObjectIdentity *out, Error *err);

/// All entries of the tree at `path`, checked to be files and directories only. A file has none; `*out_root` tells what it is.
MUST_CHECK bool object_entries(const Disk *disk, Str path, Arena *arena, DiskStat *out_root, DiskEntries *out,
                               Error *err);

/// Where the object lies or would lie.
MUST_CHECK bool object_place_path(const Store *store, const Digest *digest, Arena *arena, Str *out, Error *err);

/// Out of the way, but kept: somebody may want to know what happened to it.
MUST_CHECK bool object_move_aside(const Store *store, Str target, Arena *arena, Error *err);

#endif
