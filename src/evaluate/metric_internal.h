/// What the metrics share: how they say that they are undefined, and what they ask of labels and predictions.
#ifndef PAWL_EVALUATE_METRIC_INTERNAL_H
#define PAWL_EVALUATE_METRIC_INTERNAL_H

#include "evaluate/metric.h"

#define METRIC_FUNCTIONS(name)                                                                                         \
    MUST_CHECK bool name##_compute(const double *label, const double *prediction, size_t count, MetricValue *out,      \
                                   Error *err);                                                                        \
    MUST_CHECK bool name##_prepare(const double *label, const double *prediction, size_t count, MetricSample *out,     \
                                   Error *err);                                                                        \
    double name##_resample(const MetricSample *sample, const uint32_t *weight)

METRIC_FUNCTIONS(rmse);
METRIC_FUNCTIONS(mae);
METRIC_FUNCTIONS(r2);
METRIC_FUNCTIONS(auc);
METRIC_FUNCTIONS(log_loss);

/// A row of auc's order. Ties end together.
typedef struct RankRow {
    uint32_t row;
    bool positive;
    bool tie_ends; ///< the next row has a greater prediction
} RankRow;

/// Rows in the order of `values`; the labels are 0 and 1.
MUST_CHECK bool rank_rows(const double *values, const double *label, size_t count, RankRow *out, Error *err);

/// True when there are rows, not too many, and all numbers are finite; else `*out` says why not.
bool metric_rows_fit(const double *label, const double *prediction, size_t count, MetricValue *out);

/// As metric_rows_fit, and every label is 0 or 1.
bool metric_rows_binary(const double *label, const double *prediction, size_t count, MetricValue *out);

/// A defined value; one that is no finite number is undefined.
void metric_define(MetricValue *out, double value);
void metric_undefine(MetricValue *out, const char *format, ...) PRINTF_LIKE(2, 3);

/// Room for `per_row` terms of each row.
MUST_CHECK bool metric_terms(size_t count, size_t per_row, MetricSample *out, Error *err);

/// The weighted mean of one term per row.
double metric_terms_mean(const MetricSample *sample, const uint32_t *weight);

#endif
