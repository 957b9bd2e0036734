#include "sys/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "sys/disk_file.h"
#include "sys/disk_internal.h"
#include "sys/failpoint.h"
#include "sys/unique_name.h"

/// Errors of the kernel that mean more than "the disk said no".
static ErrorKind disk_error_kind(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ERROR_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY:
        return ERROR_CONFLICT;
    default:
        return ERROR_STORAGE;
    }
}

bool disk_check(int number, const char *verb, const char *path, Error *err)
{
    if (number == 0) return true;
    if (number == ENOSPC || number == EDQUOT) {
        return error_set(err, ERROR_STORAGE, "cannot %s '%s': disk full", verb, path);
    }
    const char *reason = strerrordesc_np(number);
    return error_set(err, disk_error_kind(number), "cannot %s '%s': %s", verb, path,
                     reason == NULL ? "unknown error" : reason);
}

static bool file_too_large(const char *path, size_t bytes_max, Error *err)
{
    return error_set(err, ERROR_DATA, "'%s' is larger than %zu bytes", path, bytes_max);
}

/// Until the end; one byte more than allowed is asked for, to tell a file that is too large.
static bool file_read_rest(DiskFile *file, size_t bytes_max, Bytes *bytes, Error *err)
{
    bytes->limit = bytes_max + 1;
    for (;;) {
        size_t room = bytes->capacity - bytes->size;
        if (room == 0) {
            if (bytes->size > bytes_max) return file_too_large(file->path, bytes_max, err);
            TRY(bytes_reserve(bytes, 1, err));
            continue;
        }
        size_t count = 0;
        TRY(disk_file_read(file, bytes->data + bytes->size, room, &count, err));
        if (count == 0) break;
        bytes->size += count;
    }
    return bytes->size <= bytes_max || file_too_large(file->path, bytes_max, err);
}

bool disk_read(const Disk *disk, Str path, size_t bytes_max, Bytes *out, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    DiskStat stat = {0};

    CHECK(bytes_max < SIZE_MAX);
    TRY(disk_stat(disk, path, &stat, err));
    TRY(disk_file_open(disk, path, DISK_READ, &file, err));
    if (stat.size > bytes_max) return file_too_large(file.path, bytes_max, err);
    bytes.limit = bytes_max + 1;
    TRY(bytes_reserve(&bytes, (size_t)stat.size + 1, err));
    TRY(file_read_rest(&file, bytes_max, &bytes, err));

    bytes.limit = out->limit;
    bytes_deinit(out);
    *out = bytes_take(&bytes);
    return true;
}

static bool file_write_new(const Disk *disk, Str path, Str data, bool synced, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(disk_file_open(disk, path, DISK_CREATE_NEW, &file, err));
    TRY(disk_file_write(&file, data, err));
    if (synced) TRY(disk_file_sync(&file, err));
    return disk_file_close(&file, err);
}

/// A name beside `path` that nobody uses.
static bool path_temporary(Str path, PathText *out, Error *err)
{
    UniqueName name;
    char hidden[sizeof(name.text) + 5] = ".tmp-";
    TRY(unique_name_draw(&name, err));
    memcpy(hidden + 5, name.text, sizeof(name.text));
    return path_join_text(path_directory(path), str_from(hidden), out, err);
}

static bool file_rename_unsynced(const Disk *disk, Str from, Str to, Error *err)
{
    PathText source;
    PathText target;
    TRY(path_text(from, &source, err));
    TRY(path_text(to, &target, err));
    return disk_check(disk->table->rename(disk->context, source.text, target.text), "rename", source.text, err);
}

static bool file_write_and_rename(const Disk *disk, Str temporary, Str path, Str data, bool synced, Error *err)
{
    TRY(file_write_new(disk, temporary, data, synced, err));
    FAILPOINT("disk.before_rename");
    TRY(synced ? disk_rename(disk, temporary, path, err) : file_rename_unsynced(disk, temporary, path, err));
    FAILPOINT("disk.after_rename");
    return true;
}

static bool file_write_atomic(const Disk *disk, Str path, Str data, bool synced, Error *err)
{
    PathText text;
    PathText temporary;
    TRY(path_text(path, &text, err));
    TRY_OR(path_temporary(path, &temporary, err), err, "cannot write '%s'", text.text);

    if (file_write_and_rename(disk, str_from(temporary.text), path, data, synced, err)) return true;
    (void)disk->table->remove(disk->context, temporary.text, false);
    return error_prefix(err, "cannot write '%s'", text.text);
}

bool disk_write_atomic(const Disk *disk, Str path, Str data, Error *err)
{
    return file_write_atomic(disk, path, data, true, err);
}

bool disk_write_atomic_unsynced(const Disk *disk, Str path, Str data, Error *err)
{
    return file_write_atomic(disk, path, data, false, err);
}

bool disk_exists(const Disk *disk, Str path)
{
    DiskStat stat;
    return disk_stat(disk, path, &stat, NULL);
}

static bool stat_path(const Disk *disk, Str path, bool follow, DiskStat *out, Error *err)
{
    PathText text;
    DiskStat stat = {0};
    TRY(path_text(path, &text, err));
    TRY(disk_check(disk->table->stat(disk->context, text.text, follow, &stat), "read", text.text, err));
    *out = stat;
    return true;
}

bool disk_stat(const Disk *disk, Str path, DiskStat *out, Error *err)
{
    return stat_path(disk, path, true, out, err);
}

bool disk_stat_link(const Disk *disk, Str path, DiskStat *out, Error *err)
{
    return stat_path(disk, path, false, out, err);
}

typedef ARRAY_OF(Str) StrArray;

typedef struct ListWork {
    Arena *arena;
    StrArray names;
    Error *err;
    bool failed;
} ListWork;

static bool list_take_name(ListWork *work, const char *name)
{
    Str copy = {0};
    if (work->names.count >= DISK_ENTRIES_MAX) {
        return error_set(work->err, ERROR_STORAGE, "more than %zu names", DISK_ENTRIES_MAX);
    }
    TRY(arena_copy(work->arena, str_from(name), &copy, work->err));
    return ARRAY_PUSH(&work->names, copy, work->err);
}

static bool list_visit(void *context, const char *name)
{
    ListWork *work = context;
    work->failed = !list_take_name(work, name);
    return !work->failed;
}

/// Sorts, and moves the list itself into the arena.
static bool names_finish(StrArray *names, Arena *arena, DiskNames *out, Error *err)
{
    Str *items = arena_alloc_array(arena, names->count, sizeof(Str), err);
    if (items == NULL) return false;
    if (names->count > 0) {
        qsort(names->items, names->count, sizeof(Str), str_compare_items);
        memcpy(items, names->items, names->count * sizeof(Str));
    }
    *out = (DiskNames){items, names->count};
    return true;
}

bool disk_list(const Disk *disk, Str path, Arena *arena, DiskNames *out, Error *err)
{
    PathText text;
    ListWork work = {.arena = arena, .err = err};
    TRY(path_text(path, &text, err));

    int number = disk->table->list(disk->context, text.text, list_visit, &work);
    bool done =
        !work.failed && disk_check(number, "list", text.text, err) && names_finish(&work.names, arena, out, err);
    memory_free(work.names.items);
    return done;
}

/// One directory whose parent exists.
static bool directory_ensure(const Disk *disk, Str path, bool synced, Error *err)
{
    PathText text;
    TRY(path_text(path, &text, err));

    int number = disk->table->make_directory(disk->context, text.text, false);
    if (number == EEXIST) return true;
    TRY(disk_check(number, "make directory", text.text, err));
    return !synced || disk_sync_directory(disk, path_directory(path), err);
}

static bool directory_check(const Disk *disk, Str path, Error *err)
{
    DiskStat stat = {0};
    TRY(disk_stat(disk, path, &stat, err));
    if (stat.is_directory) return true;
    return error_set(err, ERROR_CONFLICT, "'%.*s' is not a directory", STR_ARG(path));
}

static bool make_directories(const Disk *disk, Str path, bool synced, Error *err)
{
    DiskStat stat = {0};
    if (disk_stat(disk, path, &stat, NULL) && stat.is_directory) return true;

    for (size_t end = 1; end <= path.size; end++) {
        bool ends_part = end == path.size || path.data[end] == '/';
        if (ends_part && path.data[end - 1] != '/') TRY(directory_ensure(disk, str_slice(path, 0, end), synced, err));
    }
    return directory_check(disk, path, err);
}

bool disk_make_directories(const Disk *disk, Str path, Error *err)
{
    return make_directories(disk, path, true, err);
}

bool disk_make_directories_unsynced(const Disk *disk, Str path, Error *err)
{
    return make_directories(disk, path, false, err);
}

bool disk_protect_file(const Disk *disk, Str path, Error *err)
{
    PathText text;
    TRY(path_text(path, &text, err));
    return disk_check(disk->table->protect(disk->context, text.text), "protect", text.text, err);
}

bool disk_sync_directory(const Disk *disk, Str path, Error *err)
{
    PathText text;
    TRY(path_text(path, &text, err));
    return disk_check(disk->table->sync_directory(disk->context, text.text), "sync", text.text, err);
}

static bool directories_sync(const Disk *disk, Str from, Str to, Error *err)
{
    Str from_directory = path_directory(from);
    Str to_directory = path_directory(to);
    TRY(disk_sync_directory(disk, to_directory, err));
    return str_equal(from_directory, to_directory) || disk_sync_directory(disk, from_directory, err);
}

typedef int (*RenameCall)(void *context, const char *from, const char *to);

static bool rename_call(const Disk *disk, RenameCall call, Str from, Str to, Error *err)
{
    PathText from_text;
    PathText to_text;
    TRY(path_text(from, &from_text, err));
    TRY(path_text(to, &to_text, err));
    TRY_OR(disk_check(call(disk->context, from_text.text, to_text.text), "rename to", to_text.text, err), err, "'%s'",
           from_text.text);
    return true;
}

static bool rename_synced(const Disk *disk, RenameCall call, Str from, Str to, Error *err)
{
    TRY(rename_call(disk, call, from, to, err));
    return directories_sync(disk, from, to, err);
}

bool disk_rename(const Disk *disk, Str from, Str to, Error *err)
{
    return rename_synced(disk, disk->table->rename, from, to, err);
}

bool disk_rename_new(const Disk *disk, Str from, Str to, Error *err)
{
    return rename_synced(disk, disk->table->rename_new, from, to, err);
}

bool disk_rename_unsynced(const Disk *disk, Str from, Str to, Error *err)
{
    return rename_call(disk, disk->table->rename, from, to, err);
}

bool disk_remove_file(const Disk *disk, Str path, Error *err)
{
    PathText text;
    TRY(path_text(path, &text, err));
    return disk_check(disk->table->remove(disk->context, text.text, false), "remove", text.text, err);
}
