/// Where a step's process runs: on this machine as it is, in a sandbox, in a container. One row of a table for each.
///
/// The same graph gives the same keys, results and logs on each: an executor decides what a step can see and reach, never what it is told.
/// Slurm and Kubernetes have their place here: a row that starts a job of theirs and waits for it.
#ifndef PAWL_FLOW_EXECUTOR_H
#define PAWL_FLOW_EXECUTOR_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum { EXECUTOR_COUNT_MAX = 8 };

/// "process", "sandbox", "container". Returns how many.
size_t executor_names(Str names[EXECUTOR_COUNT_MAX]);

/// What `image` means now, as "sha256:..." of its content: asked of the container engine, which fetches it when it is missing.
/// One that is named by its digest ("name@sha256:...") is not asked for.
MUST_CHECK bool executor_image_digest(Str image, Arena *arena, Str *out, Error *err);

#endif
