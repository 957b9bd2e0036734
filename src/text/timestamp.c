#include "text/timestamp.h"

#include <stdio.h>

#include "text/duration.h"

enum { TIMESTAMP_BYTES_MAX = 64, NANOSECONDS_PER_MICROSECOND = 1000, FRACTION_DIGITS_MAX = 9 };

/// Reads a text from front to back; `why` says what was wrong when a scan gives false.
typedef struct TimeScanner {
    Str text;
    size_t offset;
    const char *why;
} TimeScanner;

/// What stands behind the time of day: an offset from UTC, or nothing.
typedef struct TimeOffset {
    bool given;
    int64_t us;
} TimeOffset;

static bool scan_fails(TimeScanner *scanner, const char *why)
{
    scanner->why = why;
    return false;
}

static char scan_peek(const TimeScanner *scanner)
{
    return scanner->offset < scanner->text.size ? scanner->text.data[scanner->offset] : '\0';
}

static bool scan_byte(TimeScanner *scanner, char byte)
{
    if (scan_peek(scanner) != byte) return false;
    scanner->offset++;
    return true;
}

/// From `least` to `most` digits.
static bool scan_digits(TimeScanner *scanner, size_t least, size_t most, uint32_t *out, size_t *out_digits)
{
    uint32_t value = 0;
    size_t digits = 0;
    while (digits < most && scan_peek(scanner) >= '0' && scan_peek(scanner) <= '9') {
        value = value * 10 + (uint32_t)(scan_peek(scanner) - '0');
        scanner->offset++;
        digits++;
    }
    *out = value;
    if (out_digits) *out_digits = digits;
    return digits >= least;
}

/// Two digits, at most `most`.
static bool scan_pair(TimeScanner *scanner, uint32_t most, uint8_t *out, const char *why)
{
    uint32_t value;
    if (!scan_digits(scanner, 2, 2, &value, NULL) || value > most) return scan_fails(scanner, why);
    *out = (uint8_t)value;
    return true;
}

static bool scan_year(TimeScanner *scanner, Civil *civil)
{
    uint32_t year;
    bool negative = scan_peek(scanner) == '-';
    bool expanded = scan_byte(scanner, '-') || scan_byte(scanner, '+');
    if (!scan_digits(scanner, 4, expanded ? 6 : 4, &year, NULL)) return scan_fails(scanner, "a year has four digits");
    civil->year = negative ? -(int32_t)year : (int32_t)year;
    return true;
}

static bool scan_date(TimeScanner *scanner, Civil *civil)
{
    static const char SHAPE[] = "expected year-month-day";
    if (!scan_year(scanner, civil)) return false;
    if (!scan_byte(scanner, '-')) return scan_fails(scanner, SHAPE);
    if (!scan_pair(scanner, 12, &civil->month, "a month is 01 to 12")) return false;
    if (!scan_byte(scanner, '-')) return scan_fails(scanner, SHAPE);
    if (!scan_pair(scanner, 31, &civil->day, "a day is 01 to 31")) return false;
    if (civil->month == 0) return scan_fails(scanner, "a month is 01 to 12");
    if (civil->day == 0 || civil->day > civil_month_days(civil->year, civil->month)) {
        return scan_fails(scanner, "this month has no such day");
    }
    return true;
}

/// Digits behind the point, as nanoseconds.
static bool scan_fraction(TimeScanner *scanner, uint32_t *out_ns)
{
    size_t digits;
    if (!scan_byte(scanner, '.') && !scan_byte(scanner, ',')) return true;
    if (!scan_digits(scanner, 1, FRACTION_DIGITS_MAX, out_ns, &digits)) {
        return scan_fails(scanner, "a fraction has one to nine digits");
    }
    for (; digits < FRACTION_DIGITS_MAX; digits++) *out_ns *= 10;
    return true;
}

static bool scan_time(TimeScanner *scanner, Civil *civil, uint32_t *out_ns)
{
    if (!scan_pair(scanner, 23, &civil->hour, "an hour is 00 to 23")) return false;
    if (!scan_byte(scanner, ':')) return scan_fails(scanner, "expected hour:minute");
    if (!scan_pair(scanner, 59, &civil->minute, "a minute is 00 to 59")) return false;
    if (!scan_byte(scanner, ':')) return true;
    if (!scan_pair(scanner, 59, &civil->second, "a second is 00 to 59")) return false;
    return scan_fraction(scanner, out_ns);
}

static bool scan_offset(TimeScanner *scanner, TimeOffset *out)
{
    Str rest = str_slice(scanner->text, scanner->offset, scanner->text.size);
    bool utc = str_equal(rest, STR("Z")) || str_equal(rest, STR("z")) || str_equal(rest, STR(" UTC"));
    if (utc || rest.size == 0) {
        scanner->offset = scanner->text.size;
        out->given = utc;
        return true;
    }
    static const char SHAPE[] = "expected Z or an offset such as +01:00 at the end";
    uint8_t hours;
    uint8_t minutes = 0;
    bool west = scan_peek(scanner) == '-';
    if (!scan_byte(scanner, '-') && !scan_byte(scanner, '+')) return scan_fails(scanner, SHAPE);
    if (!scan_pair(scanner, 23, &hours, SHAPE)) return false;
    bool more = scan_byte(scanner, ':') || scan_peek(scanner) != '\0';
    if (more && !scan_pair(scanner, 59, &minutes, SHAPE)) return false;
    if (scan_peek(scanner) != '\0') return scan_fails(scanner, SHAPE);
    int64_t us = hours * MICROSECONDS_PER_HOUR + minutes * MICROSECONDS_PER_MINUTE;
    *out = (TimeOffset){true, west ? -us : us};
    return true;
}

static bool scan_timestamp(TimeScanner *scanner, Civil *civil, uint32_t *out_ns, TimeOffset *offset)
{
    if (!scan_date(scanner, civil)) return false;
    if (scanner->offset == scanner->text.size) return true;
    if (!scan_byte(scanner, 'T') && !scan_byte(scanner, 't') && !scan_byte(scanner, ' ')) {
        return scan_fails(scanner, "expected T or a space behind the date");
    }
    return scan_time(scanner, civil, out_ns) && scan_offset(scanner, offset);
}

/// Puts a read date and time on the UTC line; false when it does not fit.
static bool civil_place(const Civil *civil, const TimeOffset *offset, const Zone *zone, int64_t *out_us)
{
    int64_t local_us;
    if (!civil_to_us(civil, &local_us)) return false;
    if (offset->given || !zone) return !__builtin_sub_overflow(local_us, offset->us, out_us);
    *out_us = zone_utc_us(zone, local_us);
    return *out_us != INT64_MIN && *out_us != INT64_MAX;
}

static bool timestamp_error(Str text, const char *what, Error *err, const char *why)
{
    const char *cut = text.size > TIMESTAMP_BYTES_MAX ? "..." : "";
    return error_set(err, ERROR_DATA, "bad %s '%.*s%s': %s", what, STR_ARG(str_slice(text, 0, TIMESTAMP_BYTES_MAX)),
                     cut, why);
}

bool timestamp_parse(Str text, const Zone *zone, TimestampRounding rounding, int64_t *out_us, Error *err)
{
    TimeScanner scanner = {.text = text};
    Civil civil = {0};
    TimeOffset offset = {0};
    uint32_t ns = 0;
    int64_t us;
    if (!scan_timestamp(&scanner, &civil, &ns, &offset)) return timestamp_error(text, "timestamp", err, scanner.why);
    civil.microsecond = ns / NANOSECONDS_PER_MICROSECOND;
    int64_t carry = rounding == TIMESTAMP_UP && ns % NANOSECONDS_PER_MICROSECOND != 0 ? 1 : 0;
    if (!civil_place(&civil, &offset, zone, &us) || __builtin_add_overflow(us, carry, &us)) {
        return timestamp_error(text, "timestamp", err, "outside of the years -290308 to 294247");
    }
    *out_us = us;
    return true;
}

bool date_parse(Str text, int32_t *out_days, Error *err)
{
    TimeScanner scanner = {.text = text};
    Civil civil = {0};
    if (!scan_date(&scanner, &civil)) return timestamp_error(text, "date", err, scanner.why);
    if (scanner.offset != text.size) return timestamp_error(text, "date", err, "expected nothing behind the day");
    *out_days = (int32_t)civil_days(civil.year, civil.month, civil.day);
    return true;
}

int64_t timestamp_us_from_ns(int64_t ns, TimestampRounding rounding)
{
    int64_t us = ns / NANOSECONDS_PER_MICROSECOND;
    int64_t rest = ns % NANOSECONDS_PER_MICROSECOND;
    if (rounding == TIMESTAMP_UP) return us + (rest > 0);
    return us - (rest < 0);
}

bool timestamp_us_from_ms(int64_t ms, int64_t *out_us)
{
    return !__builtin_mul_overflow(ms, MICROSECONDS_PER_MILLISECOND, out_us);
}

bool timestamp_us_from_s(int64_t s, int64_t *out_us)
{
    return !__builtin_mul_overflow(s, MICROSECONDS_PER_SECOND, out_us);
}

/// Years outside of 0 to 9999 carry a sign.
static size_t date_write(const Civil *civil, TimestampText *out)
{
    bool plain = civil->year >= 0 && civil->year <= 9999;
    int size = snprintf(out->text, sizeof(out->text), plain ? "%04d-%02d-%02d" : "%+05d-%02d-%02d", civil->year,
                        civil->month, civil->day);
    return (size_t)size;
}

static size_t time_write(const Civil *civil, char separator, TimestampText *out)
{
    size_t used = date_write(civil, out);
    return used + (size_t)snprintf(out->text + used, sizeof(out->text) - used, "%c%02d:%02d:%02d", separator,
                                   civil->hour, civil->minute, civil->second);
}

TimestampText timestamp_format(int64_t us)
{
    TimestampText out;
    Civil civil = civil_from_us(us);
    size_t used = time_write(&civil, 'T', &out);
    if (civil.microsecond == 0)
        snprintf(out.text + used, sizeof(out.text) - used, "Z");
    else
        snprintf(out.text + used, sizeof(out.text) - used, ".%06uZ", civil.microsecond);
    return out;
}

TimestampText timestamp_format_local(const Zone *zone, int64_t us)
{
    TimestampText out;
    Civil civil = zone_civil(zone, us);
    time_write(&civil, ' ', &out);
    return out;
}

TimestampText date_format(int32_t days)
{
    TimestampText out;
    Civil civil = civil_from_days(days);
    date_write(&civil, &out);
    return out;
}
