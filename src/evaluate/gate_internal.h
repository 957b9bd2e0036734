/// How the gate works inside: a canonical copy of its input, each metric's values, and findings that accumulate.
#ifndef PAWL_EVALUATE_GATE_INTERNAL_H
#define PAWL_EVALUATE_GATE_INTERNAL_H

#include "evaluate/bootstrap.h"
#include "evaluate/gate.h"

typedef enum GateModel { GATE_CANDIDATE, GATE_PRODUCTION, GATE_BASELINE, GATE_MODEL_COUNT } GateModel;

enum { GATE_METRICS_MAX = 64 };

/// A metric of all models, with its places among the bootstrap's items.
typedef struct GateMetric {
    const Metric *metric;
    bool there[GATE_MODEL_COUNT];
    MetricValue values[GATE_MODEL_COUNT];
    size_t items[GATE_MODEL_COUNT]; ///< valid where the value is defined
} GateMetric;

/// The input's rows in order of their ids.
typedef struct GateRows {
    size_t count;
    Str *ids;
    double *label;
    double *models[GATE_MODEL_COUNT]; ///< NULL: there is none
} GateRows;

typedef struct Gate {
    const GatePolicy *policy;
    const GateInput *input;
    uint32_t threads;
    Arena *arena; ///< the result's
    Arena scratch;
    GateRows rows;
    GateRule implied; ///< when the policy has no rules
    const GateRule *rules;
    size_t rule_count;
    GateMetric metrics[GATE_METRICS_MAX];
    size_t metric_count;
    Bootstrap bootstrap;
    bool compares; ///< there are enough rows, and every id is there once
    GateFinding *findings;
    size_t finding_count, finding_capacity;
} Gate;

/// A finding whose numbers are all NaN.
GateFinding gate_finding(Verdict verdict, Str rule, Str detail);

/// Adds such a finding.
MUST_CHECK bool gate_add(Gate *gate, Verdict verdict, Str rule, Str detail, Error *err);
MUST_CHECK bool gate_add_finding(Gate *gate, const GateFinding *finding, Error *err);

MUST_CHECK bool gate_sort_rows(Gate *gate, Error *err);

/// Computes every metric that a rule names, and resamples it.
MUST_CHECK bool gate_measure(Gate *gate, Error *err);

/// Findings on ids, labels, predictions and the number of rows.
MUST_CHECK bool gate_check_rows(Gate *gate, Error *err);

/// Findings of one rule, and of a rule's metric against the baseline.
MUST_CHECK bool gate_check_rule(Gate *gate, const GateRule *rule, Error *err);
MUST_CHECK bool gate_check_baseline(Gate *gate, const GateRule *rule, Error *err);

const GateMetric *gate_metric(const Gate *gate, Str name);

#endif
