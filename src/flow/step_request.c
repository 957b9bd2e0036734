#include <limits.h>

#include "flow/step.h"
#include "text/json.h"
#include "text/json_writer.h"

void step_request_deinit(StepRequest *request)
{
    arena_deinit(&request->arena);
    *request = (StepRequest){0};
}

static bool artifact_write(JsonWriter *json, const StepArtifact *input, Error *err)
{
    TRY(json_field_object(json, input->name, err));
    TRY(json_field_str(json, STR("path"), input->path, err));
    TRY(json_field_str(json, STR("digest"), str_from(digest_hex(&input->digest).text), err));
    TRY(json_field_str(json, STR("logical"), str_from(digest_hex(&input->logical).text), err));
    return json_object_end(json, err);
}

/// The inputs that are values; left out where there is none.
static bool input_values_write(JsonWriter *json, const StepRequest *request, Error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < request->input_count; i++) count += request->inputs[i].value.size > 0;
    if (count == 0) return true;
    TRY(json_field_object(json, STR("values"), err));
    for (size_t i = 0; i < request->input_count; i++) {
        if (request->inputs[i].value.size == 0) continue;
        TRY(json_key(json, request->inputs[i].name, err));
        TRY(json_raw(json, request->inputs[i].value, err));
    }
    return json_object_end(json, err);
}

static bool artifacts_write(JsonWriter *json, const StepRequest *request, Error *err)
{
    TRY(json_field_object(json, STR("inputs"), err));
    for (size_t i = 0; i < request->input_count; i++)
        if (request->inputs[i].value.size == 0) TRY(artifact_write(json, &request->inputs[i], err));
    TRY(json_object_end(json, err));
    TRY(input_values_write(json, request, err));
    TRY(json_field_object(json, STR("outputs"), err));
    for (size_t i = 0; i < request->output_count; i++) {
        TRY(json_field_str(json, request->outputs[i].name, request->outputs[i].path, err));
    }
    return json_object_end(json, err);
}

bool step_request_encode(const StepRequest *request, Str params_json, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("run"), request->run, err));
    TRY(json_field_str(&json, STR("step"), request->step, err));
    TRY(json_field_int(&json, STR("attempt"), request->attempt, err));
    TRY(json_field_str(&json, STR("kind"), request->kind, err));
    TRY(json_field_int(&json, STR("seed"), request->seed, err));
    TRY(json_field_int(&json, STR("as_of"), request->as_of_us, err));
    TRY(json_field_uint(&json, STR("threads"), request->threads, err));
    TRY(json_field_uint(&json, STR("memory"), request->memory_bytes, err));
    TRY(json_key(&json, STR("params"), err));
    TRY(json_raw(&json, params_json, err));
    TRY(json_field_str(&json, STR("checkpoint"), request->checkpoint, err));
    TRY(artifacts_write(&json, request, err));
    return json_object_end(&json, err);
}

static bool digest_read(const Node *map, Str key, Digest *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return digest_parse(text, out, err);
}

static bool input_read(Str name, const Node *node, StepArtifact *out, Error *err)
{
    *out = (StepArtifact){.name = name};
    TRY(node_get_str(node, STR("path"), &out->path, err));
    TRY(digest_read(node, STR("digest"), &out->digest, err));
    return digest_read(node, STR("logical"), &out->logical, err);
}

static bool input_value_read(const Node *map, size_t i, Arena *arena, StepArtifact *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    TRY(json_node(&json, node_at(map, i), err));
    *out = (StepArtifact){.name = node_key(map, i)};
    return arena_copy(arena, bytes_str(&text), &out->value, err);
}

static bool inputs_read(const Node *map, const Node *values, StepRequest *request, Error *err)
{
    size_t count = node_count(map);
    size_t value_count = node_count(values);
    if (values != NULL) TRY(node_expect(values, NODE_MAP, err));
    request->inputs = arena_alloc_array(&request->arena, count + value_count, sizeof(StepArtifact), err);
    if (request->inputs == NULL) return false;
    for (size_t i = 0; i < count; i++) TRY(input_read(node_key(map, i), node_at(map, i), &request->inputs[i], err));
    for (size_t i = 0; i < value_count; i++)
        TRY(input_value_read(values, i, &request->arena, &request->inputs[count + i], err));
    request->input_count = count + value_count;
    return true;
}

static bool outputs_read(const Node *map, StepRequest *request, Error *err)
{
    size_t count = node_count(map);
    request->outputs = arena_alloc_array(&request->arena, count, sizeof(StepArtifact), err);
    if (request->outputs == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        request->outputs[i].name = node_key(map, i);
        TRY(node_str(node_at(map, i), &request->outputs[i].path, err));
    }
    request->output_count = count;
    return true;
}

static bool scalars_read(const Node *root, StepRequest *request, Error *err)
{
    int64_t threads = 0;
    int64_t memory = 0;
    TRY(node_get_str(root, STR("run"), &request->run, err));
    TRY(node_get_str(root, STR("step"), &request->step, err));
    TRY(node_get_str(root, STR("kind"), &request->kind, err));
    TRY(node_get_str(root, STR("checkpoint"), &request->checkpoint, err));
    TRY(node_get_int(root, STR("attempt"), 0, INT64_MAX, &request->attempt, err));
    TRY(node_get_int(root, STR("seed"), INT64_MIN, INT64_MAX, &request->seed, err));
    TRY(node_get_int(root, STR("as_of"), INT64_MIN, INT64_MAX, &request->as_of_us, err));
    TRY(node_get_int(root, STR("threads"), 0, UINT32_MAX, &threads, err));
    TRY(node_get_int(root, STR("memory"), 0, INT64_MAX, &memory, err));
    request->threads = (uint32_t)threads;
    request->memory_bytes = (uint64_t)memory;
    return true;
}

/// json_parse gives the root a pointer to the document handed in, so it is parsed where it stays.
static bool request_read(Str name, Str text, StepRequest *request, Error *err)
{
    TRY(json_parse(name, text, &request->arena, &request->document, err));
    const Node *root = request->document.root;
    TRY(node_expect(root, NODE_MAP, err));
    TRY(scalars_read(root, request, err));
    TRY(node_need(root, STR("params"), &request->params, err));
    TRY(inputs_read(node_get(root, STR("inputs")), node_get(root, STR("values")), request, err));
    return outputs_read(node_get(root, STR("outputs")), request, err);
}

bool step_request_decode(Str name, Str text, StepRequest *out, Error *err)
{
    *out = (StepRequest){0};
    if (request_read(name, text, out, err)) return true;
    step_request_deinit(out);
    return false;
}

static const StepArtifact *artifact_find(const StepArtifact *artifacts, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(artifacts[i].name, name)) return &artifacts[i];
    }
    return NULL;
}

static bool artifact_missing(const StepArtifact *artifacts, size_t count, const char *what, Str name, Error *err)
{
    Str nearest = {0};
    for (size_t i = 0; i < count && nearest.size == 0; i++) nearest = str_nearest(name, &artifacts[i].name, 1);
    if (nearest.size == 0) return error_set(err, ERROR_NOT_FOUND, "the step has no %s '%.*s'", what, STR_ARG(name));
    return error_set(err, ERROR_NOT_FOUND, "the step has no %s '%.*s'; did you mean '%.*s'?", what, STR_ARG(name),
                     STR_ARG(nearest));
}

bool step_input(const StepRequest *request, Str name, const StepArtifact **out, Error *err)
{
    const StepArtifact *found = artifact_find(request->inputs, request->input_count, name);
    if (found == NULL) return artifact_missing(request->inputs, request->input_count, "input", name, err);
    *out = found;
    return true;
}

bool step_output(const StepRequest *request, Str name, Str *out_path, Error *err)
{
    const StepArtifact *found = artifact_find(request->outputs, request->output_count, name);
    if (found == NULL) return artifact_missing(request->outputs, request->output_count, "output", name, err);
    *out_path = found->path;
    return true;
}
