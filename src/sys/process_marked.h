/// Ending processes by a line of their environment: for what lost its supervisor, so that no parent knows of it any more.
#ifndef PAWL_SYS_PROCESS_MARKED_H
#define PAWL_SYS_PROCESS_MARKED_H

#include "base/error.h"
#include "base/str.h"
#include "sys/clock.h"

/// Kills every process, but this one, that was started with `line` ("NAME=value") in its environment, and waits until none
/// is left. Processes of other users cannot be looked into and are left alone.
MUST_CHECK bool process_end_marked(Str line, const Clock *clock, Error *err);

/// How many there are.
MUST_CHECK bool process_count_marked(Str line, size_t *out, Error *err);

#endif
