#include "evaluate/gate.h"

#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "evaluate/gate_internal.h"
#include "number/float_order.h"

#define IMPLIED_TOLERANCE 0.01
#define IMPLIED_CONFIDENCE 0.95

const char *verdict_name(Verdict verdict)
{
    static const char *const names[] = {"PASS", "FAIL", "INCONCLUSIVE", "ERROR", "NOT_APPLICABLE"};
    CHECK((size_t)verdict < COUNT_OF(names));
    return names[verdict];
}

bool verdict_parse(Str name, Verdict *out, Error *err)
{
    for (int i = VERDICT_PASS; i <= VERDICT_NOT_APPLICABLE; i++) {
        if (!str_equal(name, str_from(verdict_name((Verdict)i)))) continue;
        *out = (Verdict)i;
        return true;
    }
    return error_set(err, ERROR_DATA, "unknown verdict '%.*s'", STR_ARG(name));
}

void gate_result_deinit(GateResult *result)
{
    arena_deinit(&result->arena);
    *result = (GateResult){0};
}

bool gate_add_finding(Gate *gate, const GateFinding *finding, Error *err)
{
    GateFinding copy = *finding;
    TRY(arena_copy(gate->arena, finding->rule, &copy.rule, err));
    TRY(arena_copy(gate->arena, finding->detail, &copy.detail, err));
    TRY(array_reserve(&gate->findings, &gate->finding_capacity, gate->finding_count + 1, sizeof(GateFinding), err));
    gate->findings[gate->finding_count++] = copy;
    return true;
}

GateFinding gate_finding(Verdict verdict, Str rule, Str detail)
{
    double none = float_nan();
    return (GateFinding){rule, verdict, detail, none, none, none, none, none};
}

bool gate_add(Gate *gate, Verdict verdict, Str rule, Str detail, Error *err)
{
    GateFinding finding = gate_finding(verdict, rule, detail);
    return gate_add_finding(gate, &finding, err);
}

static Str first_metric(Objective objective)
{
    size_t i = 0;
    while (!metric_suits(metric_at(i), objective)) i++;
    return str_from(metric_at(i)->name);
}

/// Without rules: nothing worse than production.
static void imply_rules(Gate *gate)
{
    gate->rules = gate->policy->rules;
    gate->rule_count = gate->policy->rule_count;
    if (gate->rule_count > 0) return;
    gate->implied = (GateRule){.metric = first_metric(gate->input->objective),
                               .at_most = float_nan(),
                               .at_least = float_nan(),
                               .no_worse_than_production = true,
                               .tolerance = IMPLIED_TOLERANCE,
                               .tolerance_is_relative = true,
                               .confidence = IMPLIED_CONFIDENCE};
    gate->rules = &gate->implied;
    gate->rule_count = 1;
}

static bool metric_stood_before(const Gate *gate, size_t rule)
{
    for (size_t i = 0; i < rule; i++)
        if (str_equal(gate->rules[i].metric, gate->rules[rule].metric)) return true;
    return false;
}

static bool check_rules(Gate *gate, Error *err)
{
    for (size_t i = 0; gate->policy->beat_baseline && i < gate->rule_count; i++)
        if (!metric_stood_before(gate, i)) TRY(gate_check_baseline(gate, &gate->rules[i], err));
    for (size_t i = 0; i < gate->rule_count; i++) TRY(gate_check_rule(gate, &gate->rules[i], err));
    return true;
}

/// Production that cannot be opened is an error, whether or not a rule asks for it.
static bool check_production(Gate *gate, Error *err)
{
    Str problem = gate->input->production_error;
    return problem.size == 0 || gate_add(gate, VERDICT_ERROR, STR("production"), problem, err);
}

static bool check_all(Gate *gate, Error *err)
{
    for (size_t i = 0; i < gate->input->other_count; i++) TRY(gate_add_finding(gate, &gate->input->others[i], err));
    TRY(check_production(gate, err));
    TRY(gate_check_rows(gate, err));
    TRY(gate_measure(gate, err));
    return check_rules(gate, err);
}

static int severity(Verdict verdict)
{
    static const int severities[] = {[VERDICT_NOT_APPLICABLE] = 0,
                                     [VERDICT_PASS] = 1,
                                     [VERDICT_INCONCLUSIVE] = 2,
                                     [VERDICT_FAIL] = 3,
                                     [VERDICT_ERROR] = 4};
    return severities[verdict];
}

/// The first of the worst.
static const GateFinding *finding_worst(const Gate *gate)
{
    const GateFinding *worst = &gate->findings[0];
    for (size_t i = 1; i < gate->finding_count; i++)
        if (severity(gate->findings[i].verdict) > severity(worst->verdict)) worst = &gate->findings[i];
    return worst;
}

static size_t finding_count_of(const Gate *gate, Verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->finding_count; i++) count += gate->findings[i].verdict == verdict;
    return count;
}

static bool append_value(const GateMetric *metric, GateModel model, const char *name, Bytes *out, Error *err)
{
    if (!metric->there[model] || !metric->values[model].defined) return true;
    return bytes_append_format(out, err, ", %s %.4g", name, metric->values[model].value);
}

static bool summarize_pass(const Gate *gate, Bytes *out, Error *err)
{
    const GateMetric *metric = &gate->metrics[0];
    if (gate->input->same_model)
        return bytes_append_str(out, STR("no change: the candidate is the model in production"), err);
    TRY(bytes_append_format(out, err, "all %zu checks pass: %s %.4g", finding_count_of(gate, VERDICT_PASS),
                            metric->metric->name, metric->values[GATE_CANDIDATE].value));
    TRY(append_value(metric, GATE_PRODUCTION, "production", out, err));
    return append_value(metric, GATE_BASELINE, "baseline", out, err);
}

static bool summarize_worst(const Gate *gate, const GateFinding *worst, Bytes *out, Error *err)
{
    size_t more = finding_count_of(gate, worst->verdict) - 1;
    TRY(bytes_append_format(out, err, "%.*s: %.*s", STR_ARG(worst->rule), STR_ARG(worst->detail)));
    return more == 0 || bytes_append_format(out, err, " (and %zu more)", more);
}

static bool gate_finish(Gate *gate, GateResult *result, Error *err)
{
    AUTO(bytes_deinit) Bytes summary = {0};
    const GateFinding *worst = finding_worst(gate);
    bool passed = worst->verdict == VERDICT_PASS;
    TRY(passed ? summarize_pass(gate, &summary, err) : summarize_worst(gate, worst, &summary, err));
    TRY(arena_copy(gate->arena, bytes_str(&summary), &result->summary, err));
    result->findings = arena_alloc_array(gate->arena, gate->finding_count, sizeof(GateFinding), err);
    TRY(result->findings != NULL);
    memcpy(result->findings, gate->findings, gate->finding_count * sizeof(GateFinding));
    result->finding_count = gate->finding_count;
    result->verdict = worst->verdict;
    return true;
}

static void gate_free(Gate **gate)
{
    if (*gate == NULL) return;
    arena_deinit(&(*gate)->scratch);
    bootstrap_deinit(&(*gate)->bootstrap);
    memory_free((*gate)->findings);
    memory_free(*gate);
}

static bool policy_check(const GatePolicy *policy, Error *err)
{
    if (policy->resamples > 0 && policy->resamples <= BOOTSTRAP_RESAMPLES_MAX) return true;
    return error_set(err, ERROR_CONFIG, "gate: resamples must be between 1 and %d", BOOTSTRAP_RESAMPLES_MAX);
}

bool gate_decide(const GatePolicy *policy, const GateInput *input, uint32_t threads, GateResult *out, Error *err)
{
    AUTO(gate_result_deinit) GateResult result = {0};
    TRY(policy_check(policy, err));
    AUTO(gate_free) Gate *gate = memory_alloc(sizeof(Gate), err);
    TRY(gate != NULL);
    gate->policy = policy;
    gate->input = input;
    gate->threads = threads;
    gate->arena = &result.arena;
    gate->compares = true;
    imply_rules(gate);
    TRY(gate_sort_rows(gate, err));
    TRY(check_all(gate, err));
    TRY(gate_finish(gate, &result, err));
    *out = result;
    result = (GateResult){0};
    return true;
}
