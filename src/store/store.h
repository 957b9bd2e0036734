/// Where everything that a pipeline makes lives: content-addressed objects and one metadata database (SQLite, WAL), under one
/// directory (`.pawl`). Several processes may open it at once.
///
///     .pawl/pawl.db                   metadata: runs, steps, cache, registry, ledger
///     .pawl/objects/ab/cdef...        an object: a file or a directory tree; read-only once there
///     .pawl/attempts/RUN/STEP/N/      private to one attempt of one step
///     .pawl/checkpoints/KEY/          what a step with that key saved to go on from
///     .pawl/trash/                    what `pawl gc` is about to remove
#ifndef PAWL_STORE_STORE_H
#define PAWL_STORE_STORE_H

#include "base/arena.h"
#include "base/hash.h"
#include "store/database.h"
#include "sys/clock.h"
#include "sys/disk.h"

typedef struct Store {
    Arena arena;
    Str root; ///< absolute
    const Disk *disk;
    const Clock *clock;
    Database *database;
} Store;

/// Opens, or makes, the store at `root`.
MUST_CHECK bool store_open(Str root, const Disk *disk, const Clock *clock, Store *out, Error *err);
void store_deinit(Store *store);

/// Hashes the file or directory tree at `path` (which lies under the store's root), fsyncs it and renames it into the objects; one
/// that is there already is read again and kept, or replaced when it is damaged. The digest is over the sorted relative paths, sizes
/// and contents; a link or special file is an ERROR_DATA.
MUST_CHECK bool object_commit(Store *store, Str path, Digest *out, Error *err);

// object_commit in its three parts, for who must write down what happens in between.

/// Hashes and fsyncs; nothing has moved yet.
MUST_CHECK bool object_stage(Store *store, Str path, Digest *out, Error *err);

/// Renames what was staged into the objects. When `path` is gone and the object is there, it was placed before: fine too.
MUST_CHECK bool object_place(Store *store, Str path, const Digest *digest, Error *err);

/// Makes the placed object known to the metadata database, in the transaction that is open or in its own.
MUST_CHECK bool object_record(Store *store, const Digest *digest, Error *err);

/// The digest that object_commit would give, changing nothing.
MUST_CHECK bool object_digest(const Disk *disk, Str path, Digest *out, Error *err);

/// The path of the object's file or tree, in `arena`. ERROR_NOT_FOUND when it is not there.
MUST_CHECK bool object_path(const Store *store, const Digest *digest, Arena *arena, Str *out, Error *err);

/// Cheap check that the object is as it was committed (existence, sizes, modification times as recorded).
bool object_is_intact(Store *store, const Digest *digest);

/// Reads it all again: ERROR_DATA when a bit differs.
MUST_CHECK bool object_verify(const Store *store, const Digest *digest, Error *err);

/// Whether what `stat` tells was still for long enough that a change of a later moment has another time stamp; of a directory, its names.
bool store_stat_is_settled(const DiskStat *stat, int64_t now_us);

/// SHA-256 of a file outside the store, remembered by (path, size, mtime, ctime, inode) so that an unchanged file is not read twice.
MUST_CHECK bool store_file_digest(Store *store, Str path, Digest *out, Error *err);

#endif
