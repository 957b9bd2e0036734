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

typedef struct Metric {
    const char *name;       ///< "rmse", "mae", "r2", "auc", "log_loss"
    const char *definition; ///< printed beside the value
    bool regression, binary;
    bool higher_is_better;
    bool (*compute)(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err);
    /// For the bootstrap: the metric of a resample, `weight[i]` times row i.
    bool (*compute_weighted)(const double *label, const double *prediction, const uint32_t *weight, size_t count,
                             MetricValue *out, Error *err);
} Metric;

const Metric *metric_find(Str name); ///< NULL when unknown
size_t metric_count(void);
const Metric *metric_at(size_t i);

#endif
