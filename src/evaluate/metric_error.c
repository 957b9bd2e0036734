/// Metrics of regression: sums over each row's error.
#include "evaluate/metric_internal.h"
#include "number/exact_stats.h"
#include "number/float_order.h"
#include "number/pinned.h"

enum { R2_TERMS = 3 };

/// Below this share of the mean square, a resample's variance is nothing but rounding.
#define R2_VARIANCE_LEAST 1e-12

static double error_of(const double *label, const double *prediction, size_t i)
{
    return prediction[i] - label[i];
}

static double magnitude(double value)
{
    return value < 0 ? -value : value;
}

static double mean_squared_error(const double *label, const double *prediction, size_t count)
{
    ExactSum sum = {0};
    for (size_t i = 0; i < count; i++) exact_sum_add_square(&sum, error_of(label, prediction, i));
    return exact_mean(&sum, count);
}

bool rmse_compute(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err)
{
    UNUSED(err);
    if (metric_rows_fit(label, prediction, count, out))
        metric_define(out, pinned_sqrt(mean_squared_error(label, prediction, count)));
    return true;
}

bool rmse_prepare(const double *label, const double *prediction, size_t count, MetricSample *out, Error *err)
{
    TRY(metric_terms(count, 1, out, err));
    for (size_t i = 0; i < count; i++) {
        double error = error_of(label, prediction, i);
        out->terms[i] = error * error;
    }
    return true;
}

double rmse_resample(const MetricSample *sample, const uint32_t *weight)
{
    return pinned_sqrt(metric_terms_mean(sample, weight));
}

bool mae_compute(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err)
{
    ExactSum sum = {0};
    UNUSED(err);
    if (!metric_rows_fit(label, prediction, count, out)) return true;
    for (size_t i = 0; i < count; i++) exact_sum_add(&sum, magnitude(error_of(label, prediction, i)));
    metric_define(out, exact_mean(&sum, count));
    return true;
}

bool mae_prepare(const double *label, const double *prediction, size_t count, MetricSample *out, Error *err)
{
    TRY(metric_terms(count, 1, out, err));
    for (size_t i = 0; i < count; i++) out->terms[i] = magnitude(error_of(label, prediction, i));
    return true;
}

double mae_resample(const MetricSample *sample, const uint32_t *weight)
{
    return metric_terms_mean(sample, weight);
}

static ExactMoments label_moments(const double *label, size_t count)
{
    ExactMoments moments = {0};
    for (size_t i = 0; i < count; i++) exact_moments_add(&moments, label[i]);
    return moments;
}

bool r2_compute(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err)
{
    UNUSED(err);
    if (!metric_rows_fit(label, prediction, count, out)) return true;
    ExactMoments moments = label_moments(label, count);
    double variance = exact_moments_variance(&moments, EXACT_SPREAD_POPULATION);
    if (variance == 0)
        metric_undefine(out, "all labels are equal");
    else
        metric_define(out, 1 - mean_squared_error(label, prediction, count) / variance);
    return true;
}

/// Per row: squared error, deviation from the labels' mean, and its square.
bool r2_prepare(const double *label, const double *prediction, size_t count, MetricSample *out, Error *err)
{
    ExactMoments moments = label_moments(label, count);
    double mean = exact_moments_mean(&moments);
    TRY(metric_terms(count, R2_TERMS, out, err));
    for (size_t i = 0; i < count; i++) {
        double error = error_of(label, prediction, i);
        double deviation = label[i] - mean;
        double *terms = &out->terms[R2_TERMS * i];
        terms[0] = error * error;
        terms[1] = deviation;
        terms[2] = deviation * deviation;
    }
    return true;
}

double r2_resample(const MetricSample *sample, const uint32_t *weight)
{
    double sums[R2_TERMS] = {0};
    double total = 0;
    for (size_t i = 0; i < sample->count; i++) {
        const double *terms = &sample->terms[R2_TERMS * i];
        for (int k = 0; k < R2_TERMS; k++) sums[k] += weight[i] * terms[k];
        total += weight[i];
    }
    double variance = sums[2] - sums[1] * sums[1] / total;
    return variance > R2_VARIANCE_LEAST * sums[2] ? 1 - sums[0] / variance : float_nan();
}
