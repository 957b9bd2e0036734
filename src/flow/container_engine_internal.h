/// podman or docker, whichever works here, and how: found out by trying, remembered in the store until the machine starts anew.
#ifndef PAWL_FLOW_CONTAINER_ENGINE_INTERNAL_H
#define PAWL_FLOW_CONTAINER_ENGINE_INTERNAL_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/str.h"

/// How to start a container: the engine's name and what comes behind "run".
typedef struct ContainerEngine {
    Str *arguments; ///< "podman", "run", options
    size_t argument_count;
} ContainerEngine;

/// Runs a program to its end, a minute at most; `*out_status` is its exit code, `out` what it wrote. A program that there is not: -1.
MUST_CHECK bool engine_call(const Str *arguments, size_t count, int *out_status, Bytes *out, Error *err);

/// The last line of what a program wrote: mostly the one that tells why it failed. Borrowed.
Str engine_last_line(const Bytes *text);

/// The name of the first engine that answers: "podman", "docker". ERROR_ENVIRONMENT says what to install.
MUST_CHECK bool engine_name(Str *out, Error *err);

/// The first way in which a container of `image` runs here. `store` is where it is remembered. ERROR_ENVIRONMENT tells what was tried.
MUST_CHECK bool engine_find(Str store, Str image, Arena *arena, ContainerEngine *out, Error *err);

#endif
