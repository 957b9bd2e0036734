#include "evaluate/metric.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "evaluate/metric_internal.h"
#include "number/float_order.h"

static const Metric METRICS[] = {
    {.name = "rmse",
     .definition = "square root of the mean of (prediction - label)^2; squares summed exactly",
     .regression = true,
     .compute = rmse_compute,
     .prepare = rmse_prepare,
     .resample = rmse_resample},
    {.name = "mae",
     .definition = "mean of |prediction - label|, summed exactly",
     .regression = true,
     .compute = mae_compute,
     .prepare = mae_prepare,
     .resample = mae_resample},
    {.name = "r2",
     .definition = "1 - mean squared error / variance of the labels; undefined when all labels are equal",
     .regression = true,
     .higher_is_better = true,
     .compute = r2_compute,
     .prepare = r2_prepare,
     .resample = r2_resample},
    {.name = "auc",
     .definition =
         "share of (1, 0) pairs ranked right, ties half (mid-ranks, counted in integers); undefined for one class",
     .binary = true,
     .higher_is_better = true,
     .compute = auc_compute,
     .prepare = auc_prepare,
     .resample = auc_resample},
    {.name = "log_loss",
     .definition =
         "mean of -ln(probability of what happened), probabilities moved into [2^-52, 1 - 2^-52]; summed exactly",
     .binary = true,
     .compute = log_loss_compute,
     .prepare = log_loss_prepare,
     .resample = log_loss_resample},
};

const Metric *metric_find(Str name)
{
    for (size_t i = 0; i < COUNT_OF(METRICS); i++)
        if (str_equal(name, str_from(METRICS[i].name))) return &METRICS[i];
    return NULL;
}

size_t metric_count(void)
{
    return COUNT_OF(METRICS);
}

const Metric *metric_at(size_t i)
{
    CHECK(i < COUNT_OF(METRICS));
    return &METRICS[i];
}

bool metric_suits(const Metric *metric, Objective objective)
{
    return objective == OBJECTIVE_BINARY ? metric->binary : metric->regression;
}

void metric_sample_deinit(MetricSample *sample)
{
    memory_free(sample->terms);
    memory_free(sample->rows);
    *sample = (MetricSample){0};
}

void metric_undefine(MetricValue *out, const char *format, ...)
{
    va_list arguments;
    *out = (MetricValue){.value = float_nan()};
    va_start(arguments, format);
    (void)vsnprintf(out->reason, sizeof(out->reason), format, arguments);
    va_end(arguments);
}

void metric_define(MetricValue *out, double value)
{
    if (float_is_finite(value))
        *out = (MetricValue){.defined = true, .value = value};
    else
        metric_undefine(out, "the value is too great for a double");
}

static size_t count_nonfinite(const double *values, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += !float_is_finite(values[i]);
    return found;
}

static bool values_are_finite(const double *values, size_t count, const char *what, MetricValue *out)
{
    size_t bad = count_nonfinite(values, count);
    if (bad > 0) metric_undefine(out, "%zu of %zu %s are not finite", bad, count, what);
    return bad == 0;
}

bool metric_rows_fit(const double *label, const double *prediction, size_t count, MetricValue *out)
{
    if (count == 0) {
        metric_undefine(out, "there are no rows");
        return false;
    }
    if (count > METRIC_ROWS_MAX) {
        metric_undefine(out, "there are more than %zu rows", METRIC_ROWS_MAX);
        return false;
    }
    return values_are_finite(label, count, "labels", out) && values_are_finite(prediction, count, "predictions", out);
}

bool metric_rows_binary(const double *label, const double *prediction, size_t count, MetricValue *out)
{
    size_t bad = 0;
    TRY(metric_rows_fit(label, prediction, count, out));
    for (size_t i = 0; i < count; i++) bad += label[i] != 0 && label[i] != 1;
    if (bad > 0) metric_undefine(out, "%zu of %zu labels are neither 0 nor 1", bad, count);
    return bad == 0;
}

bool metric_terms(size_t count, size_t per_row, MetricSample *out, Error *err)
{
    CHECK(count <= METRIC_ROWS_MAX);
    out->terms = memory_alloc_array(count * per_row, sizeof(double), err);
    out->count = count;
    return out->terms != NULL;
}

double metric_terms_mean(const MetricSample *sample, const uint32_t *weight)
{
    double sum = 0;
    uint64_t total = 0;
    for (size_t i = 0; i < sample->count; i++) {
        sum += weight[i] * sample->terms[i];
        total += weight[i];
    }
    return sum / (double)total;
}
