#include "flow/digits_internal.h"
#include "flow/memory_events_internal.h"

enum { EVENTS_BYTES_MAX = 4096 };

/// As seen from inside a container, where the own group is the root.
static const char *const EVENT_FILES[] = {
    "/sys/fs/cgroup/memory.events",
    "/sys/fs/cgroup/memory/memory.oom_control",
};

uint64_t memory_kill_count_parse(Str text)
{
    Str rest = text;
    Str line = {0};
    while (str_split(&rest, '\n', &line)) {
        Str number = str_trim(line);
        Str name = {0};
        int64_t count = 0;
        if (!str_split(&number, ' ', &name) || !str_equal(name, STR("oom_kill"))) continue;
        if (digits_parse(number, &count)) return (uint64_t)count;
    }
    return 0;
}

uint64_t memory_kill_count(const Disk *disk)
{
    for (size_t i = 0; i < COUNT_OF(EVENT_FILES); i++) {
        AUTO(bytes_deinit) Bytes text = {0};
        Error ignored = {0};
        if (!disk_read(disk, str_from(EVENT_FILES[i]), EVENTS_BYTES_MAX, &text, &ignored)) continue;
        return memory_kill_count_parse(bytes_str(&text));
    }
    return 0;
}
