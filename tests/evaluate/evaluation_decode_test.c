#include "evaluate/evaluation_internal.h"
#include "number/float_order.h"
#include "support/test.h"

#define ZERO_DIGEST "0000000000000000000000000000000000000000000000000000000000000000"

/// Every kind of entry once.
#define HEAD                                                                                                           \
    "{\"format\": 1, \"verdict\": \"FAIL\", \"summary\": \"rows: few\", \"candidate\": \"" ZERO_DIGEST                 \
    "\", \"has_production\": true, \"production\": \"" ZERO_DIGEST "\", \"predictions\": \"" ZERO_DIGEST               \
    "\", \"excluded\": 3, \"unmatched\": 0, \"policy\": {\"rules\": [], \"seed\": 7}, "
#define FINDINGS(number)                                                                                               \
    "\"findings\": [{\"rule\": \"rmse at_most 1\", \"verdict\": \"FAIL\", \"detail\": \"candidate 2\", "               \
    "\"candidate\": 2.0, \"other\": 1.0, \"difference\": " number ", \"low\": null, \"high\": null}], "
#define METRICS(reason)                                                                                                \
    "\"metrics\": [{\"metric\": \"auc\", \"definition\": \"pairs\", \"slice\": \"vendor = 1\", \"rows\": 3, "          \
    "\"candidate\": {\"value\": 0.5, \"clipped\": 2}, \"production\": {\"value\": null, \"reason\": \"" reason         \
    "\"}, \"baseline\": {\"value\": 0.25}}], "
#define LEAKAGE                                                                                                        \
    "\"leakage\": [{\"kind\": \"missingness\", \"source\": \"\", \"column\": \"trip.tip\", \"rows\": 3, "              \
    "\"row_count\": 9, \"score\": 1.0, \"text\": \"leaks\"}]}"

static const char GOOD[] = HEAD FINDINGS("null") METRICS("one class") LEAKAGE;

static bool decode(const char *text, Error *err)
{
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    return evaluation_decode(STR("evaluation.json"), str_from(text), &evaluation, err);
}

static void every_entry_is_read(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    ASSERT_OK(evaluation_decode(STR("evaluation.json"), STR(GOOD), &evaluation, &err), err);
    assert_int_equal(evaluation.gate.verdict, VERDICT_FAIL);
    ASSERT_STR(evaluation.gate.summary, "rows: few");
    assert_int_equal(evaluation.excluded, 3);
    ASSERT_STR(evaluation.policy, "{\"rules\":[],\"seed\":7}");
    assert_true(evaluation.gate.findings[0].candidate == 2 && float_is_nan(evaluation.gate.findings[0].low));
    const MetricRow *row = &evaluation.metrics[0];
    ASSERT_STR(row->slice, "vendor = 1");
    assert_true(row->candidate.defined && row->candidate.value == 0.5 && row->candidate.clipped == 2);
    assert_false(row->production.defined);
    assert_string_equal(row->production.reason, "one class");
    assert_int_equal(evaluation.leakage.items[0].kind, LEAKAGE_MISSINGNESS);
    ASSERT_STR(evaluation.leakage.items[0].text, "leaks");
}

static void what_was_read_writes_and_reads_the_same(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(evaluation_deinit) Evaluation first = {0};
    AUTO(evaluation_deinit) Evaluation second = {0};
    AUTO(bytes_deinit) Bytes one = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    ASSERT_OK(evaluation_decode(STR("evaluation.json"), STR(GOOD), &first, &err), err);
    ASSERT_OK(evaluation_encode(&first, &one, &err), err);
    ASSERT_OK(evaluation_decode(STR("evaluation.json"), bytes_str(&one), &second, &err), err);
    ASSERT_OK(evaluation_encode(&second, &other, &err), err);
    assert_true(str_equal(bytes_str(&one), bytes_str(&other)));
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    UNUSED(state);
    Error err = {0};
    ASSERT_FAILS(decode("{}", &err), err, ERROR_DATA, "format");
    ASSERT_FAILS(decode("[]", &err), err, ERROR_DATA, "evaluation.json:1:1");
    ASSERT_FAILS(decode("{\"format\": 2}", &err), err, ERROR_DATA, "evaluation.json:1:12");
    ASSERT_FAILS(decode("{\"format\": 1, \"verdict\": \"MAYBE\"}", &err), err, ERROR_DATA, "unknown verdict 'MAYBE'");
    ASSERT_FAILS(decode(HEAD FINDINGS("\"much\"") METRICS("x") LEAKAGE, &err), err, ERROR_DATA, "'much' is no number");
    ASSERT_FAILS(decode(HEAD FINDINGS("null") METRICS("a\\u0000b") LEAKAGE, &err), err, ERROR_DATA, "zero byte");
    ASSERT_FAILS(decode(HEAD FINDINGS("null") LEAKAGE, &err), err, ERROR_DATA, "metrics");
}

static void a_reason_that_is_too_long_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    char reason[METRIC_REASON_BYTES_MAX + 1];
    AUTO(bytes_deinit) Bytes text = {0};
    memset(reason, 'x', sizeof(reason));
    ASSERT_OK(bytes_append_str(&text, STR(HEAD FINDINGS("null")), &err), err);
    ASSERT_OK(
        bytes_append_format(&text, &err,
                            "\"metrics\": [{\"metric\": \"auc\", \"definition\": \"\", \"slice\": \"\", \"rows\": "
                            "3, \"candidate\": {\"value\": null, \"reason\": \"%.*s\"}}], %s%c",
                            (int)sizeof(reason), reason, LEAKAGE, 0),
        err);
    ASSERT_FAILS(decode((const char *)text.data, &err), err, ERROR_DATA, "too long");
}

static bool round_trip(void *context, Error *err)
{
    UNUSED(context);
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes tables = {0};
    TRY(evaluation_decode(STR("evaluation.json"), STR(GOOD), &evaluation, err));
    TRY(evaluation_encode(&evaluation, &text, err));
    return evaluation_format(&evaluation, &tables, err);
}

static void codecs_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(round_trip, NULL);
}

static void tables_show_scores_definitions_and_evidence(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    MetricRow rows[] = {{.metric = STR("auc"), .definition = STR("share of pairs ranked right"), .row_count = 1500},
                        {.metric = STR("auc"), .slice = STR("vendor = 1"), .row_count = 3}};
    rows[0].candidate = (MetricValue){.defined = true, .value = 0.8125};
    rows[0].production = (MetricValue){.defined = true, .value = 0.75};
    rows[0].baseline = (MetricValue){.defined = true, .value = 0.5};
    GateFinding findings[] = {
        {.rule = STR("rows"), .verdict = VERDICT_PASS, .detail = STR("1,500 held-out rows (at least 100)")},
        {.rule = STR("auc at_least 0.9"), .verdict = VERDICT_FAIL, .detail = STR("candidate 0.8125")},
        {.rule = STR("auc better_than production"), .verdict = VERDICT_NOT_APPLICABLE, .detail = STR("none")}};
    Evaluation evaluation = {.has_production = true, .metrics = rows, .metric_count = 2};
    evaluation.gate = (GateResult){.verdict = VERDICT_FAIL,
                                   .findings = findings,
                                   .finding_count = 3,
                                   .summary = STR("auc at_least 0.9: candidate 0.8125")};
    ASSERT_OK(evaluation_format(&evaluation, &text, &err), err);
    ASSERT_STR(bytes_str(&text), "metric  rows of      rows  candidate  production   baseline\n"
                                 "auc     all         1,500     0.8125        0.75        0.5\n"
                                 "auc     vendor = 1      3  undefined   undefined  undefined\n"
                                 "  auc: share of pairs ranked right\n"
                                 "\n"
                                 "verdict  rule                        evidence\n"
                                 "PASS     rows                        1,500 held-out rows (at least 100)\n"
                                 "FAIL     auc at_least 0.9            candidate 0.8125\n"
                                 "-        auc better_than production  none\n"
                                 "\n"
                                 "FAIL: auc at_least 0.9: candidate 0.8125\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_read),
        cmocka_unit_test(what_was_read_writes_and_reads_the_same),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(a_reason_that_is_too_long_is_refused),
        cmocka_unit_test(codecs_survive_every_failing_allocation),
        cmocka_unit_test(tables_show_scores_definitions_and_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
