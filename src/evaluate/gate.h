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

/// One metric's rules. Bounds that are not given are NaN.
typedef struct GateRule {
    Str metric;
    double at_most, at_least;
    bool no_worse_than_production; ///< the interval's worse end stays within `tolerance`
    bool better_than_production;   ///< the interval excludes 0
    double tolerance;              ///< in the metric's units, or a share of production's value
    bool tolerance_is_relative;
    double confidence; ///< 0.95
} GateRule;

typedef enum LeakagePolicy { LEAKAGE_FAIL, LEAKAGE_WARN, LEAKAGE_OFF } LeakagePolicy;

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

/// The same rows throughout, in one order; ids are unique.
typedef struct GateInput {
    Objective objective;
    size_t count;
    const Str *ids;
    const double *label;
    const double *candidate;
    const double *production; ///< NULL: no model is in production
    const double *baseline;
    bool same_model;   ///< candidate and production have one digest
    uint64_t excluded; ///< held-out rows left out because production may have been trained on them
} GateInput;

typedef struct GateFinding {
    Str rule; ///< "rmse no_worse_than production"
    Verdict verdict;
    Str detail; ///< "candidate 0.412, production 0.405: worse by 0.007 [0.004, 0.010] at 95%, tolerance 0.002"
    double candidate, other, difference, low, high; ///< NaN where they do not apply
} GateFinding;

typedef struct GateResult {
    Arena arena;
    Verdict verdict; ///< the worst of the findings: ERROR, FAIL, INCONCLUSIVE, PASS
    GateFinding *findings;
    size_t finding_count;
    Str summary; ///< one line that a tired engineer understands
} GateResult;

void gate_result_deinit(GateResult *result);

/// Paired bootstrap over rows with counter-based randomness: the same input and seed give the same bits on any number of threads.
MUST_CHECK bool gate_decide(const GatePolicy *policy, const GateInput *input, uint32_t threads, GateResult *out,
                            Error *err);

#endif
