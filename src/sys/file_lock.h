/// One holder at a time across processes: a lock on a file that the kernel releases when its holder dies.
///
/// The zero value holds nothing. The file stays; its text names the last owner.
#ifndef PAWL_SYS_FILE_LOCK_H
#define PAWL_SYS_FILE_LOCK_H

#include "base/error.h"
#include "base/str.h"
#include "sys/clock.h"

typedef struct FileLock {
    bool held;
    int descriptor;
} FileLock;

enum { FILE_LOCK_OWNER_BYTES_MAX = 256 };

/// Releases.
void file_lock_deinit(FileLock *lock);

/// Creates the file if it is missing; a lock held elsewhere is an ERROR_CONFLICT that names its owner.
/// `owner` is one line of text; "pid N" is put before it.
MUST_CHECK bool file_lock_try(FileLock *lock, Str path, Str owner, Error *err);

/// Tries until `timeout_us` have passed; then as file_lock_try.
MUST_CHECK bool file_lock_wait(FileLock *lock, Str path, Str owner, const Clock *clock, uint64_t timeout_us,
                               Error *err);

#endif
