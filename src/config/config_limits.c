/// How much runs at once, for how long, and in which order: `parallel`, `timeout`, `pools`; `priority` and `pool` of a step.
#include "config/config_internal.h"

enum { PARALLEL_MAX = 1024, PRIORITY_MAX = 1000000 };

static bool parallel_read(const Node *map, uint32_t *out, Error *err)
{
    int64_t parallel = *out;
    TRY(node_get_int(map, STR("parallel"), 1, PARALLEL_MAX, &parallel, err));
    *out = (uint32_t)parallel;
    return true;
}

bool config_read_run_limits(Config *config, Error *err)
{
    const Node *root = config->document->root;
    TRY(parallel_read(root, &config->parallel, err));
    return node_get_duration(root, STR("timeout"), &config->timeout_us, err);
}

bool config_read_foreach_limit(const Node *map, FlowForeach *foreach, Error *err)
{
    return parallel_read(map, &foreach->parallel_max, err);
}

bool config_read_pools(Config *config, const Node *node, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    size_t count = node_count(node);
    FlowPool *pools = arena_alloc_array(&config->arena, count + 1, sizeof(FlowPool), err);
    TRY(pools != NULL);
    for (size_t i = 0; i < count; i++) {
        int64_t slots = 0;
        pools[i].name = node_key(node, i);
        TRY(config_check_name(node_key_at(node, i), pools[i].name, "a pool", err));
        TRY(node_int(node_at(node, i), 1, PARALLEL_MAX, &slots, err));
        pools[i].slots = (uint32_t)slots;
    }
    config->pools = pools;
    config->pool_count = count;
    return true;
}

static bool pool_read(Config *config, ConfigStep *step, const Node *node, Error *err)
{
    size_t choice = 0;
    if (node == NULL) return true;
    if (config->pool_count == 0)
        return node_error(node, err, "the pipeline has no 'pools'; add 'pools: {NAME: 1}' beside 'steps'");
    Str *names = arena_alloc_array(&config->arena, config->pool_count, sizeof(Str), err);
    TRY(names != NULL);
    for (size_t i = 0; i < config->pool_count; i++) names[i] = config->pools[i].name;
    TRY(node_choice(node, names, config->pool_count, &choice, err));
    step->pool = names[choice];
    return true;
}

bool config_read_step_limits(Config *config, ConfigStep *step, const Node *node, Error *err)
{
    int64_t priority = 0;
    TRY(node_get_int(node, STR("priority"), -PRIORITY_MAX, PRIORITY_MAX, &priority, err));
    step->priority = (int32_t)priority;
    return pool_read(config, step, node_get(node, STR("pool")), err);
}
