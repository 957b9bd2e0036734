#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/gate.h"
#include "number/float_order.h"
#include "number/random.h"
#include "support/test.h"

enum { ROWS_MAX = 2000, RESAMPLES = 400 };

typedef struct Scene {
    size_t count;
    char names[ROWS_MAX][12];
    Str ids[ROWS_MAX];
    double label[ROWS_MAX], candidate[ROWS_MAX], production[ROWS_MAX], baseline[ROWS_MAX];
    GateRule rule;
    GatePolicy policy;
    GateInput input;
} Scene;

static GateRule rule_of(const char *metric)
{
    return (GateRule){.metric = str_from(metric), .at_most = float_nan(), .at_least = float_nan(), .confidence = 0.95};
}

static void scene_wire(Scene *scene, const char *metric)
{
    scene->rule = rule_of(metric);
    scene->policy = (GatePolicy){.rules = &scene->rule,
                                 .rule_count = 1,
                                 .beat_baseline = true,
                                 .resamples = RESAMPLES,
                                 .rows_min = 100,
                                 .seed = 1};
    scene->input = (GateInput){.count = scene->count,
                               .ids = scene->ids,
                               .label = scene->label,
                               .candidate = scene->candidate,
                               .production = scene->production,
                               .baseline = scene->baseline};
}

/// Labels are normal; both models err by normal deviates, the candidate's times `scale`.
static Scene *scene_regression(size_t count, double scale, uint64_t seed)
{
    static Scene scene;
    RandomKey key = random_key(seed, RANDOM_TEST, 0);
    scene.count = count;
    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(scene.names[i], sizeof(scene.names[i]), "id%05u", i);
        scene.ids[i] = str_from(scene.names[i]);
        scene.label[i] = random_normal(key, i, 0);
        scene.candidate[i] = scene.label[i] + 0.3 * scale * random_normal(key, i, 1);
        scene.production[i] = scene.label[i] + 0.3 * random_normal(key, i, 2);
        scene.baseline[i] = 0;
    }
    scene_wire(&scene, "rmse");
    return &scene;
}

/// Labels are classes; scores know them with `skill`.
static Scene *scene_binary(size_t count, double skill, uint64_t seed)
{
    Scene *scene = scene_regression(count, 1, seed);
    RandomKey key = random_key(seed, RANDOM_TEST, 1);
    for (uint32_t i = 0; i < count; i++) {
        scene->label[i] = (double)random_below(key, i, 0, 2);
        scene->candidate[i] = 0.25 + 0.5 * (skill * scene->label[i] + (1 - skill) * random_uniform(key, i, 1));
        scene->production[i] = 0.25 + 0.5 * (0.3 * scene->label[i] + 0.7 * random_uniform(key, i, 2));
        scene->baseline[i] = 0.5;
    }
    scene_wire(scene, "auc");
    scene->input.objective = OBJECTIVE_BINARY;
    return scene;
}

static void decide(const Scene *scene, uint32_t threads, GateResult *out)
{
    Error err = {0};
    ASSERT_OK(gate_decide(&scene->policy, &scene->input, threads, out, &err), err);
}

static const GateFinding *finding(const GateResult *result, const char *rule)
{
    for (size_t i = 0; i < result->finding_count; i++)
        if (str_equal(result->findings[i].rule, str_from(rule))) return &result->findings[i];
    print_error("no finding '%s'\n", rule);
    fail();
    return NULL;
}

static void assert_contains(Str text, const char *part)
{
    AUTO(bytes_deinit) Bytes copy = {0};
    Error err = {0};
    ASSERT_OK(bytes_append_str(&copy, text, &err), err);
    ASSERT_OK(bytes_append_byte(&copy, 0, &err), err);
    if (strstr((const char *)copy.data, part) != NULL) return;
    print_error("'%s' is not in '%s'\n", part, (const char *)copy.data);
    fail();
}

static void assert_verdict(const GateResult *result, Verdict verdict)
{
    if (result->verdict == verdict) return;
    print_error("%s instead of %s: %.*s\n", verdict_name(result->verdict), verdict_name(verdict),
                STR_ARG(result->summary));
    fail();
}

static void a_better_candidate_passes(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 0.5, 1);
    scene->rule.better_than_production = true;
    scene->rule.no_worse_than_production = true;
    scene->rule.at_most = 0.5;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_PASS);
    const GateFinding *better = finding(&result, "rmse better_than production");
    assert_true(better->low > 0 && better->low < better->difference && better->difference < better->high);
    assert_contains(result.summary, "all 6 checks pass: rmse 0.1");
}

static void a_worse_candidate_is_refused_with_the_evidence(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1.5, 1);
    scene->rule.no_worse_than_production = true;
    scene->rule.tolerance = 0.005;
    scene->rule.tolerance_is_relative = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    const GateFinding *worse = finding(&result, "rmse no_worse_than production");
    assert_true(worse->high < 0);
    assert_contains(worse->detail, "worse by 0.1");
    assert_contains(worse->detail, "at 95%, tolerance 0.001");
    assert_contains(result.summary, "rmse no_worse_than production: candidate 0.4");
}

static void a_candidate_trained_on_shuffled_labels_does_not_beat_the_baseline(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 0.5, 1);
    RandomPermutation permutation = random_permutation(random_key(1, RANDOM_TEST, 5), 1000);
    double shuffled[1000];
    for (size_t i = 0; i < 1000; i++) shuffled[i] = scene->candidate[random_permutation_at(&permutation, i)];
    memcpy(scene->candidate, shuffled, sizeof(shuffled));
    scene->rule.no_worse_than_production = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    assert_int_equal(finding(&result, "rmse better_than baseline")->verdict, VERDICT_FAIL);
    assert_int_equal(finding(&result, "rmse no_worse_than production")->verdict, VERDICT_FAIL);
}

static void auc_is_compared_the_other_way_round(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    AUTO(gate_result_deinit) GateResult worse = {0};
    Scene *scene = scene_binary(1000, 0.6, 1);
    scene->rule.better_than_production = true;
    decide(scene, 2, &result);
    assert_verdict(&result, VERDICT_PASS);
    scene = scene_binary(1000, 0.1, 1);
    scene->rule.no_worse_than_production = true;
    decide(scene, 2, &worse);
    assert_verdict(&worse, VERDICT_FAIL);
    assert_true(finding(&worse, "auc no_worse_than production")->high < 0);
}

static void the_model_in_production_again_is_no_change(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    memcpy(scene->candidate, scene->production, sizeof(scene->candidate));
    scene->input.same_model = true;
    scene->rule.better_than_production = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_PASS);
    assert_contains(finding(&result, "rmse better_than production")->detail, "no change");
    assert_contains(result.summary, "no change");
}

static void equal_predictions_of_another_model_are_no_worse(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    memcpy(scene->candidate, scene->production, sizeof(scene->candidate));
    scene->rule.no_worse_than_production = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_PASS);
}

static void without_production_only_comparisons_do_not_apply(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    AUTO(gate_result_deinit) GateResult refused = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    scene->input.production = NULL;
    scene->rule.no_worse_than_production = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_PASS);
    assert_int_equal(finding(&result, "rmse no_worse_than production")->verdict, VERDICT_NOT_APPLICABLE);

    scene = scene_regression(1000, 10, 1);
    scene->input.production = NULL;
    decide(scene, 1, &refused);
    assert_verdict(&refused, VERDICT_FAIL);
    assert_int_equal(finding(&refused, "rmse better_than baseline")->verdict, VERDICT_FAIL);
}

static void without_rules_nothing_worse_than_production_passes(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1.2, 1);
    scene->policy.rule_count = 0;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    assert_int_equal(finding(&result, "rmse no_worse_than production")->verdict, VERDICT_FAIL);
}

static void production_that_cannot_be_asked_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    scene->input.production = NULL;
    scene->input.production_error = STR("models/7: no such directory");
    scene->rule.no_worse_than_production = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_ERROR);
    ASSERT_STR(finding(&result, "production")->detail, "models/7: no such directory");
    assert_contains(result.summary, "no such directory");
}

static void predictions_that_are_not_finite_fail_with_their_ids(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    scene->candidate[17] = float_nan();
    for (size_t i = 500; i < 506; i++) scene->candidate[i] = float_infinity();
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    ASSERT_STR(
        finding(&result, "predictions")->detail,
        "7 of 1,000 predictions of the candidate are not finite: id00017, id00500, id00501, id00502, id00503, ...");
    assert_contains(finding(&result, "rmse better_than baseline")->detail,
                    "the candidate's rmse is undefined: 7 of 1000 predictions are not finite");
}

static void labels_that_are_not_finite_fail_with_their_ids(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    scene->label[3] = float_nan();
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    ASSERT_STR(finding(&result, "labels")->detail, "1 of 1,000 labels are not finite: id00003");
}

static void a_constant_candidate_fails(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    for (size_t i = 0; i < 1000; i++) scene->candidate[i] = 0.25;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    ASSERT_STR(finding(&result, "predictions")->detail, "the candidate predicts 0.25 for every one of 1,000 rows");
}

static void a_binary_candidate_predicts_probabilities(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_binary(1000, 0.6, 1);
    scene->candidate[8] = 1.5;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    ASSERT_STR(finding(&result, "predictions")->detail,
               "1 of 1,000 predictions of the candidate are no probabilities: id00008");
}

static void a_relative_tolerance_of_zero_is_inconclusive(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    memcpy(scene->production, scene->label, sizeof(scene->production));
    scene->rule.no_worse_than_production = true;
    scene->rule.tolerance = 0.005;
    scene->rule.tolerance_is_relative = true;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_INCONCLUSIVE);
    assert_contains(finding(&result, "rmse no_worse_than production")->detail, "production's rmse is 0");
}

static void few_rows_are_inconclusive(void **state)
{
    UNUSED(state);
    for (size_t count = 0; count < 4; count++) {
        AUTO(gate_result_deinit) GateResult result = {0};
        Scene *scene = scene_regression(count, 0.5, 1);
        scene->rule.no_worse_than_production = true;
        scene->input.excluded = 1200;
        decide(scene, 1, &result);
        assert_verdict(&result, VERDICT_INCONCLUSIVE);
        assert_contains(finding(&result, "rows")->detail,
                        "(at least 100); 1,200 left out that a model may have been trained on");
    }
}

static void one_class_is_inconclusive(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_binary(1000, 0.6, 1);
    for (size_t i = 0; i < 1000; i++) scene->label[i] = 1;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_INCONCLUSIVE);
}

static void a_class_that_most_resamples_lack_is_inconclusive(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_binary(1000, 0.6, 1);
    for (size_t i = 1; i < 1000; i++) scene->label[i] = 1;
    scene->label[0] = 0;
    scene->candidate[0] = 0;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_INCONCLUSIVE);
    assert_contains(finding(&result, "auc better_than baseline")->detail, "of 400 resamples auc is undefined");
}

static void an_id_that_stands_there_twice_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 0.5, 1);
    scene->ids[7] = scene->ids[900];
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_ERROR);
    assert_contains(finding(&result, "ids")->detail, "id00900");
}

static void bounds_are_on_the_candidates_value(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult low = {0};
    AUTO(gate_result_deinit) GateResult high = {0};
    Scene *scene = scene_regression(1000, 1, 1);
    scene->rule.at_most = 0.1;
    decide(scene, 1, &low);
    assert_int_equal(finding(&low, "rmse at_most 0.1")->verdict, VERDICT_FAIL);
    scene = scene_binary(1000, 0.6, 1);
    scene->rule.at_least = 0.5;
    decide(scene, 1, &high);
    assert_int_equal(finding(&high, "auc at_least 0.5")->verdict, VERDICT_PASS);
}

static void what_was_found_elsewhere_counts(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = scene_regression(1000, 0.5, 1);
    GateFinding leak = {.rule = STR("leakage"), .verdict = VERDICT_FAIL, .detail = STR("trip.tip knows the label")};
    scene->input.others = &leak;
    scene->input.other_count = 1;
    decide(scene, 1, &result);
    assert_verdict(&result, VERDICT_FAIL);
    ASSERT_STR(result.summary, "leakage: trip.tip knows the label");
}

static void assert_same_bits(const GateResult *left, const GateResult *right)
{
    assert_int_equal(left->finding_count, right->finding_count);
    for (size_t i = 0; i < left->finding_count; i++) {
        const GateFinding *one = &left->findings[i];
        const GateFinding *other = &right->findings[i];
        assert_true(str_equal(one->detail, other->detail));
        assert_int_equal(float_bits(one->low), float_bits(other->low));
        assert_int_equal(float_bits(one->high), float_bits(other->high));
        assert_int_equal(float_bits(one->difference), float_bits(other->difference));
    }
}

static void scene_reverse(Scene *scene)
{
    for (size_t i = 0, k = scene->count - 1; i < k; i++, k--) {
        Str id = scene->ids[i];
        scene->ids[i] = scene->ids[k];
        scene->ids[k] = id;
        double *columns[] = {scene->label, scene->candidate, scene->production};
        for (size_t c = 0; c < COUNT_OF(columns); c++) {
            double value = columns[c][i];
            columns[c][i] = columns[c][k];
            columns[c][k] = value;
        }
    }
}

static void neither_threads_nor_row_order_change_a_bit(void **state)
{
    UNUSED(state);
    AUTO(gate_result_deinit) GateResult one = {0};
    AUTO(gate_result_deinit) GateResult three = {0};
    AUTO(gate_result_deinit) GateResult reversed = {0};
    Scene *scene = scene_regression(999, 0.99, 1);
    scene->rule.better_than_production = true;
    decide(scene, 1, &one);
    decide(scene, 3, &three);
    scene_reverse(scene);
    decide(scene, 2, &reversed);
    assert_same_bits(&one, &three);
    assert_same_bits(&one, &reversed);
}

static bool equal_pair_passes(uint64_t pair, bool binary)
{
    AUTO(gate_result_deinit) GateResult result = {0};
    Scene *scene = binary ? scene_binary(200, 0.3, 1000 + pair) : scene_regression(200, 1, 1000 + pair);
    scene->policy.resamples = 200;
    scene->policy.beat_baseline = false;
    scene->rule.better_than_production = true;
    decide(scene, 2, &result);
    return result.verdict == VERDICT_PASS;
}

/// Pairs of equally good models: a superiority rule at 95% (two-sided) lets 2.5% of them by. Of 200, 5 are expected; more than 13
/// would happen once in a thousand such series (of 1,000: 25, and 41). The seeds are fixed.
static void equal_models_are_rarely_called_better(void **state)
{
    UNUSED(state);
    bool nightly = getenv("PAWL_NIGHTLY") != NULL;
    uint64_t pairs = nightly ? 1000 : 200;
    for (int binary = 0; binary < 2; binary++) {
        int promoted = 0;
        for (uint64_t pair = 0; pair < pairs; pair++) promoted += equal_pair_passes(pair, binary != 0);
        assert_in_range(promoted, 0, nightly ? 41 : 13);
    }
}

static void a_policy_that_makes_no_sense_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    GateResult result = {0};
    Scene *scene = scene_regression(200, 1, 1);
    scene->policy.resamples = 0;
    ASSERT_FAILS(gate_decide(&scene->policy, &scene->input, 1, &result, &err), err, ERROR_CONFIG, "resamples");
    scene_wire(scene, "auc");
    ASSERT_FAILS(gate_decide(&scene->policy, &scene->input, 1, &result, &err), err, ERROR_CONFIG,
                 "not one of regression");
    scene_wire(scene, "rsme");
    ASSERT_FAILS(gate_decide(&scene->policy, &scene->input, 1, &result, &err), err, ERROR_CONFIG, "unknown metric");
    scene_wire(scene, "rmse");
    scene->rule.confidence = 1;
    ASSERT_FAILS(gate_decide(&scene->policy, &scene->input, 1, &result, &err), err, ERROR_CONFIG, "confidence");
}

static void verdicts_have_names(void **state)
{
    UNUSED(state);
    Error err = {0};
    for (int i = VERDICT_PASS; i <= VERDICT_NOT_APPLICABLE; i++) {
        Verdict verdict = VERDICT_PASS;
        ASSERT_OK(verdict_parse(str_from(verdict_name((Verdict)i)), &verdict, &err), err);
        assert_int_equal(verdict, i);
    }
    Verdict verdict = VERDICT_PASS;
    ASSERT_FAILS(verdict_parse(STR("MAYBE"), &verdict, &err), err, ERROR_DATA, "MAYBE");
}

static bool decide_small(void *context, Error *err)
{
    const Scene *scene = context;
    AUTO(gate_result_deinit) GateResult result = {0};
    return gate_decide(&scene->policy, &scene->input, 1, &result, err);
}

static void gate_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Scene *scene = scene_regression(120, 1, 1);
    scene->policy.resamples = 20;
    scene->rule.no_worse_than_production = true;
    for_each_allocation_failure(decide_small, scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_better_candidate_passes),
        cmocka_unit_test(a_worse_candidate_is_refused_with_the_evidence),
        cmocka_unit_test(a_candidate_trained_on_shuffled_labels_does_not_beat_the_baseline),
        cmocka_unit_test(auc_is_compared_the_other_way_round),
        cmocka_unit_test(the_model_in_production_again_is_no_change),
        cmocka_unit_test(equal_predictions_of_another_model_are_no_worse),
        cmocka_unit_test(without_production_only_comparisons_do_not_apply),
        cmocka_unit_test(without_rules_nothing_worse_than_production_passes),
        cmocka_unit_test(production_that_cannot_be_asked_is_an_error),
        cmocka_unit_test(predictions_that_are_not_finite_fail_with_their_ids),
        cmocka_unit_test(labels_that_are_not_finite_fail_with_their_ids),
        cmocka_unit_test(a_constant_candidate_fails),
        cmocka_unit_test(a_binary_candidate_predicts_probabilities),
        cmocka_unit_test(a_relative_tolerance_of_zero_is_inconclusive),
        cmocka_unit_test(few_rows_are_inconclusive),
        cmocka_unit_test(one_class_is_inconclusive),
        cmocka_unit_test(a_class_that_most_resamples_lack_is_inconclusive),
        cmocka_unit_test(an_id_that_stands_there_twice_is_an_error),
        cmocka_unit_test(bounds_are_on_the_candidates_value),
        cmocka_unit_test(what_was_found_elsewhere_counts),
        cmocka_unit_test(neither_threads_nor_row_order_change_a_bit),
        cmocka_unit_test(equal_models_are_rarely_called_better),
        cmocka_unit_test(a_policy_that_makes_no_sense_is_refused),
        cmocka_unit_test(verdicts_have_names),
        cmocka_unit_test(gate_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
