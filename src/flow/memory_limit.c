#include "flow/memory_limit_internal.h"

#include <stdio.h>

#include "base/hash.h"
#include "flow/memory_events_internal.h"
#include "sys/process_tree.h"

#define MEMORY_LOOK_NS ((uint64_t)100 * 1000000)

enum { GROUP_NAME_BYTES = 32 };

static void group_name(Str directory, char name[GROUP_NAME_BYTES])
{
    uint64_t hash = hash64(directory.data, directory.size, 0);
    (void)snprintf(name, GROUP_NAME_BYTES, "pawl-%016llx", (unsigned long long)hash);
}

void memory_limit_begin(MemoryLimit *limit, Str directory, uint64_t bytes, uint64_t now_ns)
{
    char name[GROUP_NAME_BYTES];
    Error refused = {0};
    *limit = (MemoryLimit){.bytes = bytes, .kills_before = memory_kill_count(disk_system())};
    if (bytes == 0) return;
    group_name(directory, name);
    if (!control_group_make(name, bytes, &limit->group, &refused)) limit->look_ns = now_ns;
}

bool memory_limit_look(MemoryLimit *limit, uint64_t now_ns, bool *out_exceeded, Error *err)
{
    uint64_t used = 0;
    *out_exceeded = false;
    if (limit->look_ns == 0 || now_ns < limit->look_ns) return true;
    TRY(process_tree_memory(&used, err));
    limit->look_ns = now_ns + MEMORY_LOOK_NS;
    limit->exceeded = limit->exceeded || used > limit->bytes;
    *out_exceeded = limit->exceeded;
    return true;
}

bool memory_limit_ran_out(const MemoryLimit *limit, bool was_killed, Str *out_message)
{
    *out_message = (Str){0};
    if (limit->exceeded) *out_message = STR("as seen by looking ten times a second");
    if (control_group_ran_out(&limit->group)) *out_message = STR("as its control group says");
    return out_message->size > 0 || (was_killed && memory_kill_count(disk_system()) > limit->kills_before);
}

void memory_limit_end(MemoryLimit *limit, const Clock *clock)
{
    control_group_end(&limit->group, clock);
}

void memory_limit_end_left(Str directory, const Clock *clock)
{
    char name[GROUP_NAME_BYTES];
    ControlGroup group = {0};
    group_name(directory, name);
    control_group_find(name, &group);
    control_group_end(&group, clock);
}
