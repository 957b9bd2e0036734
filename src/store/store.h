/// Where everything that a pipeline makes lives: content-addressed objects and one metadata database (SQLite, WAL), under one
/// directory (`.pawl`). Several processes may open it at once.
///
///     .pawl/pawl.db                   metadata: runs, steps, cache, registry, ledger
///     .pawl/objects/ab/cdef...        an object: a directory tree, or a directory with one file; read-only once there
///     .pawl/attempts/RUN/STEP/N/      private to one attempt of one step
///     .pawl/checkpoints/KEY/          what a step with that key saved to go on from
#ifndef PAWL_STORE_STORE_H
#define PAWL_STORE_STORE_H

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

/// Hashes the file or directory tree at `path`, fsyncs it and renames it into the objects (one that is there already is checked and
/// kept). The digest is over the sorted relative paths, sizes and contents; a link or special file is an ERROR_DATA.
MUST_CHECK bool object_commit(Store *store, Str path, Digest *out, Error *err);

/// The digest that object_commit would give, changing nothing.
MUST_CHECK bool object_digest(const Disk *disk, Str path, Digest *out, Error *err);

/// The path of the object's file or tree, in `arena`. ERROR_NOT_FOUND when it is not there.
MUST_CHECK bool object_path(const Store *store, const Digest *digest, Arena *arena, Str *out, Error *err);

/// Cheap check that the object is as it was committed (existence, sizes, modification times as recorded).
bool object_is_intact(const Store *store, const Digest *digest);

/// Reads it all again: ERROR_DATA when a bit differs.
MUST_CHECK bool object_verify(const Store *store, const Digest *digest, Error *err);

/// SHA-256 of a file outside the store, remembered by (path, size, mtime, ctime, inode) so that an unchanged file is not read twice.
MUST_CHECK bool store_file_digest(Store *store, Str path, Digest *out, Error *err);

#endif
