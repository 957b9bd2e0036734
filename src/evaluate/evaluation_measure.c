/// The metrics of an evaluation: of all rows, and of each value of the columns that slice them.
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "evaluate/evaluation_internal.h"
#include "evaluate/evaluation_slice_internal.h"

typedef struct MetricRows {
    ARRAY_OF(MetricRow) items;
} MetricRows;

static void metric_rows_deinit(MetricRows *rows)
{
    memory_free(rows->items.items);
}

static bool metric_choose(const EvaluationBuilder *builder, size_t i, const Metric **out, Error *err)
{
    Str name = builder->options->metrics[i];
    Objective objective = builder->candidate->manifest.objective;
    *out = metric_find(name);
    if (*out == NULL) return error_set(err, ERROR_CONFIG, "evaluate: unknown metric '%.*s'", STR_ARG(name));
    if (metric_suits(*out, objective)) return true;
    return error_set(err, ERROR_CONFIG, "evaluate: metric '%.*s' is not one of %s", STR_ARG(name),
                     objective == OBJECTIVE_BINARY ? "binary classification" : "regression");
}

static bool metric_is_there(const Metric *const *metrics, size_t count, const Metric *metric)
{
    for (size_t i = 0; i < count; i++)
        if (metrics[i] == metric) return true;
    return false;
}

/// Those asked for, once each; without any, all of the objective.
static bool metrics_choose(const EvaluationBuilder *builder, const Metric **out, size_t *out_count, Error *err)
{
    size_t count = 0;
    const EvaluateOptions *options = builder->options;
    size_t candidates = options->metric_count > 0 ? options->metric_count : metric_count();
    for (size_t i = 0; i < candidates; i++) {
        const Metric *metric = metric_at(0);
        if (options->metric_count > 0) TRY(metric_choose(builder, i, &metric, err));
        if (options->metric_count == 0) metric = metric_at(i);
        if (!metric_suits(metric, builder->candidate->manifest.objective)) continue;
        if (metric_is_there(out, count, metric)) continue;
        CHECK(count < GATE_METRICS_MAX);
        out[count++] = metric;
    }
    *out_count = count;
    return true;
}

static double *values_gather(Arena *arena, const double *values, const SliceRows *slice, Error *err)
{
    double *gathered = arena_alloc_array(arena, slice->count + 1, sizeof(double), err);
    for (size_t i = 0; gathered != NULL && i < slice->count; i++)
        gathered[i] = values[slice->rows == NULL ? i : slice->rows[i]];
    return gathered;
}

static bool slice_gather(const EvaluationBuilder *builder, Arena *arena, SliceRows *slice, Error *err)
{
    slice->label = values_gather(arena, builder->label, slice, err);
    TRY(slice->label != NULL);
    for (size_t i = 0; i < GATE_MODEL_COUNT; i++) {
        if (builder->predictions[i] == NULL) continue;
        slice->predictions[i] = values_gather(arena, builder->predictions[i], slice, err);
        TRY(slice->predictions[i] != NULL);
    }
    return true;
}

static bool value_compute(const EvaluationBuilder *builder, const Metric *metric, const SliceRows *slice,
                          GateModel model, MetricValue *out, Error *err)
{
    if (slice->predictions[model] != NULL)
        return metric->compute(slice->label, slice->predictions[model], slice->count, out, err);
    metric_undefine(out,
                    builder->production_error.size > 0 ? "production could not be asked" : "no model is in production");
    return true;
}

static bool row_add(EvaluationBuilder *builder, const Metric *metric, const SliceRows *slice, MetricRows *out,
                    Error *err)
{
    MetricRow row = {
        .metric = str_from(metric->name), .definition = str_from(metric->definition), .row_count = slice->count};
    TRY(arena_copy(&builder->evaluation.arena, slice->name, &row.slice, err));
    TRY(value_compute(builder, metric, slice, GATE_CANDIDATE, &row.candidate, err));
    TRY(value_compute(builder, metric, slice, GATE_PRODUCTION, &row.production, err));
    TRY(value_compute(builder, metric, slice, GATE_BASELINE, &row.baseline, err));
    return ARRAY_PUSH(&out->items, row, err);
}

static bool slice_measure(EvaluationBuilder *builder, const Metric *const *metrics, size_t metric_count,
                          SliceRows *slice, MetricRows *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    TRY(slice_gather(builder, &arena, slice, err));
    for (size_t i = 0; i < metric_count; i++) TRY(row_add(builder, metrics[i], slice, out, err));
    return true;
}

static bool column_measure(EvaluationBuilder *builder, Str name, const Metric *const *metrics, size_t metric_count,
                           MetricRows *out, Error *err)
{
    AUTO(slice_column_deinit) SliceColumn column = {0};
    TRY(slice_column_init(builder, name, &column, err));
    for (size_t i = 0; i < column.slice_count; i++) {
        SliceRows slice = {0};
        TRY(slice_column_rows(&column, i, &slice, err));
        TRY(slice_measure(builder, metrics, metric_count, &slice, out, err));
    }
    return true;
}

static bool rows_take(EvaluationBuilder *builder, const MetricRows *rows, Error *err)
{
    Evaluation *evaluation = &builder->evaluation;
    size_t count = rows->items.count;
    evaluation->metrics = arena_alloc_array(&evaluation->arena, count + 1, sizeof(MetricRow), err);
    TRY(evaluation->metrics != NULL);
    if (count > 0) memcpy(evaluation->metrics, rows->items.items, count * sizeof(MetricRow));
    evaluation->metric_count = count;
    return true;
}

bool evaluation_measure(EvaluationBuilder *builder, Error *err)
{
    AUTO(metric_rows_deinit) MetricRows rows = {0};
    const Metric *metrics[GATE_METRICS_MAX];
    size_t count = 0;
    SliceRows all = {.count = builder->count};
    TRY(metrics_choose(builder, metrics, &count, err));
    TRY(slice_measure(builder, metrics, count, &all, &rows, err));
    for (size_t i = 0; i < builder->options->slice_count; i++)
        TRY(column_measure(builder, builder->options->slices[i], metrics, count, &rows, err));
    return rows_take(builder, &rows, err);
}
