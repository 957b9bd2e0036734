/// `evaluate:` and `gate:` what is measured, and what may go to production.
#include "config_fixture.h"

#include <math.h>

#define EVALUATE(body) "evaluate: " body "\n"
#define GATE(body) "gate: {" body "}\n"
#define SECTIONS (CONFIG_EVALUATE | CONFIG_GATE)

static void metrics_and_slices_are_a_name_or_a_list(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, EVALUATE("{metrics: [rmse, mae], slices: vendor_id}"), SECTIONS);
    assert_int_equal(config.evaluate.metric_count, 2);
    ASSERT_STR(config.evaluate.metrics[1], "mae");
    assert_int_equal(config.evaluate.slice_count, 1);
    ASSERT_STR(config.evaluate.slices[0], "vendor_id");
    CONFIG_OF(none, EVALUATE("{}"), SECTIONS);
    assert_int_equal(none.evaluate.metric_count, 0);
}

static void unknown_metric_is_named_with_the_nearest(void **state)
{
    UNUSED(state);
    expect_config_error(EVALUATE("{metrics: [rmse, maee]}"), SECTIONS,
                        "p.yaml:1:28: unknown metric 'maee'; did you mean 'mae'?\n  evaluate: {metrics: [rmse, maee]}\n"
                        "                             ^");
    expect_error_at(GATE("rmsee: {at_most: 1}"), SECTIONS, 1, 8, "unknown metric 'rmsee'; did you mean 'rmse'?");
    expect_error_at(EVALUATE("{metric: rmse}"), SECTIONS, 1, 12, "unknown key 'metric'; did you mean 'metrics'?");
}

static void a_rule_has_bounds_and_comparisons(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              GATE("rmse: {at_most: 0.9, no_worse_than: production, tolerance: 0.5%, confidence: 90%}, "
                   "auc: {at_least: 0.7, better_than: production}"),
              SECTIONS);
    const GatePolicy *gate = &config.evaluate.gate;
    assert_int_equal(gate->rule_count, 2);
    ASSERT_STR(gate->rules[0].metric, "rmse");
    assert_true(gate->rules[0].at_most == 0.9 && isnan(gate->rules[0].at_least));
    assert_true(gate->rules[0].no_worse_than_production && !gate->rules[0].better_than_production);
    assert_true(gate->rules[0].tolerance == 0.005 && gate->rules[0].tolerance_is_relative);
    assert_true(gate->rules[0].confidence == 0.9);
    assert_true(gate->rules[1].at_least == 0.7 && gate->rules[1].better_than_production);
    assert_true(gate->rules[1].confidence == 0.95 && gate->rules[1].tolerance == 0);
}

static void a_tolerance_is_relative_only_with_a_percent_sign(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, GATE("rmse: {no_worse_than: production, tolerance: 0.01}"), SECTIONS);
    assert_true(config.evaluate.gate.rules[0].tolerance == 0.01);
    assert_false(config.evaluate.gate.rules[0].tolerance_is_relative);
}

static void settings_of_the_gate_are_no_rules(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, GATE("leakage: warn, baseline: off, resamples: 500, rows_min: 10"), SECTIONS);
    const GatePolicy *gate = &config.evaluate.gate;
    assert_int_equal(gate->rule_count, 0);
    assert_int_equal(gate->leakage, LEAKAGE_WARN);
    assert_false(gate->beat_baseline);
    assert_int_equal(gate->resamples, 500);
    assert_int_equal(gate->rows_min, 10);
    CONFIG_OF(off, GATE("leakage: off, baseline: must_beat"), SECTIONS);
    assert_int_equal(off.evaluate.gate.leakage, LEAKAGE_OFF);
    assert_true(off.evaluate.gate.beat_baseline);
}

static void a_rule_that_checks_nothing_is_refused(void **state)
{
    UNUSED(state);
    const char *nothing =
        "a rule that checks nothing; it has 'at_most', 'at_least', 'no_worse_than: production' or 'better_than: "
        "production'";
    expect_error_at(GATE("rmse: {}"), SECTIONS, 1, 14, nothing);
    expect_error_at(GATE("rmse: {confidence: 99%}"), SECTIONS, 1, 14, nothing);
    expect_error_at(GATE("rmse: {at_most: .nan}"), SECTIONS, 1, 24, "'at_most' is no number");
    expect_error_at(GATE("rmse: {at_most: 1, tolerance: 1%}"), SECTIONS, 1, 38,
                    "'tolerance' says how much worse than production is still good enough; it needs 'no_worse_than: "
                    "production'");
}

static void mistakes_in_a_gate_are_named(void **state)
{
    UNUSED(state);
    expect_error_at(GATE("rmse: {no_worse_than: champion}"), SECTIONS, 1, 30,
                    "unknown value 'champion'; known are: production");
    expect_error_at(GATE("rmse: {no_worse_then: production}"), SECTIONS, 1, 15,
                    "unknown key 'no_worse_then'; did you mean 'no_worse_than'?");
    expect_error_at(GATE("rmse: {at_most: 1, confidence: 40%}"), SECTIONS, 1, 39,
                    "'confidence' lies between 50% and 100%");
    expect_error_at(GATE("rmse: {at_most: 1, confidence: 100%}"), SECTIONS, 1, 39,
                    "'confidence' lies between 50% and 100%");
    expect_error_at(GATE("rmse: {no_worse_than: production, tolerance: -1}"), SECTIONS, 1, 53,
                    "bad fraction '-1': a percentage or a number is expected, as in 70% or 0.7");
    expect_error_at(GATE("leakage: maybe"), SECTIONS, 1, 17, "unknown value 'maybe'; known are: fail, warn, off");
    expect_error_at(GATE("baseline: on"), SECTIONS, 1, 18, "unknown value 'on'; known are: must_beat, off");
    expect_error_at(GATE("resamples: 10"), SECTIONS, 1, 19, "10 is not between 100 and 1000000");
    expect_error_at(GATE("rows_min: 0"), SECTIONS, 1, 18, "0 is not between 1 and 9223372036854775807");
    expect_error_at("gate: rmse\n", SECTIONS, 1, 7, "expected a map, found a text 'rmse'");
    expect_error_at(GATE("rmse: 0.5"), SECTIONS, 1, 14, "expected a map, found a number '0.5'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_and_slices_are_a_name_or_a_list),
        cmocka_unit_test(unknown_metric_is_named_with_the_nearest),
        cmocka_unit_test(a_rule_has_bounds_and_comparisons),
        cmocka_unit_test(a_tolerance_is_relative_only_with_a_percent_sign),
        cmocka_unit_test(settings_of_the_gate_are_no_rules),
        cmocka_unit_test(a_rule_that_checks_nothing_is_refused),
        cmocka_unit_test(mistakes_in_a_gate_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
