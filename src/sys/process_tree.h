/// Ending a process with all that it started, also what it started in the background and then left alone.
///
/// The process that supervises becomes a subreaper first: orphans of its children then become its own children, so
/// that none gets away.
#ifndef PAWL_SYS_PROCESS_TREE_H
#define PAWL_SYS_PROCESS_TREE_H

#include "base/error.h"
#include "sys/clock.h"

/// From now on orphaned descendants become children of this process.
MUST_CHECK bool process_tree_adopt_orphans(Error *err);

/// Sends `signal` to every descendant of this process.
MUST_CHECK bool process_tree_signal(int signal, size_t *out_count, Error *err);

/// Sends `signal` to those descendants that live in another PID namespace than this process: what runs in a sandbox or container,
/// not what built it.
MUST_CHECK bool process_tree_signal_inside(int signal, size_t *out_count, Error *err);

/// Bytes of memory that the descendants hold, what they share with files left out.
MUST_CHECK bool process_tree_memory(uint64_t *out_bytes, Error *err);

/// Waits until no descendant is left, at most `wait_ms`; reaps them.
void process_tree_await(const Clock *clock, uint64_t wait_ms);

/// Ends every descendant of this process: SIGTERM, after `grace_ms` SIGKILL until none is left, and reaps them. The exit
/// of a child not reaped before is lost.
MUST_CHECK bool process_tree_end(const Clock *clock, uint64_t grace_ms, Error *err);

#endif
