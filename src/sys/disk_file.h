/// An open file, for what is too large or too long-lived to be read or written in one piece.
///
/// The zero value is closed. The Disk must outlive it.
#ifndef PAWL_SYS_DISK_FILE_H
#define PAWL_SYS_DISK_FILE_H

#include "sys/disk.h"

typedef struct DiskFile {
    const Disk *disk; ///< NULL: closed
    int file;
    uint64_t offset; ///< where the next read or write goes
    char path[DISK_PATH_BYTES_MAX];
} DiskFile;

/// Closes without a word; use disk_file_close where a lost write matters.
void disk_file_deinit(DiskFile *file);

MUST_CHECK bool disk_file_open(const Disk *disk, Str path, DiskMode mode, DiskFile *out, Error *err);
MUST_CHECK bool disk_file_close(DiskFile *file, Error *err);

/// Up to `size` bytes from the offset on; 0 at the end.
MUST_CHECK bool disk_file_read(DiskFile *file, void *data, size_t size, size_t *out_count, Error *err);

/// All of `data`.
MUST_CHECK bool disk_file_write(DiskFile *file, Str data, Error *err);

MUST_CHECK bool disk_file_sync(DiskFile *file, Error *err);
MUST_CHECK bool disk_file_truncate(DiskFile *file, uint64_t size, Error *err);

#endif
