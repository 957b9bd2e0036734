/// Files as a parameter: everything that is read or written goes through a Disk, so that a test can fill it up, fail
/// the Nth write, or give bytes one at a time.
///
/// The table is the few calls that the kernel offers; all else is built on it. A Disk is borrowed; disk_system() lives
/// for ever and may be used from any thread. Errors name the path; a full disk says "disk full". Kinds: a missing path is
/// ERROR_NOT_FOUND, an existing target ERROR_CONFLICT, a file over its limit ERROR_DATA, all else ERROR_STORAGE.
/// What a function returns in an arena ends in a zero byte as well.
#ifndef PAWL_SYS_DISK_H
#define PAWL_SYS_DISK_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "sys/path.h"

#define DISK_ENTRIES_MAX ((size_t)1 << 22)

/// What identifies a file's content without reading it.
typedef struct DiskStat {
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint64_t device;
    bool is_directory;
    bool is_link;    ///< only from a walk: disk_stat follows links
    bool is_special; ///< neither file, directory nor link: a pipe, a socket, a device
} DiskStat;

/// How disk_file_open opens.
typedef enum DiskMode {
    DISK_READ,
    DISK_CREATE_NEW, ///< fails when the file exists
    DISK_REPLACE,    ///< empties what is there
    DISK_APPEND,     ///< creates; every write goes to the end
    DISK_UPDATE      ///< an existing file, for reading and writing in place
} DiskMode;

/// Takes a name of a directory; false stops the listing.
typedef bool (*DiskVisit)(void *context, const char *name);

/// Every function returns 0 or an errno. `file` is an open file's number.
typedef struct DiskTable {
    int (*open)(void *context, const char *path, DiskMode mode, int *out_file);
    int (*read)(void *context, int file, void *data, size_t size, uint64_t offset, size_t *out_count);
    /// At `offset`; at the end for DISK_APPEND. May write less.
    int (*write)(void *context, int file, const void *data, size_t size, uint64_t offset, size_t *out_count);
    int (*sync)(void *context, int file);
    int (*truncate)(void *context, int file, uint64_t size);
    int (*close)(void *context, int file);
    int (*stat)(void *context, const char *path, bool follow, DiskStat *out);
    int (*list)(void *context, const char *path, DiskVisit visit, void *visitor);
    int (*make_directory)(void *context, const char *path, bool only_ours);
    int (*sync_directory)(void *context, const char *path);
    int (*rename)(void *context, const char *from, const char *to);
    /// As rename, but an existing target is EEXIST.
    int (*rename_new)(void *context, const char *from, const char *to);
    int (*remove)(void *context, const char *path, bool is_directory);
    /// Nobody may write to the file any more; its owner may read it.
    int (*protect)(void *context, const char *path);
} DiskTable;

typedef struct Disk {
    const DiskTable *table;
    void *context;
} Disk;

/// Names or paths, in an arena, in byte order.
typedef struct DiskNames {
    Str *items;
    size_t count;
} DiskNames;

const Disk *disk_system(void);

/// The whole file, replacing what `out` held; more than `bytes_max` is an ERROR_DATA.
MUST_CHECK bool disk_read(const Disk *disk, Str path, size_t bytes_max, Bytes *out, Error *err);

/// Old content or new content after any crash: a temporary file beside, fsync, rename, fsync of the directory.
MUST_CHECK bool disk_write_atomic(const Disk *disk, Str path, Str data, Error *err);

/// As disk_write_atomic, for what a crash of the machine may take: nothing is synced.
MUST_CHECK bool disk_write_atomic_unsynced(const Disk *disk, Str path, Str data, Error *err);

/// Follows links; false also when the path cannot be reached.
bool disk_exists(const Disk *disk, Str path);

MUST_CHECK bool disk_stat(const Disk *disk, Str path, DiskStat *out, Error *err);

/// As disk_stat, but of a link itself.
MUST_CHECK bool disk_stat_link(const Disk *disk, Str path, DiskStat *out, Error *err);

/// A directory's names without "." and "..".
MUST_CHECK bool disk_list(const Disk *disk, Str path, Arena *arena, DiskNames *out, Error *err);

/// All missing parents too; existing ones are fine. Synced, so that they are there after a crash.
MUST_CHECK bool disk_make_directories(const Disk *disk, Str path, Error *err);

/// As disk_make_directories, for what a crash of the machine may take.
MUST_CHECK bool disk_make_directories_unsynced(const Disk *disk, Str path, Error *err);

/// Replaces a file at `to`. Both directories are synced.
MUST_CHECK bool disk_rename(const Disk *disk, Str from, Str to, Error *err);

/// As disk_rename, but an existing `to` is an ERROR_CONFLICT and left alone.
MUST_CHECK bool disk_rename_new(const Disk *disk, Str from, Str to, Error *err);

/// As disk_rename, where a crash of the machine may leave the one name or the other.
MUST_CHECK bool disk_rename_unsynced(const Disk *disk, Str from, Str to, Error *err);

/// One file or link; a missing one is an ERROR_NOT_FOUND.
MUST_CHECK bool disk_remove_file(const Disk *disk, Str path, Error *err);

/// Takes everybody's right to write away from a file.
MUST_CHECK bool disk_protect_file(const Disk *disk, Str path, Error *err);

MUST_CHECK bool disk_sync_directory(const Disk *disk, Str path, Error *err);

/// SHA-256 of a file's bytes, read in pieces.
MUST_CHECK bool disk_hash_file(const Disk *disk, Str path, Digest *out, Error *err);

/// `to` must not exist; it is synced, its directory not.
MUST_CHECK bool disk_copy_file(const Disk *disk, Str from, Str to, Error *err);

#endif
