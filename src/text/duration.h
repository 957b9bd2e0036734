/// Durations as users write them: "1h", "7d", "500ms", "1h30m".
///
/// Units: w d h m s ms us, whole numbers, each unit at most once, from the greatest to the smallest. A day has
/// 24 hours. Inside pawl a duration is int64 microseconds.
#ifndef PAWL_TEXT_DURATION_H
#define PAWL_TEXT_DURATION_H

#include "base/error.h"
#include "base/str.h"

#define MICROSECONDS_PER_MILLISECOND INT64_C(1000)
#define MICROSECONDS_PER_SECOND INT64_C(1000000)
#define MICROSECONDS_PER_MINUTE INT64_C(60000000)
#define MICROSECONDS_PER_HOUR INT64_C(3600000000)
#define MICROSECONDS_PER_DAY INT64_C(86400000000)
#define MICROSECONDS_PER_WEEK INT64_C(604800000000)

/// Above zero; zero, a sign, a missing unit and an overflow are ERROR_CONFIG.
MUST_CHECK bool duration_parse(Str text, int64_t *out_us, Error *err);

/// The same, and zero is allowed ("0s", or "0").
MUST_CHECK bool duration_parse_or_zero(Str text, int64_t *out_us, Error *err);

typedef struct DurationText {
    char text[64];
} DurationText;

/// The form that duration_parse reads back to the same number: "7d", "1h30m", "0s"; negative with a "-".
/// Weeks are written as days.
DurationText duration_format(int64_t duration_us);

/// At most two units and rounded, for people: "2h13m", "1.4s", "310ms".
DurationText duration_format_short(int64_t duration_us);

#endif
