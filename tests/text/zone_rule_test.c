#include "support/test.h"
#include "text/zone_rule.h"

/// "EST5EDT,M3.2.0,M11.1.0"
static const ZoneRule NEW_YORK = {-18000, -14400, {3, 2, 0, 7200}, {11, 1, 0, 7200}};

/// "AEST-10AEDT,M10.1.0,M4.1.0/3": summer lies across the new year.
static const ZoneRule SYDNEY = {36000, 39600, {10, 1, 0, 7200}, {4, 1, 0, 10800}};

/// "IST-2IDT,M3.4.4/26,M10.5.0": the time is more than a day after the fourth Thursday.
static const ZoneRule JERUSALEM = {7200, 10800, {3, 4, 4, 93600}, {10, 5, 0, 7200}};

static void spans_change_at_the_rules_instants(void **state)
{
    UNUSED(state);
    ZoneRuleSpan summer = zone_rule_span(&NEW_YORK, 1467331200); // 2016-07-01
    assert_true(summer.begin_s == 1457852400);                   // 2016-03-13T07:00Z
    assert_true(summer.end_s == 1478412000);                     // 2016-11-06T06:00Z
    assert_int_equal(summer.offset_s, -14400);
    assert_int_equal(zone_rule_span(&NEW_YORK, summer.begin_s - 1).offset_s, -18000);
    assert_int_equal(zone_rule_span(&NEW_YORK, summer.begin_s).offset_s, -14400);
    assert_int_equal(zone_rule_span(&NEW_YORK, summer.end_s).offset_s, -18000);
}

static void southern_summer_crosses_the_year(void **state)
{
    UNUSED(state);
    ZoneRuleSpan summer = zone_rule_span(&SYDNEY, 1451606400); // 2016-01-01
    assert_true(summer.begin_s == 1443888000);                 // 2015-10-03T16:00Z
    assert_true(summer.end_s == 1459612800);                   // 2016-04-02T16:00Z
    assert_int_equal(summer.offset_s, 39600);
}

static void times_may_exceed_a_day(void **state)
{
    UNUSED(state);
    ZoneRuleSpan summer = zone_rule_span(&JERUSALEM, 1467331200);
    assert_true(summer.begin_s == 1458864000); // Friday 2016-03-25T00:00Z
    assert_true(summer.end_s == 1477782000);   // 2016-10-29T23:00Z
}

static void spans_join_without_gaps_for_three_thousand_years(void **state)
{
    UNUSED(state);
    static const ZoneRule *const RULES[] = {&NEW_YORK, &SYDNEY, &JERUSALEM};
    for (size_t i = 0; i < COUNT_OF(RULES); i++) {
        ZoneRuleSpan span = zone_rule_span(RULES[i], -31556952000);
        while (span.end_s < 63113904000) {
            ZoneRuleSpan next = zone_rule_span(RULES[i], span.end_s);
            assert_true(next.begin_s == span.end_s);
            assert_true(next.offset_s != span.offset_s);
            assert_true(zone_rule_span(RULES[i], next.end_s - 1).begin_s == next.begin_s);
            span = next;
        }
    }
}

static void without_summer_there_is_one_span(void **state)
{
    UNUSED(state);
    static const ZoneRule TOKYO = {.standard_s = 32400, .summer_s = 32400};
    ZoneRuleSpan span = zone_rule_span(&TOKYO, 0);
    assert_true(span.begin_s == INT64_MIN && span.end_s == INT64_MAX);
    assert_int_equal(span.offset_s, 32400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_change_at_the_rules_instants),
        cmocka_unit_test(southern_summer_crosses_the_year),
        cmocka_unit_test(times_may_exceed_a_day),
        cmocka_unit_test(spans_join_without_gaps_for_three_thousand_years),
        cmocka_unit_test(without_summer_there_is_one_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
