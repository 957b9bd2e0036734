/// A disk that fails when told to: the Nth call of a kind, or everything that does not fit.
///
///     FaultDisk faults;
///     fault_disk_init(&faults);
///     fault_disk_fail(&faults, FAULT_SYNC, 2, EIO);
///     ASSERT_FAILS(disk_write_atomic(&faults.disk, path, data, &err), err, ERROR_STORAGE, "sync");
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

typedef struct FaultDisk {
    Disk disk; ///< to hand to what is under test; the FaultDisk must stay where it is
    uint64_t counts[FAULT_CALL_COUNT];
    FaultCall call;
    uint64_t nth; ///< 0: no call fails
    int error;
    uint64_t capacity_left; ///< bytes that may still be written before ENOSPC
    size_t write_bytes_max; ///< at most these in one write
} FaultDisk;

void fault_disk_init(FaultDisk *faults);

/// From now on the `nth` (from 1) call of this kind fails, once, with `error`; the counts start again. 0: none fails.
void fault_disk_fail(FaultDisk *faults, FaultCall call, uint64_t nth, int error);

#endif
