#include "sys/failpoint.h"

#ifdef PAWL_TESTING

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Set by the linker around the names that FAILPOINT puts into the section; absent when there are none.
extern const char *const __start_pawl_failpoints[] __attribute__((weak));
extern const char *const __stop_pawl_failpoints[] __attribute__((weak));

const char *const *failpoint_names(size_t *out_count)
{
    *out_count = (size_t)(__stop_pawl_failpoints - __start_pawl_failpoints);
    return __start_pawl_failpoints;
}

/// The hit that "name:3" wants; 0 when the wish is for another failpoint.
static unsigned long failpoint_wanted_hit(const char *name)
{
    const char *wish = getenv("PAWL_FAILPOINT");
    size_t size = strlen(name);
    if (wish == NULL || strncmp(wish, name, size) != 0) return 0;
    if (wish[size] == '\0') return 1;
    return wish[size] == ':' ? strtoul(wish + size + 1, NULL, 10) : 0;
}

/// Appends the name to the file that PAWL_FAILPOINT_TRACE names: what a run passes, in all its processes.
static void failpoint_trace(const char *name)
{
    const char *path = getenv("PAWL_FAILPOINT_TRACE");
    if (path == NULL) return;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) return;
    char line[128];
    size_t size = strnlen(name, sizeof(line) - 1);
    memcpy(line, name, size);
    line[size] = '\n';
    ssize_t written = write(file, line, size + 1);
    UNUSED(written);
    (void)close(file);
}

void failpoint_hit(const char *name)
{
    static atomic_ulong hits;

    failpoint_trace(name);
    unsigned long wanted = failpoint_wanted_hit(name);
    if (wanted == 0) return;
    if (atomic_fetch_add(&hits, 1) + 1 == wanted) (void)kill(getpid(), SIGKILL);
}

#endif
