#include "flow/cancel.h"

#include <signal.h>

#include "flow/digits_internal.h"
#include "sys/file_lock.h"

enum { OWNER_TRIES_MAX = 50, OWNER_WAIT_US = 2000 };

/// "pid 12 running 'trips'": whoever wrote it last. Empty: nobody yet.
static bool owner_read(Store *store, Str path, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(disk_read(store->disk, path, FILE_LOCK_OWNER_BYTES_MAX, &text, err));
    return arena_copy(arena, str_trim(bytes_str(&text)), out, err);
}

static bool owner_pid(Str owner, int64_t *out)
{
    Str word = {0};
    return str_split(&owner, ' ', &word) && str_equal(word, STR("pid")) && str_split(&owner, ' ', &word) &&
           digits_parse(word, out);
}

static bool lock_is_held(Str path, bool *out, Error *err)
{
    AUTO(file_lock_deinit) FileLock lock = {0};
    Error conflict = {0};
    *out = !file_lock_try(&lock, path, STR("looking"), &conflict);
    return !*out || conflict.kind == ERROR_CONFLICT || error_set(err, conflict.kind, "%s", conflict.text);
}

/// The holder names itself just after it took the lock. Named the same before and after the process was found, while the lock is
/// held: that process is the holder.
static bool holder_find(Store *store, Str path, Arena *arena, Process *out_process, Str *out_owner, bool *out_found,
                        Error *err)
{
    int64_t pid = 0;
    bool held = false;
    Str again = {0};
    TRY(owner_read(store, path, arena, out_owner, err));
    *out_found = false;
    if (!owner_pid(*out_owner, &pid)) return true;
    TRY(process_find(pid, PROCESS_ANY_START, out_process, out_found, err));
    if (!*out_found) return true;
    TRY(lock_is_held(path, &held, err));
    TRY(owner_read(store, path, arena, &again, err));
    *out_found = held && str_equal(again, *out_owner);
    if (!*out_found) process_deinit(out_process);
    return true;
}

bool flow_cancel(Store *store, bool now, Arena *arena, Process *out_process, Str *out_owner, Error *err)
{
    Str path = {0};
    bool held = false;
    bool found = false;
    TRY(path_join(arena, store->root, STR("scheduler.lock"), &path, err));
    for (int tries = 0; tries < OWNER_TRIES_MAX && !found; tries++) {
        TRY(lock_is_held(path, &held, err));
        if (!held) return error_set(err, ERROR_NOT_FOUND, "no run is under way in this store");
        TRY(holder_find(store, path, arena, out_process, out_owner, &found, err));
        if (!found) clock_sleep_us(store->clock, OWNER_WAIT_US);
    }
    if (!found) return error_set(err, ERROR_ENVIRONMENT, "the process that holds the store cannot be found");
    TRY(process_signal(out_process, SIGTERM, err));
    // The other signal: of the same one, a second that comes before the first was taken would be lost.
    return !now || process_signal(out_process, SIGINT, err);
}
