/// Dataset: the plan compiled against the ingested schemas, examples, features, splits: the snapshot.
#include <stdio.h>

#include "dataset/table_blocks.h"
#include "stage/stage_internal.h"

static bool source_names(const Config *config, Arena *arena, Str **out, Error *err)
{
    *out = arena_alloc_array(arena, config->source_count + 1, sizeof(Str), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < config->source_count; i++) (*out)[i] = config->sources[i].definition.name;
    return true;
}

/// The ingested tables, by their manifests.
typedef struct DatasetTables {
    Arena arena;
    SourceManifest *manifests; ///< per source of the pipeline
    Str *paths;
    size_t count;
    SourceManifest *ordered; ///< per source of the plan; borrowed
    Str *ordered_paths;
} DatasetTables;

static void dataset_tables_deinit(DatasetTables *tables)
{
    for (size_t i = 0; i < tables->count; i++) source_manifest_deinit(&tables->manifests[i]);
    arena_deinit(&tables->arena);
}

static bool tables_find(const StageContext *context, const StepRequest *request, const Str *names, size_t count,
                        DatasetTables *out, Error *err)
{
    out->manifests = arena_alloc_array(&out->arena, count + 1, sizeof(SourceManifest), err);
    out->paths = arena_alloc_array(&out->arena, count + 1, sizeof(Str), err);
    TRY(out->manifests != NULL && out->paths != NULL);
    for (; out->count < count; out->count++) {
        const StepArtifact *input = NULL;
        Str name = {0};
        TRY(arena_format(&out->arena, &name, err, "source.%.*s", STR_ARG(names[out->count])));
        TRY(step_input(request, name, &input, err));
        TRY(source_table_path(input->path, &out->arena, &out->paths[out->count], err));
        TRY(source_manifest_read(context->disk, input->path, &out->manifests[out->count], err));
    }
    return true;
}

static bool plan_make(Config *config, const DatasetTables *tables, Plan *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Definition definition = {0};
    for (size_t i = 0; i < config->source_count; i++)
        config->sources[i].definition.schema =
            (Schema){.fields = tables->manifests[i].fields, .count = tables->manifests[i].field_count};
    TRY(config_definition(config, &arena, &definition, err));
    return plan_compile(&definition, out, err);
}

/// The plan may read fewer sources than the pipeline has, in an order of its own.
static bool tables_order(const Plan *plan, DatasetTables *tables, Error *err)
{
    tables->ordered = arena_alloc_array(&tables->arena, plan->source_count + 1, sizeof(SourceManifest), err);
    tables->ordered_paths = arena_alloc_array(&tables->arena, plan->source_count + 1, sizeof(Str), err);
    TRY(tables->ordered != NULL && tables->ordered_paths != NULL);
    for (uint32_t i = 0; i < plan->source_count; i++) {
        size_t place = 0;
        while (place < tables->count && !str_equal(tables->manifests[place].name, plan->sources[i].name)) place++;
        CHECK(place < tables->count);
        tables->ordered[i] = tables->manifests[place];
        tables->ordered_paths[i] = tables->paths[place];
    }
    return true;
}

/// Looking for leakage while the dataset is made.
typedef struct LeakageLook {
    const StageContext *context;
    const Plan *plan;
    Str policy; ///< fail, warn or off
    LeakageWatch watch;
    uint32_t source; ///< whose rows are being looked at
} LeakageLook;

static void leakage_look_deinit(LeakageLook *look)
{
    leakage_watch_deinit(&look->watch);
}

static bool leakage_refuse(const LeakageReport *report, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < report->count; i++)
        TRY(bytes_append_format(&text, err, "\n  %.*s", STR_ARG(report->items[i].text)));
    return error_set(err, ERROR_REFUSED, "leakage: %zu finding%s, and the gate's policy is 'leakage: fail'%.*s",
                     report->count, report->count == 1 ? "" : "s", STR_ARG(bytes_str(&text)));
}

static bool rows_look(void *context, const Frame *block, uint64_t first_row, Error *err)
{
    LeakageLook *look = context;
    return leakage_watch_rows(&look->watch, look->source, block, first_row, err);
}

static bool leakage_begin(const StageContext *context, const StepRequest *request, const Plan *plan, Lake *lake,
                          const DatasetTables *tables, LeakageLook *out, Error *err)
{
    const BlockSink sink = {rows_look, out};
    out->context = context;
    out->plan = plan;
    out->policy = STR("fail");
    TRY(node_get_str(request->params, STR("leakage"), &out->policy, err));
    if (str_equal(out->policy, STR("off"))) return true;
    TRY(leakage_watch_init(plan, &out->watch, err));
    for (uint32_t i = 0; i < plan->source_count; i++) {
        out->source = i;
        if (!leakage_watch_needs_rows(&out->watch, i)) continue;
        TRY(table_blocks(lake, tables->ordered_paths[i], request->memory_bytes / 8, &sink, err));
    }
    return true;
}

static bool examples_look(void *context, const Frame *block, uint64_t first_row, const Engine *label, Error *err)
{
    LeakageLook *look = context;
    AUTO(examples_deinit) Examples examples = {0};
    if (str_equal(look->policy, STR("off"))) return true;
    TRY(examples_build_block(look->plan, block, first_row, label, LEAKAGE_AT_THE_END, &examples, err));
    return leakage_watch_examples(&look->watch, &examples, err);
}

static bool leakage_end(void *context, Error *err)
{
    LeakageLook *look = context;
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    if (str_equal(look->policy, STR("off"))) return true;
    TRY(leakage_watch_finish(&look->watch, &report, err));
    if (report.count == 0) return true;
    if (str_equal(look->policy, STR("fail"))) return leakage_refuse(&report, err);
    for (size_t i = 0; i < report.count; i++) stage_progress(look->context, 0, 0, report.items[i].text, -1);
    return true;
}

static void progress_tell(void *context, const char *what, uint64_t rows)
{
    const LeakageLook *look = context;
    char text[64];
    (void)snprintf(text, sizeof(text), "%llu %s", (unsigned long long)rows, what);
    stage_progress(look->context, 0, 0, str_from(text), -1);
}

/// Downstream depends on the content and on the plan: two plans may give equal numbers.
static bool logical_of(const SnapshotManifest *manifest, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    TRY(sha256_update(&hash, manifest->logical.bytes, DIGEST_BYTES, err));
    TRY(sha256_update(&hash, manifest->plan.bytes, DIGEST_BYTES, err));
    return sha256_finish(&hash, out, err);
}

static bool result_set(StepResult *result, const SnapshotManifest *manifest, Error *err)
{
    Digest logical = {0};
    const uint64_t *counts = manifest->report.counts;
    TRY(logical_of(manifest, &logical, err));
    stage_logical(result, STR("snapshot"), &logical);
    TRY(stage_value_text(result, "snapshot", str_from(digest_hex(&manifest->logical).text), err));
    TRY(stage_value_int(result, "train", (int64_t)counts[SPLIT_TRAIN], err));
    TRY(stage_value_int(result, "validation", (int64_t)counts[SPLIT_VALIDATION], err));
    TRY(stage_value_int(result, "test", (int64_t)counts[SPLIT_TEST], err));
    TRY(stage_value_int(result, "excluded", (int64_t)counts[SPLIT_NONE], err));
    return stage_message(result, err, "%llu train, %llu validation, %llu test, %llu excluded",
                         (unsigned long long)counts[SPLIT_TRAIN], (unsigned long long)counts[SPLIT_VALIDATION],
                         (unsigned long long)counts[SPLIT_TEST], (unsigned long long)counts[SPLIT_NONE]);
}

static bool snapshot_save(const StageContext *context, const StepRequest *request, const Config *config, Lake *lake,
                          const Plan *plan, const DatasetTables *tables, SnapshotManifest *out, Error *err)
{
    AUTO(leakage_look_deinit) LeakageLook look = {0};
    Str directory = {0};
    SnapshotRequest made = {.pipeline = config->pipeline,
                            .plan = plan,
                            .paths = tables->ordered_paths,
                            .sources = tables->ordered,
                            .split = &config->split,
                            .options = {.threads = request->threads, .memory_bytes = request->memory_bytes},
                            .look = examples_look,
                            .looked = leakage_end,
                            .progress = progress_tell,
                            .context = &look};
    TRY(node_get_int(request->params, STR("as_of"), INT64_MIN, INT64_MAX, &made.as_of_us, err));
    TRY(step_output(request, STR("snapshot"), &directory, err));
    TRY(disk_make_directories(context->disk, directory, err));
    stage_progress(context, 0, 0, STR("looking for leakage"), -1);
    TRY(leakage_begin(context, request, plan, lake, tables, &look, err));
    return snapshot_make(lake, context->disk, &made, directory, out, err);
}

bool stage_dataset(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    AUTO(lake_close) Lake *lake = NULL;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(dataset_tables_deinit) DatasetTables tables = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(snapshot_manifest_deinit) SnapshotManifest manifest = {0};
    Str *names = NULL;
    TRY(stage_config(request, CONFIG_SOURCES | CONFIG_FEATURES | CONFIG_DATASET, &config, err));
    TRY(stage_lake_open(context, request, &lake, err));
    TRY(source_names(&config, &arena, &names, err));
    TRY(tables_find(context, request, names, config.source_count, &tables, err));
    TRY(plan_make(&config, &tables, &plan, err));
    TRY(tables_order(&plan, &tables, err));
    TRY(snapshot_save(context, request, &config, lake, &plan, &tables, &manifest, err));
    return result_set(result, &manifest, err);
}
