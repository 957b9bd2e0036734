/// An evaluation being made: the rows that can be compared, and what each model says of them.
#ifndef PAWL_EVALUATE_EVALUATION_INTERNAL_H
#define PAWL_EVALUATE_EVALUATION_INTERNAL_H

#include "evaluate/evaluation.h"
#include "evaluate/gate_internal.h"
#include "evaluate/metric_internal.h"

enum { EVALUATION_FORMAT = 1 };

typedef struct EvaluationBuilder {
    const EvaluateOptions *options;
    const Snapshot *snapshot;
    const Model *candidate;
    const Model *production; ///< NULL: none, or `production_error`
    Str production_error;
    const Frame *tables; ///< production's
    uint32_t threads;
    Arena arena; ///< for what the result does not hold
    size_t count;
    uint64_t *rows; ///< of the snapshot's frame
    Str *ids;
    int64_t *at;
    double *label;
    double *predictions[GATE_MODEL_COUNT]; ///< production: NULL without one
    Evaluation evaluation;
} EvaluationBuilder;

/// The snapshot's test rows but those that a model may have been trained on.
MUST_CHECK bool evaluation_choose_rows(EvaluationBuilder *builder, Error *err);

/// Production's predictions, and the rows that it has none for left out; or `production_error`.
MUST_CHECK bool evaluation_ask_production(EvaluationBuilder *builder, Error *err);

/// Whether both plans' datasets compute the same label: the same program over columns of the same names.
MUST_CHECK bool label_is_same(const Plan *left, const Plan *right, bool *out, Error *err);

/// The metrics of all rows, then of each slice.
MUST_CHECK bool evaluation_measure(EvaluationBuilder *builder, Error *err);

/// The policy as compact JSON.
MUST_CHECK bool gate_policy_encode(const GatePolicy *policy, Bytes *out, Error *err);

/// evaluation.json. What was encoded and decoded encodes to the same bytes.
MUST_CHECK bool evaluation_encode(const Evaluation *evaluation, Bytes *out, Error *err);
MUST_CHECK bool evaluation_decode(Str name, Str text, Evaluation *out, Error *err);

#endif
