#include "config/config_internal.h"

#include "text/quantity.h"

#include <math.h>

static bool metric_check(const Node *node, Str name, Error *err)
{
    Str names[64];
    if (metric_find(name) != NULL) return true;
    size_t count = metric_count() < COUNT_OF(names) ? metric_count() : COUNT_OF(names);
    for (size_t i = 0; i < count; i++) names[i] = str_from(metric_at(i)->name);
    return node_unknown_error(node, "metric", name, names, count, err);
}

bool config_read_evaluate(Config *config, const Node *node, Error *err)
{
    EvaluateOptions *evaluate = &config->evaluate;
    const Node *metrics = node_get(node, STR("metrics"));
    const Node *slices = node_get(node, STR("slices"));
    TRY(NODE_CHECK_KEYS(node, err, "metrics", "slices"));
    if (slices != NULL) TRY(config_read_names(&config->arena, slices, &evaluate->slices, &evaluate->slice_count, err));
    if (metrics == NULL) return true;
    TRY(config_read_names(&config->arena, metrics, &evaluate->metrics, &evaluate->metric_count, err));
    for (size_t i = 0; i < evaluate->metric_count; i++)
        TRY(metric_check(metrics->kind == NODE_LIST ? node_at(metrics, i) : metrics, evaluate->metrics[i], err));
    return true;
}

static bool read_tolerance(GateRule *rule, const Node *node, Error *err)
{
    Str text = {0};
    Error inner = {0};
    if (node == NULL) return true;
    TRY(node_text(node, &text, err));
    rule->tolerance_is_relative = str_ends(text, STR("%"));
    if (!fraction_parse(text, &rule->tolerance, &inner)) return node_error(node, err, "%s", inner.text);
    return true;
}

/// The only model to compare with is the one in production.
static bool read_against(const Node *map, Str key, bool *out, Error *err)
{
    static const Str names[] = {STR_INIT("production")};
    const Node *node = node_get(map, key);
    size_t choice = 0;
    if (node == NULL) return true;
    TRY(node_choice(node, names, COUNT_OF(names), &choice, err));
    *out = true;
    return true;
}

/// A rule must check something, and what it states must have a meaning.
static bool rule_check(const GateRule *rule, const Node *node, Error *err)
{
    const Node *tolerance = node_get(node, STR("tolerance"));
    bool compares = rule->no_worse_than_production || rule->better_than_production;
    if (tolerance != NULL && !rule->no_worse_than_production)
        return node_error(tolerance, err,
                          "'tolerance' says how much worse than production is still good enough; it needs "
                          "'no_worse_than: production'");
    if (compares || !isnan(rule->at_most) || !isnan(rule->at_least)) return true;
    return node_error(node, err,
                      "a rule that checks nothing; it has 'at_most', 'at_least', 'no_worse_than: production' or "
                      "'better_than: production'");
}

static bool read_rule(GateRule *rule, Str metric, const Node *node, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "at_most", "at_least", "no_worse_than", "better_than", "tolerance", "confidence"));
    *rule = (GateRule){.metric = metric, .at_most = NAN, .at_least = NAN, .confidence = 0.95};
    TRY(config_get_number(node, STR("at_most"), &rule->at_most, err));
    TRY(config_get_number(node, STR("at_least"), &rule->at_least, err));
    TRY(read_against(node, STR("no_worse_than"), &rule->no_worse_than_production, err));
    TRY(read_against(node, STR("better_than"), &rule->better_than_production, err));
    TRY(read_tolerance(rule, node_get(node, STR("tolerance")), err));
    TRY(node_get_fraction(node, STR("confidence"), &rule->confidence, err));
    TRY(rule_check(rule, node, err));
    if (rule->confidence > 0.5 && rule->confidence < 1) return true;
    return node_error(node_get(node, STR("confidence")), err, "'confidence' lies between 50%% and 100%%");
}

static bool read_baseline(GatePolicy *gate, const Node *node, Error *err)
{
    static const Str names[] = {STR_INIT("must_beat"), STR_INIT("off")};
    size_t choice = 0;
    TRY(node_choice(node, names, COUNT_OF(names), &choice, err));
    gate->beat_baseline = choice == 0;
    return true;
}

static bool read_leakage(GatePolicy *gate, const Node *node, Error *err)
{
    static const Str names[] = {STR_INIT("fail"), STR_INIT("warn"), STR_INIT("off")};
    static const LeakagePolicy policies[] = {LEAKAGE_FAIL, LEAKAGE_WARN, LEAKAGE_OFF};
    size_t choice = 0;
    TRY(node_choice(node, names, COUNT_OF(names), &choice, err));
    gate->leakage = policies[choice];
    return true;
}

static bool read_counts(GatePolicy *gate, const Node *node, Error *err)
{
    int64_t resamples = gate->resamples;
    int64_t rows_min = (int64_t)gate->rows_min;
    TRY(node_get_int(node, STR("resamples"), 100, 1000000, &resamples, err));
    TRY(node_get_int(node, STR("rows_min"), 1, INT64_MAX, &rows_min, err));
    gate->resamples = (uint32_t)resamples;
    gate->rows_min = (uint64_t)rows_min;
    return true;
}

static bool is_setting(Str key)
{
    static const Str names[] = {STR_INIT("leakage"), STR_INIT("baseline"), STR_INIT("resamples"), STR_INIT("rows_min")};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (str_equal(key, names[i])) return true;
    return false;
}

static bool read_rules(Config *config, const Node *node, Error *err)
{
    GatePolicy *gate = &config->evaluate.gate;
    GateRule *rules = arena_alloc_array(&config->arena, node_count(node) + 1, sizeof(GateRule), err);
    TRY(rules != NULL);
    for (size_t i = 0; i < node_count(node); i++) {
        Str key = node_key(node, i);
        if (is_setting(key)) continue;
        TRY(metric_check(node_key_at(node, i), key, err));
        TRY(read_rule(&rules[gate->rule_count++], key, node_at(node, i), err));
    }
    gate->rules = rules;
    return true;
}

bool config_read_gate(Config *config, const Node *node, Error *err)
{
    GatePolicy *gate = &config->evaluate.gate;
    const Node *leakage = node_get(node, STR("leakage"));
    const Node *baseline = node_get(node, STR("baseline"));
    TRY(node_expect(node, NODE_MAP, err));
    if (leakage != NULL) TRY(read_leakage(gate, leakage, err));
    if (baseline != NULL) TRY(read_baseline(gate, baseline, err));
    TRY(read_counts(gate, node, err));
    return read_rules(config, node, err);
}
