/// The gate's rules: bounds on the candidate's value, and comparisons with another model by intervals.
#include "evaluate/gate_internal.h"
#include "number/float_order.h"

/// More of the resamples than this share without a value: the interval says nothing.
#define UNDEFINED_SHARE_MAX 0.1

/// How much better the candidate is than another model, and within which bounds.
typedef struct Improvement {
    double candidate, other;
    double point, low, high;
    uint32_t undefined;
} Improvement;

static bool finding_add(Gate *gate, const GateRule *rule, const char *what, GateFinding *finding, Error *err)
{
    TRY(arena_format(gate->arena, &finding->rule, err, "%.*s %s", STR_ARG(rule->metric), what));
    return gate_add_finding(gate, finding, err);
}

static GateFinding finding_of(Verdict verdict, const Improvement *improvement)
{
    return (GateFinding){.verdict = verdict,
                         .candidate = improvement->candidate,
                         .other = improvement->other,
                         .difference = improvement->point,
                         .low = improvement->low,
                         .high = improvement->high};
}

/// A finding without numbers, whose verdict a sentence explains.
static bool say(Gate *gate, const GateRule *rule, const char *what, Verdict verdict, Str detail, Error *err)
{
    GateFinding finding = gate_finding(verdict, (Str){0}, detail);
    return finding_add(gate, rule, what, &finding, err);
}

static bool say_undefined(Gate *gate, const GateRule *rule, const char *what, const char *whose,
                          const MetricValue *value, Error *err)
{
    Str detail = {0};
    TRY(arena_format(gate->arena, &detail, err, "%s %.*s is undefined: %s", whose, STR_ARG(rule->metric),
                     value->reason));
    return say(gate, rule, what, VERDICT_INCONCLUSIVE, detail, err);
}

static bool check_bound(Gate *gate, const GateRule *rule, const char *name, double bound, bool at_most, Error *err)
{
    const MetricValue *value = &gate_metric(gate, rule->metric)->values[GATE_CANDIDATE];
    Str what = {0};
    TRY(arena_format(gate->arena, &what, err, "%s %.6g", name, bound));
    if (!value->defined) return say_undefined(gate, rule, what.data, "the candidate's", value, err);
    bool holds = at_most ? value->value <= bound : value->value >= bound;
    GateFinding finding = gate_finding(holds ? VERDICT_PASS : VERDICT_FAIL, (Str){0}, (Str){0});
    finding.candidate = value->value;
    finding.other = bound;
    TRY(arena_format(gate->arena, &finding.detail, err, "candidate %.6g", value->value));
    return finding_add(gate, rule, what.data, &finding, err);
}

static bool improvement_measure(const Gate *gate, const GateMetric *metric, GateModel other, double confidence,
                                Improvement *out, Error *err)
{
    bool higher = metric->metric->higher_is_better;
    size_t candidate_item = metric->items[GATE_CANDIDATE];
    size_t other_item = metric->items[other];
    Interval interval = {0};
    TRY(bootstrap_interval(&gate->bootstrap, higher ? candidate_item : other_item, higher ? other_item : candidate_item,
                           confidence, &interval, err));
    double candidate = metric->values[GATE_CANDIDATE].value;
    double against = metric->values[other].value;
    *out = (Improvement){.candidate = candidate,
                         .other = against,
                         .point = higher ? candidate - against : against - candidate,
                         .low = interval.low,
                         .high = interval.high,
                         .undefined = interval.undefined};
    return true;
}

/// "candidate 0.412, production 0.405: worse by 0.007 [0.004, 0.01] at 95%".
static bool describe(Gate *gate, const Improvement *found, const char *other, double confidence, Str *out, Error *err)
{
    bool worse = found->point < 0;
    double point = worse ? -found->point : found->point;
    double from = worse ? -found->high : found->low;
    double to = worse ? -found->low : found->high;
    return arena_format(gate->arena, out, err, "candidate %.6g, %s %.6g: %s by %.4g [%.4g, %.4g] at %.4g%%",
                        found->candidate, other, found->other, worse ? "worse" : "better", point, from, to,
                        100 * confidence);
}

/// Whether a comparison can be made; if not, the finding that says why has been added.
static bool comparable(Gate *gate, const GateRule *rule, const char *what, GateModel other, bool *out, Error *err)
{
    static const char *const whose[GATE_MODEL_COUNT] = {"the candidate's", "production's", "the baseline's"};
    const GateMetric *metric = gate_metric(gate, rule->metric);
    *out = false;
    if (!metric->values[GATE_CANDIDATE].defined)
        return say_undefined(gate, rule, what, whose[GATE_CANDIDATE], &metric->values[GATE_CANDIDATE], err);
    if (!metric->values[other].defined)
        return say_undefined(gate, rule, what, whose[other], &metric->values[other], err);
    if (!gate->compares)
        return say(gate, rule, what, VERDICT_INCONCLUSIVE, STR("these rows do not allow a comparison"), err);
    *out = true;
    return true;
}

static bool check_undefined(Gate *gate, const GateRule *rule, const char *what, const Improvement *found, bool *out,
                            Error *err)
{
    Str detail = {0};
    *out = found->undefined > UNDEFINED_SHARE_MAX * gate->bootstrap.resamples;
    if (!*out) return true;
    TRY(arena_format(gate->arena, &detail, err, "in %u of %u resamples %.*s is undefined", found->undefined,
                     gate->bootstrap.resamples, STR_ARG(rule->metric)));
    return say(gate, rule, what, VERDICT_INCONCLUSIVE, detail, err);
}

static bool compare(Gate *gate, const GateRule *rule, const char *what, GateModel other, Improvement *out, bool *done,
                    Error *err)
{
    bool can = false;
    bool vague = false;
    *done = false;
    TRY(comparable(gate, rule, what, other, &can, err));
    if (!can) return true;
    TRY(improvement_measure(gate, gate_metric(gate, rule->metric), other, rule->confidence, out, err));
    TRY(check_undefined(gate, rule, what, out, &vague, err));
    *done = !vague;
    return true;
}

bool gate_check_baseline(Gate *gate, const GateRule *rule, Error *err)
{
    const char *what = "better_than baseline";
    Improvement found = {0};
    bool done = false;
    TRY(compare(gate, rule, what, GATE_BASELINE, &found, &done, err));
    if (!done) return true;
    GateFinding finding = finding_of(found.point > 0 && found.low > 0 ? VERDICT_PASS : VERDICT_FAIL, &found);
    TRY(describe(gate, &found, "baseline", rule->confidence, &finding.detail, err));
    return finding_add(gate, rule, what, &finding, err);
}

/// Why there is nothing to compare with production; `*out` false: there is.
static bool check_absent(Gate *gate, const GateRule *rule, const char *what, bool *out, Error *err)
{
    *out = true;
    if (gate->input->production_error.size > 0)
        return say(gate, rule, what, VERDICT_ERROR, STR("production could not be asked"), err);
    if (gate->input->same_model)
        return say(gate, rule, what, VERDICT_PASS, STR("no change: the candidate is the model in production"), err);
    if (gate->input->production == NULL)
        return say(gate, rule, what, VERDICT_NOT_APPLICABLE, STR("no model is in production"), err);
    *out = false;
    return true;
}

/// The tolerance in the metric's units; `*out` NaN, with a finding, where it is a share of nothing.
static bool tolerance_of(Gate *gate, const GateRule *rule, const char *what, double production, double *out, Error *err)
{
    Str detail = {0};
    double magnitude = production < 0 ? -production : production;
    *out = rule->tolerance_is_relative ? rule->tolerance * magnitude : rule->tolerance;
    if (!rule->tolerance_is_relative || rule->tolerance == 0 || magnitude > 0) return true;
    *out = float_nan();
    TRY(arena_format(gate->arena, &detail, err,
                     "production's %.*s is 0, and the tolerance is a share of it: give one in the metric's own units",
                     STR_ARG(rule->metric)));
    return say(gate, rule, what, VERDICT_INCONCLUSIVE, detail, err);
}

static bool check_no_worse(Gate *gate, const GateRule *rule, Error *err)
{
    const char *what = "no_worse_than production";
    Improvement found = {0};
    Str detail = {0};
    bool done = false;
    double tolerance = 0;
    TRY(check_absent(gate, rule, what, &done, err));
    if (done) return true;
    TRY(compare(gate, rule, what, GATE_PRODUCTION, &found, &done, err));
    if (!done) return true;
    TRY(tolerance_of(gate, rule, what, found.other, &tolerance, err));
    if (float_is_nan(tolerance)) return true;
    GateFinding finding = finding_of(found.low >= -tolerance ? VERDICT_PASS : VERDICT_FAIL, &found);
    TRY(describe(gate, &found, "production", rule->confidence, &detail, err));
    TRY(arena_format(gate->arena, &finding.detail, err, "%.*s, tolerance %.4g", STR_ARG(detail), tolerance));
    return finding_add(gate, rule, what, &finding, err);
}

static bool check_better(Gate *gate, const GateRule *rule, Error *err)
{
    const char *what = "better_than production";
    Improvement found = {0};
    bool done = false;
    TRY(check_absent(gate, rule, what, &done, err));
    if (done) return true;
    TRY(compare(gate, rule, what, GATE_PRODUCTION, &found, &done, err));
    if (!done) return true;
    GateFinding finding = finding_of(found.low > 0 ? VERDICT_PASS : VERDICT_FAIL, &found);
    TRY(describe(gate, &found, "production", rule->confidence, &finding.detail, err));
    return finding_add(gate, rule, what, &finding, err);
}

bool gate_check_rule(Gate *gate, const GateRule *rule, Error *err)
{
    if (!float_is_nan(rule->at_most)) TRY(check_bound(gate, rule, "at_most", rule->at_most, true, err));
    if (!float_is_nan(rule->at_least)) TRY(check_bound(gate, rule, "at_least", rule->at_least, false, err));
    if (rule->no_worse_than_production) TRY(check_no_worse(gate, rule, err));
    return !rule->better_than_production || check_better(gate, rule, err);
}
