/// The metrics that the gate's rules name, of every model, and their resamples.
#include "base/memory.h"
#include "evaluate/gate_internal.h"
#include "number/float_order.h"

const GateMetric *gate_metric(const Gate *gate, Str name)
{
    for (size_t i = 0; i < gate->metric_count; i++)
        if (str_equal(name, str_from(gate->metrics[i].metric->name))) return &gate->metrics[i];
    return NULL;
}

static bool rule_metric(const Gate *gate, const GateRule *rule, const Metric **out, Error *err)
{
    *out = metric_find(rule->metric);
    if (*out == NULL) return error_set(err, ERROR_CONFIG, "gate: unknown metric '%.*s'", STR_ARG(rule->metric));
    if (!(rule->confidence > 0 && rule->confidence < 1))
        return error_set(err, ERROR_CONFIG, "gate: %.*s: confidence %g is not between 0 and 1", STR_ARG(rule->metric),
                         rule->confidence);
    if (metric_suits(*out, gate->input->objective)) return true;
    return error_set(err, ERROR_CONFIG, "gate: metric '%.*s' is not one of %s", STR_ARG(rule->metric),
                     gate->input->objective == OBJECTIVE_BINARY ? "binary classification" : "regression");
}

static bool metrics_collect(Gate *gate, Error *err)
{
    for (size_t i = 0; i < gate->rule_count; i++) {
        const Metric *metric = NULL;
        TRY(rule_metric(gate, &gate->rules[i], &metric, err));
        if (gate_metric(gate, gate->rules[i].metric) != NULL) continue;
        CHECK(gate->metric_count < GATE_METRICS_MAX);
        gate->metrics[gate->metric_count++] = (GateMetric){.metric = metric};
    }
    return true;
}

static bool metric_measure(Gate *gate, GateMetric *metric, Error *err)
{
    const GateRows *rows = &gate->rows;
    for (size_t model = 0; model < GATE_MODEL_COUNT; model++) {
        metric->there[model] = rows->models[model] != NULL;
        if (!metric->there[model]) continue;
        TRY(metric->metric->compute(rows->label, rows->models[model], rows->count, &metric->values[model], err));
    }
    return true;
}

typedef struct ItemList {
    BootstrapItem items[GATE_METRICS_MAX * GATE_MODEL_COUNT];
    size_t count;
} ItemList;

static void item_list_free(ItemList **list)
{
    for (size_t i = 0; *list != NULL && i < (*list)->count; i++) metric_sample_deinit(&(*list)->items[i].sample);
    memory_free(*list);
}

static bool items_prepare(Gate *gate, GateMetric *metric, ItemList *list, Error *err)
{
    const GateRows *rows = &gate->rows;
    for (size_t model = 0; model < GATE_MODEL_COUNT; model++) {
        if (!metric->there[model] || !metric->values[model].defined) continue;
        BootstrapItem *item = &list->items[list->count];
        metric->items[model] = list->count++;
        item->metric = metric->metric;
        TRY(metric->metric->prepare(rows->label, rows->models[model], rows->count, &item->sample, err));
    }
    return true;
}

static bool resample(Gate *gate, Error *err)
{
    AUTO(item_list_free) ItemList *list = memory_alloc(sizeof(ItemList), err);
    TRY(list != NULL);
    for (size_t i = 0; i < gate->metric_count; i++) TRY(items_prepare(gate, &gate->metrics[i], list, err));
    return bootstrap_run(list->items, list->count, gate->rows.count, gate->policy->resamples, gate->policy->seed,
                         gate->threads, &gate->bootstrap, err);
}

bool gate_measure(Gate *gate, Error *err)
{
    TRY(metrics_collect(gate, err));
    for (size_t i = 0; i < gate->metric_count; i++) TRY(metric_measure(gate, &gate->metrics[i], err));
    return !gate->compares || resample(gate, err);
}
