/// A private directory that is gone, with all in it, when its owner is.
#ifndef PAWL_SYS_TEMPORARY_H
#define PAWL_SYS_TEMPORARY_H

#include "sys/disk.h"

/// The zero value owns nothing.
typedef struct TemporaryDirectory {
    const Disk *disk;
    char path[DISK_PATH_BYTES_MAX];
} TemporaryDirectory;

/// Under `parent`, which must exist; empty: $TMPDIR or /tmp.
MUST_CHECK bool temporary_directory_init(TemporaryDirectory *directory, const Disk *disk, Str parent, Error *err);

/// Removes the tree; what cannot be removed stays.
void temporary_directory_deinit(TemporaryDirectory *directory);

/// Borrowed.
Str temporary_directory_path(const TemporaryDirectory *directory);

#endif
