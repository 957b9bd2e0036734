/// A step's signs of life: each line that it appends to its progress file. Silence for too long means that it hangs.
///
/// Looked at often enough that silence is found at most an eighth late. By the monotonic clock: setting the clock back or forth
/// kills nothing.
#ifndef PAWL_FLOW_HEARTBEAT_INTERNAL_H
#define PAWL_FLOW_HEARTBEAT_INTERNAL_H

#include "sys/disk.h"

typedef struct Heartbeat {
    const Disk *disk;
    Str path;
    uint64_t silence_max_ns; ///< 0: not watched
    uint64_t seen_ns;        ///< when it was last found changed
    uint64_t look_ns;        ///< when to look next; 0: never
    uint64_t size;
    int64_t mtime_ns;
} Heartbeat;

/// `path`, which need not exist yet, stays borrowed. The start counts as a sign of life.
void heartbeat_begin(Heartbeat *heartbeat, const Disk *disk, Str path, int64_t silence_max_us, uint64_t now_ns);

/// Looks when it is time to; true once the silence is too long.
bool heartbeat_is_late(Heartbeat *heartbeat, uint64_t now_ns);

#endif
