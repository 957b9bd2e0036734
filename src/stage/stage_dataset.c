/// Dataset: the plan compiled against the ingested schemas, examples, features, splits: the snapshot.
#include "stage/stage_internal.h"

static bool source_names(const Config *config, Arena *arena, Str **out, Error *err)
{
    *out = arena_alloc_array(arena, config->source_count + 1, sizeof(Str), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < config->source_count; i++) (*out)[i] = config->sources[i].definition.name;
    return true;
}

static bool plan_make(Config *config, const StageTables *tables, Plan *out, Error *err)
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
static bool tables_order(const Plan *plan, const StageTables *tables, Arena *arena, Frame **frames,
                         SourceManifest **manifests, Error *err)
{
    *frames = arena_alloc_array(arena, plan->source_count + 1, sizeof(Frame), err);
    *manifests = arena_alloc_array(arena, plan->source_count + 1, sizeof(SourceManifest), err);
    TRY(*frames != NULL && *manifests != NULL);
    for (uint32_t i = 0; i < plan->source_count; i++) {
        size_t place = 0;
        while (place < tables->count && !str_equal(tables->manifests[place].name, plan->sources[i].name)) place++;
        CHECK(place < tables->count);
        (*frames)[i] = tables->frames[place];
        (*manifests)[i] = tables->manifests[place];
    }
    return true;
}

static bool leakage_refuse(const LeakageReport *report, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < report->count; i++)
        TRY(bytes_append_format(&text, err, "\n  %.*s", STR_ARG(report->items[i].text)));
    return error_set(err, ERROR_REFUSED, "leakage: %zu finding%s, and the gate's policy is 'leakage: fail'%.*s",
                     report->count, report->count == 1 ? "" : "s", STR_ARG(bytes_str(&text)));
}

static bool leakage_look(const StageContext *context, const StepRequest *request, const Plan *plan, const Frame *frames,
                         Error *err)
{
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    Str policy = STR("fail");
    TRY(node_get_str(request->params, STR("leakage"), &policy, err));
    if (str_equal(policy, STR("off"))) return true;
    TRY(leakage_check_sources(plan, frames, &report, err));
    if (report.count == 0) return true;
    if (str_equal(policy, STR("fail"))) return leakage_refuse(&report, err);
    for (size_t i = 0; i < report.count; i++) stage_progress(context, 0, 0, report.items[i].text, -1);
    return true;
}

static bool snapshot_save(const StageContext *context, const StepRequest *request, Lake *lake, const Snapshot *snapshot,
                          Error *err)
{
    Str directory = {0};
    TRY(step_output(request, STR("snapshot"), &directory, err));
    TRY(disk_make_directories(context->disk, directory, err));
    return snapshot_write(lake, context->disk, snapshot, directory, err);
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

static bool snapshot_make(const StageContext *context, const StepRequest *request, Config *config, Lake *lake,
                          Snapshot *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(stage_tables_deinit) StageTables tables = {0};
    AUTO(plan_deinit) Plan plan = {0};
    Str *names = NULL;
    Frame *frames = NULL;
    SourceManifest *manifests = NULL;
    EngineOptions options = {.threads = request->threads, .memory_bytes = request->memory_bytes};
    int64_t as_of = 0;
    TRY(node_get_int(request->params, STR("as_of"), INT64_MIN, INT64_MAX, &as_of, err));
    TRY(source_names(config, &arena, &names, err));
    stage_progress(context, 0, 3, STR("reading tables"), -1);
    TRY(stage_tables_read(context, request, lake, names, config->source_count, &tables, err));
    TRY(plan_make(config, &tables, &plan, err));
    TRY(tables_order(&plan, &tables, &arena, &frames, &manifests, err));
    stage_progress(context, 1, 3, STR("looking for leakage"), -1);
    TRY(leakage_look(context, request, &plan, frames, err));
    stage_progress(context, 2, 3, STR("computing features"), -1);
    return snapshot_build(config->pipeline, &plan, frames, manifests, &config->split, as_of, &options, out, err);
}

bool stage_dataset(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    AUTO(lake_close) Lake *lake = NULL;
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    TRY(stage_config(request, CONFIG_SOURCES | CONFIG_FEATURES | CONFIG_DATASET, &config, err));
    TRY(stage_lake_open(context, request, &lake, err));
    TRY(snapshot_make(context, request, &config, lake, &snapshot, err));
    TRY(snapshot_save(context, request, lake, &snapshot, err));
    return result_set(result, &snapshot.manifest, err);
}
