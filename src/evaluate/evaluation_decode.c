/// evaluation.json, read: whatever the bytes, an evaluation or an error that names the place.
#include <string.h>

#include "evaluate/evaluation_internal.h"
#include "number/float_order.h"
#include "text/json.h"
#include "text/json_writer.h"

/// Texts are borrowed from the document, which lives in the evaluation's arena.
typedef struct EvaluationReader {
    Evaluation *evaluation;
    Arena *arena;
} EvaluationReader;

static bool need_str(const Node *map, Str key, Str *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_str(node, out, err);
}

static bool need_bool(const Node *map, Str key, bool *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_bool(node, out, err);
}

static bool need_count(const Node *map, Str key, uint64_t *out, Error *err)
{
    const Node *node = NULL;
    int64_t count = 0;
    TRY(node_need(map, key, &node, err));
    TRY(node_int(node, 0, INT64_MAX, &count, err));
    *out = (uint64_t)count;
    return true;
}

/// A number, the text of one that JSON cannot write, or null: NaN.
static bool number_read(const Node *node, double *out, Error *err)
{
    *out = float_nan();
    if (node->kind == NODE_NULL) return true;
    if (node->kind != NODE_STRING) return node_double(node, out, err);
    if (!str_equal(node->text, STR("Infinity")) && !str_equal(node->text, STR("-Infinity")))
        return node_error(node, err, "'%.*s' is no number", STR_ARG(node->text));
    *out = node->text.data[0] == '-' ? -float_infinity() : float_infinity();
    return true;
}

static bool need_number(const Node *map, Str key, double *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return number_read(node, out, err);
}

static bool need_digest(const Node *map, Str key, Digest *out, Error *err)
{
    const Node *node = NULL;
    Error inner = {0};
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return digest_parse(text, out, &inner) || node_error(node, err, "%s", inner.text);
}

static bool need_verdict(const Node *map, Verdict *out, Error *err)
{
    const Node *node = NULL;
    Error inner = {0};
    Str text = {0};
    TRY(node_need(map, STR("verdict"), &node, err));
    TRY(node_str(node, &text, err));
    return verdict_parse(text, out, &inner) || node_error(node, err, "%s", inner.text);
}

static bool need_list(const Node *map, Str key, const Node **out, Error *err)
{
    TRY(node_need(map, key, out, err));
    return node_expect(*out, NODE_LIST, err);
}

static bool reason_read(const Node *node, MetricValue *out, Error *err)
{
    Str reason = {0};
    TRY(need_str(node, STR("reason"), &reason, err));
    if (reason.size >= sizeof(out->reason)) return node_error(node, err, "the reason is too long");
    if (memchr(reason.data, 0, reason.size) != NULL) return node_error(node, err, "the reason holds a zero byte");
    memcpy(out->reason, reason.data, reason.size);
    out->reason[reason.size] = '\0';
    return true;
}

static bool value_read(const Node *map, Str key, MetricValue *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    TRY(NODE_CHECK_KEYS(node, err, "value", "reason", "clipped"));
    TRY(need_number(node, STR("value"), &out->value, err));
    out->defined = !float_is_nan(out->value);
    if (!out->defined) TRY(reason_read(node, out, err));
    return node_get(node, STR("clipped")) == NULL || need_count(node, STR("clipped"), &out->clipped, err);
}

static bool metric_read(const Node *node, MetricRow *out, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "metric", "definition", "slice", "rows", "candidate", "production", "baseline"));
    TRY(need_str(node, STR("metric"), &out->metric, err));
    TRY(need_str(node, STR("definition"), &out->definition, err));
    TRY(need_str(node, STR("slice"), &out->slice, err));
    TRY(need_count(node, STR("rows"), &out->row_count, err));
    TRY(value_read(node, STR("candidate"), &out->candidate, err));
    TRY(value_read(node, STR("production"), &out->production, err));
    return value_read(node, STR("baseline"), &out->baseline, err);
}

static bool finding_read(const Node *node, GateFinding *out, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "rule", "verdict", "detail", "candidate", "other", "difference", "low", "high"));
    TRY(need_str(node, STR("rule"), &out->rule, err));
    TRY(need_verdict(node, &out->verdict, err));
    TRY(need_str(node, STR("detail"), &out->detail, err));
    TRY(need_number(node, STR("candidate"), &out->candidate, err));
    TRY(need_number(node, STR("other"), &out->other, err));
    TRY(need_number(node, STR("difference"), &out->difference, err));
    TRY(need_number(node, STR("low"), &out->low, err));
    return need_number(node, STR("high"), &out->high, err);
}

static bool kind_read(const Node *map, LeakageKind *out, Error *err)
{
    const Node *node = NULL;
    Error inner = {0};
    Str text = {0};
    TRY(node_need(map, STR("kind"), &node, err));
    TRY(node_str(node, &text, err));
    return leakage_kind_parse(text, out, &inner) || node_error(node, err, "%s", inner.text);
}

static bool leakage_read(const Node *node, LeakageFinding *out, Error *err)
{
    const Node *score = NULL;
    TRY(NODE_CHECK_KEYS(node, err, "kind", "source", "column", "rows", "row_count", "score", "text"));
    TRY(kind_read(node, &out->kind, err));
    TRY(need_str(node, STR("source"), &out->source, err));
    TRY(need_str(node, STR("column"), &out->column, err));
    TRY(need_count(node, STR("rows"), &out->rows, err));
    TRY(need_count(node, STR("row_count"), &out->row_count, err));
    TRY(node_need(node, STR("score"), &score, err));
    TRY(node_double(score, &out->score, err));
    return need_str(node, STR("text"), &out->text, err);
}

static bool metrics_read(EvaluationReader *reader, const Node *root, Error *err)
{
    const Node *list = NULL;
    TRY(need_list(root, STR("metrics"), &list, err));
    MetricRow *rows = arena_alloc_array(reader->arena, node_count(list) + 1, sizeof(MetricRow), err);
    TRY(rows != NULL);
    for (size_t i = 0; i < node_count(list); i++) TRY(metric_read(node_at(list, i), &rows[i], err));
    reader->evaluation->metrics = rows;
    reader->evaluation->metric_count = node_count(list);
    return true;
}

static bool findings_read(EvaluationReader *reader, const Node *root, Error *err)
{
    const Node *list = NULL;
    GateResult *gate = &reader->evaluation->gate;
    TRY(need_list(root, STR("findings"), &list, err));
    gate->findings = arena_alloc_array(reader->arena, node_count(list) + 1, sizeof(GateFinding), err);
    TRY(gate->findings != NULL);
    for (size_t i = 0; i < node_count(list); i++) TRY(finding_read(node_at(list, i), &gate->findings[i], err));
    gate->finding_count = node_count(list);
    return true;
}

static bool leakages_read(EvaluationReader *reader, const Node *root, Error *err)
{
    const Node *list = NULL;
    LeakageReport *report = &reader->evaluation->leakage;
    TRY(need_list(root, STR("leakage"), &list, err));
    report->items = arena_alloc_array(reader->arena, node_count(list) + 1, sizeof(LeakageFinding), err);
    TRY(report->items != NULL);
    for (size_t i = 0; i < node_count(list); i++) TRY(leakage_read(node_at(list, i), &report->items[i], err));
    report->count = node_count(list);
    return true;
}

static bool policy_read(EvaluationReader *reader, const Node *root, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    const Node *node = NULL;
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(node_need(root, STR("policy"), &node, err));
    TRY(node_expect(node, NODE_MAP, err));
    TRY(json_node(&json, node, err));
    return arena_copy(reader->arena, bytes_str(&text), &reader->evaluation->policy, err);
}

static bool format_check(const Node *root, Error *err)
{
    const Node *node = NULL;
    int64_t format = 0;
    TRY(node_need(root, STR("format"), &node, err));
    return node_int(node, EVALUATION_FORMAT, EVALUATION_FORMAT, &format, err);
}

static bool root_read(EvaluationReader *reader, const Node *root, Error *err)
{
    Evaluation *evaluation = reader->evaluation;
    TRY(NODE_CHECK_KEYS(root, err, "format", "verdict", "summary", "candidate", "has_production", "production",
                        "predictions", "excluded", "unmatched", "policy", "findings", "metrics", "leakage"));
    TRY(format_check(root, err));
    TRY(need_verdict(root, &evaluation->gate.verdict, err));
    TRY(need_str(root, STR("summary"), &evaluation->gate.summary, err));
    TRY(need_digest(root, STR("candidate"), &evaluation->candidate, err));
    TRY(need_bool(root, STR("has_production"), &evaluation->has_production, err));
    TRY(need_digest(root, STR("production"), &evaluation->production, err));
    TRY(need_digest(root, STR("predictions"), &evaluation->table, err));
    TRY(need_count(root, STR("excluded"), &evaluation->excluded, err));
    TRY(need_count(root, STR("unmatched"), &evaluation->unmatched, err));
    TRY(policy_read(reader, root, err));
    TRY(findings_read(reader, root, err));
    TRY(metrics_read(reader, root, err));
    return leakages_read(reader, root, err);
}

bool evaluation_decode(Str name, Str text, Evaluation *out, Error *err)
{
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    Document document = {0};
    EvaluationReader reader = {&evaluation, &evaluation.arena};
    TRY(json_parse(name, text, &evaluation.arena, &document, err));
    TRY(root_read(&reader, document.root, err));
    *out = evaluation;
    evaluation = (Evaluation){0};
    return true;
}
