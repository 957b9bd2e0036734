#include "lake/text_time_internal.h"

#include "text/timestamp.h"

enum { MICROSECOND_DIGITS = 6, NANOSECOND_DIGITS = 9, NANOSECONDS_PER_MICROSECOND = 1000 };

/// Digits seven to nine behind the point, as nanoseconds. The text is a timestamp.
static uint32_t text_ns_rest(Str text)
{
    size_t point = str_find(text, '.');
    if (point == text.size) point = str_find(text, ',');
    uint32_t rest = 0;
    bool inside = true;
    for (size_t digit = 1; digit <= NANOSECOND_DIGITS; digit++) {
        size_t i = point + digit;
        inside = inside && i < text.size && byte_is_digit(text.data[i]);
        if (digit > MICROSECOND_DIGITS) rest = rest * 10 + (inside ? (uint32_t)(text.data[i] - '0') : 0);
    }
    return rest;
}

/// Behind the time of day, which has a colon, stands a letter or a sign. The text is a timestamp.
static bool text_has_offset(Str text)
{
    for (size_t i = str_find(text, ':'); i < text.size; i++) {
        char byte = text.data[i];
        if (byte == '+' || byte == '-' || byte == 'Z' || byte == 'z' || byte == 'U') return true;
    }
    return false;
}

bool time_text_parse(Str text, TimeText *out, Error *err)
{
    TimeText time = {0};
    TRY(timestamp_parse(text, NULL, TIMESTAMP_DOWN, &time.us, err));
    time.ns_rest = text_ns_rest(text);
    time.has_offset = text_has_offset(text);
    *out = time;
    return true;
}

bool time_text_ns(const TimeText *time, int64_t *out_ns)
{
    int64_t ns = 0;
    return !__builtin_mul_overflow(time->us, (int64_t)NANOSECONDS_PER_MICROSECOND, &ns) &&
           !__builtin_add_overflow(ns, (int64_t)time->ns_rest, out_ns);
}
