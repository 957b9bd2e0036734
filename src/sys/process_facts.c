#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/process_internal.h"

enum { FACTS_BYTES_MAX = 1024 };

/// Fields of /proc/PID/stat, counted from the one behind the name: proc(5) numbers them from 3.
enum { FACT_STATE = 0, FACT_PARENT = 1, FACT_START = 19 };

static bool facts_read(int64_t pid, const char *name, char text[FACTS_BYTES_MAX])
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%lld/%s", (long long)pid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    ssize_t size = read(file, text, FACTS_BYTES_MAX - 1);
    (void)close(file);
    if (size <= 0) return false;
    text[size] = '\0';
    return true;
}

/// Starts of the fields; fewer than `count` when the text ends early.
static size_t facts_split(const char *text, const char **fields, size_t count)
{
    size_t found = 0;
    while (found < count && text != NULL && text[0] == ' ') {
        fields[found++] = text + 1;
        text = strchr(text + 1, ' ');
    }
    return found;
}

bool process_facts(int64_t pid, ProcessFacts *out)
{
    char text[FACTS_BYTES_MAX];
    const char *fields[FACT_START + 1];
    if (!facts_read(pid, "stat", text)) return false;

    // The name stands in parentheses and may hold any byte, also ")".
    const char *name_end = strrchr(text, ')');
    if (name_end == NULL || facts_split(name_end + 1, fields, COUNT_OF(fields)) < COUNT_OF(fields)) return false;
    *out = (ProcessFacts){
        .parent_pid = strtoll(fields[FACT_PARENT], NULL, 10),
        .start_ticks = strtoull(fields[FACT_START], NULL, 10),
        .ended = fields[FACT_STATE][0] == 'Z' || fields[FACT_STATE][0] == 'X',
    };
    return true;
}

int64_t process_number_parse(Str name)
{
    int64_t pid = 0;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] < '0' || name.data[i] > '9' || pid > INT32_MAX) return 0;
        pid = pid * 10 + (name.data[i] - '0');
    }
    return pid;
}

static bool namespace_of(const char *process, char out[FACTS_BYTES_MAX])
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%s/ns/pid", process);
    ssize_t size = readlink(path, out, FACTS_BYTES_MAX - 1);
    if (size <= 0) return false;
    out[size] = '\0';
    return true;
}

bool process_is_in_other_namespace(int64_t pid)
{
    char name[32];
    char ours[FACTS_BYTES_MAX];
    char theirs[FACTS_BYTES_MAX];
    (void)snprintf(name, sizeof(name), "%lld", (long long)pid);
    return namespace_of("self", ours) && namespace_of(name, theirs) && strcmp(ours, theirs) != 0;
}

uint64_t process_memory(int64_t pid)
{
    char text[FACTS_BYTES_MAX];
    char *rest = text;
    if (!facts_read(pid, "statm", text)) return 0;
    // The first field is the size of its addresses.
    (void)strtoull(rest, &rest, 10);
    unsigned long long resident = strtoull(rest, &rest, 10);
    unsigned long long shared = strtoull(rest, &rest, 10);
    return resident < shared ? 0 : (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}
