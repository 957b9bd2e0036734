/// A disk that fails when told to: the Nth call of a kind, everything that does not fit, or everything from a moment on
/// with what was not synced lost.
///
///     FaultDisk faults;
///     fault_disk_init(&faults);
///     fault_disk_fail(&faults, FAULT_SYNC, 2, EIO);
///     ASSERT_FAILS(disk_write_atomic(&faults.disk, path, data, &err), err, ERROR_STORAGE, "sync");
///     fault_disk_deinit(&faults);
///
/// Works on the system's disk. Not for several threads.
#ifndef PAWL_SUPPORT_FAULT_DISK_H
#define PAWL_SUPPORT_FAULT_DISK_H

#include "sys/disk.h"

typedef enum FaultCall {
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_SYNC, ///< of files and directories
    FAULT_TRUNCATE,
    FAULT_CLOSE,
    FAULT_STAT,
    FAULT_LIST,
    FAULT_MAKE_DIRECTORY,
    FAULT_RENAME,
    FAULT_REMOVE,
    FAULT_PROTECT,
    FAULT_CALL_COUNT
} FaultCall;

enum { FAULT_FILES_MAX = 1024 };

/// A file that was opened for writing: what a power cut leaves of it.
typedef struct FaultFile {
    int file;          ///< -1: closed
    int shadow;        ///< a second opening of the same file
    uint64_t size_now; ///< synced or not
    uint64_t size_synced;
} FaultFile;

typedef struct FaultDisk {
    Disk disk; ///< to hand to what is under test; the FaultDisk must stay where it is
    uint64_t counts[FAULT_CALL_COUNT];
    FaultCall call;
    uint64_t nth; ///< 0: no call fails
    int error;
    uint64_t capacity_left; ///< bytes that may still be written before ENOSPC
    size_t write_bytes_max; ///< at most these in one write
    uint64_t calls_left;    ///< that change something, before the power is cut and all calls fail with EIO
    FaultFile files[FAULT_FILES_MAX];
    size_t file_count;
} FaultDisk;

void fault_disk_init(FaultDisk *faults);
void fault_disk_deinit(FaultDisk *faults);

/// From now on the `nth` (from 1) call of this kind fails, once, with `error`; the counts start again. 0: none fails.
void fault_disk_fail(FaultDisk *faults, FaultCall call, uint64_t nth, int error);

/// From now on `calls` more calls that write, sync, rename, make or remove are done; then every call fails.
void fault_disk_cut_power_after(FaultDisk *faults, uint64_t calls);

/// Cuts every file back to what was synced of it, as a machine would find them after a power cut that came now. Renames are
/// kept: that a name points at a file does not say that the file's bytes are there.
void fault_disk_lose_unsynced(FaultDisk *faults);

#endif
