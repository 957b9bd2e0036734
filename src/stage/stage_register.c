/// Register: the model becomes a version with all that made it; when the gate passed it, the alias moves, by compare-and-swap against the
/// version that it was compared with.
#include "stage/stage_internal.h"

#include "dataset/source_json.h"
#include "model/package.h"
#include "registry/registry.h"

typedef struct Registration {
    Config config;
    Store store;
    Arena arena;
    Model model;
    Evaluation evaluation;
    SnapshotManifest snapshot;
    const StepArtifact *package, *evidence, *dataset;
    int64_t version;
} Registration;

static void registration_deinit(Registration *registration)
{
    config_deinit(&registration->config);
    store_deinit(&registration->store);
    model_deinit(&registration->model);
    evaluation_deinit(&registration->evaluation);
    snapshot_manifest_deinit(&registration->snapshot);
    arena_deinit(&registration->arena);
}

static bool manifest_read(const StageContext *context, Registration *registration, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&registration->arena, registration->dataset->path, STR("snapshot.json"), &path, err));
    TRY(disk_read(context->disk, path, DOCUMENT_BYTES_MAX, &text, err));
    return snapshot_manifest_decode(path, bytes_str(&text), &registration->snapshot, err);
}

static bool inputs_read(const StageContext *context, const StepRequest *request, Registration *registration, Error *err)
{
    TRY(step_input(request, STR("model"), &registration->package, err));
    TRY(step_input(request, STR("evaluation"), &registration->evidence, err));
    TRY(step_input(request, STR("snapshot"), &registration->dataset, err));
    TRY(model_open(context->disk, registration->package->path, &registration->model, err));
    TRY(evaluation_read(context->disk, registration->evidence->path, &registration->evaluation, err));
    return manifest_read(context, registration, err);
}

static bool metrics_write(JsonWriter *json, const Evaluation *evaluation, Error *err)
{
    TRY(json_field_object(json, STR("metrics"), err));
    for (size_t i = 0; i < evaluation->metric_count; i++) {
        const MetricRow *row = &evaluation->metrics[i];
        if (row->slice.size > 0 || !row->candidate.defined) continue;
        TRY(json_field_double(json, row->metric, row->candidate.value, err));
    }
    return json_object_end(json, err);
}

static bool digest_field(JsonWriter *json, Str key, const Digest *digest, Error *err)
{
    return json_field_str(json, key, str_from(digest_hex(digest).text), err);
}

static bool schema_write(JsonWriter *json, const Plan *plan, Str source, Error *err)
{
    Schema schema = {0};
    for (uint32_t i = 0; i < plan->source_count; i++)
        if (str_equal(plan->sources[i].name, source))
            schema = (Schema){.fields = plan->sources[i].fields, .count = plan->sources[i].field_count};
    TRY(json_key(json, STR("schema"), err));
    return source_schema_write(json, schema, err);
}

static bool sources_write(JsonWriter *json, const Registration *registration, Error *err)
{
    TRY(json_field_array(json, STR("sources"), err));
    for (size_t i = 0; i < registration->snapshot.source_count; i++) {
        const SnapshotSource *source = &registration->snapshot.sources[i];
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), source->name, err));
        TRY(json_field_uint(json, STR("rows"), source->row_count, err));
        TRY(digest_field(json, STR("logical"), &source->logical, err));
        TRY(source_files_write(json, source->files, source->file_count, err));
        TRY(schema_write(json, &registration->model.plan, source->name, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

/// Enough to build the model again, and to say what it is.
static bool metadata_write(const StepRequest *request, const Registration *registration, Bytes *out, Error *err)
{
    const ModelManifest *manifest = &registration->model.manifest;
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_node(&json, STR("config"), node_get(request->params, STR("config")), err));
    TRY(json_field_int(&json, STR("as_of_us"), manifest->as_of_us, err));
    TRY(json_field_int(&json, STR("seed"), manifest->seed, err));
    TRY(json_field_str(&json, STR("trainer"), manifest->trainer, err));
    TRY(json_field_str(&json, STR("library"), manifest->library, err));
    TRY(json_field_str(&json, STR("reproducibility"), manifest->reproducibility, err));
    TRY(json_field_node(&json, STR("code"), node_get(request->params, STR("code")), err));
    TRY(json_field_int(&json, STR("trained_until_us"), manifest->trained_until_us, err));
    TRY(digest_field(&json, STR("plan"), &manifest->plan, err));
    TRY(digest_field(&json, STR("snapshot"), &manifest->snapshot, err));
    TRY(sources_write(&json, registration, err));
    TRY(metrics_write(&json, &registration->evaluation, err));
    TRY(json_field_str(&json, STR("verdict"), str_from(verdict_name(registration->evaluation.gate.verdict)), err));
    TRY(json_field_str(&json, STR("summary"), registration->evaluation.gate.summary, err));
    TRY(digest_field(&json, STR("evaluation"), &registration->evidence->digest, err));
    return json_object_end(&json, err);
}

static void edge_add(LineageEdge *edges, size_t *count, const Digest *child, const Digest *parent, Str kind, Str name)
{
    edges[(*count)++] = (LineageEdge){.child = *child, .parent = *parent, .kind = kind, .name = name};
}

static bool lineage_make(Registration *registration, const LineageEdge **out, size_t *out_count, Error *err)
{
    const SnapshotManifest *snapshot = &registration->snapshot;
    const Digest *model = &registration->model.digest;
    size_t room = 2;
    for (size_t i = 0; i < snapshot->source_count; i++) room += 1 + snapshot->sources[i].file_count;
    LineageEdge *edges = arena_alloc_array(&registration->arena, room, sizeof(LineageEdge), err);
    TRY(edges != NULL);
    edge_add(edges, out_count, model, &snapshot->logical, STR("snapshot"), snapshot->pipeline);
    edge_add(edges, out_count, model, &snapshot->plan, STR("plan"), snapshot->pipeline);
    for (size_t i = 0; i < snapshot->source_count; i++) {
        const SnapshotSource *source = &snapshot->sources[i];
        edge_add(edges, out_count, &snapshot->logical, &source->logical, STR("source"), source->name);
        for (size_t k = 0; k < source->file_count; k++)
            edge_add(edges, out_count, &source->logical, &source->files[k].digest, STR("file"), source->files[k].path);
    }
    *out = edges;
    return true;
}

static bool version_register(const StepRequest *request, Registration *registration, Error *err)
{
    AUTO(bytes_deinit) Bytes metadata = {0};
    TRY(metadata_write(request, registration, &metadata, err));
    RegistryCandidate candidate = {
        .model = registration->config.model,
        .package = registration->package->digest,
        .digest = registration->model.digest,
        .run = request->run,
        .step = request->step,
        .verdict = str_from(verdict_name(registration->evaluation.gate.verdict)),
        .metadata = bytes_str(&metadata),
    };
    TRY(lineage_make(registration, &candidate.lineage, &candidate.lineage_count, err));
    return registry_register(&registration->store, &candidate, &registration->version, err);
}

/// The version that evaluate compared with; the alias must still point there.
static bool expected_version(const StepRequest *request, int64_t *out, Error *err)
{
    *out = REGISTRY_NO_VERSION;
    return node_get_int(request->params, STR("compared_with"), 0, INT64_MAX, out, err);
}

static bool promote(const StepRequest *request, Registration *registration, int64_t expected, Error *err)
{
    Promotion promotion = {
        .model = registration->config.model,
        .alias = registration->config.promote,
        .expected = expected,
        .version = registration->version,
        .reason = registration->evaluation.gate.summary,
        .evidence = registration->evidence->digest,
    };
    TRY(arena_format(&registration->arena, &promotion.event, err, "%.*s/%.*s", STR_ARG(request->run),
                     STR_ARG(request->step)));
    return registry_promote(&registration->store, &promotion, err);
}

static bool refuse(const Registration *registration, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(evaluation_format(&registration->evaluation, &text, err));
    return error_set(err, ERROR_REFUSED, "%.*s@%lld is registered and not promoted: the gate says %s\n%.*s",
                     STR_ARG(registration->config.model), (long long)registration->version,
                     verdict_name(registration->evaluation.gate.verdict), STR_ARG(bytes_str(&text)));
}

static bool decide(const StepRequest *request, Registration *registration, StepResult *result, Error *err)
{
    Str model = registration->config.model;
    Str alias = registration->config.promote;
    int64_t now = REGISTRY_NO_VERSION;
    int64_t expected = REGISTRY_NO_VERSION;
    long long version = (long long)registration->version;
    if (alias.size == 0) return stage_message(result, err, "%.*s@%lld registered", STR_ARG(model), version);
    TRY(registry_alias(&registration->store, model, alias, &now, err));
    if (now == registration->version)
        return stage_message(result, err, "%.*s@%lld is %.*s already", STR_ARG(model), version, STR_ARG(alias));
    if (registration->evaluation.gate.verdict != VERDICT_PASS) return refuse(registration, err);
    TRY(expected_version(request, &expected, err));
    TRY(promote(request, registration, expected, err));
    return stage_message(result, err, "%.*s@%lld is %.*s now", STR_ARG(model), version, STR_ARG(alias));
}

bool stage_register(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(registration_deinit) Registration registration = {0};
    TRY(stage_config(request, CONFIG_REGISTER, &registration.config, err));
    TRY(store_open(context->store, context->disk, context->clock, &registration.store, err));
    TRY(inputs_read(context, request, &registration, err));
    TRY(version_register(request, &registration, err));
    TRY(stage_value_int(result, "version", registration.version, err));
    return decide(request, &registration, result, err);
}
