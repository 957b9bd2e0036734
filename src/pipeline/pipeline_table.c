/// The digest of a table that a user's step made: of its rows as the lake reads them, so that later steps follow the content and not
/// the bytes.
#include "pipeline/pipeline_internal.h"
#include "sys/disk_tree.h"

/// The lake tells formats by endings, so the table is read under the name that it was declared with.
static bool table_copy(const Pipeline *pipeline, Str path, Str file, Arena *arena, Str *out, Error *err)
{
    Str folder = {0};
    TRY(path_join(arena, pipeline->store.root, STR("reading"), &folder, err));
    TRY(disk_make_directories(pipeline->disk, folder, err));
    TRY(path_join(arena, folder, file, out, err));
    return disk_copy_file(pipeline->disk, path, *out, err);
}

static bool rows_digest(const Pipeline *pipeline, Str path, Digest *out, Error *err)
{
    AUTO(lake_close) Lake *lake = NULL;
    AUTO(frame_deinit) Frame table = {0};
    LakeOptions options = {.threads = pipeline->options.threads, .memory_bytes = pipeline->options.memory_bytes};
    LakeQuery query = {.files = &path, .file_count = 1};
    TRY(lake_open(&options, &lake, err));
    TRY(lake_read(lake, &query, &table, err));
    return frame_digest(&table, out, err);
}

bool pipeline_table_digest(void *context, Str path, Str file, Digest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Pipeline *pipeline = context;
    Str copy = {0};
    Error ignored = {0};
    TRY(table_copy(pipeline, path, file, &arena, &copy, err));
    bool done = rows_digest(pipeline, copy, out, err);
    bool removed = disk_remove_tree(pipeline->disk, path_directory(copy), &ignored);
    UNUSED(removed);
    return done;
}
