#include "sys/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "sys/path.h"

enum { FILE_LOCK_POLL_US = 5000 };

void file_lock_deinit(FileLock *lock)
{
    if (!lock->held) return;
    (void)close(lock->descriptor);
    lock->held = false;
}

static bool lock_failed(const char *path, Error *err)
{
    return error_set(err, ERROR_STORAGE, "cannot lock '%s': %s", path, strerrordesc_np(errno));
}

static bool lock_conflict(const char *path, int descriptor, Error *err)
{
    char owner[FILE_LOCK_OWNER_BYTES_MAX];
    ssize_t size = pread(descriptor, owner, sizeof(owner), 0);
    Str line = str_trim((Str){owner, size < 0 ? 0 : (size_t)size});
    if (line.size == 0) line = STR("another process");
    return error_set(err, ERROR_CONFLICT, "'%s' is locked by %.*s", path, STR_ARG(line));
}

static bool lock_take(const char *path, int descriptor, Error *err)
{
    int result = -1;
    do {
        result = flock(descriptor, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result == 0) return true;
    return errno == EWOULDBLOCK ? lock_conflict(path, descriptor, err) : lock_failed(path, err);
}

/// Only for people: a lock is held whatever the text says, so a full disk is no reason to fail.
static void lock_write_owner(int descriptor, Str owner)
{
    char line[FILE_LOCK_OWNER_BYTES_MAX];
    Str text = str_slice(owner, 0, sizeof(line) - 40);
    int size = snprintf(line, sizeof(line), "pid %ld %.*s\n", (long)getpid(), STR_ARG(text));
    if (ftruncate(descriptor, 0) != 0) return;
    ssize_t written = pwrite(descriptor, line, (size_t)size, 0);
    UNUSED(written);
}

bool file_lock_try(FileLock *lock, Str path, Str owner, Error *err)
{
    PathText text;
    CHECK(!lock->held);
    TRY(path_text(path, &text, err));

    int descriptor = open(text.text, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) return lock_failed(text.text, err);
    if (!lock_take(text.text, descriptor, err)) {
        (void)close(descriptor);
        return false;
    }
    lock_write_owner(descriptor, owner);
    lock->descriptor = descriptor;
    lock->held = true;
    return true;
}

bool file_lock_wait(FileLock *lock, Str path, Str owner, const Clock *clock, uint64_t timeout_us, Error *err)
{
    uint64_t start_ns = clock_monotonic_ns(clock);
    for (;;) {
        Error attempt = {0};
        if (file_lock_try(lock, path, owner, &attempt)) return true;
        bool is_late = (clock_monotonic_ns(clock) - start_ns) / 1000U >= timeout_us;
        if (attempt.kind != ERROR_CONFLICT || is_late) return error_set(err, attempt.kind, "%s", attempt.text);
        clock_sleep_us(clock, FILE_LOCK_POLL_US);
    }
}
