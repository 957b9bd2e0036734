#include "pipeline/pipeline_internal.h"

static Str relative_to(Str directory, Str path)
{
    if (!str_starts(path, directory) || path.size <= directory.size + 1 || path.data[directory.size] != '/')
        return path;
    return str_slice(path, directory.size + 1, path.size);
}

static bool file_describe(Pipeline *pipeline, Str path, SourceFile *out, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    DiskStat stat = {0};
    Str full = path;
    if (!str_starts(path, STR("/"))) TRY(path_join(&scratch, pipeline->directory, path, &full, err));
    TRY(disk_stat(pipeline->disk, full, &stat, err));
    TRY(store_file_digest(&pipeline->store, full, &out->digest, err));
    out->size = stat.size;
    return arena_copy(&pipeline->arena, relative_to(pipeline->directory, full), &out->path, err);
}

static bool files_describe(Pipeline *pipeline, const ConfigSource *source, PipelineSource *out, Error *err)
{
    Str *paths = NULL;
    size_t count = 0;
    if (source->query.file_count == 0) return true;
    TRY_OR(lake_files(&source->query, pipeline->directory, &pipeline->arena, &paths, &count, err), err, "source '%.*s'",
           STR_ARG(source->definition.name));
    out->files = arena_alloc_array(&pipeline->arena, count + 1, sizeof(SourceFile), err);
    TRY(out->files != NULL);
    out->file_count = count;
    for (size_t i = 0; i < count; i++)
        TRY_OR(file_describe(pipeline, paths[i], &out->files[i], err), err, "source '%.*s'",
               STR_ARG(source->definition.name));
    return true;
}

/// A text without rows has a schema, of strings only: nothing can be wrong with its types before there are rows.
static bool rows_check(Lake *lake, const ConfigSource *source, Schema schema, Error *err)
{
    AUTO(frame_deinit) Frame rows = {0};
    if (source->query.sql.size > 0) return true;
    for (size_t i = 0; i < schema.count; i++)
        if (schema.fields[i].type.id != TYPE_STRING) return true;
    TRY(lake_read(lake, &source->query, &rows, err));
    if (rows.row_count > 0) return true;
    return error_set(err, ERROR_CONFIG, "its files have no rows");
}

static bool schema_detect(Pipeline *pipeline, const ConfigSource *source, Schema *out, Error *err)
{
    AUTO(lake_close) Lake *lake = NULL;
    LakeOptions options = {.threads = pipeline->options.threads, .directory = pipeline->directory};
    TRY(lake_open(&options, &lake, err));
    TRY_OR(lake_schema(lake, &source->query, &pipeline->arena, out, err), err, "source '%.*s'",
           STR_ARG(source->definition.name));
    TRY_OR(rows_check(lake, source, *out, err), err, "source '%.*s'", STR_ARG(source->definition.name));
    return lock_save(pipeline, source->definition.name, *out, err);
}

static bool source_schema_find(Pipeline *pipeline, const ConfigSource *source, PipelineSource *out, Error *err)
{
    bool found = false;
    if (source->step.size > 0) return true;
    if (!str_equal(pipeline->options.relock, source->definition.name))
        TRY(lock_load(pipeline, source->definition.name, &out->locked, &found, err));
    return found || schema_detect(pipeline, source, &out->locked, err);
}

bool pipeline_read_sources(Pipeline *pipeline, Error *err)
{
    Config *config = &pipeline->config;
    pipeline->sources = arena_alloc_array(&pipeline->arena, config->source_count + 1, sizeof(PipelineSource), err);
    TRY(pipeline->sources != NULL);
    for (size_t i = 0; i < config->source_count; i++) {
        TRY(files_describe(pipeline, &config->sources[i], &pipeline->sources[i], err));
        TRY(source_schema_find(pipeline, &config->sources[i], &pipeline->sources[i], err));
    }
    return true;
}
