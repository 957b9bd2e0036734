#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "sys/disk_tree.h"
#include "sys/wildcard.h"

typedef ARRAY_OF(Str) StrArray;

/// The paths that match the parts of the pattern so far, and those that match one part more.
typedef struct Glob {
    const Disk *disk;
    Arena *arena;
    StrArray paths;
    StrArray next;
} Glob;

static void glob_deinit(Glob *glob)
{
    memory_free(glob->paths.items);
    memory_free(glob->next.items);
}

static bool glob_add(Glob *glob, Str path, Error *err)
{
    if (glob->next.count >= DISK_ENTRIES_MAX) {
        return error_set(err, ERROR_STORAGE, "more than %zu paths", DISK_ENTRIES_MAX);
    }
    return ARRAY_PUSH(&glob->next, path, err);
}

/// The empty path is where the pattern begins.
static Str glob_directory(Str path)
{
    return path.size == 0 ? STR(".") : path;
}

static bool glob_is_directory(const Glob *glob, Str path)
{
    DiskStat stat = {0};
    return disk_stat(glob->disk, glob_directory(path), &stat, NULL) && stat.is_directory;
}

static bool glob_literal(Glob *glob, Str path, Str part, Error *err)
{
    Str joined = {0};
    TRY(path_join(glob->arena, path, part, &joined, err));
    return !disk_exists(glob->disk, joined) || glob_add(glob, joined, err);
}

static bool glob_wildcard(Glob *glob, Str path, Str part, Error *err)
{
    DiskNames names = {0};
    if (!glob_is_directory(glob, path)) return true;
    TRY(disk_list(glob->disk, glob_directory(path), glob->arena, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        Str joined = {0};
        if (!wildcard_match(part, names.items[i])) continue;
        TRY(path_join(glob->arena, path, names.items[i], &joined, err));
        TRY(glob_add(glob, joined, err));
    }
    return true;
}

static bool path_has_hidden_part(Str path)
{
    Str part = {0};
    while (str_split(&path, '/', &part)) {
        if (str_starts(part, STR("."))) return true;
    }
    return false;
}

/// `path` itself and every directory under it.
static bool glob_directories(Glob *glob, Str path, Error *err)
{
    DiskEntries entries = {0};
    if (!glob_is_directory(glob, path)) return true;
    TRY(glob_add(glob, path, err));
    TRY(disk_walk(glob->disk, glob_directory(path), glob->arena, &entries, err));
    for (size_t i = 0; i < entries.count; i++) {
        Str joined = {0};
        if (!entries.items[i].stat.is_directory || path_has_hidden_part(entries.items[i].path)) continue;
        TRY(path_join(glob->arena, path, entries.items[i].path, &joined, err));
        TRY(glob_add(glob, joined, err));
    }
    return true;
}

static bool glob_path(Glob *glob, Str path, Str part, Error *err)
{
    if (str_equal(part, STR("**"))) return glob_directories(glob, path, err);
    if (wildcard_is(part)) return glob_wildcard(glob, path, part, err);
    return glob_literal(glob, path, part, err);
}

static size_t names_sort_unique(Str *items, size_t count)
{
    size_t kept = 0;
    if (count > 0) qsort(items, count, sizeof(Str), str_compare_items);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !str_equal(items[kept - 1], items[i])) items[kept++] = items[i];
    }
    return kept;
}

/// All paths, one part further.
static bool glob_part(Glob *glob, Str part, Error *err)
{
    for (size_t i = 0; i < glob->paths.count; i++) {
        TRY(glob_path(glob, glob->paths.items[i], part, err));
    }
    StrArray spent = glob->paths;
    glob->paths = glob->next;
    glob->paths.count = names_sort_unique(glob->paths.items, glob->paths.count);
    spent.count = 0;
    glob->next = spent;
    return true;
}

static bool glob_parts(Glob *glob, Str pattern, Error *err)
{
    Str rest = pattern;
    Str part = {0};
    Str last = {0};
    while (str_split(&rest, '/', &part)) {
        if (part.size > 0) TRY(glob_part(glob, part, err));
        if (part.size > 0) last = part;
    }
    return !str_equal(last, STR("**")) || glob_part(glob, STR("*"), err);
}

bool disk_glob(const Disk *disk, Str pattern, Arena *arena, DiskNames *out, Error *err)
{
    AUTO(glob_deinit) Glob glob = {.disk = disk, .arena = arena};
    PathText text;
    TRY(path_text(pattern, &text, err));

    Str start = str_starts(pattern, STR("/")) ? STR("/") : (Str){0};
    TRY(ARRAY_PUSH(&glob.paths, start, err));
    TRY_OR(glob_parts(&glob, pattern, err), err, "files '%s'", text.text);

    Str *items = arena_alloc_array(arena, glob.paths.count, sizeof(Str), err);
    if (items == NULL) return false;
    if (glob.paths.count > 0) memcpy(items, glob.paths.items, glob.paths.count * sizeof(Str));
    *out = (DiskNames){items, glob.paths.count};
    return true;
}
