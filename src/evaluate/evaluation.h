/// Judging a candidate: predictions of candidate, production and baseline on the same held-out rows, metrics, and the gate's verdict, kept as
/// one content-addressed folder.
///
///     predictions.parquet  _id, _at, _label, candidate, production, baseline: the rows that were compared, by (at, id)
///     evaluation.json      verdict, metrics with definitions, slices, the gate's policy and findings, leakage findings
#ifndef PAWL_EVALUATE_EVALUATION_H
#define PAWL_EVALUATE_EVALUATION_H

#include "evaluate/leakage.h"
#include "model/package.h"

typedef struct EvaluateOptions {
    const Str *metrics; ///< none: all of the objective
    size_t metric_count;
    const Str *slices; ///< input or feature names; metrics per value
    size_t slice_count;
    GatePolicy gate;
} EvaluateOptions;

typedef struct MetricRow {
    Str metric, definition;
    Str slice; ///< "" for all rows, else "vendor_id = 1"; beyond the 20 most frequent values "vendor_id: others"
    uint64_t row_count;
    MetricValue candidate, production, baseline; ///< production without a model: undefined
} MetricRow;

typedef struct Evaluation {
    Arena arena;
    Digest candidate, production; ///< models; production zero when there is none
    bool has_production;          ///< also when it could not be compared with
    uint64_t excluded;            ///< held-out rows left out: a model may have been trained on them
    uint64_t unmatched;           ///< held-out rows left out: production has no example with that id and moment
    Digest table;                 ///< logical digest of `predictions`
    Str policy;                   ///< the gate's, as JSON
    MetricRow *metrics;
    size_t metric_count;
    GateResult gate;
    LeakageReport leakage;
    Frame predictions;
} Evaluation;

void evaluation_deinit(Evaluation *evaluation);

/// `production` may be NULL (none) and `production_error` a text why it could not be opened. Production's features come from its own plan over
/// `tables` (one frame per plan source of `production`, in that plan's order) as of the snapshot's `as_of`, aligned with the snapshot's
/// held-out rows by id and moment, never by place; a row that is not found there, or that a model may have been trained on (at <= its
/// trained_until), is left out for all and counted. Production that predicts another label, fails on these tables, or misses more than half
/// of the rows makes the verdict ERROR, not the function fail.
MUST_CHECK bool evaluation_run(const EvaluateOptions *options, const Snapshot *snapshot, const Model *candidate,
                               const Model *production, Str production_error, const Frame *production_tables,
                               uint32_t threads, Evaluation *out, Error *err);
MUST_CHECK bool evaluation_write(Lake *lake, const Disk *disk, const Evaluation *evaluation, Str directory, Error *err);

/// What register and report need of a written evaluation.json: verdict, summary, findings, metrics. `predictions` stays empty.
MUST_CHECK bool evaluation_read(const Disk *disk, Str directory, Evaluation *out, Error *err);

/// Tables for a terminal: metrics, then the gate's findings.
MUST_CHECK bool evaluation_format(const Evaluation *evaluation, Bytes *out, Error *err);

#endif
