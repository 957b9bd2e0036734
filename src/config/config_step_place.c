/// Where and with what a step of the user's runs: `executor`, `image`, `network`, `resources`, `environment`, `secrets`.
#include "config/config_internal.h"

#include "flow/executor.h"

enum { CORES_MAX = 1024, STEP_MEMORY_BYTES_MIN = 1 << 22 };

/// What pawl itself tells a step.
static const char *const NAMES_TAKEN[] = {"PAWL_STEP",   "PAWL_DIRECTORY", "PAWL_PROGRESS",
                                          "PAWL_RESULT", "PAWL_INPUT_",    "PAWL_OUTPUT_",
                                          "PAWL_VALUE_", "PAWL_PARAM_",    "PAWL_ITEM"};

static bool check_variable(const Node *node, Str name, Error *err)
{
    bool good = name.size > 0 && name.size <= 256 && !(name.data[0] >= '0' && name.data[0] <= '9');
    for (size_t i = 0; i < name.size && good; i++) {
        char byte = name.data[i];
        good =
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
    }
    if (!good)
        return node_error(node, err, "'%.*s' cannot name a variable: letters, digits and _, no digit first",
                          STR_ARG(name));
    for (size_t i = 0; i < COUNT_OF(NAMES_TAKEN); i++)
        if (str_starts(name, str_from(NAMES_TAKEN[i])))
            return node_error(node, err, "'%.*s' is what pawl tells each step; call yours something else",
                              STR_ARG(name));
    return true;
}

static bool read_variable_names(Arena *arena, const Node *node, const Str **out, size_t *out_count, Error *err)
{
    TRY(config_read_names(arena, node, out, out_count, err));
    for (size_t i = 0; i < *out_count; i++)
        TRY(check_variable(node->kind == NODE_LIST ? node_at(node, i) : node, (*out)[i], err));
    return true;
}

/// {NAME: value}; without a value it is handed through, as in a list of names.
static bool read_variables(Arena *arena, FlowPlace *place, const Node *map, Error *err)
{
    size_t count = node_count(map);
    Str *names = arena_alloc_array(arena, count + 1, sizeof(Str), err);
    FlowVariable *variables = arena_alloc_array(arena, count + 1, sizeof(FlowVariable), err);
    TRY(names != NULL && variables != NULL);
    for (size_t i = 0; i < count; i++) {
        Str name = node_key(map, i);
        const Node *value = node_at(map, i);
        TRY(check_variable(node_key_at(map, i), name, err));
        if (value->kind == NODE_NULL) {
            names[place->environment_count++] = name;
            continue;
        }
        FlowVariable *variable = &variables[place->variable_count++];
        variable->name = name;
        TRY(node_text(value, &variable->value, err));
    }
    place->environment = names;
    place->variables = variables;
    return true;
}

static bool read_environment(Arena *arena, FlowPlace *place, const Node *node, Error *err)
{
    if (node == NULL) return true;
    if (node->kind == NODE_MAP) return read_variables(arena, place, node, err);
    return read_variable_names(arena, node, &place->environment, &place->environment_count, err);
}

static bool place_has_variable(const FlowPlace *place, Str name)
{
    for (size_t i = 0; i < place->environment_count; i++)
        if (str_equal(place->environment[i], name)) return true;
    for (size_t i = 0; i < place->variable_count; i++)
        if (str_equal(place->variables[i].name, name)) return true;
    return false;
}

static bool read_secrets(Arena *arena, FlowPlace *place, const Node *node, Error *err)
{
    if (node == NULL) return true;
    if (node->kind == NODE_MAP)
        return node_error(node, err,
                          "'secrets' is a list of names: their values come from the environment of 'pawl run'");
    TRY(read_variable_names(arena, node, &place->secrets, &place->secret_count, err));
    for (size_t i = 0; i < place->secret_count; i++)
        if (place_has_variable(place, place->secrets[i]))
            return node_error(node->kind == NODE_LIST ? node_at(node, i) : node, err,
                              "'%.*s' is also in 'environment', whose values are stored; remove it there",
                              STR_ARG(place->secrets[i]));
    return true;
}

static bool read_cores(FlowPlace *place, const Node *node, Error *err)
{
    double cores = 0;
    if (node_get(node, STR("cpus")) == NULL) return true;
    TRY(config_get_number(node, STR("cpus"), &cores, err));
    if (!(cores >= 0.001 && cores <= CORES_MAX))
        return node_error(node_get(node, STR("cpus")), err, "'cpus' is a number of cores, from 0.001 to %d", CORES_MAX);
    place->cpu_milli = (uint32_t)(cores * 1000 + 0.5);
    return true;
}

static bool read_resources(FlowPlace *place, const Node *node, Error *err)
{
    if (node == NULL) return true;
    TRY(NODE_CHECK_KEYS(node, err, "cpus", "memory"));
    TRY(read_cores(place, node, err));
    TRY(node_get_size(node, STR("memory"), &place->memory_bytes, err));
    if (place->memory_bytes == 0 || place->memory_bytes >= STEP_MEMORY_BYTES_MIN) return true;
    return node_error(node_get(node, STR("memory")), err, "this is too little for any process; write at least 4MiB");
}

static bool read_executor(FlowPlace *place, const Node *node, Error *err)
{
    Str names[EXECUTOR_COUNT_MAX];
    size_t count = executor_names(names);
    size_t choice = 0;
    const Node *executor = node_get(node, STR("executor"));
    if (executor == NULL) return true;
    TRY(node_choice(executor, names, count, &choice, err));
    place->executor = names[choice];
    return true;
}

/// What does not go together.
static bool check_place(FlowPlace *place, const Node *node, Error *err)
{
    const Node *executor = node_get(node, STR("executor"));
    bool container = str_equal(place->executor, STR("container"));
    if (place->image.size > 0 && place->executor.size == 0) place->executor = STR("container");
    if (container && place->image.size == 0)
        return node_error(executor, err, "'executor: container' needs an 'image' to run in");
    if (executor != NULL && place->image.size > 0 && !container)
        return node_error(node_get(node, STR("image")), err,
                          "an image is for 'executor: container'; remove one of the two");
    if (str_equal(place->executor, STR("process")) && node_get(node, STR("network")) != NULL && !place->network)
        return node_error(node_get(node, STR("network")), err,
                          "a process has the network of this machine; write 'executor: sandbox' to take it away");
    return true;
}

bool config_read_step_place(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    FlowPlace *place = &step->place;
    const Node *image = node_get(node, STR("image"));
    TRY(read_environment(arena, place, node_get(node, STR("environment")), err));
    TRY(read_secrets(arena, place, node_get(node, STR("secrets")), err));
    TRY(read_resources(place, node_get(node, STR("resources")), err));
    TRY(read_executor(place, node, err));
    TRY(node_get_bool(node, STR("network"), &place->network, err));
    if (image != NULL) {
        TRY(config_read_text(node, STR("image"), &place->image, err));
        step->image_position = image->position;
    }
    return check_place(place, node, err);
}
