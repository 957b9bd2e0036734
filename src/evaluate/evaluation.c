#include "evaluate/evaluation.h"

#include <string.h>

#include "evaluate/evaluation_internal.h"
#include "sys/path.h"

enum { EVALUATION_BYTES_MAX = 64 << 20 };

void evaluation_deinit(Evaluation *evaluation)
{
    arena_deinit(&evaluation->arena);
    gate_result_deinit(&evaluation->gate);
    leakage_report_deinit(&evaluation->leakage);
    frame_deinit(&evaluation->predictions);
    *evaluation = (Evaluation){0};
}

static void builder_deinit(EvaluationBuilder *builder)
{
    arena_deinit(&builder->arena);
    evaluation_deinit(&builder->evaluation);
}

static bool ask_candidate(EvaluationBuilder *builder, Error *err)
{
    double *predictions = arena_alloc_array(&builder->arena, builder->count + 1, sizeof(double), err);
    TRY(predictions != NULL);
    TRY_OR(
        model_predict(builder->candidate, &builder->snapshot->frame, builder->rows, builder->count, predictions, err),
        err, "candidate");
    builder->predictions[GATE_CANDIDATE] = predictions;
    return true;
}

/// The trivial baseline: the mean of the training labels, for every row.
static bool ask_baseline(EvaluationBuilder *builder, Error *err)
{
    double *predictions = arena_alloc_array(&builder->arena, builder->count + 1, sizeof(double), err);
    TRY(predictions != NULL);
    for (size_t i = 0; i < builder->count; i++) predictions[i] = builder->candidate->manifest.label_mean;
    builder->predictions[GATE_BASELINE] = predictions;
    return true;
}

static bool column_fill(Frame *frame, Str name, const double *values, size_t count, Error *err)
{
    Column *column = NULL;
    TRY(frame_add_column(frame, name, TYPE_OF(TYPE_FLOAT64), &column, err));
    for (size_t i = 0; i < count; i++)
        TRY(values == NULL ? column_push_null(column, err) : column_push_float(column, values[i], err));
    return true;
}

static bool rows_fill(const EvaluationBuilder *builder, Frame *frame, Error *err)
{
    Column *column = NULL;
    TRY(frame_add_column(frame, STR("_id"), TYPE_OF(TYPE_STRING), &column, err));
    for (size_t i = 0; i < builder->count; i++) TRY(column_push_string(column, builder->ids[i], err));
    TRY(frame_add_column(frame, STR("_at"), TYPE_INSTANT, &column, err));
    for (size_t i = 0; i < builder->count; i++) TRY(column_push_int(column, builder->at[i], err));
    return true;
}

static bool predictions_fill(EvaluationBuilder *builder, Error *err)
{
    Frame *frame = &builder->evaluation.predictions;
    size_t count = builder->count;
    TRY(rows_fill(builder, frame, err));
    TRY(column_fill(frame, STR("_label"), builder->label, count, err));
    TRY(column_fill(frame, STR("candidate"), builder->predictions[GATE_CANDIDATE], count, err));
    TRY(column_fill(frame, STR("production"), builder->predictions[GATE_PRODUCTION], count, err));
    TRY(column_fill(frame, STR("baseline"), builder->predictions[GATE_BASELINE], count, err));
    frame_finish(frame);
    return frame_digest(frame, &builder->evaluation.table, err);
}

static bool look_for_leakage(EvaluationBuilder *builder, Error *err)
{
    if (builder->options->gate.leakage == LEAKAGE_OFF) return true;
    return leakage_check_snapshot(builder->snapshot, builder->candidate->manifest.objective,
                                  &builder->evaluation.leakage, err);
}

/// What the leakage report means for the gate: one finding each, or one that there is none.
static bool leakage_findings(EvaluationBuilder *builder, GateFinding **out, size_t *out_count, Error *err)
{
    const LeakageReport *report = &builder->evaluation.leakage;
    bool fails = builder->options->gate.leakage == LEAKAGE_FAIL;
    size_t count = report->count > 0 ? report->count : 1;
    GateFinding *findings = arena_alloc_array(&builder->arena, count, sizeof(GateFinding), err);
    TRY(findings != NULL);
    for (size_t i = 0; i < count; i++) findings[i] = gate_finding(VERDICT_PASS, STR("leakage"), STR("none is found"));
    for (size_t i = 0; i < report->count; i++) {
        findings[i].verdict = fails ? VERDICT_FAIL : VERDICT_PASS;
        TRY(arena_format(&builder->arena, &findings[i].detail, err, "%s%.*s",
                         fails ? "" : "a warning only: ", STR_ARG(report->items[i].text)));
    }
    *out = findings;
    *out_count = builder->options->gate.leakage == LEAKAGE_OFF ? 0 : count;
    return true;
}

static bool gate_ask(EvaluationBuilder *builder, Error *err)
{
    GateFinding *others = NULL;
    size_t other_count = 0;
    TRY(leakage_findings(builder, &others, &other_count, err));
    GateInput input = {.objective = builder->candidate->manifest.objective,
                       .count = builder->count,
                       .ids = builder->ids,
                       .label = builder->label,
                       .candidate = builder->predictions[GATE_CANDIDATE],
                       .production = builder->predictions[GATE_PRODUCTION],
                       .baseline = builder->predictions[GATE_BASELINE],
                       .same_model = builder->production != NULL &&
                                     digest_equal(&builder->candidate->digest, &builder->production->digest),
                       .excluded = builder->evaluation.excluded,
                       .unmatched = builder->evaluation.unmatched,
                       .production_error = builder->production_error,
                       .others = others,
                       .other_count = other_count};
    return gate_decide(&builder->options->gate, &input, builder->threads, &builder->evaluation.gate, err);
}

static bool describe(EvaluationBuilder *builder, const Model *production, Error *err)
{
    AUTO(bytes_deinit) Bytes policy = {0};
    Evaluation *evaluation = &builder->evaluation;
    evaluation->candidate = builder->candidate->digest;
    evaluation->has_production = production != NULL || builder->production_error.size > 0;
    if (production != NULL) evaluation->production = production->digest;
    TRY(gate_policy_encode(&builder->options->gate, &policy, err));
    return arena_copy(&evaluation->arena, bytes_str(&policy), &evaluation->policy, err);
}

static bool builder_run(EvaluationBuilder *builder, Error *err)
{
    TRY(describe(builder, builder->production, err));
    TRY(evaluation_choose_rows(builder, err));
    TRY(evaluation_ask_production(builder, err));
    TRY(ask_candidate(builder, err));
    TRY(ask_baseline(builder, err));
    TRY(evaluation_measure(builder, err));
    TRY(predictions_fill(builder, err));
    TRY(look_for_leakage(builder, err));
    return gate_ask(builder, err);
}

bool evaluation_run(const EvaluateOptions *options, const Snapshot *snapshot, const Model *candidate,
                    const Model *production, Str production_error, const Frame *production_tables, uint32_t threads,
                    Evaluation *out, Error *err)
{
    AUTO(builder_deinit)
    EvaluationBuilder builder = {.options = options,
                                 .snapshot = snapshot,
                                 .candidate = candidate,
                                 .production = production_error.size > 0 ? NULL : production,
                                 .production_error = production_error,
                                 .tables = production_tables,
                                 .threads = threads};
    TRY(builder_run(&builder, err));
    *out = builder.evaluation;
    builder.evaluation = (Evaluation){0};
    return true;
}

bool evaluation_write(Lake *lake, const Disk *disk, const Evaluation *evaluation, Str directory, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("predictions.parquet"), &path, err));
    TRY(lake_write_parquet(lake, &evaluation->predictions, path, err));
    TRY(evaluation_encode(evaluation, &text, err));
    TRY(path_join(&arena, directory, STR("evaluation.json"), &path, err));
    return disk_write_atomic(disk, path, bytes_str(&text), err);
}

bool evaluation_read(const Disk *disk, Str directory, Evaluation *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("evaluation.json"), &path, err));
    TRY(disk_read(disk, path, EVALUATION_BYTES_MAX, &text, err));
    return evaluation_decode(path, bytes_str(&text), out, err);
}
