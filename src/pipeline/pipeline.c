#include "pipeline/pipeline_internal.h"

#include "dataset/source_json.h"
#include "registry/registry.h"
#include "sys/environment.h"

void pipeline_deinit(Pipeline *pipeline)
{
    config_deinit(&pipeline->config);
    store_deinit(&pipeline->store);
    receipt_paths_deinit(&pipeline->seen);
    arena_deinit(&pipeline->arena);
    *pipeline = (Pipeline){0};
}

static bool absolute(Arena *arena, Str path, Str *out, Error *err)
{
    Str directory = {0};
    if (str_starts(path, STR("/"))) return arena_copy(arena, path, out, err);
    TRY(environment_directory(arena, &directory, err));
    if (str_equal(path, STR("."))) {
        *out = directory;
        return true;
    }
    return path_join(arena, directory, path, out, err);
}

static bool text_parse(Pipeline *pipeline, Str text, Error *err)
{
    return config_parse(pipeline->options.file, text, CONFIG_ALL, pipeline->options.settings,
                        pipeline->options.setting_count, &pipeline->config, err);
}

static bool file_read(Pipeline *pipeline, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error inner = {0};
    Str file = pipeline->options.file;
    if (pipeline->options.text.size > 0) return text_parse(pipeline, pipeline->options.text, err);
    if (!disk_read(pipeline->disk, file, DOCUMENT_BYTES_MAX, &text, &inner)) {
        if (inner.kind == ERROR_NOT_FOUND)
            return error_set(err, ERROR_NOT_FOUND,
                             "there is no pipeline file '%.*s'; 'pawl init' writes one, --file names another",
                             STR_ARG(file));
        *err = inner;
        return false;
    }
    return text_parse(pipeline, bytes_str(&text), err);
}

bool pipeline_places(const PipelineOptions *options, Arena *arena, Str *out_directory, Str *out_store, Error *err)
{
    TRY(absolute(arena, path_directory(options->file), out_directory, err));
    if (options->store.size == 0) return path_join(arena, *out_directory, STR(".pawl"), out_store, err);
    return absolute(arena, options->store, out_store, err);
}

static bool store_find(Pipeline *pipeline, Error *err)
{
    Str path = {0};
    TRY(pipeline_places(&pipeline->options, &pipeline->arena, &pipeline->directory, &path, err));
    TRY(store_open(path, pipeline->disk, pipeline->clock, &pipeline->store, err));
    // Steps are resolved inside a transaction, where no table can be made.
    TRY(registry_open(&pipeline->store, err));
    return lock_migrate(&pipeline->store, err);
}

bool pipeline_open(const PipelineOptions *options, const Disk *disk, const Clock *clock, Pipeline *out, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {.options = *options, .disk = disk, .clock = clock};
    pipeline.started_us = clock_now_us(clock);
    TRY(file_read(&pipeline, err));
    if (options->as_of_us != 0) pipeline.config.as_of_us = options->as_of_us;
    TRY(store_find(&pipeline, err));
    *out = pipeline;
    pipeline = (Pipeline){0};
    return true;
}

bool pipeline_lock(Pipeline *pipeline, Str source, const Node *schema, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema locked = {0};
    TRY(source_schema_read(schema, &arena, &locked, err));
    TRY(lock_save(pipeline, source, locked, err));
    return lock_confirm(pipeline, source, err);
}

static const Node *register_node(const Pipeline *pipeline, Str key)
{
    return node_get(node_get(pipeline->config.document->root, STR("register")), key);
}

/// Found here, not after hours of training.
static bool names_check(const Pipeline *pipeline, Error *err)
{
    const Config *config = &pipeline->config;
    Error inner = {0};
    if (config->has_register && !registry_check_name("a model", config->model, &inner))
        return node_error(register_node(pipeline, STR("model")), err, "%s", inner.text);
    if (config->promote.size > 0 && !registry_check_alias(config->promote, &inner))
        return node_error(register_node(pipeline, STR("promote")), err, "%s", inner.text);
    return true;
}

static bool relock_check(const Pipeline *pipeline, Error *err)
{
    Str name = pipeline->options.relock;
    if (name.size == 0) return true;
    for (size_t i = 0; i < pipeline->config.source_count; i++)
        if (str_equal(pipeline->config.sources[i].definition.name, name)) return true;
    return error_set(err, ERROR_USAGE, "--relock %.*s: the pipeline has no such source", STR_ARG(name));
}

bool pipeline_prepare(Pipeline *pipeline, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    bool compiled = false;
    TRY(names_check(pipeline, err));
    TRY(relock_check(pipeline, err));
    TRY(pipeline_read_sources(pipeline, err));
    TRY(pipeline_compile(pipeline, &plan, &compiled, err));
    TRY(pipeline_build_flow(pipeline, err));
    return flow_check(&pipeline->flow, err);
}

/// What is wrong with the transforms is said before anything runs.
static bool transform_check_config(const Config *config, const Plan *plan, Error *err)
{
    AUTO(transform_deinit) Transform transform = {0};
    return !config->has_transforms || transform_compile(&config->transform, plan, &transform, err);
}

bool pipeline_compile(Pipeline *pipeline, Plan *out, bool *out_compiled, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Definition definition = {0};
    *out_compiled = false;
    for (size_t i = 0; i < pipeline->config.source_count; i++) {
        if (pipeline->sources[i].locked.count == 0) return true;
        pipeline->config.sources[i].definition.schema = pipeline->sources[i].locked;
    }
    TRY(config_definition(&pipeline->config, &arena, &definition, err));
    TRY(plan_compile(&definition, out, err));
    TRY(transform_check_config(&pipeline->config, out, err));
    *out_compiled = true;
    return true;
}

/// A run that did not end goes on with the `as_of` that it began with.
static bool as_of_find(Pipeline *pipeline, Str resume, int64_t *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord *runs = NULL;
    RunRecord resumed = {0};
    size_t count = 0;
    if (resume.size > 0) {
        TRY(flow_run_find(&pipeline->store, resume, &arena, &resumed, err));
        *out = resumed.as_of_us;
        return true;
    }
    *out = pipeline->config.as_of_us != 0 ? pipeline->config.as_of_us : pipeline->started_us;
    TRY(flow_runs(&pipeline->store, 1, &arena, &runs, &count, err));
    if (count == 1 && runs[0].state == STEP_RUNNING) *out = runs[0].as_of_us;
    return true;
}

static bool options_complete(Pipeline *pipeline, FlowOptions *options, Error *err)
{
    Str *supervisor = arena_alloc_array(&pipeline->arena, 2, sizeof(Str), err);
    TRY(supervisor != NULL);
    TRY(environment_executable(&pipeline->arena, &supervisor[0], err));
    supervisor[1] = STR("supervise");
    options->supervisor = supervisor;
    options->supervisor_count = 2;
    options->threads = pipeline->options.threads;
    options->memory_bytes = pipeline->options.memory_bytes;
    if (options->memory_bytes == 0) options->memory_bytes = pipeline->config.memory_bytes;
    options->parallel_max = pipeline->options.parallel_max;
    if (options->parallel_max == 0) options->parallel_max = pipeline->config.parallel;
    options->resolve = pipeline_resolve;
    options->resolve_context = pipeline;
    options->table_digest = pipeline_table_digest;
    options->table_digest_context = pipeline;
    TRY(as_of_find(pipeline, options->resume, &options->as_of_us, err));
    pipeline->as_of_us = options->as_of_us;
    return true;
}

/// The schemas of what was ingested hold from now on.
static bool locks_confirm(Pipeline *pipeline, Str run, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord record = {0};
    TRY(flow_run_find(&pipeline->store, run, &arena, &record, err));
    for (size_t i = 0; i < record.step_count; i++) {
        const StepRecord *step = &record.steps[i];
        bool done = step->state == STEP_DONE || step->state == STEP_CACHED;
        if (!done || !str_starts(step->step, STR("ingest."))) continue;
        TRY(lock_confirm(pipeline, str_slice(step->step, STR("ingest.").size, step->step.size), err));
    }
    return true;
}

bool pipeline_run(Pipeline *pipeline, FlowOptions *options, FlowOutcome *out, Error *err)
{
    CHECK(pipeline->has_flow);
    TRY(options_complete(pipeline, options, err));
    TRY(receipt_drop(pipeline, err));
    TRY(flow_run(&pipeline->store, &pipeline->flow, options, out, err));
    TRY(receipt_write(pipeline, out, err));
    return locks_confirm(pipeline, out->run, err);
}

bool pipeline_forecast(Pipeline *pipeline, FlowOptions *options, Arena *arena, FlowForecast **out, Error *err)
{
    CHECK(pipeline->has_flow);
    TRY(options_complete(pipeline, options, err));
    return flow_forecast(&pipeline->store, &pipeline->flow, options, arena, out, err);
}

bool pipeline_explain(Pipeline *pipeline, FlowOptions *options, Str step, Arena *arena, FlowExplanation *out,
                      Error *err)
{
    CHECK(pipeline->has_flow);
    TRY(options_complete(pipeline, options, err));
    return flow_explain(&pipeline->store, &pipeline->flow, options, step, arena, out, err);
}
