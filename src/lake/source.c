#include "lake/source_internal.h"

#include "lake/hive_internal.h"

#include <stdlib.h>

#include "base/array.h"
#include "sys/disk_tree.h"

static const struct {
    Str ending;
    SourceFormat format;
    bool is_packable; ///< .gz and .zst may follow
} source_endings[] = {
    {STR_INIT(".parquet"), SOURCE_PARQUET, false}, {STR_INIT(".csv"), SOURCE_CSV, true},
    {STR_INIT(".tsv"), SOURCE_TSV, true},          {STR_INIT(".json"), SOURCE_JSON, true},
    {STR_INIT(".jsonl"), SOURCE_JSON_LINES, true}, {STR_INIT(".ndjson"), SOURCE_JSON_LINES, true},
};

bool source_format_of(Str path, SourceFormat *out, Error *err)
{
    Str name = path_name(path);
    Str unpacked = name;
    if (str_ends(name, STR(".gz"))) unpacked = str_slice(name, 0, name.size - STR(".gz").size);
    if (str_ends(name, STR(".zst"))) unpacked = str_slice(name, 0, name.size - STR(".zst").size);
    for (size_t i = 0; i < COUNT_OF(source_endings); i++) {
        if (str_ends(source_endings[i].is_packable ? unpacked : name, source_endings[i].ending)) {
            *out = source_endings[i].format;
            return true;
        }
    }
    return error_set(err, ERROR_CONFIG,
                     "'%.*s' has no known ending (.parquet, .csv, .tsv, .json, .jsonl, .ndjson, with .gz or .zst): "
                     "read it with `sql:`",
                     STR_ARG(path));
}

typedef ARRAY_OF(Str) StrArray;

static void str_array_deinit(StrArray *array)
{
    memory_free(array->items);
}

static bool glob_append(Str pattern, Str directory, Arena *arena, StrArray *out, Error *err)
{
    Str path = pattern;
    DiskNames names = {0};
    if (!str_starts(pattern, STR("/"))) TRY(path_join(arena, directory, pattern, &path, err));
    TRY(disk_glob(disk_system(), path, arena, &names, err));
    if (names.count == 0) return error_set(err, ERROR_NOT_FOUND, "no file matches '%.*s'", STR_ARG(pattern));
    for (size_t i = 0; i < names.count; i++) TRY(ARRAY_PUSH(out, names.items[i], err));
    return true;
}

/// Sorted, each once: a file that two globs name is read once.
static size_t paths_sort(Str *paths, size_t count)
{
    size_t kept = 0;
    qsort(paths, count, sizeof(Str), str_compare_items);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !str_equal(paths[kept - 1], paths[i])) paths[kept++] = paths[i];
    }
    return kept;
}

bool lake_files(const LakeQuery *query, Str directory, Arena *arena, Str **out, size_t *out_count, Error *err)
{
    AUTO(str_array_deinit) StrArray found = {0};
    for (size_t i = 0; i < query->file_count; i++) TRY(glob_append(query->files[i], directory, arena, &found, err));

    size_t count = found.count == 0 ? 0 : paths_sort(found.items, found.count);
    Str *paths = arena_alloc_array(arena, count, sizeof(Str), err);
    if (paths == NULL) return false;
    for (size_t i = 0; i < count; i++) paths[i] = found.items[i];
    *out = paths;
    *out_count = count;
    return true;
}

/// The path without `directory` and the slash behind it.
static Str path_shown(Str path, Str directory)
{
    if (directory.size == 0 || !str_starts(path, directory)) return path;
    size_t begin = directory.size;
    while (begin < path.size && path.data[begin] == '/') begin++;
    return str_slice(path, begin, path.size);
}

static bool source_files_check_format(SourceFiles *files, Error *err)
{
    for (size_t i = 0; i < files->count; i++) {
        SourceFormat format = SOURCE_PARQUET;
        TRY(source_format_of(files->shown[i], &format, err));
        if (i == 0) files->format = format;
        if (format == files->format) continue;
        return error_set(err, ERROR_CONFIG, "files of one source have one format: '%.*s' and '%.*s'",
                         STR_ARG(files->shown[0]), STR_ARG(files->shown[i]));
    }
    return true;
}

bool source_files_find(const LakeQuery *query, Str directory, Arena *arena, SourceFiles *out, Error *err)
{
    SourceFiles files = {0};
    TRY(lake_files(query, directory, arena, &files.paths, &files.count, err));
    if (files.count == 0) return error_set(err, ERROR_CONFIG, "a source needs `files` or `sql`");
    files.shown = arena_alloc_array(arena, files.count, sizeof(Str), err);
    if (files.shown == NULL) return false;
    for (size_t i = 0; i < files.count; i++) files.shown[i] = path_shown(files.paths[i], directory);
    TRY(source_files_check_format(&files, err));
    files.hive = query->hive;
    TRY(hive_check(&files, err));
    *out = files;
    return true;
}
