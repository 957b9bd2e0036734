/// Ingest: one source read, checked and kept as a table.
#include <stdio.h>

#include "dataset/source_json.h"
#include "stage/stage_internal.h"

/// A source that a user's step made is a file of that step's output. It is read under the name that it was declared with, whose ending
/// says how.
static bool step_output_read(const StageContext *context, const StepRequest *request, Arena *arena, Str *out,
                             Error *err)
{
    const StepArtifact *input = NULL;
    Str table = {0};
    Str name = STR("table");
    TRY(step_input(request, STR("table"), &input, err));
    TRY(step_output(request, STR("table"), &table, err));
    TRY(node_get_str(request->params, STR("file_name"), &name, err));
    TRY(arena_format(arena, out, err, "%.*s/../read", STR_ARG(path_directory(table))));
    TRY(disk_make_directories(context->disk, *out, err));
    TRY(path_join(arena, *out, name, out, err));
    return disk_copy_file(context->disk, input->path, *out, err);
}

static bool query_resolve(const StageContext *context, const StepRequest *request, const ConfigSource *source,
                          Arena *arena, LakeQuery *query, Error *err)
{
    *query = source->query;
    if (source->step.size == 0) return true;
    Str *path = arena_alloc_array(arena, 1, sizeof(Str), err);
    TRY(path != NULL);
    TRY(step_output_read(context, request, arena, path, err));
    query->files = path;
    query->file_count = 1;
    return true;
}

static bool values_set(StepResult *result, const SourceManifest *manifest, Error *err)
{
    TRY(stage_value_int(result, "rows", (int64_t)manifest->row_count, err));
    TRY(stage_value_int(result, "time_min", manifest->time_min_us, err));
    TRY(stage_value_int(result, "time_max", manifest->time_max_us, err));
    TRY(stage_value_int(result, "known_max", manifest->known_max_us, err));
    return stage_message(result, err, "%llu rows", (unsigned long long)manifest->row_count);
}

static void progress_tell(void *context, const char *what, uint64_t rows)
{
    char text[64];
    (void)snprintf(text, sizeof(text), "%llu rows %s", (unsigned long long)rows, what);
    stage_progress(context, 0, 0, str_from(text), -1);
}

/// Rows on their way get so much where nothing is said of memory.
#define INGEST_BYTES_DEFAULT ((uint64_t)1 << 30)

static bool table_make(const StageContext *context, const StepRequest *request, const ConfigSource *source,
                       const LakeQuery *query, Schema locked, SourceManifest *out, Error *err)
{
    AUTO(lake_close) Lake *lake = NULL;
    Str directory = {0};
    const IngestOptions options = {
        .memory_bytes = request->memory_bytes == 0 ? INGEST_BYTES_DEFAULT : request->memory_bytes / 4,
        .progress = progress_tell,
        .context = (void *)(uintptr_t)context, // only read
    };
    TRY(step_output(request, STR("table"), &directory, err));
    TRY(disk_make_directories(context->disk, directory, err));
    TRY(stage_lake_open(context, request, &lake, err));
    TRY(source_ingest(lake, query, &source->definition, locked, &source->expectations, &options, directory, out, err));
    TRY(source_files_read(request->params, &out->arena, &out->files, &out->file_count, err));
    return source_manifest_write(context->disk, out, directory, err);
}

bool stage_ingest(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    AUTO(arena_deinit) Arena arena = {0};
    LakeQuery query = {0};
    Schema locked = {0};
    TRY(stage_config(request, CONFIG_SOURCES, &config, err));
    const ConfigSource *source = &config.sources[0];
    TRY(query_resolve(context, request, source, &arena, &query, err));
    TRY(source_schema_read(node_get(request->params, STR("locked")), &arena, &locked, err));
    stage_progress(context, 0, 0, STR("reading"), -1);
    TRY(table_make(context, request, source, &query, locked, &manifest, err));
    stage_logical(result, STR("table"), &manifest.logical);
    return values_set(result, &manifest, err);
}

bool stage_fresh(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    int64_t time_max = 0;
    int64_t now = 0;
    TRY(stage_config(request, CONFIG_SOURCES, &config, err));
    TRY(node_get_int(request->params, STR("time_max"), INT64_MIN, INT64_MAX, &time_max, err));
    TRY(node_get_int(request->params, STR("now"), INT64_MIN, INT64_MAX, &now, err));
    UNUSED(context);
    const ConfigSource *source = &config.sources[0];
    TRY(expectations_check_fresh(&source->expectations, source->definition.name, time_max, now, err));
    return stage_message(result, err, "fresh");
}
