/// What the process finds around itself: variables, its own executable, the terminal.
#ifndef PAWL_SYS_ENVIRONMENT_H
#define PAWL_SYS_ENVIRONMENT_H

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/// The variable's value; the empty Str when it is not set. Borrowed from the process.
Str environment_get(const char *name);

/// Sets the variable unless the user did, for a library that reads it when loaded. While no other thread reads variables.
void environment_set_default(const char *name, const char *value);

/// All "NAME=value" lines, in byte order; borrowed from the process, the list from the arena.
MUST_CHECK bool environment_list(Arena *arena, Str **out, size_t *out_count, Error *err);

/// The absolute path of the running binary.
MUST_CHECK bool environment_executable(Arena *arena, Str *out, Error *err);

/// The current directory, absolute.
MUST_CHECK bool environment_directory(Arena *arena, Str *out, Error *err);

MUST_CHECK bool environment_host_name(Arena *arena, Str *out, Error *err);

/// Names this run of the machine: another after each start of it.
MUST_CHECK bool environment_boot(Arena *arena, Str *out, Error *err);

/// CPUs that this process may use, at least 1.
size_t environment_cpu_count(void);

/// Bytes of memory that this process may use: the machine's or its control group's, whichever is less.
uint64_t environment_memory_bytes(void);

bool terminal_is(FILE *stream);

/// Columns of the stream's terminal; `fallback` when it is none.
size_t terminal_width(FILE *stream, size_t fallback);

/// Lines of the stream's terminal; `fallback` when it is none.
size_t terminal_height(FILE *stream, size_t fallback);

#endif
