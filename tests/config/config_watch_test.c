/// `metrics:`, `lineage:` and `alerts:` who is told of a run.
#include "config_fixture.h"

#define SECTIONS CONFIG_WATCH

static void files_and_urls_are_kept_as_written(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              "metrics: {textfile: out/pawl.prom}\n"
              "lineage: {openlineage: https://marquez/api/v1/lineage, namespace: prod}\n",
              SECTIONS);
    ASSERT_STR(config.metrics_file, "out/pawl.prom");
    ASSERT_STR(config.lineage, "https://marquez/api/v1/lineage");
    ASSERT_STR(config.lineage_space, "prod");
    assert_int_equal(config.alert_count, 0);
}

static void an_alert_is_one_or_a_list_and_tells_of_failures_by_default(void **state)
{
    UNUSED(state);
    CONFIG_OF(one, "alerts: {command: mail me}\n", SECTIONS);
    assert_int_equal(one.alert_count, 1);
    assert_true(one.alerts[0].on_failure && !one.alerts[0].on_success && !one.alerts[0].on_retry);
    CONFIG_OF(two,
              "alerts:\n- {webhook: $HOOK, on: [retry, success], late: 2h}\n- {command: page, on: late, late: 1d}\n",
              SECTIONS);
    assert_int_equal(two.alert_count, 2);
    ASSERT_STR(two.alerts[0].webhook, "$HOOK");
    assert_true(!two.alerts[0].on_failure && two.alerts[0].on_success && two.alerts[0].on_retry);
    assert_true(two.alerts[0].on_late && two.alerts[0].late_us == INT64_C(7200000000));
    assert_true(two.alerts[1].on_late && !two.alerts[1].on_failure);
}

static void what_cannot_be_told_is_refused(void **state)
{
    UNUSED(state);
    expect_error_at("alerts: {on: failure}\n", SECTIONS, 1, 9, "an alert has either a 'webhook' or a 'command'");
    expect_error_at("alerts: {webhook: $A, command: b}\n", SECTIONS, 1, 9,
                    "an alert has either a 'webhook' or a 'command'");
    expect_error_at("alerts: {webhook: slack}\n", SECTIONS, 1, 19,
                    "'webhook' is a URL (https://...), or $NAME for one that the environment holds");
    expect_error_at("alerts: {command: b, on: late}\n", SECTIONS, 1, 26,
                    "an alert on 'late' says when that is: add 'late: 2h'");
    expect_error_at("alerts: {command: b, on: fail}\n", SECTIONS, 1, 26,
                    "unknown value 'fail'; known are: failure, retry, success, late");
    expect_error_at("metrics: {file: x}\n", SECTIONS, 1, 11, "unknown key 'file'; known are: textfile");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_and_urls_are_kept_as_written),
        cmocka_unit_test(an_alert_is_one_or_a_list_and_tells_of_failures_by_default),
        cmocka_unit_test(what_cannot_be_told_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
