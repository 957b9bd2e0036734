#include "engine/kernel_internal.h"
#include "text/calendar.h"
#include "text/duration.h"

/// The zone's clock at an instant; false where it would pass the ends of int64.
static inline bool civil_at(const ZoneSpan *span, int64_t instant, Civil *out)
{
    int64_t local;
    if (__builtin_add_overflow(instant, span->offset_s * MICROSECONDS_PER_SECOND, &local)) return false;
    *out = civil_from_us(local);
    return true;
}

static inline bool span_covers(const ZoneSpan *span, int64_t instant)
{
    return instant >= span->begin_us && (instant < span->end_us || span->end_us == INT64_MAX);
}

static int64_t civil_quarter(const Civil *civil)
{
    return (civil->month + 2) / 3;
}

static int64_t civil_iso_week(const Civil *civil)
{
    int64_t year;
    return calendar_iso_week(civil, &year);
}

static int64_t civil_iso_year(const Civil *civil)
{
    int64_t year;
    calendar_iso_week(civil, &year);
    return year;
}

static int64_t civil_hour_of_week(const Civil *civil)
{
    return civil->weekday * 24 + civil->hour;
}

// One part of the calendar; the zone is looked up again only where its offset may change.
#define KERNEL_PART(id, values_member, part)                                                                           \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(err);                                                                                                   \
        ZoneSpan span = zone_span_at(context->constants->zone, 0);                                                     \
        Civil civil = {0};                                                                                             \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            int64_t instant = arguments[0].values.ints[i];                                                             \
            if (!span_covers(&span, instant)) span = zone_span_at(context->constants->zone, instant);                  \
            out->valid[i] &= civil_at(&span, instant, &civil);                                                         \
            out->values.values_member[i] = (part);                                                                     \
        }                                                                                                              \
        return true;                                                                                                   \
    }

KERNEL_PART(YEAR, ints, civil.year)
KERNEL_PART(MONTH, ints, civil.month)
KERNEL_PART(DAY, ints, civil.day)
KERNEL_PART(WEEKDAY, ints, civil.weekday)
KERNEL_PART(HOUR, ints, civil.hour)
KERNEL_PART(MINUTE, ints, civil.minute)
KERNEL_PART(SECOND, ints, civil.second)
KERNEL_PART(QUARTER, ints, civil_quarter(&civil))
KERNEL_PART(DAY_OF_YEAR, ints, calendar_day_of_year(&civil))
KERNEL_PART(ISO_WEEK, ints, civil_iso_week(&civil))
KERNEL_PART(ISO_YEAR, ints, civil_iso_year(&civil))
KERNEL_PART(HOUR_OF_WEEK, ints, civil_hour_of_week(&civil))
KERNEL_PART(IS_WEEKEND, bools, civil.weekday >= 5)

static inline bool seconds_between(int64_t from, int64_t to, double *out)
{
    *out = (double)((Int128)to - from) / (double)MICROSECONDS_PER_SECOND;
    return true;
}

KERNEL_MAP_2(SECONDS_BETWEEN, floats, ints, seconds_between)

static inline bool epoch_seconds(int64_t instant, int64_t *out)
{
    *out = instant / MICROSECONDS_PER_SECOND - (instant % MICROSECONDS_PER_SECOND < 0);
    return true;
}

KERNEL_MAP_1(EPOCH_SECONDS, ints, ints, epoch_seconds)

bool kernel_DATE_TRUNC(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    const KernelConstants *constants = context->constants;
    for (size_t i = 0; i < out->count; i++) {
        out->valid[i] &=
            calendar_truncate(constants->zone, constants->unit, arguments[1].values.ints[i], &out->values.ints[i]);
    }
    return true;
}

bool kernel_DATE_ADD(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    const KernelConstants *constants = context->constants;
    for (size_t i = 0; i < out->count; i++) {
        out->valid[i] &= calendar_add(constants->zone, constants->unit, arguments[0].values.ints[i],
                                      arguments[1].values.ints[i], &out->values.ints[i]);
    }
    return true;
}

bool kernel_DATE_DIFF(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    const KernelConstants *constants = context->constants;
    for (size_t i = 0; i < out->count; i++) {
        out->valid[i] &= calendar_difference(constants->zone, constants->unit, arguments[1].values.ints[i],
                                             arguments[2].values.ints[i], &out->values.ints[i]);
    }
    return true;
}

// Row i of six vectors as a date and time of day; false when one does not fit its place.
static bool civil_of_parts(const Vector *parts, size_t i, Civil *out)
{
    static const int64_t LEAST[] = {-300000, 1, 1, 0, 0, 0};
    static const int64_t GREATEST[] = {300000, 12, 31, 23, 59, 59};
    for (size_t part = 0; part < COUNT_OF(LEAST); part++) {
        int64_t value = parts[part].values.ints[i];
        if (value < LEAST[part] || value > GREATEST[part]) return false;
    }
    *out = (Civil){
        .year = (int32_t)parts[0].values.ints[i],
        .month = (uint8_t)parts[1].values.ints[i],
        .day = (uint8_t)parts[2].values.ints[i],
        .hour = (uint8_t)parts[3].values.ints[i],
        .minute = (uint8_t)parts[4].values.ints[i],
        .second = (uint8_t)parts[5].values.ints[i],
    };
    return true;
}

bool kernel_MAKE_TIMESTAMP(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        Civil civil = {0};
        out->valid[i] &= civil_of_parts(arguments, i, &civil) &&
                         calendar_instant(context->constants->zone, &civil, &out->values.ints[i]);
    }
    return true;
}
