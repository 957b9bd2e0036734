#include "cli/commands.h"
#include "cli/run_view.h"

#include "registry/registry.h"
#include "sys/temporary.h"
#include "text/json.h"
#include "text/json_writer.h"

typedef struct Reproduction {
    ModelVersion version;
    Document metadata;
    Str text;      ///< the pipeline as the model's metadata has it
    Str directory; ///< of the sources
    Digest rebuilt;
} Reproduction;

static bool metadata_read(Invocation *invocation, Store *store, Reproduction *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    const Node *config = NULL;
    JsonWriter json = json_writer(&text, JSON_PRETTY);
    TRY(registry_find(store, invocation->words[0], &invocation->arena, &out->version, err));
    TRY(json_parse(STR("model metadata"), out->version.metadata, &invocation->arena, &out->metadata, err));
    TRY(node_need(out->metadata.root, STR("config"), &config, err));
    TRY(json_node(&json, config, err));
    return arena_copy(&invocation->arena, bytes_str(&text), &out->text, err);
}

static bool file_check(Invocation *invocation, const Reproduction *reproduction, const Node *file, Bytes *changed,
                       Error *err)
{
    Str path = {0};
    Str hex = {0};
    Digest recorded = {0};
    Digest found = {0};
    Error gone = {0};
    TRY(node_get_str(file, STR("path"), &path, err));
    TRY(node_get_str(file, STR("digest"), &hex, err));
    TRY(digest_parse(hex, &recorded, err));
    Str full = path;
    if (!str_starts(path, STR("/"))) TRY(path_join(&invocation->arena, reproduction->directory, path, &full, err));
    if (!disk_hash_file(invocation->disk, full, &found, &gone))
        return bytes_append_format(changed, err, "\n  %s", gone.text);
    if (digest_equal(&recorded, &found)) return true;
    return bytes_append_format(changed, err, "\n  %.*s: %.12s when the model was made, %.12s now", STR_ARG(path),
                               digest_hex(&recorded).text, digest_hex(&found).text);
}

/// The same model can only come from the same files.
static bool files_check(Invocation *invocation, const Reproduction *reproduction, Error *err)
{
    AUTO(bytes_deinit) Bytes changed = {0};
    const Node *sources = node_get(reproduction->metadata.root, STR("sources"));
    for (size_t i = 0; i < node_count(sources); i++) {
        const Node *files = node_get(node_at(sources, i), STR("files"));
        for (size_t k = 0; k < node_count(files); k++)
            TRY(file_check(invocation, reproduction, node_at(files, k), &changed, err));
    }
    if (changed.size == 0) return true;
    return error_set(err, ERROR_DATA, "the sources are not those that %.*s@%lld was made from:%.*s",
                     STR_ARG(reproduction->version.model), (long long)reproduction->version.version,
                     STR_ARG(bytes_str(&changed)));
}

static bool locks_take(Pipeline *pipeline, const Reproduction *reproduction, Error *err)
{
    const Node *sources = node_get(reproduction->metadata.root, STR("sources"));
    for (size_t i = 0; i < node_count(sources); i++) {
        Str name = {0};
        TRY(node_get_str(node_at(sources, i), STR("name"), &name, err));
        TRY(pipeline_lock(pipeline, name, node_get(node_at(sources, i), STR("schema")), err));
    }
    return true;
}

static bool model_find(Pipeline *pipeline, Str run, Digest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord record = {0};
    TRY(flow_run_find(&pipeline->store, run, &arena, &record, err));
    for (size_t i = 0; i < record.step_count; i++)
        for (size_t k = 0; str_equal(record.steps[i].step, STR("train")) && k < record.steps[i].output_count; k++)
            if (str_equal(record.steps[i].outputs[k].name, STR("model"))) {
                *out = record.steps[i].outputs[k].logical;
                return true;
            }
    return error_set(err, ERROR_STEP, "run %.*s made no model", STR_ARG(run));
}

static bool rebuild(Invocation *invocation, Pipeline *pipeline, Reproduction *reproduction, Error *err)
{
    AUTO(flow_outcome_deinit) FlowOutcome outcome = {0};
    AUTO(run_view_deinit) RunView view = {0};
    RunViewOptions shown = {.stream = invocation->err, .clock = invocation->clock, .interrupt = invocation->interrupt};
    FlowOptions options = {.interrupt = invocation->interrupt, .observe = run_view_observe, .observe_context = &view};
    TRY(locks_take(pipeline, reproduction, err));
    TRY(pipeline_prepare(pipeline, err));
    TRY(run_view_init(&view, &shown, &pipeline->flow, &invocation->arena, err));
    TRY(pipeline_run(pipeline, &options, &outcome, err));
    run_view_end(&view);
    if (outcome.state != STEP_DONE)
        return error_set(err, ERROR_STEP, "rebuilding stopped at step '%.*s': %.*s", STR_ARG(outcome.failed_step),
                         STR_ARG(outcome.message));
    return model_find(pipeline, outcome.run, &reproduction->rebuilt, err);
}

/// An empty store, beside the same sources.
static bool rebuild_apart(Invocation *invocation, Str store, Reproduction *reproduction, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    int64_t as_of = 0;
    TRY(node_get_int(reproduction->metadata.root, STR("as_of_us"), INT64_MIN, INT64_MAX, &as_of, err));
    PipelineOptions options = {.store = store, .text = reproduction->text, .as_of_us = as_of, .model_only = true};
    TRY(option_count(invocation, "threads", &options.threads, err));
    TRY(path_join(&invocation->arena, reproduction->directory, STR("pawl.yaml"), &options.file, err));
    TRY(pipeline_open(&options, invocation->disk, invocation->clock, &pipeline, err));
    return rebuild(invocation, &pipeline, reproduction, err);
}

static bool result_text(const Reproduction *reproduction, Bytes *out, Error *err)
{
    Str how = {0};
    TRY(node_get_str(reproduction->metadata.root, STR("reproducibility"), &how, err));
    return bytes_append_format(out, err, "%.*s@%lld rebuilt to the same digest %s (%.*s)\n",
                               STR_ARG(reproduction->version.model), (long long)reproduction->version.version,
                               digest_hex(&reproduction->rebuilt).text, STR_ARG(how));
}

static bool result_json(const Reproduction *reproduction, bool equal, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("model"), reproduction->version.model, err));
    TRY(json_field_int(&json, STR("version"), reproduction->version.version, err));
    TRY(json_field_str(&json, STR("digest"), str_from(digest_hex(&reproduction->version.digest).text), err));
    TRY(json_field_str(&json, STR("rebuilt"), str_from(digest_hex(&reproduction->rebuilt).text), err));
    TRY(json_field_bool(&json, STR("equal"), equal, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool result_print(Invocation *invocation, const Reproduction *reproduction, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    bool equal = digest_equal(&reproduction->rebuilt, &reproduction->version.digest);
    if (invocation->json)
        TRY(result_json(reproduction, equal, &text, err));
    else if (equal)
        TRY(result_text(reproduction, &text, err));
    TRY(command_print(invocation, &text, err));
    if (equal) return true;
    return error_set(err, ERROR_REFUSED,
                     "%.*s@%lld was rebuilt to another digest: %.12s was registered, %.12s came out",
                     STR_ARG(reproduction->version.model), (long long)reproduction->version.version,
                     digest_hex(&reproduction->version.digest).text, digest_hex(&reproduction->rebuilt).text);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(temporary_directory_deinit) TemporaryDirectory temporary = {0};
    Reproduction reproduction = {0};
    Str apart = {0};
    TRY(command_store(invocation, &store, err));
    TRY(metadata_read(invocation, &store, &reproduction, err));
    reproduction.directory = path_directory(command_file(invocation));
    TRY(files_check(invocation, &reproduction, err));
    TRY(temporary_directory_init(&temporary, invocation->disk, store.root, err));
    TRY(path_join(&invocation->arena, temporary_directory_path(&temporary), STR("store"), &apart, err));
    TRY(rebuild_apart(invocation, apart, &reproduction, err));
    return result_print(invocation, &reproduction, err);
}

static const Option options[] = {
    {"threads", "N", "threads (default: all cores); never changes the digest"},
    {NULL, NULL, NULL},
};

const Command command_reproduce = {
    .name = "reproduce",
    .words = "MODEL[@VERSION|@ALIAS]",
    .summary = "build a model again from its metadata alone and compare digests",
    .help = "Works in an empty store beside the same sources, whose digests are checked first. The pipeline file is "
            "not read:\n"
            "everything comes from what was registered with the model.",
    .options = options,
    .word_min = 1,
    .word_max = 1,
    .run = run,
    .interrupts = true,
};
