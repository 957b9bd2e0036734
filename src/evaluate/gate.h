/// The gate: decides whether a candidate may replace the model in production, on rows that neither was trained on, and keeps the evidence.
#ifndef PAWL_EVALUATE_GATE_H
#define PAWL_EVALUATE_GATE_H

#include "evaluate/metric.h"

typedef enum Verdict {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_INCONCLUSIVE, ///< too few rows, or an undefined metric
    VERDICT_ERROR,        ///< the comparison could not be made (production's package is gone, ids do not match, ...)
    VERDICT_NOT_APPLICABLE,
} Verdict;
const char *verdict_name(Verdict verdict);
MUST_CHECK bool verdict_parse(Str name, Verdict *out, Error *err);

/// One metric's rules. Bounds that are not given are NaN.
typedef struct GateRule {
    Str metric;
    double at_most, at_least;
    bool no_worse_than_production; ///< the worse end of the improvement's interval is at least -tolerance
    bool better_than_production;   ///< the interval lies above 0
    double tolerance;              ///< in the metric's units, or a share of |production's value|
    bool tolerance_is_relative;
    double confidence; ///< of the two-sided interval; 0.95
} GateRule;

typedef enum LeakagePolicy { LEAKAGE_FAIL, LEAKAGE_WARN, LEAKAGE_OFF } LeakagePolicy;

/// Without any rule, one is implied, so that nothing worse is promoted: the objective's first metric is no worse than production's by
/// more than 1% of it, at 95%.
typedef struct GatePolicy {
    const GateRule *rules;
    size_t rule_count;
    bool
        beat_baseline; ///< default: must beat the trivial baseline by each rule's metric (without rules: by the first metric)
    LeakagePolicy leakage;
    uint32_t resamples; ///< bootstrap; default 2000
    uint64_t rows_min;  ///< fewer comparable rows: INCONCLUSIVE; default 100
    int64_t seed;
} GatePolicy;

typedef struct GateFinding {
    Str rule; ///< "rmse no_worse_than production"
    Verdict verdict;
    Str detail; ///< "candidate 0.412, production 0.405: worse by 0.007 [0.004, 0.010] at 95%, tolerance 0.002"
    double candidate, other;
    double difference, low, high; ///< how much better the candidate is (below 0: worse). NaN where they do not apply
} GateFinding;

/// The same rows throughout, in any one order; an id that stands there twice makes the verdict ERROR.
typedef struct GateInput {
    Objective objective;
    size_t count;
    const Str *ids;
    const double *label;
    const double *candidate;
    const double *production; ///< NULL: no model is in production, or `production_error`
    const double *baseline;
    bool same_model;           ///< candidate and production have one digest
    uint64_t excluded;         ///< held-out rows left out because a model may have been trained on them
    uint64_t unmatched;        ///< held-out rows left out because production has no example with their id
    Str production_error;      ///< why production cannot be compared with; empty: it can
    const GateFinding *others; ///< found elsewhere (leakage): part of the verdict
    size_t other_count;
} GateInput;

typedef struct GateResult {
    Arena arena;
    Verdict verdict; ///< the worst of the findings: ERROR, FAIL, INCONCLUSIVE, PASS
    GateFinding *findings;
    size_t finding_count;
    Str summary; ///< one line that a tired engineer understands
} GateResult;

void gate_result_deinit(GateResult *result);

/// Checks, in this order: what else was found; ids, labels and predictions; enough rows; better than the baseline; each rule. A comparison is
/// a paired bootstrap over rows (evaluate/bootstrap.h); a resample in which the metric is undefined (one class) is left out and counted, and
/// with more than a tenth of them undefined the comparison is INCONCLUSIVE. The result depends on the multiset of rows, the policy and its seed:
/// not on the rows' order, nor on threads.
MUST_CHECK bool gate_decide(const GatePolicy *policy, const GateInput *input, uint32_t threads, GateResult *out,
                            Error *err);

#endif
