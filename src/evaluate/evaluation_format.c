/// An evaluation for people: tables for a terminal.
#include "evaluate/evaluation_internal.h"
#include "text/quantity.h"
#include "text/table.h"
#include "text/utf8.h"

enum { EVIDENCE_WIDTH = 96, SUMMARY_WIDTH = 140 };

static bool has_slices(const Evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->metric_count; i++)
        if (evaluation->metrics[i].slice.size > 0) return true;
    return false;
}

static bool value_cell(Table *table, const MetricValue *value, Error *err)
{
    return value->defined ? table_cell_format(table, err, "%.6g", value->value)
                          : table_cell(table, STR("undefined"), err);
}

static bool metric_columns(const Evaluation *evaluation, bool slices, Table *table, Error *err)
{
    TRY(table_column(table, STR("metric"), TABLE_LEFT, err));
    if (slices) TRY(table_column(table, STR("rows of"), TABLE_LEFT, err));
    TRY(table_column(table, STR("rows"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("candidate"), TABLE_RIGHT, err));
    if (evaluation->has_production) TRY(table_column(table, STR("production"), TABLE_RIGHT, err));
    return table_column(table, STR("baseline"), TABLE_RIGHT, err);
}

static bool metric_cells(const Evaluation *evaluation, const MetricRow *row, bool slices, Table *table, Error *err)
{
    TRY(table_cell(table, row->metric, err));
    if (slices) TRY(table_cell(table, row->slice.size > 0 ? row->slice : STR("all"), err));
    TRY(table_cell(table, str_from(count_format((int64_t)row->row_count).text), err));
    TRY(value_cell(table, &row->candidate, err));
    if (evaluation->has_production) TRY(value_cell(table, &row->production, err));
    return value_cell(table, &row->baseline, err);
}

static bool metrics_format(const Evaluation *evaluation, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    bool slices = has_slices(evaluation);
    TRY(metric_columns(evaluation, slices, &table, err));
    for (size_t i = 0; i < evaluation->metric_count; i++)
        TRY(metric_cells(evaluation, &evaluation->metrics[i], slices, &table, err));
    return table_write(&table, 0, out, err);
}

static bool clipped_append(const MetricRow *row, Bytes *out, Error *err)
{
    if (row->candidate.clipped == 0) return true;
    return bytes_append_format(out, err, " (%s clipped)", count_format((int64_t)row->candidate.clipped).text);
}

static bool undefined_append(const MetricRow *row, Bytes *out, Error *err)
{
    if (row->candidate.defined) return true;
    return bytes_append_format(out, err, " (here: %s)", row->candidate.reason);
}

/// How each number is defined, and why one is missing.
static bool definitions_format(const Evaluation *evaluation, Bytes *out, Error *err)
{
    for (size_t i = 0; i < evaluation->metric_count; i++) {
        const MetricRow *row = &evaluation->metrics[i];
        if (row->slice.size > 0) continue;
        TRY(bytes_append_format(out, err, "  %.*s: %.*s", STR_ARG(row->metric), STR_ARG(row->definition)));
        TRY(clipped_append(row, out, err));
        TRY(undefined_append(row, out, err));
        TRY(bytes_append_byte(out, '\n', err));
    }
    return true;
}

/// The beginning of the text that fits a line of the evidence, up to a space; the text moves on behind it.
static Str line_take(Str *text)
{
    Str line = utf8_cut(*text, EVIDENCE_WIDTH);
    size_t end = line.size;
    while (line.size < text->size && end > 0 && text->data[end] != ' ') end--;
    if (end > 0) line.size = end;
    *text = str_trim(str_slice(*text, line.size, text->size));
    return line;
}

static bool finding_rows(Table *table, const GateFinding *finding, Error *err)
{
    bool applies = finding->verdict != VERDICT_NOT_APPLICABLE;
    Str detail = finding->detail;
    TRY(table_cell(table, applies ? str_from(verdict_name(finding->verdict)) : STR("-"), err));
    TRY(table_cell(table, finding->rule, err));
    TRY(table_cell(table, line_take(&detail), err));
    while (detail.size > 0) {
        TRY(table_cell(table, STR(""), err) && table_cell(table, STR(""), err));
        TRY(table_cell(table, line_take(&detail), err));
    }
    return true;
}

static bool findings_format(const GateResult *gate, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("verdict"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("rule"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("evidence"), TABLE_LEFT, err));
    for (size_t i = 0; i < gate->finding_count; i++) TRY(finding_rows(&table, &gate->findings[i], err));
    return table_write(&table, 0, out, err);
}

bool evaluation_format(const Evaluation *evaluation, Bytes *out, Error *err)
{
    TRY(metrics_format(evaluation, out, err));
    TRY(definitions_format(evaluation, out, err));
    TRY(bytes_append_byte(out, '\n', err));
    TRY(findings_format(&evaluation->gate, out, err));
    Str summary = utf8_cut(evaluation->gate.summary, SUMMARY_WIDTH);
    return bytes_append_format(out, err, "\n%s: %.*s%s\n", verdict_name(evaluation->gate.verdict), STR_ARG(summary),
                               summary.size < evaluation->gate.summary.size ? "…" : "");
}
