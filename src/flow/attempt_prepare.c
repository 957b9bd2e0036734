#include "base/array.h"
#include "flow/attempt_internal.h"
#include "sys/disk_file.h"
#include "sys/disk_tree.h"
#include "sys/environment.h"
#include "sys/failpoint.h"
#include "text/json.h"
#include "text/json_writer.h"

/// What every step finds in its environment, when it is there: programs, libraries and tools need them, and no result may depend
/// on them. Whatever else a step reads it declares.
static const char *const VARIABLES_HANDED_ON[] = {"PATH",         "HOME",           "USER",         "LOGNAME",
                                                  "SHELL",        "TMPDIR",         "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                                  "TSAN_OPTIONS", "LD_LIBRARY_PATH"};

/// The same everywhere.
static const char *const VARIABLES_FIXED[] = {"LC_ALL=C.UTF-8", "TZ=UTC"};

/// What tells a step about itself; never handed on from outside.
static const char *const VARIABLES_OWN[] = {
    "PAWL_STEP=",  "PAWL_DIRECTORY=", "PAWL_PROGRESS=",    "PAWL_RESULT=",         "PAWL_INPUT_", "PAWL_OUTPUT_",
    "PAWL_VALUE_", "PAWL_RUN_STATE=", "PAWL_FAILED_STEP=", "PAWL_FAILED_MESSAGE=", "PAWL_PARAM_", "PAWL_ITEM="};

typedef ARRAY_OF(Str) Lines;

static void lines_deinit(Lines *lines)
{
    memory_free(lines->items);
}

static bool line_add(Lines *lines, Arena *arena, Str name, Str value, Error *err)
{
    Str line = {0};
    TRY(arena_format(arena, &line, err, "%.*s=%.*s", STR_ARG(name), STR_ARG(value)));
    return ARRAY_PUSH(lines, line, err);
}

static bool line_hand_on(Lines *lines, Arena *arena, Str name, Error *err)
{
    Str terminated = {0};
    TRY(arena_copy(arena, name, &terminated, err));
    Str value = environment_get(terminated.data);
    return value.data == NULL || line_add(lines, arena, terminated, value, err);
}

static bool line_is_own(Str line)
{
    for (size_t i = 0; i < COUNT_OF(VARIABLES_OWN); i++) {
        if (str_starts(line, str_from(VARIABLES_OWN[i]))) return true;
    }
    return false;
}

/// Settings of pawl itself.
static bool lines_add_settings(Lines *lines, Arena *arena, Error *err)
{
    Str *all = NULL;
    size_t count = 0;
    TRY(environment_list(arena, &all, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (!str_starts(all[i], STR("PAWL_")) || line_is_own(all[i])) continue;
        TRY(ARRAY_PUSH(lines, all[i], err));
    }
    return true;
}

/// "PAWL_INPUT_" and the name in upper case, '_' for what a variable's name cannot hold.
static bool line_add_named(Lines *lines, Arena *arena, const char *prefix, Str named, Str value, Error *err)
{
    Str name = {0};
    TRY(arena_format(arena, &name, err, "%s%.*s", prefix, STR_ARG(named)));
    char *text = arena_alloc(arena, name.size + 1, err);
    if (text == NULL) return false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool lower = c >= 'a' && c <= 'z';
        bool good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        text[i] = lower ? (char)(c - 'a' + 'A') : good ? c : '_';
    }
    return line_add(lines, arena, (Str){text, name.size}, value, err);
}

/// Texts as they are, everything else as JSON.
static bool line_add_node(Lines *lines, Arena *arena, const char *prefix, Str name, const Node *node, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    if (node->kind == NODE_STRING) return line_add_named(lines, arena, prefix, name, node->text, err);
    TRY(json_node(&json, node, err));
    return line_add_named(lines, arena, prefix, name, bytes_str(&text), err);
}

static bool line_add_input(Lines *lines, Arena *arena, const StepArtifact *input, Error *err)
{
    Document document = {0};
    if (input->value.size == 0) return line_add_named(lines, arena, "PAWL_INPUT_", input->name, input->path, err);
    TRY(json_parse(STR("value"), input->value, arena, &document, err));
    return line_add_node(lines, arena, "PAWL_VALUE_", input->name, document.root, err);
}

/// A command's parameters; pawl's own stages read theirs from step.json.
static bool lines_add_params(Lines *lines, Arena *arena, const AttemptPlan *plan, Error *err)
{
    Document document = {0};
    if (!str_equal(plan->step->kind, STR("command")) || str_equal(plan->params, STR("{}"))) return true;
    TRY(json_parse(STR("params"), plan->params, arena, &document, err));
    const Node *params = document.root;
    for (size_t i = 0; i < node_count(params); i++)
        TRY(line_add_node(lines, arena, "PAWL_PARAM_", node_key(params, i), node_at(params, i), err));
    if (plan->step->foreach == NULL) return true;
    const Node *item = node_get(params, plan->step->foreach->item);
    return item == NULL || line_add_node(lines, arena, "PAWL_ITEM", (Str){0}, item, err);
}

static bool lines_add_common(Lines *lines, Arena *arena, const FlowStep *step, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(VARIABLES_HANDED_ON); i++) {
        TRY(line_hand_on(lines, arena, str_from(VARIABLES_HANDED_ON[i]), err));
    }
    for (size_t i = 0; i < COUNT_OF(VARIABLES_FIXED); i++) TRY(ARRAY_PUSH(lines, str_from(VARIABLES_FIXED[i]), err));
    for (size_t i = 0; i < step->place.environment_count; i++)
        TRY(line_hand_on(lines, arena, step->place.environment[i], err));
    return lines_add_settings(lines, arena, err);
}

static bool line_add_file(Lines *lines, Arena *arena, Str name, Str directory, const char *file, Error *err)
{
    Str path = {0};
    TRY(attempt_path(directory, file, arena, &path, err));
    return line_add(lines, arena, name, path, err);
}

static bool lines_add_handled(Lines *lines, Arena *arena, const Handled *handled, Error *err)
{
    TRY(line_add(lines, arena, STR("PAWL_RUN_STATE"), handled->state, err));
    TRY(line_add(lines, arena, STR("PAWL_FAILED_STEP"), handled->step, err));
    return line_add(lines, arena, STR("PAWL_FAILED_MESSAGE"), handled->message, err);
}

static bool lines_add_own(Lines *lines, Arena *arena, const AttemptPlan *plan, Str directory,
                          const StepRequest *request, Error *err)
{
    TRY(line_add_file(lines, arena, STR("PAWL_STEP"), directory, "step.json", err));
    TRY(line_add_file(lines, arena, STR("PAWL_PROGRESS"), directory, "progress", err));
    TRY(line_add_file(lines, arena, STR("PAWL_RESULT"), directory, "result.json", err));
    TRY(line_add(lines, arena, STR("PAWL_DIRECTORY"), plan->flow->directory, err));
    for (size_t i = 0; i < request->input_count; i++) {
        TRY(line_add_input(lines, arena, &request->inputs[i], err));
    }
    for (size_t i = 0; i < request->output_count; i++) {
        const StepArtifact *output = &request->outputs[i];
        TRY(line_add_named(lines, arena, "PAWL_OUTPUT_", output->name, output->path, err));
    }
    if (plan->handled.state.size > 0) TRY(lines_add_handled(lines, arena, &plan->handled, err));
    return lines_add_params(lines, arena, plan, err);
}

static bool texts_write(JsonWriter *json, Str key, const Str *texts, size_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (size_t i = 0; i < count; i++) TRY(json_str(json, texts[i], err));
    return json_array_end(json, err);
}

/// The attempt's own, or what is left of the time for all attempts, whichever ends first.
static bool timeout_write(const AttemptPlan *plan, JsonWriter *json, Error *err)
{
    const FlowStep *step = plan->step;
    int64_t left_us = plan->total_left_us > 0 ? plan->total_left_us : 1;
    bool is_total = step->timeout_total_us > 0 && (step->timeout_us == 0 || left_us < step->timeout_us);
    TRY(json_field_int(json, STR("timeout_us"), is_total ? left_us : step->timeout_us, err));
    return json_field_bool(json, STR("timeout_is_total"), is_total, err);
}

static bool command_encode(const AttemptPlan *plan, const Lines *lines, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    int64_t grace_us = plan->options->grace_us > 0 ? plan->options->grace_us : ATTEMPT_GRACE_US;
    TRY(json_object_begin(&json, err));
    TRY(texts_write(&json, STR("arguments"), plan->step->argv, plan->step->argv_count, err));
    TRY(texts_write(&json, STR("environment"), lines->items, lines->count, err));
    TRY(timeout_write(plan, &json, err));
    TRY(json_field_int(&json, STR("heartbeat_us"), plan->step->heartbeat_us, err));
    TRY(json_field_int(&json, STR("grace_us"), grace_us, err));
    return json_object_end(&json, err);
}

/// Not synced: an attempt whose files a crash of the machine took is lost, and the next one writes its own.
static bool file_write(const Disk *disk, Str directory, const char *name, Str text, Arena *arena, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    Str path = {0};
    TRY(attempt_path(directory, name, arena, &path, err));
    TRY(disk_file_open(disk, path, DISK_REPLACE, &file, err));
    TRY(disk_file_write(&file, text, err));
    return disk_file_close(&file, err);
}

static bool outputs_name(const AttemptPlan *plan, Str directory, StepRequest *request, Error *err)
{
    Str out = {0};
    Arena *arena = &request->arena;
    TRY(attempt_path(directory, "out", arena, &out, err));
    request->outputs = arena_alloc_array(arena, plan->step->output_count + 1, sizeof(StepArtifact), err);
    if (request->outputs == NULL) return false;
    for (size_t i = 0; i < plan->step->output_count; i++) {
        const FlowOutput *output = &plan->step->outputs[i];
        StepArtifact *named = &request->outputs[request->output_count];
        if (flow_type_is_value(output->type)) continue;
        named->name = output->name;
        TRY(path_join(arena, out, output->name, &named->path, err));
        request->output_count++;
    }
    return true;
}

static bool inputs_name(const AttemptPlan *plan, StepRequest *request, Error *err)
{
    request->inputs = arena_alloc_array(&request->arena, plan->step->input_count + 1, sizeof(StepArtifact), err);
    if (request->inputs == NULL) return false;
    for (size_t i = 0; i < plan->step->input_count; i++) {
        request->inputs[i] = plan->inputs[i];
        if (plan->inputs[i].value.size > 0) continue;
        TRY(object_path(plan->store, &plan->inputs[i].digest, &request->arena, &request->inputs[i].path, err));
    }
    request->input_count = plan->step->input_count;
    return true;
}

static bool request_fill(const AttemptPlan *plan, Str directory, StepRequest *request, Error *err)
{
    request->step = plan->step->name;
    request->kind = plan->step->kind;
    request->attempt = plan->attempt;
    request->seed = plan->step->seed;
    request->as_of_us = plan->as_of_us;
    request->threads = plan->options->threads;
    request->memory_bytes = plan->options->memory_bytes;
    TRY(arena_format(&request->arena, &request->run, err, "%lld", (long long)plan->run));
    TRY(attempt_checkpoint(plan->store, &plan->key, &request->arena, &request->checkpoint, err));
    TRY(inputs_name(plan, request, err));
    return outputs_name(plan, directory, request, err);
}

static bool directories_make(const Disk *disk, Str directory, const StepRequest *request, Arena *arena, Error *err)
{
    Str out = {0};
    TRY(attempt_path(directory, "out", arena, &out, err));
    TRY(disk_remove_tree(disk, directory, err));
    TRY(disk_make_directories_unsynced(disk, out, err));
    return disk_make_directories_unsynced(disk, request->checkpoint, err);
}

static bool files_write(const AttemptPlan *plan, Str directory, const StepRequest *request, Arena *arena, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes command = {0};
    AUTO(lines_deinit) Lines lines = {0};
    TRY(step_request_encode(request, plan->params, &text, err));
    TRY(file_write(plan->store->disk, directory, "step.json", bytes_str(&text), arena, err));
    TRY(lines_add_common(&lines, arena, plan->step, err));
    TRY(lines_add_own(&lines, arena, plan, directory, request, err));
    TRY(command_encode(plan, &lines, &command, err));
    return file_write(plan->store->disk, directory, "command.json", bytes_str(&command), arena, err);
}

bool attempt_prepare(const AttemptPlan *plan, Str directory, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(step_request_deinit) StepRequest request = {0};
    TRY(request_fill(plan, directory, &request, err));
    TRY(directories_make(plan->store->disk, directory, &request, &arena, err));
    TRY(files_write(plan, directory, &request, &arena, err));
    FAILPOINT("flow.attempt_prepared");
    return true;
}
