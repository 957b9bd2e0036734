/// Whether the kernel has killed for want of memory in this process's control group.
#ifndef PAWL_FLOW_MEMORY_EVENTS_INTERNAL_H
#define PAWL_FLOW_MEMORY_EVENTS_INTERNAL_H

#include "sys/disk.h"

/// Kills so far; 0 where the control group cannot be seen. Never fails: it only makes an error's text better.
uint64_t memory_kill_count(const Disk *disk);

/// Of the text of memory.events (version 2) or memory.oom_control (version 1).
uint64_t memory_kill_count_parse(Str text);

#endif
