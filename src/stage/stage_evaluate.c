/// Evaluate: candidate, production and baseline on the same held-out rows, and the gate's verdict. The verdict is the result, not a failure.
#include "stage/stage_internal.h"

#include <string.h>

/// The model in production, as far as it can be opened: a package that is gone or altered is a verdict of its own (ERROR).
typedef struct Production {
    bool there, open;
    Model model;
    StageTables tables;
    Error err;
} Production;

static void production_deinit(Production *production)
{
    model_deinit(&production->model);
    stage_tables_deinit(&production->tables);
}

static bool production_path(const StepRequest *request, Str *out, Error *err)
{
    const Node *node = node_get(request->params, STR("production"));
    *out = (Str){0};
    if (node == NULL || node->kind != NODE_MAP) return true;
    return node_get_str(node, STR("path"), out, err);
}

static bool production_read(const StageContext *context, const StepRequest *request, Lake *lake, Production *out,
                            Error *err)
{
    Str path = {0};
    TRY(production_path(request, &path, err));
    if (path.size == 0) return true;
    out->there = true;
    if (!model_open(context->disk, path, &out->model, &out->err)) return true;
    out->open = stage_plan_tables(context, request, lake, &out->model.plan, &out->tables, &out->err);
    return true;
}

static bool evaluation_save(const StageContext *context, const StepRequest *request, Lake *lake,
                            const Evaluation *evaluation, Error *err)
{
    Str directory = {0};
    TRY(step_output(request, STR("evaluation"), &directory, err));
    TRY(disk_make_directories(context->disk, directory, err));
    return evaluation_write(lake, context->disk, evaluation, directory, err);
}

/// Which version it was compared with: the one that a promotion may replace.
static bool compared_set(const StepRequest *request, StepResult *result, Error *err)
{
    const Node *production = node_get(request->params, STR("production"));
    int64_t version = 0;
    if (production != NULL && production->kind == NODE_MAP)
        TRY(node_get_int(production, STR("version"), 0, INT64_MAX, &version, err));
    return stage_value_int(result, "compared_with", version, err);
}

static bool result_set(StepResult *result, const Evaluation *evaluation, Error *err)
{
    TRY(stage_value_text(result, "verdict", str_from(verdict_name(evaluation->gate.verdict)), err));
    for (size_t i = 0; i < evaluation->metric_count; i++) {
        const MetricRow *row = &evaluation->metrics[i];
        char name[64];
        if (row->slice.size > 0 || !row->candidate.defined || row->metric.size >= sizeof(name)) continue;
        memcpy(name, row->metric.data, row->metric.size);
        name[row->metric.size] = 0;
        TRY(stage_value_double(result, name, row->candidate.value, err));
    }
    return stage_message(result, err, "%s: %.*s", verdict_name(evaluation->gate.verdict),
                         STR_ARG(evaluation->gate.summary));
}

static bool inputs_read(const StageContext *context, const StepRequest *request, Lake *lake, Snapshot *snapshot,
                        Model *candidate, Error *err)
{
    const StepArtifact *input = NULL;
    TRY(step_input(request, STR("snapshot"), &input, err));
    TRY(snapshot_read(lake, context->disk, input->path, snapshot, err));
    TRY(step_input(request, STR("model"), &input, err));
    return model_open(context->disk, input->path, candidate, err);
}

static bool evaluate(const StageContext *context, const StepRequest *request, Lake *lake,
                     const EvaluateOptions *options, Evaluation *out, Error *err)
{
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    AUTO(model_deinit) Model candidate = {0};
    AUTO(production_deinit) Production production = {0};
    TRY(inputs_read(context, request, lake, &snapshot, &candidate, err));
    TRY(production_read(context, request, lake, &production, err));
    Str problem = production.there && !production.open ? str_from(production.err.text) : (Str){0};
    stage_progress(context, 0, 0, STR("predicting and comparing"), -1);
    return evaluation_run(options, &snapshot, &candidate, production.open ? &production.model : NULL, problem,
                          production.tables.frames, request->threads, out, err);
}

bool stage_evaluate(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    AUTO(lake_close) Lake *lake = NULL;
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    TRY(stage_config(request, CONFIG_EVALUATE | CONFIG_GATE, &config, err));
    TRY(stage_lake_open(context, request, &lake, err));
    TRY(evaluate(context, request, lake, &config.evaluate, &evaluation, err));
    TRY(evaluation_save(context, request, lake, &evaluation, err));
    TRY(compared_set(request, result, err));
    return result_set(result, &evaluation, err);
}
