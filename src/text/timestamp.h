/// Timestamps and dates as ISO 8601 and SQL write them, to int64 microseconds since 1970 UTC and back.
///
/// Read: "2016-01-22T16:01:00.123456789Z", a space for the T, seconds or the whole time of day left out,
/// "Z", "+01", "+0100", "+01:00" or nothing (then the time is local in the given zone); years of four digits,
/// or a sign and four to six digits. 24:00, second 60 and days that do not exist are refused. Errors are
/// ERROR_DATA and quote the text.
#ifndef PAWL_TEXT_TIMESTAMP_H
#define PAWL_TEXT_TIMESTAMP_H

#include "base/error.h"
#include "base/str.h"
#include "text/zone.h"

/// What to do with nanoseconds: `known` rounds up, `time` and `at` round down (towards the past).
typedef enum TimestampRounding { TIMESTAMP_DOWN, TIMESTAMP_UP } TimestampRounding;

/// `zone` is for texts without an offset; NULL: UTC.
MUST_CHECK bool timestamp_parse(Str text, const Zone *zone, TimestampRounding rounding, int64_t *out_us, Error *err);

/// "2016-01-22", to days since 1970-01-01.
MUST_CHECK bool date_parse(Str text, int32_t *out_days, Error *err);

int64_t timestamp_us_from_ns(int64_t ns, TimestampRounding rounding);

/// False when the result does not fit.
MUST_CHECK bool timestamp_us_from_ms(int64_t ms, int64_t *out_us);
MUST_CHECK bool timestamp_us_from_s(int64_t s, int64_t *out_us);

typedef struct TimestampText {
    char text[40];
} TimestampText;

/// "2016-01-22T16:01:00Z", with ".123456" when microseconds are not zero. Reads back to the same number.
TimestampText timestamp_format(int64_t us);

/// "2016-01-22 16:01:00" on the zone's clock, without fraction, for people.
TimestampText timestamp_format_local(const Zone *zone, int64_t us);

/// "2016-01-22".
TimestampText date_format(int32_t days);

#endif
