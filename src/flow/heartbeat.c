#include "flow/heartbeat_internal.h"

enum { LOOKS_PER_SILENCE = 8 };

static bool heartbeat_has_changed(Heartbeat *heartbeat)
{
    DiskStat stat = {0};
    Error ignored = {0};
    if (!disk_stat(heartbeat->disk, heartbeat->path, &stat, &ignored)) return false;
    bool changed = stat.size != heartbeat->size || stat.mtime_ns != heartbeat->mtime_ns;
    heartbeat->size = stat.size;
    heartbeat->mtime_ns = stat.mtime_ns;
    return changed;
}

static void heartbeat_plan_look(Heartbeat *heartbeat, uint64_t now_ns)
{
    uint64_t late_ns = heartbeat->seen_ns + heartbeat->silence_max_ns;
    uint64_t next_ns = now_ns + heartbeat->silence_max_ns / LOOKS_PER_SILENCE;
    heartbeat->look_ns = next_ns < late_ns || late_ns <= now_ns ? next_ns : late_ns;
}

void heartbeat_begin(Heartbeat *heartbeat, const Disk *disk, Str path, int64_t silence_max_us, uint64_t now_ns)
{
    *heartbeat =
        (Heartbeat){.disk = disk, .path = path, .silence_max_ns = (uint64_t)silence_max_us * 1000, .seen_ns = now_ns};
    (void)heartbeat_has_changed(heartbeat);
    heartbeat_plan_look(heartbeat, now_ns);
}

bool heartbeat_is_late(Heartbeat *heartbeat, uint64_t now_ns)
{
    if (heartbeat->silence_max_ns == 0 || now_ns < heartbeat->look_ns) return false;
    if (heartbeat_has_changed(heartbeat)) heartbeat->seen_ns = now_ns;
    heartbeat_plan_look(heartbeat, now_ns);
    return now_ns - heartbeat->seen_ns >= heartbeat->silence_max_ns;
}
