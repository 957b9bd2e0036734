#include "evaluate/metric_internal.h"
#include "number/exact_stats.h"
#include "number/pinned.h"

/// 2^-52, the distance of 1 to the next double.
#define PROBABILITY_LEAST 0x1p-52

/// Of what happened.
static double probability(double label, double prediction)
{
    return label == 1 ? prediction : 1 - prediction;
}

static bool is_clipped(double chance)
{
    return chance < PROBABILITY_LEAST || chance > 1 - PROBABILITY_LEAST;
}

static double loss(double chance)
{
    if (chance < PROBABILITY_LEAST) return -pinned_log(PROBABILITY_LEAST);
    if (chance > 1 - PROBABILITY_LEAST) return -pinned_log(1 - PROBABILITY_LEAST);
    return -pinned_log(chance);
}

static bool rows_fit(const double *label, const double *prediction, size_t count, MetricValue *out)
{
    size_t bad = 0;
    TRY(metric_rows_binary(label, prediction, count, out));
    for (size_t i = 0; i < count; i++) bad += prediction[i] < 0 || prediction[i] > 1;
    if (bad > 0) metric_undefine(out, "%zu of %zu predictions are no probabilities", bad, count);
    return bad == 0;
}

bool log_loss_compute(const double *label, const double *prediction, size_t count, MetricValue *out, Error *err)
{
    ExactSum sum = {0};
    uint64_t clipped = 0;
    UNUSED(err);
    if (!rows_fit(label, prediction, count, out)) return true;
    for (size_t i = 0; i < count; i++) {
        double chance = probability(label[i], prediction[i]);
        exact_sum_add(&sum, loss(chance));
        clipped += is_clipped(chance);
    }
    metric_define(out, exact_mean(&sum, count));
    out->clipped = clipped;
    return true;
}

bool log_loss_prepare(const double *label, const double *prediction, size_t count, MetricSample *out, Error *err)
{
    TRY(metric_terms(count, 1, out, err));
    for (size_t i = 0; i < count; i++) out->terms[i] = loss(probability(label[i], prediction[i]));
    return true;
}

double log_loss_resample(const MetricSample *sample, const uint32_t *weight)
{
    return metric_terms_mean(sample, weight);
}
