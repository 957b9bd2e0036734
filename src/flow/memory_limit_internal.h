/// The limit on the memory of a step's processes together, held by the kernel where it lets us make a control group, by looking ten
/// times a second where it does not.
#ifndef PAWL_FLOW_MEMORY_LIMIT_INTERNAL_H
#define PAWL_FLOW_MEMORY_LIMIT_INTERNAL_H

#include "sys/control_group.h"
#include "sys/disk.h"

typedef struct MemoryLimit {
    uint64_t bytes; ///< 0: none, or held by somebody else
    ControlGroup group;
    uint64_t look_ns;      ///< when to look next; 0: the kernel does
    uint64_t kills_before; ///< of the whole machine's or container's group
    bool exceeded;         ///< found by looking
} MemoryLimit;

/// Before the step starts. `directory`, its attempt's, names the group.
void memory_limit_begin(MemoryLimit *limit, Str directory, uint64_t bytes, uint64_t now_ns);

/// When looking is this process's task and it is time to: true once the step has to be killed.
MUST_CHECK bool memory_limit_look(MemoryLimit *limit, uint64_t now_ns, bool *out_exceeded, Error *err);

/// Whether a step that did not end well ended for want of memory; `*out_message` tells who saw it.
bool memory_limit_ran_out(const MemoryLimit *limit, bool was_killed, Str *out_message);

/// Kills whatever is left in the group.
void memory_limit_end(MemoryLimit *limit, const Clock *clock);

/// The same for a step whose supervisor has gone.
void memory_limit_end_left(Str directory, const Clock *clock);

#endif
