/// A control group of the kernel's around a process and all that it starts: it holds their memory together under a limit, and knows
/// them all, whoever their parents are.
///
/// Needs a group of ours in which groups can be made: as root and in containers that is so, elsewhere rarely. The zero value is none.
#ifndef PAWL_SYS_CONTROL_GROUP_H
#define PAWL_SYS_CONTROL_GROUP_H

#include "sys/clock.h"
#include "sys/path.h"

typedef struct ControlGroup {
    PathText path; ///< empty: none
} ControlGroup;

/// Makes the group `name` below this process's own. ERROR_ENVIRONMENT tells why that cannot be.
MUST_CHECK bool control_group_make(const char *name, uint64_t memory_bytes, ControlGroup *out, Error *err);

/// The same below `parent`, a directory of version 1 or 2 of the kernel's interface.
MUST_CHECK bool control_group_make_in(const char *parent, const char *name, uint64_t memory_bytes, ControlGroup *out,
                                      Error *err);

/// One that an earlier process made, for ending it. None when it is not there.
void control_group_find(const char *name, ControlGroup *out);

/// The file through which processes join, in an arena; empty: none.
MUST_CHECK bool control_group_entrance(const ControlGroup *group, Arena *arena, Str *out, Error *err);

/// The kernel has killed in it for want of memory.
bool control_group_ran_out(const ControlGroup *group);

/// Kills all that is in it and removes it.
void control_group_end(ControlGroup *group, const Clock *clock);

#endif
