#include "flow/attempt_internal.h"
#include "text/json_writer.h"

static bool texts_write(JsonWriter *json, Str key, const Str *texts, size_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (size_t i = 0; i < count; i++) TRY(json_str(json, texts[i], err));
    return json_array_end(json, err);
}

/// The attempt's own, or what is left of the time for all attempts, whichever ends first.
static bool times_write(const AttemptPlan *plan, JsonWriter *json, Error *err)
{
    const FlowStep *step = plan->step;
    int64_t left_us = plan->total_left_us > 0 ? plan->total_left_us : 1;
    int64_t grace_us = plan->options->grace_us > 0 ? plan->options->grace_us : ATTEMPT_GRACE_US;
    bool is_total = step->timeout_total_us > 0 && (step->timeout_us == 0 || left_us < step->timeout_us);
    TRY(json_field_int(json, STR("timeout_us"), is_total ? left_us : step->timeout_us, err));
    TRY(json_field_bool(json, STR("timeout_is_total"), is_total, err));
    TRY(json_field_int(json, STR("heartbeat_us"), step->heartbeat_us, err));
    return json_field_int(json, STR("grace_us"), grace_us, err);
}

static bool environment_write(const AttemptPlan *plan, Str directory, const StepRequest *request, JsonWriter *json,
                              Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(environment_lines_deinit) EnvironmentLines lines = {0};
    AUTO(environment_lines_deinit) EnvironmentLines host = {0};
    TRY(attempt_environment(plan, directory, request, &arena, &lines, err));
    TRY(attempt_environment_host(&plan->step->place, &arena, &host, err));
    TRY(texts_write(json, STR("environment"), lines.items, lines.count, err));
    return texts_write(json, STR("host"), host.items, host.count, err);
}

/// What was pinned when the pipeline was compiled, whatever the name means by now. A name with a digest is pinned by itself.
static bool image_write(const FlowPlace *place, JsonWriter *json, Error *err)
{
    bool named = place->image_digest.size == 0 || str_find(place->image, '@') < place->image.size;
    return json_field_str(json, STR("image"), named ? place->image : place->image_digest, err);
}

static bool place_write(const AttemptPlan *plan, const StepRequest *request, JsonWriter *json, Error *err)
{
    const FlowPlace *place = &plan->step->place;
    TRY(json_field_str(json, STR("executor"), place->executor, err));
    TRY(image_write(place, json, err));
    TRY(json_field_bool(json, STR("network"), place->network, err));
    TRY(json_field_uint(json, STR("memory"), place->memory_bytes, err));
    TRY(json_field_uint(json, STR("cpus"), place->cpu_milli, err));
    TRY(texts_write(json, STR("secrets"), place->secrets, place->secret_count, err));
    TRY(json_field_str(json, STR("store"), plan->store->root, err));
    TRY(json_field_str(json, STR("pipeline"), plan->flow->directory, err));
    TRY(json_field_str(json, STR("checkpoint"), request->checkpoint, err));
    TRY(json_field_array(json, STR("inputs"), err));
    for (size_t i = 0; i < request->input_count; i++)
        if (request->inputs[i].path.size > 0) TRY(json_str(json, request->inputs[i].path, err));
    return json_array_end(json, err);
}

bool attempt_command_encode(const AttemptPlan *plan, Str directory, const StepRequest *request, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(texts_write(&json, STR("arguments"), plan->step->argv, plan->step->argv_count, err));
    TRY(environment_write(plan, directory, request, &json, err));
    TRY(place_write(plan, request, &json, err));
    TRY(times_write(plan, &json, err));
    return json_object_end(&json, err);
}

static bool texts_read(const Node *root, Str key, Arena *arena, Str **out, size_t *out_count, Error *err)
{
    const Node *list = node_get(root, key);
    size_t count = list == NULL ? 0 : node_count(list);
    Str *texts = arena_alloc_array(arena, count + 1, sizeof(Str), err);
    if (texts == NULL) return false;
    for (size_t i = 0; i < count; i++) TRY(node_str(node_at(list, i), &texts[i], err));
    *out = texts;
    *out_count = count;
    return true;
}

static bool place_read(const Node *root, Arena *arena, AttemptCommand *out, Error *err)
{
    int64_t memory = 0;
    int64_t cpus = 0;
    TRY(node_get_str(root, STR("executor"), &out->executor, err));
    TRY(node_get_str(root, STR("image"), &out->image, err));
    TRY(node_get_bool(root, STR("network"), &out->network, err));
    TRY(node_get_int(root, STR("memory"), 0, INT64_MAX, &memory, err));
    TRY(node_get_int(root, STR("cpus"), 0, UINT32_MAX, &cpus, err));
    TRY(node_get_str(root, STR("store"), &out->store, err));
    TRY(node_get_str(root, STR("pipeline"), &out->pipeline, err));
    TRY(node_get_str(root, STR("checkpoint"), &out->checkpoint, err));
    out->memory_bytes = (uint64_t)memory;
    out->cpu_milli = (uint32_t)cpus;
    TRY(texts_read(root, STR("secrets"), arena, &out->secrets, &out->secret_count, err));
    return texts_read(root, STR("inputs"), arena, &out->inputs, &out->input_count, err);
}

static bool times_read(const Node *root, AttemptCommand *out, Error *err)
{
    TRY(node_get_int(root, STR("timeout_us"), 0, INT64_MAX, &out->timeout_us, err));
    TRY(node_get_bool(root, STR("timeout_is_total"), &out->timeout_is_total, err));
    TRY(node_get_int(root, STR("heartbeat_us"), 0, INT64_MAX, &out->heartbeat_us, err));
    return node_get_int(root, STR("grace_us"), 0, INT64_MAX, &out->grace_us, err);
}

bool attempt_command_read(const Disk *disk, Str directory, Arena *arena, AttemptCommand *out, Error *err)
{
    Document document = {0};
    AttemptCommand command = {0};
    TRY(attempt_file_parse(disk, directory, "command.json", arena, &document, err));
    const Node *root = document.root;
    TRY(texts_read(root, STR("arguments"), arena, &command.arguments, &command.argument_count, err));
    TRY(texts_read(root, STR("environment"), arena, &command.environment, &command.environment_count, err));
    TRY(texts_read(root, STR("host"), arena, &command.host, &command.host_count, err));
    TRY(place_read(root, arena, &command, err));
    TRY(times_read(root, &command, err));
    *out = command;
    return true;
}
