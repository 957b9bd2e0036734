#include "engine/kernel_internal.h"
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

// One part of the calendar; the zone is looked up again only where its offset may change.
#define KERNEL_PART(id, part)                                                                                          \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(err);                                                                                                   \
        ZoneSpan span = zone_span_at(context->zone, 0);                                                                \
        Civil civil = {0};                                                                                             \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            int64_t instant = arguments[0].values.ints[i];                                                             \
            if (!span_covers(&span, instant)) span = zone_span_at(context->zone, instant);                             \
            out->valid[i] &= civil_at(&span, instant, &civil);                                                         \
            out->values.ints[i] = civil.part;                                                                          \
        }                                                                                                              \
        return true;                                                                                                   \
    }

KERNEL_PART(YEAR, year)
KERNEL_PART(MONTH, month)
KERNEL_PART(DAY, day)
KERNEL_PART(WEEKDAY, weekday)
KERNEL_PART(HOUR, hour)
KERNEL_PART(MINUTE, minute)
KERNEL_PART(SECOND, second)

static inline bool seconds_between(int64_t from, int64_t to, double *out)
{
    *out = (double)((Int128)to - from) / (double)MICROSECONDS_PER_SECOND;
    return true;
}

KERNEL_MAP_2(SECONDS_BETWEEN, floats, ints, seconds_between)
