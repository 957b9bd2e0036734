#include "sys/environment.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sys/disk.h"

enum { CONTROL_GROUP_FILE_BYTES_MAX = 64, HOST_NAME_BYTES_MAX = 256, BOOT_BYTES_MAX = 64 };

Str environment_get(const char *name)
{
    return str_from(getenv(name));
}

void environment_set_default(const char *name, const char *value)
{
    // Fails only without memory; then the library has its own default.
    (void)setenv(name, value, 0);
}

static size_t environment_count(void)
{
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) {
        count++;
    }
    return count;
}

bool environment_list(Arena *arena, Str **out, size_t *out_count, Error *err)
{
    size_t count = environment_count();
    Str *items = arena_alloc_array(arena, count, sizeof(Str), err);
    if (items == NULL) return false;

    for (size_t i = 0; i < count; i++) {
        items[i] = str_from(environ[i]);
    }
    if (count > 0) qsort(items, count, sizeof(Str), str_compare_items);
    *out = items;
    *out_count = count;
    return true;
}

bool environment_executable(Arena *arena, Str *out, Error *err)
{
    char path[DISK_PATH_BYTES_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
    if (size < 0) {
        return error_set(err, ERROR_ENVIRONMENT, "cannot read /proc/self/exe: %s", strerrordesc_np(errno));
    }
    return arena_copy(arena, (Str){path, (size_t)size}, out, err);
}

bool environment_directory(Arena *arena, Str *out, Error *err)
{
    char path[DISK_PATH_BYTES_MAX];
    if (getcwd(path, sizeof(path)) == NULL) {
        return error_set(err, ERROR_ENVIRONMENT, "no current directory: %s", strerrordesc_np(errno));
    }
    return arena_copy(arena, str_from(path), out, err);
}

bool environment_host_name(Arena *arena, Str *out, Error *err)
{
    char name[HOST_NAME_BYTES_MAX] = {0};
    if (gethostname(name, sizeof(name) - 1) != 0) {
        return error_set(err, ERROR_ENVIRONMENT, "no host name: %s", strerrordesc_np(errno));
    }
    return arena_copy(arena, str_from(name), out, err);
}

bool environment_boot(Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    TRY(disk_read(disk_system(), STR("/proc/sys/kernel/random/boot_id"), BOOT_BYTES_MAX, &bytes, err));
    return arena_copy(arena, str_trim(bytes_str(&bytes)), out, err);
}

size_t environment_cpu_count(void)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0) return (size_t)CPU_COUNT(&cpus);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (size_t)online;
}

/// The limit that a control group's file states; UINT64_MAX when there is none.
static uint64_t control_group_limit(Str path)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    if (!disk_read(disk_system(), path, CONTROL_GROUP_FILE_BYTES_MAX, &bytes, NULL)) return UINT64_MAX;
    if (!bytes_append_byte(&bytes, 0, NULL)) return UINT64_MAX;

    char *end = NULL;
    errno = 0;
    unsigned long long limit = strtoull((const char *)bytes.data, &end, 10);
    return errno != 0 || end == (char *)bytes.data ? UINT64_MAX : limit;
}

uint64_t environment_memory_bytes(void)
{
    static const char *const LIMITS[] = {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"};

    long pages = sysconf(_SC_PHYS_PAGES);
    long page_bytes = sysconf(_SC_PAGESIZE);
    CHECK(pages > 0 && page_bytes > 0);
    uint64_t bytes = (uint64_t)pages * (uint64_t)page_bytes;
    for (size_t i = 0; i < COUNT_OF(LIMITS); i++) {
        uint64_t limit = control_group_limit(str_from(LIMITS[i]));
        if (limit > 0 && limit < bytes) bytes = limit;
    }
    return bytes;
}

bool terminal_is(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

size_t terminal_width(FILE *stream, size_t fallback)
{
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return fallback;
    return size.ws_col;
}

size_t terminal_height(FILE *stream, size_t fallback)
{
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return fallback;
    return size.ws_row;
}
