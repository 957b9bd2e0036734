/// Paths as text: putting them together and taking them apart, without looking at the disk.
#ifndef PAWL_SYS_PATH_H
#define PAWL_SYS_PATH_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum { DISK_PATH_BYTES_MAX = 4096 };

/// A path as the kernel wants it, with a final zero.
typedef struct PathText {
    char text[DISK_PATH_BYTES_MAX];
} PathText;

/// An empty path, a zero byte inside, or too many bytes are an ERROR_USAGE.
MUST_CHECK bool path_text(Str path, PathText *out, Error *err);

/// "directory/name"; one slash between, and an empty directory is left out.
MUST_CHECK bool path_join(Arena *arena, Str directory, Str name, Str *out, Error *err);

/// As path_join, without an arena.
MUST_CHECK bool path_join_text(Str directory, Str name, PathText *out, Error *err);

/// The part before the last slash; "." when there is none, "/" for the root's children. Borrowed.
Str path_directory(Str path);

/// The part after the last slash. Borrowed.
Str path_name(Str path);

#endif
