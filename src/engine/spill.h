/// A file for what does not fit into the memory given: written in pieces of any size, each read back once or more.
///
/// The file has no name any more as soon as it is open, so that nothing is left behind, however the process ends. Any number of
/// threads may write and read. Owned: spill_deinit.
#ifndef PAWL_ENGINE_SPILL_H
#define PAWL_ENGINE_SPILL_H

#include "sys/disk_file.h"
#include "sys/lock.h"

typedef struct Spill {
    const Disk *disk;
    Str directory; ///< empty: $TMPDIR or /tmp
    Lock lock;
    DiskFile file; ///< opened when first needed
    uint64_t size;
} Spill;

/// Nothing is opened yet. `disk` NULL: the system's.
void spill_init(const Disk *disk, Str directory, Spill *out);
void spill_deinit(Spill *spill);

/// Room for `size` bytes at `*offset`.
MUST_CHECK bool spill_reserve(Spill *spill, uint64_t size, uint64_t *offset, Error *err);

/// Inside of what was reserved. A full disk is an ERROR_STORAGE that says so.
MUST_CHECK bool spill_write(const Spill *spill, uint64_t offset, const void *data, size_t size, Error *err);
MUST_CHECK bool spill_read(const Spill *spill, uint64_t offset, void *data, size_t size, Error *err);

#endif
