/// Train: the snapshot's training rows into a model package, with checkpoints to go on from.
#include "stage/stage_internal.h"

#include "model/package.h"
#include "model/training.h"
#include "stage/train_input_internal.h"
#include "text/duration.h"

#include <stdio.h>

typedef struct TrainStage {
    const StageContext *context;
    const char *loss;
} TrainStage;

static void progress_tell(void *opaque, const TrainProgress *progress)
{
    const TrainStage *stage = opaque;
    char text[128];
    int size = snprintf(text, sizeof(text), "%s %.4g", stage->loss, progress->train_loss);
    bool validated = progress->validation_loss == progress->validation_loss;
    if (validated)
        (void)snprintf(text + size, sizeof(text) - (size_t)size, ", validation %.4g", progress->validation_loss);
    stage_progress(stage->context, (double)progress->round, (double)progress->rounds, str_from(text),
                   progress->left_us);
}

/// Into the step's log.
static void note_tell(void *opaque, const char *text)
{
    UNUSED(opaque);
    (void)fprintf(stderr, "%s\n", text);
}

static bool stop_wanted(void *opaque)
{
    const TrainStage *stage = opaque;
    return interrupt_raised(stage->context->interrupt);
}

static bool params_write(const TrainOptions *options, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    if (options->params == NULL) {
        TRY(json_object_begin(&json, err) && json_object_end(&json, err));
    } else {
        TRY(json_node(&json, options->params, err));
    }
    return arena_copy(arena, bytes_str(&text), out, err);
}

/// The latest moment that training or validation saw: an example's own, or that of its label.
static bool trained_until(const Snapshot *snapshot, int64_t *out, Error *err)
{
    Vector at = {0};
    Vector known = {0};
    TRY(frame_find(&snapshot->frame, STR("_at"), &at, err));
    TRY(frame_find(&snapshot->frame, STR("_label_known"), &known, err));
    *out = INT64_MIN;
    for (Split split = SPLIT_TRAIN; split <= SPLIT_VALIDATION; split++) {
        uint64_t *rows = NULL;
        size_t count = 0;
        TRY(snapshot_rows(snapshot, split, &rows, &count, err));
        for (size_t i = 0; i < count; i++) {
            if (at.values.ints[rows[i]] > *out) *out = at.values.ints[rows[i]];
            if (known.values.ints[rows[i]] > *out) *out = known.values.ints[rows[i]];
        }
        memory_free(rows);
    }
    return true;
}

static bool sources_copy(const SnapshotManifest *snapshot, ModelManifest *manifest, Error *err)
{
    manifest->sources = arena_alloc_array(&manifest->arena, snapshot->source_count + 1, sizeof(PackageSource), err);
    TRY(manifest->sources != NULL);
    manifest->source_count = snapshot->source_count;
    for (size_t i = 0; i < snapshot->source_count; i++) {
        manifest->sources[i].logical = snapshot->sources[i].logical;
        TRY(arena_copy(&manifest->arena, snapshot->sources[i].name, &manifest->sources[i].name, err));
    }
    return true;
}

static bool names_copy(const Plan *plan, ModelManifest *manifest, Error *err)
{
    manifest->features = arena_alloc_array(&manifest->arena, plan->feature_count + 1, sizeof(Str), err);
    TRY(manifest->features != NULL);
    manifest->feature_count = plan->feature_count;
    for (uint32_t i = 0; i < plan->feature_count; i++)
        TRY(arena_copy(&manifest->arena, plan->features[i].name, &manifest->features[i], err));
    return true;
}

static bool manifest_fill(const Config *config, const Snapshot *snapshot, const TrainingData *data, ModelManifest *out,
                          Error *err)
{
    const Trainer *trainer = trainer_find(config->train.trainer);
    CHECK(trainer != NULL);
    out->objective = config->train.objective;
    out->seed = config->train.seed;
    out->plan = snapshot->manifest.plan;
    out->snapshot = snapshot->manifest.logical;
    out->as_of_us = snapshot->manifest.as_of_us;
    out->train_rows = data->train.row_count;
    out->validation_rows = data->validation.row_count;
    TRY(arena_copy(&out->arena, snapshot->manifest.pipeline, &out->pipeline, err));
    TRY(arena_copy(&out->arena, config->train.trainer, &out->trainer, err));
    TRY(arena_copy(&out->arena, str_from(trainer->reproducibility), &out->reproducibility, err));
    TRY(params_write(&config->train, &out->arena, &out->params, err));
    TRY(trained_until(snapshot, &out->trained_until_us, err));
    TRY(label_mean(data->train_label, data->train.row_count, &out->label_mean, err));
    TRY(trainer_library(trainer, &out->arena, &out->library, err));
    TRY(sources_copy(&snapshot->manifest, out, err));
    return names_copy(&snapshot->plan, out, err);
}

static bool objective_resolve(Config *config, const Snapshot *snapshot)
{
    bool binary = snapshot->plan.dataset.label_type.id == TYPE_BOOL;
    if (!config->has_objective) config->train.objective = binary ? OBJECTIVE_BINARY : OBJECTIVE_REGRESSION;
    return true;
}

static bool package_save(const StageContext *context, const StepRequest *request, const Snapshot *snapshot,
                         ModelManifest *manifest, const ModelFiles *files, StepResult *result, Error *err)
{
    AUTO(bytes_deinit) Bytes plan = {0};
    Str directory = {0};
    Digest digest = {0};
    TRY(plan_encode(&snapshot->plan, &plan, err));
    TRY(step_output(request, STR("model"), &directory, err));
    TRY(disk_make_directories(context->disk, directory, err));
    TRY(package_write(context->disk, manifest, bytes_str(&plan), files, directory, &digest, err));
    stage_logical(result, STR("model"), &digest);
    TRY(stage_value_text(result, "digest", str_from(digest_hex(&digest).text), err));
    return stage_message(result, err, "%.*s on %llu rows: model %.12s", STR_ARG(manifest->trainer),
                         (unsigned long long)manifest->train_rows, digest_hex(&digest).text);
}

/// What the transforms learned is part of the model.
static bool transform_add(const TrainInput *input, ModelFiles *files, Error *err)
{
    AUTO(bytes_deinit) Bytes facts = {0};
    if (!input->fitted) return true;
    TRY(fit_facts_encode(input->fitting.facts, input->fitting.fact_count, &facts, err));
    return package_add_transform(files, &input->fitting.plan, bytes_str(&facts), err);
}

static bool train(const StageContext *context, const StepRequest *request, const Config *config,
                  const Snapshot *snapshot, StepResult *result, Error *err)
{
    AUTO(train_input_deinit) TrainInput input = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    AUTO(model_manifest_deinit) ModelManifest manifest = {0};
    TrainStage stage = {.context = context, .loss = config->train.objective == OBJECTIVE_BINARY ? "log loss" : "rmse"};
    TrainHooks hooks = {.progress = progress_tell, .stop_wanted = stop_wanted, .note = note_tell, .context = &stage};
    TrainOptions options = config->train;
    options.threads = request->threads;
    TRY(train_input_read(config, snapshot, request->threads, &input, err));
    TRY(disk_make_directories(context->disk, request->checkpoint, err));
    TRY(training_run(&options, &input.data, request->checkpoint, context->disk, context->clock, &hooks, &files, err));
    TRY(transform_add(&input, &files, err));
    TRY(manifest_fill(config, snapshot, &input.data, &manifest, err));
    return package_save(context, request, snapshot, &manifest, &files, result, err);
}

bool stage_train(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    AUTO(lake_close) Lake *lake = NULL;
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    const StepArtifact *input = NULL;
    TRY(stage_config(request, CONFIG_TRAIN, &config, err));
    TRY(stage_lake_open(context, request, &lake, err));
    TRY(step_input(request, STR("snapshot"), &input, err));
    TRY(snapshot_read(lake, context->disk, input->path, &snapshot, err));
    TRY(objective_resolve(&config, &snapshot));
    return train(context, request, &config, &snapshot, result, err);
}
