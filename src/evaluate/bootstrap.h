/// The paired bootstrap: metrics of several models on the same resamples of the same rows, and intervals of their differences
/// (Efron 1979; percentile intervals).
///
/// A resample draws as many rows as there are, with replacement. Draws are a function of (seed, resample, draw): neither threads
/// nor the order of work can show.
#ifndef PAWL_EVALUATE_BOOTSTRAP_H
#define PAWL_EVALUATE_BOOTSTRAP_H

#include "evaluate/metric.h"

enum { BOOTSTRAP_RESAMPLES_MAX = 1000000 };

/// One metric of one model's predictions.
typedef struct BootstrapItem {
    const Metric *metric;
    MetricSample sample; ///< made ready over the same rows, in the same order, for every item
} BootstrapItem;

/// Owns the values. The zero value is empty.
typedef struct Bootstrap {
    double *values; ///< of item i: resamples [i * resamples, (i + 1) * resamples); NaN where undefined
    size_t item_count;
    uint32_t resamples;
} Bootstrap;

void bootstrap_deinit(Bootstrap *bootstrap);

/// `row_count` at least 1; `threads` 0: all processors.
MUST_CHECK bool bootstrap_run(const BootstrapItem *items, size_t item_count, size_t row_count, uint32_t resamples,
                              int64_t seed, uint32_t threads, Bootstrap *out, Error *err);

typedef struct Interval {
    double low, high;
    uint32_t undefined; ///< resamples where a metric had no value; they are left out
} Interval;

/// Of item `plus` less item `minus`, two-sided: with B defined resamples, the values of rank floor((1 - confidence) / 2 * (B + 1)) from
/// either end (at least 1). NaN when no resample is defined.
MUST_CHECK bool bootstrap_interval(const Bootstrap *bootstrap, size_t plus, size_t minus, double confidence,
                                   Interval *out, Error *err);

#endif
