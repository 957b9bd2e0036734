#include "stage/stage_internal.h"

#include "store/store.h"
#include "text/yaml.h"

#include <stdarg.h>
#include <stdio.h>

enum { STAGE_VALUES_MAX = 64, STEP_REQUEST_BYTES_MAX = 64 << 20 };

static const Stage stages[] = {
    {"ingest", stage_ingest},     {"fresh", stage_fresh},   {"dataset", stage_dataset},   {"train", stage_train},
    {"evaluate", stage_evaluate}, {"online", stage_online}, {"register", stage_register},
};

const Stage *stage_find(Str kind)
{
    for (size_t i = 0; i < COUNT_OF(stages); i++)
        if (str_equal(kind, str_from(stages[i].kind))) return &stages[i];
    return NULL;
}

static bool request_read(const StageContext *context, Str path, StepRequest *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(disk_read(context->disk, path, STEP_REQUEST_BYTES_MAX, &text, err));
    return step_request_decode(path, bytes_str(&text), out, err);
}

static bool result_write(const StageContext *context, Str request_path, const StepResult *result, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&arena, path_directory(request_path), STR("result.json"), &path, err));
    TRY(step_result_encode(result, &text, err));
    return disk_write_atomic(context->disk, path, bytes_str(&text), err);
}

/// What the cache hands on is read only when it still is what was made.
static bool inputs_verify(const StageContext *context, const StepRequest *request, Error *err)
{
    for (size_t i = 0; i < request->input_count; i++) {
        const StepArtifact *input = &request->inputs[i];
        Digest found = {0};
        TRY_OR(object_digest(context->disk, input->path, &found, err), err, "input '%.*s'", STR_ARG(input->name));
        if (digest_equal(&found, &input->digest)) continue;
        return error_set(err, ERROR_DATA,
                         "input '%.*s' is damaged: '%.*s' is no longer what was made; the next run makes it again",
                         STR_ARG(input->name), STR_ARG(input->path));
    }
    return true;
}

static bool stage_run(const StageContext *context, Str request_path, StepResult *result, Error *err)
{
    AUTO(step_request_deinit) StepRequest request = {0};
    TRY(request_read(context, request_path, &request, err));
    const Stage *stage = stage_find(request.kind);
    if (stage == NULL) return error_set(err, ERROR_USAGE, "pawl has no step of kind '%.*s'", STR_ARG(request.kind));
    TRY(inputs_verify(context, &request, err));
    return stage->run(context, &request, result, err);
}

int stage_main(const StageContext *context, Str request_path)
{
    Error err = {0};
    AUTO(step_result_deinit) StepResult result = {0};
    bool done = stage_result_reserve(&result, &err) && stage_run(context, request_path, &result, &err);
    ErrorKind kind = done ? ERROR_NONE : err.kind;
    if (!done) {
        (void)fprintf(stderr, "%s\n", err.text);
        result.message = str_from(err.text);
    }
    Error written = {0};
    if (!result_write(context, request_path, &result, &written)) {
        (void)fprintf(stderr, "%s\n", written.text);
        if (kind == ERROR_NONE) kind = written.kind;
    }
    return error_exit_code(kind);
}

bool stage_config(const StepRequest *request, unsigned sections, Config *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    const Node *node = NULL;
    JsonWriter json = json_writer(&text, JSON_PRETTY);
    TRY(node_need(request->params, STR("config"), &node, err));
    TRY(json_node(&json, node, err));
    return config_parse(STR("step.json"), bytes_str(&text), sections, NULL, 0, out, err);
}

bool stage_lake_open(const StageContext *context, const StepRequest *request, Lake **out, Error *err)
{
    LakeOptions options = {
        .threads = request->threads, .memory_bytes = request->memory_bytes, .directory = context->directory};
    return lake_open(&options, out, err);
}

void stage_tables_deinit(StageTables *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        frame_deinit(&tables->frames[i]);
        source_manifest_deinit(&tables->manifests[i]);
    }
    memory_free(tables->frames);
    memory_free(tables->manifests);
    *tables = (StageTables){0};
}

bool stage_tables_read(const StageContext *context, const StepRequest *request, Lake *lake, const Str *names,
                       size_t count, StageTables *out, Error *err)
{
    AUTO(stage_tables_deinit) StageTables tables = {0};
    AUTO(arena_deinit) Arena arena = {0};
    tables.frames = memory_alloc_array(count + 1, sizeof(Frame), err);
    tables.manifests = memory_alloc_array(count + 1, sizeof(SourceManifest), err);
    TRY(tables.frames != NULL && tables.manifests != NULL);
    for (; tables.count < count; tables.count++) {
        const StepArtifact *input = NULL;
        Str name = {0};
        TRY(arena_format(&arena, &name, err, "source.%.*s", STR_ARG(names[tables.count])));
        TRY(step_input(request, name, &input, err));
        TRY(source_table_read(lake, context->disk, input->path, &tables.frames[tables.count],
                              &tables.manifests[tables.count], err));
    }
    *out = tables;
    tables = (StageTables){0};
    return true;
}

bool stage_plan_tables(const StageContext *context, const StepRequest *request, Lake *lake, const Plan *plan,
                       StageTables *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str *names = arena_alloc_array(&arena, plan->source_count + 1, sizeof(Str), err);
    TRY(names != NULL);
    for (uint32_t i = 0; i < plan->source_count; i++) names[i] = plan->sources[i].name;
    return stage_tables_read(context, request, lake, names, plan->source_count, out, err);
}

bool stage_result_reserve(StepResult *result, Error *err)
{
    result->values = arena_alloc_array(&result->arena, STAGE_VALUES_MAX, sizeof(StepValue), err);
    result->logicals = arena_alloc_array(&result->arena, STAGE_VALUES_MAX, sizeof(StepArtifact), err);
    return result->values != NULL && result->logicals != NULL;
}

static bool value_add(StepResult *result, const char *name, const Bytes *json, Error *err)
{
    CHECK(result->value_count < STAGE_VALUES_MAX);
    StepValue *value = &result->values[result->value_count];
    TRY(arena_copy(&result->arena, str_from(name), &value->name, err));
    TRY(arena_copy(&result->arena, bytes_str(json), &value->json, err));
    result->value_count++;
    return true;
}

bool stage_value_int(StepResult *result, const char *name, int64_t value, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(json_int(&json, value, err));
    return value_add(result, name, &text, err);
}

bool stage_value_text(StepResult *result, const char *name, Str value, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(json_str(&json, value, err));
    return value_add(result, name, &text, err);
}

bool stage_value_double(StepResult *result, const char *name, double value, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(json_double(&json, value, err));
    return value_add(result, name, &text, err);
}

void stage_logical(StepResult *result, Str output, const Digest *logical)
{
    CHECK(result->logical_count < STAGE_VALUES_MAX);
    result->logicals[result->logical_count++] = (StepArtifact){.name = output, .logical = *logical};
}

bool stage_message(StepResult *result, Error *err, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return arena_copy(&result->arena, str_from(text), &result->message, err);
}
