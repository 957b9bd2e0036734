#include "config/config_internal.h"

/// A file, a URL, or $NAME for what the environment says.
static bool read_target(const Node *map, Str key, Str *out, Error *err)
{
    return node_get(map, key) == NULL || config_read_text(map, key, out, err);
}

bool config_read_metrics(Config *config, const Node *node, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "textfile"));
    return config_read_text(node, STR("textfile"), &config->metrics_file, err);
}

bool config_read_lineage(Config *config, const Node *node, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "openlineage", "namespace"));
    TRY(config_read_text(node, STR("openlineage"), &config->lineage, err));
    return read_target(node, STR("namespace"), &config->lineage_space, err);
}

static bool read_moment(FlowAlert *alert, const Node *node, Error *err)
{
    static const Str names[] = {STR_INIT("failure"), STR_INIT("retry"), STR_INIT("success"), STR_INIT("late")};
    bool *const flags[] = {&alert->on_failure, &alert->on_retry, &alert->on_success, &alert->on_late};
    size_t choice = 0;
    TRY(node_choice(node, names, COUNT_OF(names), &choice, err));
    *flags[choice] = true;
    return true;
}

static bool read_moments(FlowAlert *alert, const Node *node, Error *err)
{
    if (node == NULL) {
        alert->on_failure = true;
        return true;
    }
    if (node->kind != NODE_LIST) return read_moment(alert, node, err);
    for (size_t i = 0; i < node_count(node); i++) TRY(read_moment(alert, node_at(node, i), err));
    return true;
}

/// `late: 2h` is both: that it is told, and of what.
static bool read_late(FlowAlert *alert, const Node *node, Error *err)
{
    const Node *late = node_get(node, STR("late"));
    TRY(node_get_duration(node, STR("late"), &alert->late_us, err));
    if (late != NULL) alert->on_late = true;
    if (!alert->on_late || alert->late_us > 0) return true;
    return node_error(node_get(node, STR("on")), err, "an alert on 'late' says when that is: add 'late: 2h'");
}

static bool webhook_check(const Node *node, Str webhook, Error *err)
{
    bool good =
        str_starts(webhook, STR("http://")) || str_starts(webhook, STR("https://")) || str_starts(webhook, STR("$"));
    if (webhook.size == 0 || good) return true;
    return node_error(node_get(node, STR("webhook")), err,
                      "'webhook' is a URL (https://...), or $NAME for one that the environment holds");
}

static bool read_alert(FlowAlert *alert, const Node *node, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "on", "late", "webhook", "command"));
    TRY(read_target(node, STR("webhook"), &alert->webhook, err));
    TRY(read_target(node, STR("command"), &alert->command, err));
    if ((alert->webhook.size > 0) == (alert->command.size > 0))
        return node_error(node, err, "an alert has either a 'webhook' or a 'command'");
    TRY(webhook_check(node, alert->webhook, err));
    TRY(read_moments(alert, node_get(node, STR("on")), err));
    return read_late(alert, node, err);
}

bool config_read_alerts(Config *config, const Node *node, Error *err)
{
    bool several = node->kind == NODE_LIST;
    size_t count = several ? node_count(node) : 1;
    FlowAlert *alerts = arena_alloc_array(&config->arena, count + 1, sizeof(FlowAlert), err);
    TRY(alerts != NULL);
    for (size_t i = 0; i < count; i++) TRY(read_alert(&alerts[i], several ? node_at(node, i) : node, err));
    config->alerts = alerts;
    config->alert_count = count;
    return true;
}
