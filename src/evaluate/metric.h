/// Metrics: a table of pinned definitions. Exact accumulation, so that row order and threads cannot show; undefined where the
/// definition has no value, with the reason, never a made-up number.
#ifndef PAWL_EVALUATE_METRIC_H
#define PAWL_EVALUATE_METRIC_H

#include "model/trainer.h"

enum { METRIC_REASON_BYTES_MAX = 160 };

typedef struct MetricValue {
    bool defined;
    double value;
    uint64_t clipped;                     ///< log loss: probabilities moved to 2^-52 or 1 - 2^-52
    char reason[METRIC_REASON_BYTES_MAX]; ///< why it is undefined
} MetricValue;

/// A metric of one set of predictions made ready to be computed for many resamples of its rows: what does not depend on
/// the weights is done once. The zero value is empty.
typedef struct MetricSample {
    size_t count;
    double *terms;        ///< sums: one, or three, per row
    struct RankRow *rows; ///< auc: in order of prediction
} MetricSample;

void metric_sample_deinit(MetricSample *sample);

typedef struct Metric {
    const char *name;       ///< "rmse", "mae", "r2", "auc", "log_loss"
    const char *definition; ///< printed beside the value
    bool regression, binary;
    bool higher_is_better;
    /// Exact: the same rows in any order give the same bits.
    bool (*compute)(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err);
    /// For the bootstrap. The metric must be defined on all rows.
    bool (*prepare)(const double *label, const double *prediction, size_t count, MetricSample *out, Error *err);
    /// The metric of a resample, `weight[i]` times row i, summed in the order of the rows; NaN where undefined.
    double (*resample)(const MetricSample *sample, const uint32_t *weight);
} Metric;

/// Rows of one computation; more are an ERROR_MEMORY.
#define METRIC_ROWS_MAX ((size_t)1 << 31)

/// Whether the metric is one for this objective.
bool metric_suits(const Metric *metric, Objective objective);

const Metric *metric_find(Str name); ///< NULL when unknown
size_t metric_count(void);
const Metric *metric_at(size_t i);

#endif
