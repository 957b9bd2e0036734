#include "config/config_internal.h"

#include "text/quantity.h"

enum { RETRY_FACTOR_MAX = 1000 };

static bool read_jitter(FlowRetries *retries, const Node *node, Error *err)
{
    TRY(node_get_fraction(node, STR("jitter"), &retries->jitter, err));
    if (retries->jitter <= 1) return true;
    return node_error(node_get(node, STR("jitter")), err, "'jitter' is a share, from 0%% to 100%%");
}

static bool read_retries(FlowRetries *retries, const Node *node, Error *err)
{
    int64_t limit = 0;
    *retries = (FlowRetries){.backoff_us = 1000000, .factor = 2};
    if (node->kind == NODE_INT) {
        TRY(node_int(node, 0, 1000, &limit, err));
        retries->limit = (uint32_t)limit;
        return true;
    }
    TRY(NODE_CHECK_KEYS(node, err, "limit", "backoff", "factor", "jitter"));
    TRY(node_get_int(node, STR("limit"), 0, 1000, &limit, err));
    retries->limit = (uint32_t)limit;
    TRY(config_get_duration_or_zero(node, STR("backoff"), &retries->backoff_us, err));
    TRY(config_get_number(node, STR("factor"), &retries->factor, err));
    if (retries->factor < 1 || retries->factor > RETRY_FACTOR_MAX)
        return node_error(node_get(node, STR("factor")), err, "'factor' is a number from 1 to %d", RETRY_FACTOR_MAX);
    return read_jitter(retries, node, err);
}

static bool step_check_keys(const Node *node, Error *err)
{
    const Node *image = node_get(node, STR("image"));
    const Node *resources = node_get(node, STR("resources"));
    if (image != NULL)
        return node_error(image, err, "this version runs steps as processes and has no images; remove 'image'");
    if (resources != NULL) return node_error(resources, err, "this version has no resource limits; remove 'resources'");
    return NODE_CHECK_KEYS(node, err, "run", "inputs", "outputs", "after", "environment", "retries", "timeout",
                           "params", "when", "optional", "on", "cache");
}

static bool read_lists(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    const Node *inputs = node_get(node, STR("inputs"));
    const Node *outputs = node_get(node, STR("outputs"));
    const Node *after = node_get(node, STR("after"));
    const Node *environment = node_get(node, STR("environment"));
    if (inputs != NULL) TRY(config_read_names(arena, inputs, &step->inputs, &step->input_count, err));
    if (outputs != NULL) TRY(config_read_outputs(arena, outputs, &step->outputs, &step->output_count, err));
    if (after != NULL) TRY(config_read_names(arena, after, &step->after, &step->after_count, err));
    if (environment != NULL)
        TRY(config_read_names(arena, environment, &step->environment, &step->environment_count, err));
    return true;
}

static bool read_step(Arena *arena, ConfigStep *step, Str name, const Node *node, Error *err)
{
    const Node *retries = node_get(node, STR("retries"));
    TRY(step_check_keys(node, err));
    *step = (ConfigStep){.name = name, .position = node->position, .cache = true};
    TRY(config_read_text(node, STR("run"), &step->run, err));
    TRY(read_lists(arena, step, node, err));
    TRY(config_read_step_graph(arena, step, node, err));
    if (retries != NULL) TRY(read_retries(&step->retries, retries, err));
    TRY(node_get_duration(node, STR("timeout"), &step->timeout_us, err));
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
        TRY(read_step(&config->arena, &config->steps[i], node_key(node, i), node_at(node, i), err));
    }
    config->step_count = count;
    return true;
}
