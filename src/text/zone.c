#include "text/zone.h"

#include "text/duration.h"
#include "text/zone_table.h"

enum { ZONE_NAMES_MAX = 1024 };

/// More than any offset from UTC.
#define LOCAL_MARGIN_US (30 * MICROSECONDS_PER_HOUR)

Str zone_data_version(void)
{
    return str_from(ZONE_DATA_VERSION);
}

const Zone *zone_utc(void)
{
    static const Zone UTC = {.name = STR_INIT("UTC")};
    return &UTC;
}

Str zone_name(const Zone *zone)
{
    return zone->name;
}

size_t zone_count(void)
{
    return ZONE_TABLE_COUNT;
}

const Zone *zone_at(size_t i)
{
    CHECK(i < ZONE_TABLE_COUNT);
    return &ZONE_TABLE[i];
}

static const Zone *table_search(Str name)
{
    size_t begin = 0;
    size_t end = ZONE_TABLE_COUNT;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int order = str_compare(ZONE_TABLE[middle].name, name);
        if (order == 0) return &ZONE_TABLE[middle];
        if (order < 0) begin = middle + 1;
        if (order > 0) end = middle;
    }
    return NULL;
}

/// A zone whose last part is the name ("New_York"), or whose name is near; otherwise empty.
static Str zone_suggest(Str name)
{
    Str names[ZONE_NAMES_MAX];
    size_t count = ZONE_TABLE_COUNT < ZONE_NAMES_MAX ? ZONE_TABLE_COUNT : ZONE_NAMES_MAX;
    for (size_t i = 0; i < count; i++) {
        names[i] = ZONE_TABLE[i].name;
        bool longer = names[i].size > name.size && names[i].data[names[i].size - name.size - 1] == '/';
        if (name.size > 0 && longer && str_ends(names[i], name)) return names[i];
    }
    return str_nearest(name, names, count);
}

bool zone_find(Str name, const Zone **out, Error *err)
{
    const Zone *found = table_search(name);
    if (found) {
        *out = found;
        return true;
    }
    Str shown = str_slice(name, 0, 64);
    Str nearest = zone_suggest(shown);
    if (nearest.size > 0) {
        return error_set(err, ERROR_NOT_FOUND, "unknown time zone '%.*s'; did you mean '%.*s'?", STR_ARG(shown),
                         STR_ARG(nearest));
    }
    return error_set(err, ERROR_NOT_FOUND, "unknown time zone '%.*s'; names are IANA's, such as 'Europe/Berlin'",
                     STR_ARG(shown));
}

/// Seconds to microseconds, saturating.
static int64_t us_from_s(int64_t s)
{
    int64_t us;
    if (!__builtin_mul_overflow(s, MICROSECONDS_PER_SECOND, &us)) return us;
    return s < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t add_saturating(int64_t left, int64_t right)
{
    int64_t sum;
    if (!__builtin_add_overflow(left, right, &sum)) return sum;
    return right < 0 ? INT64_MIN : INT64_MAX;
}

/// How many changes are at or before an instant.
static size_t changes_before(const Zone *zone, int64_t utc_s)
{
    size_t begin = 0;
    size_t end = zone->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (zone->times[middle] <= utc_s)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

ZoneSpan zone_span_at(const Zone *zone, int64_t utc_us)
{
    int64_t utc_s = utc_us / MICROSECONDS_PER_SECOND - (utc_us % MICROSECONDS_PER_SECOND < 0);
    size_t passed = changes_before(zone, utc_s);
    int64_t begin_s = passed > 0 ? zone->times[passed - 1] : INT64_MIN;
    if (passed < zone->count) {
        int32_t offset_s = passed > 0 ? zone->offsets[passed - 1] : zone->first_s;
        return (ZoneSpan){us_from_s(begin_s), us_from_s(zone->times[passed]), offset_s};
    }
    ZoneRuleSpan span = zone_rule_span(&zone->rule, utc_s);
    if (span.begin_s > begin_s) begin_s = span.begin_s;
    return (ZoneSpan){us_from_s(begin_s), us_from_s(span.end_s), span.offset_s};
}

int32_t zone_offset_at(const Zone *zone, int64_t utc_us)
{
    return zone_span_at(zone, utc_us).offset_s;
}

int64_t zone_local_us(const Zone *zone, int64_t utc_us)
{
    return add_saturating(utc_us, zone_offset_at(zone, utc_us) * MICROSECONDS_PER_SECOND);
}

int64_t zone_utc_us(const Zone *zone, int64_t local_us)
{
    ZoneSpan span = zone_span_at(zone, add_saturating(local_us, -LOCAL_MARGIN_US));
    for (;;) {
        // Of the spans that hold this local time the first is meant.
        int64_t utc_us = add_saturating(local_us, -span.offset_s * MICROSECONDS_PER_SECOND);
        if (utc_us < span.end_us || span.end_us == INT64_MAX) return utc_us;
        ZoneSpan next = zone_span_at(zone, span.end_us);
        int64_t next_us = add_saturating(local_us, -next.offset_s * MICROSECONDS_PER_SECOND);
        // Too late for the one and too early for the other: in the gap between them.
        if (next_us < next.begin_us) return utc_us;
        span = next;
    }
}

Civil zone_civil(const Zone *zone, int64_t utc_us)
{
    return civil_from_us(zone_local_us(zone, utc_us));
}
