#include "sys/path.h"

#include <string.h>

static bool path_check(Str path, Error *err)
{
    if (path.size == 0) return error_set(err, ERROR_USAGE, "empty path");
    if (str_find(path, '\0') < path.size) {
        return error_set(err, ERROR_USAGE, "path '%.*s' has a zero byte inside", STR_ARG(path));
    }
    if (path.size < DISK_PATH_BYTES_MAX) return true;
    return error_set(err, ERROR_USAGE, "path '%.*s...' is longer than %d bytes", STR_ARG(str_slice(path, 0, 80)),
                     DISK_PATH_BYTES_MAX - 1);
}

bool path_text(Str path, PathText *out, Error *err)
{
    TRY(path_check(path, err));
    memcpy(out->text, path.data, path.size);
    out->text[path.size] = '\0';
    return true;
}

static bool path_needs_slash(Str directory, Str name)
{
    return directory.size > 0 && name.size > 0 && !str_ends(directory, STR("/"));
}

bool path_join(Arena *arena, Str directory, Str name, Str *out, Error *err)
{
    const char *slash = path_needs_slash(directory, name) ? "/" : "";
    return arena_format(arena, out, err, "%.*s%s%.*s", STR_ARG(directory), slash, STR_ARG(name));
}

bool path_join_text(Str directory, Str name, PathText *out, Error *err)
{
    size_t slash = path_needs_slash(directory, name) ? 1 : 0;
    size_t size = directory.size + slash + name.size;
    if (size >= DISK_PATH_BYTES_MAX) {
        return error_set(err, ERROR_USAGE, "path of '%.*s' is longer than %d bytes", STR_ARG(str_slice(name, 0, 80)),
                         DISK_PATH_BYTES_MAX - 1);
    }
    PathText joined;
    if (directory.size > 0) memcpy(joined.text, directory.data, directory.size);
    if (slash > 0) joined.text[directory.size] = '/';
    if (name.size > 0) memcpy(joined.text + directory.size + slash, name.data, name.size);
    TRY(path_check((Str){joined.text, size}, err));
    joined.text[size] = '\0';
    memcpy(out->text, joined.text, size + 1);
    return true;
}

/// Offset behind the last slash; 0 when there is none.
static size_t path_name_offset(Str path)
{
    size_t offset = path.size;
    while (offset > 0 && path.data[offset - 1] != '/') {
        offset--;
    }
    return offset;
}

Str path_directory(Str path)
{
    size_t offset = path_name_offset(path);
    if (offset == 0) return STR(".");
    return str_slice(path, 0, offset == 1 ? 1 : offset - 1);
}

Str path_name(Str path)
{
    return str_slice(path, path_name_offset(path), path.size);
}
