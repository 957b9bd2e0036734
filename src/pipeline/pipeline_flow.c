/// The graph: ingest each source, then dataset, train, evaluate, online, register, and the user's own steps.
#include "pipeline/pipeline_internal.h"

#include "base/version.h"
#include "dataset/source_json.h"
#include "sys/environment.h"

typedef struct Builder {
    Pipeline *pipeline;
    Arena *arena;
    FlowStep *steps;
    size_t count;
    const Str *argv;
    size_t argv_count;
} Builder;

static bool argv_make(Builder *builder, Error *err)
{
    Str *argv = arena_alloc_array(builder->arena, 6, sizeof(Str), err);
    TRY(argv != NULL);
    TRY(environment_executable(builder->arena, &argv[0], err));
    argv[1] = STR("step");
    argv[2] = STR("--store");
    argv[3] = builder->pipeline->store.root;
    argv[4] = STR("--directory");
    argv[5] = builder->pipeline->directory;
    builder->argv = argv;
    builder->argv_count = 6;
    return true;
}

static bool step_add(Builder *builder, Str name, Str kind, Bytes *params, FlowStep **out, Error *err)
{
    FlowStep *step = &builder->steps[builder->count++];
    *step = (FlowStep){
        .name = name,
        .kind = kind,
        .argv = builder->argv,
        .argv_count = builder->argv_count,
        .code_digest = str_from(version_code_digest()),
    };
    *out = step;
    pipeline_place_stage(builder->pipeline, step);
    return arena_copy(builder->arena, bytes_str(params), &step->params, err);
}

static bool inputs_room(Builder *builder, size_t count, FlowInput **out, Error *err)
{
    *out = arena_alloc_array(builder->arena, count + 1, sizeof(FlowInput), err);
    return *out != NULL;
}

static bool one_output(Builder *builder, FlowStep *step, Str output, Error *err)
{
    FlowOutput *outputs = arena_alloc_array(builder->arena, 1, sizeof(FlowOutput), err);
    TRY(outputs != NULL);
    outputs[0] = (FlowOutput){.name = output};
    step->outputs = outputs;
    step->output_count = 1;
    return true;
}

static bool ingest_name(Builder *builder, Str source, Str *out, Error *err)
{
    return arena_format(builder->arena, out, err, "ingest.%.*s", STR_ARG(source));
}

/// {"config": {sections}, and more by the caller: the object stays open.
static bool params_begin(Builder *builder, JsonWriter *json, unsigned sections, Str source, Error *err)
{
    AUTO(bytes_deinit) Bytes config = {0};
    TRY(config_section_json(&builder->pipeline->config, sections, source, &config, err));
    TRY(json_object_begin(json, err));
    TRY(json_key(json, STR("config"), err));
    return json_raw(json, bytes_str(&config), err);
}

/// The file name that a step's output was declared with: its ending says how to read it.
static Str output_file_name(const Config *config, Str step, Str output)
{
    for (size_t i = 0; i < config->step_count; i++)
        for (size_t k = 0; str_equal(config->steps[i].name, step) && k < config->steps[i].output_count; k++)
            if (str_equal(config->steps[i].outputs[k].name, output)) return config->steps[i].outputs[k].file;
    return output;
}

static bool ingest_params(Builder *builder, size_t index, Bytes *out, Error *err)
{
    const Config *config = &builder->pipeline->config;
    const ConfigSource *source = &config->sources[index];
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(params_begin(builder, &json, CONFIG_SOURCES, source->definition.name, err));
    const PipelineSource *read = &builder->pipeline->sources[index];
    TRY(source_files_write(&json, read->files, read->file_count, err));
    TRY(json_key(&json, STR("locked"), err));
    TRY(source_schema_write(&json, read->locked, err));
    if (source->step.size > 0)
        TRY(json_field_str(&json, STR("file_name"), output_file_name(config, source->step, source->output), err));
    return json_object_end(&json, err);
}

static bool ingest_add(Builder *builder, size_t index, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    const ConfigSource *source = &builder->pipeline->config.sources[index];
    FlowStep *step = NULL;
    Str name = {0};
    TRY(ingest_name(builder, source->definition.name, &name, err));
    TRY(ingest_params(builder, index, &params, err));
    TRY(step_add(builder, name, STR("ingest"), &params, &step, err));
    step->uncached = source->query.sql.size > 0 && !source->has_files;
    if (source->step.size > 0) {
        FlowInput *inputs = NULL;
        TRY(inputs_room(builder, 1, &inputs, err));
        inputs[0] = (FlowInput){.name = STR("table"), .step = source->step, .output = source->output};
        step->inputs = inputs;
        step->input_count = 1;
    }
    return one_output(builder, step, STR("table"), err);
}

static bool source_is_dated(const ConfigSource *source)
{
    for (size_t i = 0; i < source->expectations.count; i++)
        if (source->expectations.items[i].kind == EXPECT_FRESH) return true;
    return false;
}

/// Freshness is a question to each run's start, so it is a step of its own that is never cached.
static bool fresh_add(Builder *builder, size_t index, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    const ConfigSource *source = &builder->pipeline->config.sources[index];
    JsonWriter json = json_writer(&params, JSON_COMPACT);
    FlowStep *step = NULL;
    Str name = {0};
    Str *after = arena_alloc_array(builder->arena, 1, sizeof(Str), err);
    TRY(after != NULL);
    if (!source_is_dated(source)) return true;
    TRY(ingest_name(builder, source->definition.name, &after[0], err));
    TRY(arena_format(builder->arena, &name, err, "fresh.%.*s", STR_ARG(source->definition.name)));
    TRY(params_begin(builder, &json, CONFIG_SOURCES, source->definition.name, err));
    TRY(json_object_end(&json, err));
    TRY(step_add(builder, name, STR("fresh"), &params, &step, err));
    step->uncached = true;
    step->after = after;
    step->after_count = 1;
    return true;
}

/// The ingested tables as inputs "source.NAME", from `inputs[at]` on.
static bool table_inputs(Builder *builder, FlowInput *inputs, size_t *count, Error *err)
{
    const Config *config = &builder->pipeline->config;
    for (size_t i = 0; i < config->source_count; i++) {
        FlowInput *input = &inputs[(*count)++];
        Str source = config->sources[i].definition.name;
        TRY(arena_format(builder->arena, &input->name, err, "source.%.*s", STR_ARG(source)));
        TRY(ingest_name(builder, source, &input->step, err));
        input->output = STR("table");
    }
    return true;
}

/// Steps that must be done before a dataset is built, without handing anything over.
static bool fresh_names(Builder *builder, FlowStep *step, Error *err)
{
    const Config *config = &builder->pipeline->config;
    Str *after = arena_alloc_array(builder->arena, config->source_count + 1, sizeof(Str), err);
    TRY(after != NULL);
    for (size_t i = 0; i < config->source_count; i++) {
        if (!source_is_dated(&config->sources[i])) continue;
        TRY(arena_format(builder->arena, &after[step->after_count++], err, "fresh.%.*s",
                         STR_ARG(config->sources[i].definition.name)));
    }
    step->after = after;
    return true;
}

static const char *leakage_name(LeakagePolicy policy)
{
    static const char *const names[] = {[LEAKAGE_FAIL] = "fail", [LEAKAGE_WARN] = "warn", [LEAKAGE_OFF] = "off"};
    return names[policy];
}

static bool dataset_add(Builder *builder, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    const Config *config = &builder->pipeline->config;
    JsonWriter json = json_writer(&params, JSON_COMPACT);
    FlowStep *step = NULL;
    FlowInput *inputs = NULL;
    TRY(params_begin(builder, &json, CONFIG_SOURCES | CONFIG_FEATURES | CONFIG_DATASET, (Str){0}, err));
    TRY(json_field_str(&json, STR("leakage"), str_from(leakage_name(config->evaluate.gate.leakage)), err));
    TRY(json_object_end(&json, err));
    TRY(step_add(builder, STR("dataset"), STR("dataset"), &params, &step, err));
    TRY(inputs_room(builder, config->source_count, &inputs, err));
    TRY(table_inputs(builder, inputs, &step->input_count, err));
    step->inputs = inputs;
    TRY(fresh_names(builder, step, err));
    return one_output(builder, step, STR("snapshot"), err);
}

static bool train_add(Builder *builder, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    JsonWriter json = json_writer(&params, JSON_COMPACT);
    FlowStep *step = NULL;
    FlowInput *inputs = NULL;
    TRY(params_begin(builder, &json, CONFIG_TRAIN, (Str){0}, err));
    TRY(json_object_end(&json, err));
    TRY(step_add(builder, STR("train"), STR("train"), &params, &step, err));
    TRY(inputs_room(builder, 1, &inputs, err));
    inputs[0] = (FlowInput){.name = STR("snapshot"), .step = STR("dataset"), .output = STR("snapshot")};
    step->inputs = inputs;
    step->input_count = 1;
    step->seed = builder->pipeline->config.train.seed;
    return one_output(builder, step, STR("model"), err);
}

static bool model_inputs(Builder *builder, FlowStep *step, bool tables, Error *err)
{
    FlowInput *inputs = NULL;
    TRY(inputs_room(builder, builder->pipeline->config.source_count + 2, &inputs, err));
    inputs[step->input_count++] =
        (FlowInput){.name = STR("snapshot"), .step = STR("dataset"), .output = STR("snapshot")};
    inputs[step->input_count++] = (FlowInput){.name = STR("model"), .step = STR("train"), .output = STR("model")};
    if (tables) TRY(table_inputs(builder, inputs, &step->input_count, err));
    step->inputs = inputs;
    return true;
}

static bool evaluate_add(Builder *builder, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    JsonWriter json = json_writer(&params, JSON_COMPACT);
    FlowStep *step = NULL;
    TRY(params_begin(builder, &json, CONFIG_EVALUATE | CONFIG_GATE, (Str){0}, err));
    TRY(json_object_end(&json, err));
    TRY(step_add(builder, STR("evaluate"), STR("evaluate"), &params, &step, err));
    TRY(model_inputs(builder, step, true, err));
    return one_output(builder, step, STR("evaluation"), err);
}

static bool online_add(Builder *builder, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    FlowStep *step = NULL;
    FlowInput *inputs = NULL;
    TRY(bytes_append_str(&params, STR("{}"), err));
    TRY(step_add(builder, STR("online"), STR("online"), &params, &step, err));
    TRY(inputs_room(builder, builder->pipeline->config.source_count + 1, &inputs, err));
    inputs[step->input_count++] =
        (FlowInput){.name = STR("snapshot"), .step = STR("dataset"), .output = STR("snapshot")};
    TRY(table_inputs(builder, inputs, &step->input_count, err));
    step->inputs = inputs;
    step->uncached = true;
    return true;
}

static bool register_add(Builder *builder, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    JsonWriter json = json_writer(&params, JSON_COMPACT);
    FlowStep *step = NULL;
    FlowInput *inputs = NULL;
    Str *after = arena_alloc_array(builder->arena, 1, sizeof(Str), err);
    TRY(after != NULL);
    TRY(params_begin(builder, &json, CONFIG_ALL, (Str){0}, err));
    TRY(json_field_str(&json, STR("code"), str_from(version_code_digest()), err));
    TRY(json_object_end(&json, err));
    TRY(step_add(builder, STR("register"), STR("register"), &params, &step, err));
    TRY(inputs_room(builder, 3, &inputs, err));
    inputs[0] = (FlowInput){.name = STR("model"), .step = STR("train"), .output = STR("model")};
    inputs[1] = (FlowInput){.name = STR("evaluation"), .step = STR("evaluate"), .output = STR("evaluation")};
    inputs[2] = (FlowInput){.name = STR("snapshot"), .step = STR("dataset"), .output = STR("snapshot")};
    after[0] = STR("online");
    step->inputs = inputs;
    step->input_count = 3;
    step->after = after;
    step->after_count = 1;
    step->uncached = true;
    return true;
}

/// Which steps a pipeline of these sections has, in order.
static bool stages_add(Builder *builder, Error *err)
{
    const Config *config = &builder->pipeline->config;
    for (size_t i = 0; i < config->source_count; i++) {
        TRY(ingest_add(builder, i, err));
        TRY(fresh_add(builder, i, err));
    }
    if (config->has_dataset) TRY(dataset_add(builder, err));
    if (config->has_train) TRY(train_add(builder, err));
    if (builder->pipeline->options.model_only) return true;
    if (config->has_train) TRY(evaluate_add(builder, err));
    if (config->has_dataset) TRY(online_add(builder, err));
    return !config->has_register || register_add(builder, err);
}

bool pipeline_build_flow(Pipeline *pipeline, Error *err)
{
    const Config *config = &pipeline->config;
    Builder builder = {.pipeline = pipeline, .arena = &pipeline->arena};
    size_t room = config->source_count * 2 + config->step_count + 6;
    builder.steps = arena_alloc_array(&pipeline->arena, room, sizeof(FlowStep), err);
    TRY(builder.steps != NULL);
    TRY(argv_make(&builder, err));
    TRY(stages_add(&builder, err));
    TRY(pipeline_add_commands(pipeline, builder.steps, &builder.count, err));
    pipeline->flow = (Flow){.name = config->pipeline,
                            .directory = pipeline->directory,
                            .steps = builder.steps,
                            .step_count = builder.count,
                            .timeout_us = config->timeout_us,
                            .pools = config->pools,
                            .pool_count = config->pool_count,
                            .alerts = config->alerts,
                            .alert_count = config->alert_count};
    pipeline->has_flow = true;
    return true;
}
