/// evaluation.json and the gate's policy, written.
#include "evaluate/evaluation_internal.h"
#include "number/float_order.h"
#include "text/json_writer.h"

/// Numbers that are not there are null.
static bool number_write(JsonWriter *json, Str key, double value, Error *err)
{
    return float_is_nan(value) ? json_field_null(json, key, err) : json_field_double(json, key, value, err);
}

static bool bound_write(JsonWriter *json, Str key, double value, Error *err)
{
    return float_is_nan(value) || json_field_double(json, key, value, err);
}

static bool rule_write(JsonWriter *json, const GateRule *rule, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("metric"), rule->metric, err));
    TRY(bound_write(json, STR("at_most"), rule->at_most, err));
    TRY(bound_write(json, STR("at_least"), rule->at_least, err));
    TRY(json_field_bool(json, STR("no_worse_than_production"), rule->no_worse_than_production, err));
    TRY(json_field_bool(json, STR("better_than_production"), rule->better_than_production, err));
    TRY(json_field_double(json, STR("tolerance"), rule->tolerance, err));
    TRY(json_field_bool(json, STR("tolerance_is_relative"), rule->tolerance_is_relative, err));
    TRY(json_field_double(json, STR("confidence"), rule->confidence, err));
    return json_object_end(json, err);
}

static Str leakage_policy_name(LeakagePolicy policy)
{
    static const Str names[] = {STR_INIT("fail"), STR_INIT("warn"), STR_INIT("off")};
    CHECK((size_t)policy < COUNT_OF(names));
    return names[policy];
}

bool gate_policy_encode(const GatePolicy *policy, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_array(&json, STR("rules"), err));
    for (size_t i = 0; i < policy->rule_count; i++) TRY(rule_write(&json, &policy->rules[i], err));
    TRY(json_array_end(&json, err));
    TRY(json_field_bool(&json, STR("beat_baseline"), policy->beat_baseline, err));
    TRY(json_field_str(&json, STR("leakage"), leakage_policy_name(policy->leakage), err));
    TRY(json_field_uint(&json, STR("resamples"), policy->resamples, err));
    TRY(json_field_uint(&json, STR("rows_min"), policy->rows_min, err));
    TRY(json_field_int(&json, STR("seed"), policy->seed, err));
    return json_object_end(&json, err);
}

static bool digest_write(JsonWriter *json, Str key, const Digest *digest, Error *err)
{
    return json_field_str(json, key, str_from(digest_hex(digest).text), err);
}

static bool value_write(JsonWriter *json, Str key, const MetricValue *value, Error *err)
{
    TRY(json_field_object(json, key, err));
    TRY(number_write(json, STR("value"), value->defined ? value->value : float_nan(), err));
    if (!value->defined) TRY(json_field_str(json, STR("reason"), str_from(value->reason), err));
    if (value->clipped > 0) TRY(json_field_uint(json, STR("clipped"), value->clipped, err));
    return json_object_end(json, err);
}

static bool metric_write(JsonWriter *json, const MetricRow *row, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("metric"), row->metric, err));
    TRY(json_field_str(json, STR("definition"), row->definition, err));
    TRY(json_field_str(json, STR("slice"), row->slice, err));
    TRY(json_field_uint(json, STR("rows"), row->row_count, err));
    TRY(value_write(json, STR("candidate"), &row->candidate, err));
    TRY(value_write(json, STR("production"), &row->production, err));
    TRY(value_write(json, STR("baseline"), &row->baseline, err));
    return json_object_end(json, err);
}

static bool finding_write(JsonWriter *json, const GateFinding *finding, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("rule"), finding->rule, err));
    TRY(json_field_str(json, STR("verdict"), str_from(verdict_name(finding->verdict)), err));
    TRY(json_field_str(json, STR("detail"), finding->detail, err));
    TRY(number_write(json, STR("candidate"), finding->candidate, err));
    TRY(number_write(json, STR("other"), finding->other, err));
    TRY(number_write(json, STR("difference"), finding->difference, err));
    TRY(number_write(json, STR("low"), finding->low, err));
    TRY(number_write(json, STR("high"), finding->high, err));
    return json_object_end(json, err);
}

static bool leakage_write(JsonWriter *json, const LeakageFinding *finding, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("kind"), str_from(leakage_kind_name(finding->kind)), err));
    TRY(json_field_str(json, STR("source"), finding->source, err));
    TRY(json_field_str(json, STR("column"), finding->column, err));
    TRY(json_field_uint(json, STR("rows"), finding->rows, err));
    TRY(json_field_uint(json, STR("row_count"), finding->row_count, err));
    TRY(json_field_double(json, STR("score"), finding->score, err));
    TRY(json_field_str(json, STR("text"), finding->text, err));
    return json_object_end(json, err);
}

static bool lists_write(JsonWriter *json, const Evaluation *evaluation, Error *err)
{
    TRY(json_field_array(json, STR("findings"), err));
    for (size_t i = 0; i < evaluation->gate.finding_count; i++)
        TRY(finding_write(json, &evaluation->gate.findings[i], err));
    TRY(json_array_end(json, err));
    TRY(json_field_array(json, STR("metrics"), err));
    for (size_t i = 0; i < evaluation->metric_count; i++) TRY(metric_write(json, &evaluation->metrics[i], err));
    TRY(json_array_end(json, err));
    TRY(json_field_array(json, STR("leakage"), err));
    for (size_t i = 0; i < evaluation->leakage.count; i++) TRY(leakage_write(json, &evaluation->leakage.items[i], err));
    return json_array_end(json, err);
}

bool evaluation_encode(const Evaluation *evaluation, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_int(&json, STR("format"), EVALUATION_FORMAT, err));
    TRY(json_field_str(&json, STR("verdict"), str_from(verdict_name(evaluation->gate.verdict)), err));
    TRY(json_field_str(&json, STR("summary"), evaluation->gate.summary, err));
    TRY(digest_write(&json, STR("candidate"), &evaluation->candidate, err));
    TRY(json_field_bool(&json, STR("has_production"), evaluation->has_production, err));
    TRY(digest_write(&json, STR("production"), &evaluation->production, err));
    TRY(digest_write(&json, STR("predictions"), &evaluation->table, err));
    TRY(json_field_uint(&json, STR("excluded"), evaluation->excluded, err));
    TRY(json_field_uint(&json, STR("unmatched"), evaluation->unmatched, err));
    TRY(json_key(&json, STR("policy"), err));
    TRY(json_raw(&json, evaluation->policy, err));
    TRY(lists_write(&json, evaluation, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}
