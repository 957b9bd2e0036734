/// What happens when a step of the user's fails, hangs or takes too long: `retries`, `timeout`, `timeout_total`, `heartbeat`.
#include "config/config_internal.h"

enum { RETRY_FACTOR_MAX = 1000, EXIT_CODE_MAX = 255 };

static bool read_jitter(FlowRetries *retries, const Node *node, Error *err)
{
    TRY(node_get_fraction(node, STR("jitter"), &retries->jitter, err));
    if (retries->jitter <= 1) return true;
    return node_error(node_get(node, STR("jitter")), err, "'jitter' is a share, from 0%% to 100%%");
}

static bool read_factor(FlowRetries *retries, const Node *node, Error *err)
{
    TRY(config_get_number(node, STR("factor"), &retries->factor, err));
    if (retries->factor >= 1 && retries->factor <= RETRY_FACTOR_MAX) return true;
    return node_error(node_get(node, STR("factor")), err, "'factor' is a number from 1 to %d", RETRY_FACTOR_MAX);
}

static bool read_cap(FlowRetries *retries, const Node *node, Error *err)
{
    TRY(node_get_duration(node, STR("cap"), &retries->cap_us, err));
    if (retries->cap_us == 0 || retries->cap_us >= retries->backoff_us) return true;
    return node_error(node_get(node, STR("cap")), err,
                      "'cap' is less than 'backoff', so that no pause would be as long");
}

/// `on: [timeout, memory]`: the kinds of failures that are tried again.
static bool read_kinds(FlowRetries *retries, const Node *kinds, Error *err)
{
    Str names[FAILURE_COUNT];
    size_t count = kinds->kind == NODE_LIST ? node_count(kinds) : 1;
    for (size_t i = 0; i < FAILURE_COUNT; i++) names[i] = str_from(flow_failure_name((FlowFailure)i));
    if (count == 0) return node_error(kinds, err, "'on' names no kind of failure; remove 'retries' for a step without");
    for (size_t i = 0; i < count; i++) {
        size_t kind = 0;
        const Node *item = kinds->kind == NODE_LIST ? node_at(kinds, i) : kinds;
        TRY(node_choice(item, names, FAILURE_COUNT, &kind, err));
        retries->failures |= 1U << kind;
    }
    return true;
}

/// Of exits, those to try again; 0, 1 and 75 are no failures.
static bool read_exit_code(const Node *item, int *out, Error *err)
{
    int64_t code = 0;
    TRY(node_int(item, 0, EXIT_CODE_MAX, &code, err));
    if (code == 0 || code == 1 || code == 75)
        return node_error(item, err, "exit %lld is no failure: 0 is done, 1 says no, 75 is run again anyway",
                          (long long)code);
    *out = (int)code;
    return true;
}

static bool read_exit_codes(Arena *arena, FlowRetries *retries, const Node *node, const Node *codes, Error *err)
{
    size_t count = codes->kind == NODE_LIST ? node_count(codes) : 1;
    int *items = arena_alloc_array(arena, count + 1, sizeof(int), err);
    TRY(items != NULL);
    for (size_t i = 0; i < count; i++)
        TRY(read_exit_code(codes->kind == NODE_LIST ? node_at(codes, i) : codes, &items[i], err));
    if (retries->failures != 0 && (retries->failures & 1U << FAILURE_EXIT) == 0)
        return node_error(node_get(node, STR("exit_codes")), err,
                          "'exit_codes' says which exits are tried again, but 'on' has no 'exit'; add it");
    retries->exit_codes = items;
    retries->exit_code_count = count;
    return true;
}

static bool read_limit(FlowRetries *retries, const Node *node, Error *err)
{
    int64_t limit = 0;
    if (node->kind == NODE_INT) {
        TRY(node_int(node, 0, 1000, &limit, err));
    } else {
        TRY(node_get_int(node, STR("limit"), 0, 1000, &limit, err));
    }
    retries->limit = (uint32_t)limit;
    return true;
}

static bool read_retries(Arena *arena, FlowRetries *retries, const Node *node, Error *err)
{
    const Node *kinds = NULL;
    const Node *codes = NULL;
    *retries = (FlowRetries){.backoff_us = 1000000, .factor = 2};
    if (node->kind == NODE_INT) return read_limit(retries, node, err);
    TRY(NODE_CHECK_KEYS(node, err, "limit", "backoff", "factor", "cap", "jitter", "on", "exit_codes"));
    TRY(read_limit(retries, node, err));
    TRY(config_get_duration_or_zero(node, STR("backoff"), &retries->backoff_us, err));
    TRY(read_factor(retries, node, err));
    TRY(read_cap(retries, node, err));
    TRY(read_jitter(retries, node, err));
    kinds = node_get(node, STR("on"));
    codes = node_get(node, STR("exit_codes"));
    if (kinds != NULL) TRY(read_kinds(retries, kinds, err));
    return codes == NULL || read_exit_codes(arena, retries, node, codes, err);
}

bool config_read_step_policy(Arena *arena, ConfigStep *step, const Node *node, Error *err)
{
    const Node *retries = node_get(node, STR("retries"));
    if (retries != NULL) TRY(read_retries(arena, &step->retries, retries, err));
    TRY(node_get_duration(node, STR("timeout"), &step->timeout_us, err));
    TRY(node_get_duration(node, STR("timeout_total"), &step->timeout_total_us, err));
    return node_get_duration(node, STR("heartbeat"), &step->heartbeat_us, err);
}
