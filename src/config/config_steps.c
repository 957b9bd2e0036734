#include "config/config_internal.h"

static bool step_check_keys(const Node *node, Error *err)
{
    return NODE_CHECK_KEYS(node, err, "run", "inputs", "outputs", "after", "environment", "secrets", "executor",
                           "image", "network", "resources", "retries", "timeout", "timeout_total", "heartbeat",
                           "priority", "pool", "params", "when", "optional", "on", "foreach", "cache");
}

static bool read_lists(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    const Node *inputs = node_get(node, STR("inputs"));
    const Node *outputs = node_get(node, STR("outputs"));
    const Node *after = node_get(node, STR("after"));
    if (inputs != NULL) TRY(config_read_names(arena, inputs, &step->inputs, &step->input_count, err));
    if (outputs != NULL) TRY(config_read_outputs(arena, outputs, &step->outputs, &step->output_count, err));
    if (after != NULL) TRY(config_read_names(arena, after, &step->after, &step->after_count, err));
    return true;
}

static bool read_step(Config *config, ConfigStep *step, Str name, const Node *node, Error *err)
{
    Arena *arena = &config->arena;
    TRY(step_check_keys(node, err));
    *step = (ConfigStep){.name = name, .position = node->position, .cache = true};
    TRY(config_read_text(node, STR("run"), &step->run, err));
    TRY(read_lists(arena, step, node, err));
    TRY(config_read_step_graph(arena, step, node, err));
    TRY(config_read_step_place(arena, step, node, err));
    TRY(config_read_step_policy(arena, step, node, err));
    TRY(config_read_step_limits(config, step, node, err));
    return node_get_bool(node, STR("cache"), &step->cache, err);
}

bool config_read_steps(Config *config, const Node *node, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    size_t count = node_count(node);
    config->steps = arena_alloc_array(&config->arena, count + 1, sizeof(ConfigStep), err);
    TRY(config->steps != NULL);
    for (size_t i = 0; i < count; i++) {
        TRY(config_check_name(node_key_at(node, i), node_key(node, i), "a step", err));
        TRY(read_step(config, &config->steps[i], node_key(node, i), node_at(node, i), err));
    }
    config->step_count = count;
    return true;
}
