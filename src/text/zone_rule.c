#include "text/zone_rule.h"

#include "text/civil.h"

enum { SECONDS_PER_DAY = 86400, CHANGES_MAX = 6 };

/// Days since 1970 of the rule's day in a year.
static int64_t rule_day(const ZoneRuleDay *day, int64_t year)
{
    int64_t first = civil_days(year, day->month, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7; // 1970-01-01 was a Thursday, Sunday is 0
    int64_t found = first + (day->weekday - weekday + 7) % 7 + (day->week - 1) * 7;
    return found >= first + civil_month_days(year, day->month) ? found - 7 : found;
}

static int64_t rule_instant(const ZoneRuleDay *day, int64_t year, int32_t offset_s)
{
    return rule_day(day, year) * SECONDS_PER_DAY + day->time_s - offset_s;
}

static int64_t year_of(int64_t utc_s)
{
    int64_t days = utc_s / SECONDS_PER_DAY - (utc_s % SECONDS_PER_DAY < 0);
    return civil_from_days(days).year;
}

/// The changes of three years around, each with the offset that it begins, by time.
typedef struct RuleChanges {
    size_t count;
    int64_t times[CHANGES_MAX];
    int32_t offsets[CHANGES_MAX];
} RuleChanges;

static void change_insert(RuleChanges *changes, int64_t time, int32_t offset_s)
{
    size_t i = changes->count++;
    for (; i > 0 && changes->times[i - 1] > time; i--) {
        changes->times[i] = changes->times[i - 1];
        changes->offsets[i] = changes->offsets[i - 1];
    }
    changes->times[i] = time;
    changes->offsets[i] = offset_s;
}

ZoneRuleSpan zone_rule_span(const ZoneRule *rule, int64_t utc_s)
{
    RuleChanges changes = {0};
    if (rule->summer_s == rule->standard_s) return (ZoneRuleSpan){INT64_MIN, INT64_MAX, rule->standard_s};
    int64_t year = year_of(utc_s);
    for (int64_t around = year - 1; around <= year + 1; around++) {
        change_insert(&changes, rule_instant(&rule->begin, around, rule->standard_s), rule->summer_s);
        change_insert(&changes, rule_instant(&rule->end, around, rule->summer_s), rule->standard_s);
    }
    size_t i = 0;
    while (i + 2 < CHANGES_MAX && changes.times[i + 1] <= utc_s) i++;
    return (ZoneRuleSpan){changes.times[i], changes.times[i + 1], changes.offsets[i]};
}
