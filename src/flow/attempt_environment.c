#include "flow/attempt_internal.h"
#include "sys/environment.h"
#include "text/json.h"
#include "text/json_writer.h"

/// What every step finds in its environment, when it is there: programs, libraries and tools need them, and no result may depend
/// on them. Whatever else a step reads it declares.
static const char *const VARIABLES_HANDED_ON[] = {"PATH",         "HOME",           "USER",         "LOGNAME",
                                                  "SHELL",        "TMPDIR",         "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                                  "TSAN_OPTIONS", "LD_LIBRARY_PATH"};

/// The same everywhere, unless the step declares it.
static const FlowVariable VARIABLES_FIXED[] = {{STR_INIT("LC_ALL"), STR_INIT("C.UTF-8")},
                                               {STR_INIT("TZ"), STR_INIT("UTC")}};

/// What tells a step about itself; never handed on from outside.
static const char *const VARIABLES_OWN[] = {
    "PAWL_STEP=",  "PAWL_DIRECTORY=", "PAWL_PROGRESS=",    "PAWL_RESULT=",         "PAWL_INPUT_", "PAWL_OUTPUT_",
    "PAWL_VALUE_", "PAWL_RUN_STATE=", "PAWL_FAILED_STEP=", "PAWL_FAILED_MESSAGE=", "PAWL_PARAM_", "PAWL_ITEM="};

void environment_lines_deinit(EnvironmentLines *lines)
{
    memory_free(lines->items);
    *lines = (EnvironmentLines){0};
}

static bool line_add(EnvironmentLines *lines, Arena *arena, Str name, Str value, Error *err)
{
    Str line = {0};
    TRY(arena_format(arena, &line, err, "%.*s=%.*s", STR_ARG(name), STR_ARG(value)));
    return ARRAY_PUSH(lines, line, err);
}

static bool line_hand_on(EnvironmentLines *lines, Arena *arena, Str name, Error *err)
{
    Str terminated = {0};
    TRY(arena_copy(arena, name, &terminated, err));
    Str value = environment_get(terminated.data);
    return value.data == NULL || line_add(lines, arena, terminated, value, err);
}

static bool names_have(const Str *names, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(names[i], name)) return true;
    return false;
}

static bool place_declares(const FlowPlace *place, Str name)
{
    for (size_t i = 0; i < place->variable_count; i++)
        if (str_equal(place->variables[i].name, name)) return true;
    return names_have(place->environment, place->environment_count, name) ||
           names_have(place->secrets, place->secret_count, name);
}

bool attempt_environment_host(const FlowPlace *place, Arena *arena, EnvironmentLines *lines, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(VARIABLES_HANDED_ON); i++) {
        Str name = str_from(VARIABLES_HANDED_ON[i]);
        if (!place_declares(place, name)) TRY(line_hand_on(lines, arena, name, err));
    }
    return true;
}

static bool line_is_own(Str line)
{
    for (size_t i = 0; i < COUNT_OF(VARIABLES_OWN); i++) {
        if (str_starts(line, str_from(VARIABLES_OWN[i]))) return true;
    }
    return false;
}

/// Settings of pawl itself.
static bool lines_add_settings(EnvironmentLines *lines, Arena *arena, const FlowPlace *place, Error *err)
{
    Str *all = NULL;
    size_t count = 0;
    TRY(environment_list(arena, &all, &count, err));
    for (size_t i = 0; i < count; i++) {
        Str rest = all[i];
        Str name = {0};
        if (!str_starts(all[i], STR("PAWL_")) || line_is_own(all[i])) continue;
        if (!str_split(&rest, '=', &name) || place_declares(place, name)) continue;
        TRY(ARRAY_PUSH(lines, all[i], err));
    }
    return true;
}

static bool lines_add_declared(EnvironmentLines *lines, Arena *arena, const FlowPlace *place, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(VARIABLES_FIXED); i++) {
        const FlowVariable *fixed = &VARIABLES_FIXED[i];
        if (!place_declares(place, fixed->name)) TRY(line_add(lines, arena, fixed->name, fixed->value, err));
    }
    for (size_t i = 0; i < place->environment_count; i++) TRY(line_hand_on(lines, arena, place->environment[i], err));
    for (size_t i = 0; i < place->variable_count; i++)
        TRY(line_add(lines, arena, place->variables[i].name, place->variables[i].value, err));
    return true;
}

/// "PAWL_INPUT_" and the name in upper case, '_' for what a variable's name cannot hold.
static bool line_add_named(EnvironmentLines *lines, Arena *arena, const char *prefix, Str named, Str value, Error *err)
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
static bool line_add_node(EnvironmentLines *lines, Arena *arena, const char *prefix, Str name, const Node *node,
                          Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    if (node->kind == NODE_STRING) return line_add_named(lines, arena, prefix, name, node->text, err);
    TRY(json_node(&json, node, err));
    return line_add_named(lines, arena, prefix, name, bytes_str(&text), err);
}

static bool line_add_input(EnvironmentLines *lines, Arena *arena, const StepArtifact *input, Error *err)
{
    Document document = {0};
    if (input->value.size == 0) return line_add_named(lines, arena, "PAWL_INPUT_", input->name, input->path, err);
    TRY(json_parse(STR("value"), input->value, arena, &document, err));
    return line_add_node(lines, arena, "PAWL_VALUE_", input->name, document.root, err);
}

/// A command's parameters; pawl's own stages read theirs from step.json.
static bool lines_add_params(EnvironmentLines *lines, Arena *arena, const AttemptPlan *plan, Error *err)
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

static bool line_add_file(EnvironmentLines *lines, Arena *arena, Str name, Str directory, const char *file, Error *err)
{
    Str path = {0};
    TRY(attempt_path(directory, file, arena, &path, err));
    return line_add(lines, arena, name, path, err);
}

static bool lines_add_handled(EnvironmentLines *lines, Arena *arena, const Handled *handled, Error *err)
{
    TRY(line_add(lines, arena, STR("PAWL_RUN_STATE"), handled->state, err));
    TRY(line_add(lines, arena, STR("PAWL_FAILED_STEP"), handled->step, err));
    return line_add(lines, arena, STR("PAWL_FAILED_MESSAGE"), handled->message, err);
}

static bool lines_add_own(EnvironmentLines *lines, Arena *arena, const AttemptPlan *plan, Str directory,
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

bool attempt_environment(const AttemptPlan *plan, Str directory, const StepRequest *request, Arena *arena,
                         EnvironmentLines *lines, Error *err)
{
    const FlowPlace *place = &plan->step->place;
    TRY(lines_add_declared(lines, arena, place, err));
    TRY(lines_add_settings(lines, arena, place, err));
    return lines_add_own(lines, arena, plan, directory, request, err);
}
