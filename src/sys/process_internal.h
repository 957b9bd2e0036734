/// What the kernel tells about a process in /proc.
#ifndef PAWL_SYS_PROCESS_INTERNAL_H
#define PAWL_SYS_PROCESS_INTERNAL_H

#include "base/str.h"

typedef struct ProcessFacts {
    int64_t parent_pid;
    uint64_t start_ticks; ///< since the machine's start
    bool ended;           ///< only its exit is left
} ProcessFacts;

/// False when there is no such process.
bool process_facts(int64_t pid, ProcessFacts *out);

/// In a process just forked: signals as a fresh program expects them, also those that its parent ignores or blocks. Allocates nothing.
void process_reset_signals(void);

/// 0 when the name of a directory in /proc is no process's.
int64_t process_number_parse(Str name);

/// It numbers processes otherwise than this one does; false when it cannot be looked into.
bool process_is_in_other_namespace(int64_t pid);

/// Bytes that it holds for itself; 0 when there is no such process.
uint64_t process_memory(int64_t pid);

#endif
