#include "support/fault_disk.h"

#include <errno.h>
#include <unistd.h>

static bool call_changes(FaultCall call)
{
    return call != FAULT_OPEN && call != FAULT_READ && call != FAULT_CLOSE && call != FAULT_STAT && call != FAULT_LIST;
}

/// Counts the call; the errno that it fails with, or 0.
static int fault_take(FaultDisk *faults, FaultCall call)
{
    faults->counts[call]++;
    if (faults->calls_left == 0) return EIO;
    if (call_changes(call)) faults->calls_left--;
    return call == faults->call && faults->counts[call] == faults->nth ? faults->error : 0;
}

/// Returns from the caller with the fault, if it is this call's turn.
#define TAKE_FAULT(context, call)                                                                                      \
    do {                                                                                                               \
        int fault = fault_take((context), (call));                                                                     \
        if (fault != 0) return fault;                                                                                  \
    } while (0)

static FaultFile *fault_file(FaultDisk *faults, int file)
{
    for (size_t i = 0; i < faults->file_count; i++) {
        if (faults->files[i].file == file) return &faults->files[i];
    }
    return NULL;
}

/// A closed file; one with nothing to lose need not be watched any more.
static void fault_forget(FaultDisk *faults, FaultFile *watched)
{
    watched->file = -1;
    if (watched->size_synced < watched->size_now) return;
    (void)close(watched->shadow);
    *watched = faults->files[--faults->file_count];
}

/// What was there before the opening counts as synced.
static int fault_watch(FaultDisk *faults, const char *path, int file)
{
    DiskStat stat = {0};
    int shadow = -1;
    int number = disk_system()->table->open(NULL, path, DISK_UPDATE, &shadow);
    if (number == 0) number = disk_system()->table->stat(NULL, path, true, &stat);
    if (number != 0) return number;
    CHECK(faults->file_count < FAULT_FILES_MAX);
    faults->files[faults->file_count++] =
        (FaultFile){.file = file, .shadow = shadow, .size_now = stat.size, .size_synced = stat.size};
    return 0;
}

static int fault_open(void *context, const char *path, DiskMode mode, int *out_file)
{
    TAKE_FAULT(context, FAULT_OPEN);
    int number = disk_system()->table->open(NULL, path, mode, out_file);
    if (number != 0 || mode == DISK_READ) return number;
    return fault_watch(context, path, *out_file);
}

static int fault_read(void *context, int file, void *data, size_t size, uint64_t offset, size_t *out_count)
{
    TAKE_FAULT(context, FAULT_READ);
    return disk_system()->table->read(NULL, file, data, size, offset, out_count);
}

static int fault_write(void *context, int file, const void *data, size_t size, uint64_t offset, size_t *out_count)
{
    FaultDisk *faults = context;
    TAKE_FAULT(faults, FAULT_WRITE);
    if (size > faults->write_bytes_max) size = faults->write_bytes_max;
    if (size > faults->capacity_left) size = (size_t)faults->capacity_left;
    if (size == 0) return ENOSPC;

    int number = disk_system()->table->write(NULL, file, data, size, offset, out_count);
    if (number != 0) return number;
    faults->capacity_left -= *out_count;
    FaultFile *watched = fault_file(faults, file);
    if (watched != NULL && offset + *out_count > watched->size_now) watched->size_now = offset + *out_count;
    return 0;
}

static int fault_sync(void *context, int file)
{
    TAKE_FAULT(context, FAULT_SYNC);
    FaultFile *watched = fault_file(context, file);
    if (watched != NULL) watched->size_synced = watched->size_now;
    return disk_system()->table->sync(NULL, file);
}

static int fault_truncate(void *context, int file, uint64_t size)
{
    TAKE_FAULT(context, FAULT_TRUNCATE);
    return disk_system()->table->truncate(NULL, file, size);
}

/// As the kernel: a failed close has closed.
static int fault_close(void *context, int file)
{
    FaultFile *watched = fault_file(context, file);
    if (watched != NULL) fault_forget(context, watched);
    int number = disk_system()->table->close(NULL, file);
    TAKE_FAULT(context, FAULT_CLOSE);
    return number;
}

static int fault_stat(void *context, const char *path, bool follow, DiskStat *out)
{
    TAKE_FAULT(context, FAULT_STAT);
    return disk_system()->table->stat(NULL, path, follow, out);
}

static int fault_list(void *context, const char *path, DiskVisit visit, void *visitor)
{
    TAKE_FAULT(context, FAULT_LIST);
    return disk_system()->table->list(NULL, path, visit, visitor);
}

static int fault_make_directory(void *context, const char *path, bool only_ours)
{
    TAKE_FAULT(context, FAULT_MAKE_DIRECTORY);
    return disk_system()->table->make_directory(NULL, path, only_ours);
}

static int fault_sync_directory(void *context, const char *path)
{
    TAKE_FAULT(context, FAULT_SYNC);
    return disk_system()->table->sync_directory(NULL, path);
}

static int fault_rename(void *context, const char *from, const char *to)
{
    TAKE_FAULT(context, FAULT_RENAME);
    return disk_system()->table->rename(NULL, from, to);
}

static int fault_rename_new(void *context, const char *from, const char *to)
{
    TAKE_FAULT(context, FAULT_RENAME);
    return disk_system()->table->rename_new(NULL, from, to);
}

static int fault_remove(void *context, const char *path, bool is_directory)
{
    TAKE_FAULT(context, FAULT_REMOVE);
    return disk_system()->table->remove(NULL, path, is_directory);
}

static int fault_protect(void *context, const char *path)
{
    TAKE_FAULT(context, FAULT_PROTECT);
    return disk_system()->table->protect(NULL, path);
}

void fault_disk_init(FaultDisk *faults)
{
    static const DiskTable TABLE = {
        .open = fault_open,
        .read = fault_read,
        .write = fault_write,
        .sync = fault_sync,
        .truncate = fault_truncate,
        .close = fault_close,
        .stat = fault_stat,
        .list = fault_list,
        .make_directory = fault_make_directory,
        .sync_directory = fault_sync_directory,
        .rename = fault_rename,
        .rename_new = fault_rename_new,
        .remove = fault_remove,
        .protect = fault_protect,
    };
    *faults = (FaultDisk){
        .disk = {&TABLE, faults},
        .capacity_left = UINT64_MAX,
        .write_bytes_max = SIZE_MAX,
        .calls_left = UINT64_MAX,
    };
}

void fault_disk_deinit(FaultDisk *faults)
{
    for (size_t i = 0; i < faults->file_count; i++) {
        (void)close(faults->files[i].shadow);
    }
    faults->file_count = 0;
}

void fault_disk_fail(FaultDisk *faults, FaultCall call, uint64_t nth, int error)
{
    for (size_t i = 0; i < FAULT_CALL_COUNT; i++) {
        faults->counts[i] = 0;
    }
    faults->call = call;
    faults->nth = nth;
    faults->error = error;
}

void fault_disk_cut_power_after(FaultDisk *faults, uint64_t calls)
{
    faults->calls_left = calls;
}

void fault_disk_lose_unsynced(FaultDisk *faults)
{
    for (size_t i = 0; i < faults->file_count; i++) {
        const FaultFile *watched = &faults->files[i];
        if (watched->size_synced < watched->size_now)
            CHECK(ftruncate(watched->shadow, (off_t)watched->size_synced) == 0);
    }
}
