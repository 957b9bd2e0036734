#include "text/duration.h"

#include <stdio.h>

typedef struct DurationUnit {
    Str name;
    int64_t us;
} DurationUnit;

/// From the greatest to the smallest.
static const DurationUnit UNITS[] = {
    {STR_INIT("w"), MICROSECONDS_PER_WEEK},
    {STR_INIT("d"), MICROSECONDS_PER_DAY},
    {STR_INIT("h"), MICROSECONDS_PER_HOUR},
    {STR_INIT("m"), MICROSECONDS_PER_MINUTE},
    {STR_INIT("s"), MICROSECONDS_PER_SECOND},
    {STR_INIT("ms"), MICROSECONDS_PER_MILLISECOND},
    {STR_INIT("us"), 1},
};

static bool duration_error(Str text, Error *err, const char *why)
{
    return error_set(err, ERROR_CONFIG, "bad duration '%.*s': %s", STR_ARG(str_slice(text, 0, 64)), why);
}

/// The length of the run of bytes from `offset` that are digits, or are not.
static size_t run_size(Str text, size_t offset, bool digits)
{
    size_t end = offset;
    while (end < text.size && byte_is_digit(text.data[end]) == digits) end++;
    return end - offset;
}

static bool digits_value(Str digits, int64_t *out)
{
    int64_t value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, digits.data[i] - '0', &value)) return false;
    }
    *out = value;
    return true;
}

/// The unit named `name` among those from `*next` on, which then points behind it.
static const DurationUnit *unit_find(Str name, size_t *next)
{
    for (size_t i = *next; i < COUNT_OF(UNITS); i++) {
        if (!str_equal(UNITS[i].name, name)) continue;
        *next = i + 1;
        return &UNITS[i];
    }
    return NULL;
}

static const char *unit_complaint(Str name)
{
    size_t first = 0;
    if (name.size == 0) return "a unit is missing; units are w, d, h, m, s, ms, us";
    if (name.data[0] == '.' || name.data[0] == ',') return "whole numbers only, as in 1h30m";
    if (unit_find(name, &first)) return "units go from the greatest to the smallest, each at most once, as in 1h30m";
    return "unknown unit; units are w, d, h, m, s, ms, us";
}

/// Reads one number and unit at `*offset` and adds it.
static bool part_add(Str text, size_t *offset, size_t *next_unit, int64_t *total, Error *err)
{
    size_t digits = run_size(text, *offset, true);
    if (digits == 0) return duration_error(text, err, "a number and a unit are expected, as in 1h30m");
    Str number = str_slice(text, *offset, *offset + digits);
    *offset += digits;
    Str name = str_slice(text, *offset, *offset + run_size(text, *offset, false));
    *offset += name.size;

    const DurationUnit *unit = unit_find(name, next_unit);
    if (!unit) return duration_error(text, err, unit_complaint(name));
    int64_t part;
    if (!digits_value(number, &part) || __builtin_mul_overflow(part, unit->us, &part) ||
        __builtin_add_overflow(*total, part, total)) {
        return duration_error(text, err, "too long");
    }
    return true;
}

bool duration_parse_or_zero(Str text, int64_t *out_us, Error *err)
{
    int64_t total = 0;
    size_t offset = 0;
    size_t next_unit = 0;
    if (text.size == 0) return duration_error(text, err, "a number and a unit are expected, as in 1h30m");
    if (text.data[0] == '-') return duration_error(text, err, "it must not be negative");
    if (!str_equal(text, STR("0"))) {
        while (offset < text.size) TRY(part_add(text, &offset, &next_unit, &total, err));
    }
    *out_us = total;
    return true;
}

bool duration_parse(Str text, int64_t *out_us, Error *err)
{
    int64_t total;
    TRY(duration_parse_or_zero(text, &total, err));
    if (total == 0) return duration_error(text, err, "it must be longer than zero");
    *out_us = total;
    return true;
}

DurationText duration_format(int64_t duration_us)
{
    DurationText out = {"0s"};
    uint64_t rest = duration_us < 0 ? 0 - (uint64_t)duration_us : (uint64_t)duration_us;
    size_t used = 0;
    if (duration_us < 0) out.text[used++] = '-';
    for (size_t i = 1; i < COUNT_OF(UNITS); i++) {
        uint64_t count = rest / (uint64_t)UNITS[i].us;
        if (count == 0) continue;
        rest -= count * (uint64_t)UNITS[i].us;
        used += (size_t)snprintf(out.text + used, sizeof(out.text) - used, "%llu%s", (unsigned long long)count,
                                 UNITS[i].name.data);
    }
    return out;
}

/// Rounds to a multiple of `unit`, up from the half.
static int64_t rounded(int64_t value, int64_t unit)
{
    int64_t rest = value % unit;
    return rest * 2 >= unit && value - rest <= INT64_MAX - unit ? value - rest + unit : value - rest;
}

DurationText duration_format_short(int64_t duration_us)
{
    DurationText out;
    if (duration_us < MICROSECONDS_PER_MILLISECOND) return duration_format(duration_us);
    int64_t whole_ms = rounded(duration_us, MICROSECONDS_PER_MILLISECOND);
    if (whole_ms < MICROSECONDS_PER_SECOND) return duration_format(whole_ms);
    if (duration_us < 10 * MICROSECONDS_PER_SECOND) {
        int64_t tenths = rounded(duration_us, 100000) / 100000;
        snprintf(out.text, sizeof(out.text), "%lld.%llds", (long long)(tenths / 10), (long long)(tenths % 10));
        return out;
    }
    if (duration_us < MICROSECONDS_PER_HOUR) return duration_format(rounded(duration_us, MICROSECONDS_PER_SECOND));
    if (duration_us < MICROSECONDS_PER_DAY) return duration_format(rounded(duration_us, MICROSECONDS_PER_MINUTE));
    return duration_format(rounded(duration_us, MICROSECONDS_PER_HOUR));
}
