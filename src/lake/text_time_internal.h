/// A timestamp's text in parts: what text/timestamp.h reads, and what its microseconds leave out.
#ifndef PAWL_LAKE_TEXT_TIME_INTERNAL_H
#define PAWL_LAKE_TEXT_TIME_INTERNAL_H

#include "base/error.h"
#include "base/str.h"

typedef struct TimeText {
    int64_t us;       ///< rounded down
    uint32_t ns_rest; ///< 0 to 999
    bool has_offset;  ///< "Z", "+01:00"
} TimeText;

/// ISO 8601; a date alone is its midnight. ERROR_DATA quotes the text.
MUST_CHECK bool time_text_parse(Str text, TimeText *out, Error *err);

/// False when the nanoseconds do not fit.
MUST_CHECK bool time_text_ns(const TimeText *time, int64_t *out_ns);

#endif
