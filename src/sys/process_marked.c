#include "sys/process_marked.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sys/disk.h"
#include "sys/process_internal.h"

enum {
    MARKED_POLL_US = 1000,
    MARKED_ROUNDS_MAX = 10000,
    MARKED_ENVIRONMENT_BYTES_MAX = 1 << 22,
    MARKED_READ_BYTES = 1 << 16,
};

/// What to do with a marked process.
typedef enum MarkedAct { MARKED_COUNT, MARKED_KILL } MarkedAct;

static bool file_read_all(int file, Bytes *out, Error *err)
{
    for (;;) {
        TRY(bytes_reserve(out, MARKED_READ_BYTES, err));
        ssize_t size = read(file, out->data + out->size, MARKED_READ_BYTES);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return true;
        out->size += (size_t)size;
    }
}

/// A process that is gone or somebody else's has no environment.
static bool environment_read(int64_t pid, Bytes *out, Error *err)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%lld/environ", (long long)pid);
    bytes_clear(out);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return true;
    bool done = file_read_all(file, out, err);
    (void)close(file);
    return done;
}

static bool environment_has(const Bytes *environment, Str line)
{
    Str rest = bytes_str(environment);
    Str part = {0};
    while (str_split(&rest, '\0', &part)) {
        if (str_equal(part, line)) return true;
    }
    return false;
}

/// With the handle open the number cannot pass to another process between the look and the kill.
static bool process_visit(int64_t pid, Str line, MarkedAct act, Bytes *environment, size_t *count, Error *err)
{
    int handle = pidfd_open((pid_t)pid, 0);
    if (handle < 0) return true;
    bool done = environment_read(pid, environment, err);
    if (done && environment_has(environment, line)) {
        (*count)++;
        if (act == MARKED_KILL) (void)pidfd_send_signal(handle, SIGKILL, NULL, 0);
    }
    (void)close(handle);
    return done;
}

static bool marked_visit(Str line, MarkedAct act, size_t *out_count, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes environment = {.limit = MARKED_ENVIRONMENT_BYTES_MAX};
    DiskNames names = {0};
    size_t count = 0;
    TRY(disk_list(disk_system(), STR("/proc"), &arena, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        int64_t pid = process_number_parse(names.items[i]);
        if (pid == 0 || pid == getpid()) continue;
        TRY(process_visit(pid, line, act, &environment, &count, err));
    }
    *out_count = count;
    return true;
}

bool process_count_marked(Str line, size_t *out, Error *err)
{
    return marked_visit(line, MARKED_COUNT, out, err);
}

bool process_end_marked(Str line, const Clock *clock, Error *err)
{
    for (int round = 0; round < MARKED_ROUNDS_MAX; round++) {
        size_t count = 0;
        TRY(marked_visit(line, MARKED_KILL, &count, err));
        if (count == 0) return true;
        clock_sleep_us(clock, MARKED_POLL_US);
    }
    return error_set(err, ERROR_ENVIRONMENT, "processes with '%.*s' go on appearing although they are killed",
                     STR_ARG(line));
}
