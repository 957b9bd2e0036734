#include "sys/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/// Kept free for what ends a line: a quote, a brace, a line end.
enum { LOG_TAIL_BYTES = 8 };

static const char *const LEVEL_NAMES[] = {"debug", "info", "warning", "error", "none"};

/// A line being built; what does not fit is left out.
typedef struct LogLine {
    char data[LOG_LINE_BYTES_MAX];
    size_t size;
    bool full;
} LogLine;

/// All of `text` or nothing, so that no escape is cut.
static void line_append(LogLine *line, Str text)
{
    if (line->full || text.size > LOG_LINE_BYTES_MAX - LOG_TAIL_BYTES - line->size) {
        line->full = true;
        return;
    }
    memcpy(line->data + line->size, text.data, text.size);
    line->size += text.size;
}

/// Into the bytes kept free.
static void line_append_tail(LogLine *line, Str text)
{
    CHECK(text.size <= LOG_LINE_BYTES_MAX - line->size);
    memcpy(line->data + line->size, text.data, text.size);
    line->size += text.size;
}

/// A line that was cut may end within a character.
static void line_drop_partial_character(LogLine *line)
{
    while (line->full && line->size > 0 && (line->data[line->size - 1] & 0x80) != 0) {
        line->size--;
    }
}

typedef struct LogDate {
    int year;
    int month; ///< 1..12
    int day;   ///< 1..31
} LogDate;

/// From days since 1970. Counted in eras of 400 years that begin with 1 March 0000, so that a leap day is a year's last
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
static LogDate log_date(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (LogDate){
        .year = (int)(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

/// A wall clock before 1970 shows as 1970.
static void line_append_time(LogLine *line, int64_t now_us)
{
    char text[64];
    int64_t seconds = now_us < 0 ? 0 : now_us / 1000000;
    int second_of_day = (int)(seconds % 86400);
    LogDate date = log_date(seconds / 86400);
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", date.year, date.month, date.day,
                   second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60,
                   now_us < 0 ? 0 : (int)(now_us % 1000000));
    line_append(line, str_from(text));
}

/// A byte of a JSON string (RFC 8259, section 7). Bytes of invalid UTF-8 are taken as Latin-1.
static void line_append_json_byte(LogLine *line, char byte, bool is_utf8)
{
    unsigned value = (unsigned char)byte;
    char escape[8];
    if (value == '"' || value == '\\') {
        line_append(line, (Str){(char[]){'\\', byte}, 2});
    } else if (value < 0x20 || (value >= 0x80 && !is_utf8)) {
        (void)snprintf(escape, sizeof(escape), "\\u%04x", value);
        line_append(line, str_from(escape));
    } else {
        line_append(line, (Str){&byte, 1});
    }
}

static void line_append_json(LogLine *line, Str text)
{
    bool is_utf8 = str_is_utf8(text);
    line_append(line, STR("\""));
    for (size_t i = 0; i < text.size; i++) {
        line_append_json_byte(line, text.data[i], is_utf8);
    }
    line_drop_partial_character(line);
    line_append_tail(line, STR("\""));
}

/// Whether a member with some of its value still fits; else it is left out whole, so that the line stays JSON.
static bool line_has_room(const LogLine *line, const char *name)
{
    return !line->full && strlen(name) + 16 < LOG_LINE_BYTES_MAX - LOG_TAIL_BYTES - line->size;
}

static void line_append_member(LogLine *line, const char *name, Str value)
{
    if (!line_has_room(line, name)) return;
    line_append(line, STR(","));
    line_append_json(line, str_from(name));
    line_append(line, STR(":"));
    line_append_json(line, value);
}

static void line_build_json(LogLine *line, int64_t now_us, LogLevel level, Str text, const LogField *fields,
                            size_t field_count)
{
    line_append(line, STR("{\"time\":\""));
    line_append_time(line, now_us);
    line_append(line, STR("\""));
    line_append_member(line, "level", str_from(log_level_name(level)));
    line_append_member(line, "text", text);
    for (size_t i = 0; i < field_count; i++) {
        line_append_member(line, fields[i].name, fields[i].value);
    }
    line_append_tail(line, STR("}\n"));
}

/// Text for people stays on its line: control characters become spaces.
static void line_append_plain(LogLine *line, Str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = (unsigned char)text.data[i] < 0x20 ? ' ' : text.data[i];
        line_append(line, (Str){&byte, 1});
    }
}

static void line_build_plain(LogLine *line, int64_t now_us, LogLevel level, Str text, const LogField *fields,
                             size_t field_count)
{
    line_append_time(line, now_us);
    line_append(line, STR(" "));
    line_append_plain(line, str_from(log_level_name(level)));
    line_append(line, STR(" "));
    line_append_plain(line, text);
    for (size_t i = 0; i < field_count; i++) {
        line_append(line, STR(" "));
        line_append_plain(line, str_from(fields[i].name));
        line_append(line, STR("="));
        line_append_plain(line, fields[i].value);
    }
    line_drop_partial_character(line);
    line_append_tail(line, STR("\n"));
}

void log_write_fields(const Log *log, LogLevel level, Str text, const LogField *fields, size_t field_count)
{
    if (log == NULL || log->stream == NULL || level < log->level) return;

    LogLine line;
    line.size = 0;
    line.full = false;
    int64_t now_us = clock_now_us(log->clock);
    if (log->json) {
        line_build_json(&line, now_us, level, text, fields, field_count);
    } else {
        line_build_plain(&line, now_us, level, text, fields, field_count);
    }
    (void)fwrite(line.data, 1, line.size, log->stream);
    (void)fflush(log->stream);
}

void log_write(const Log *log, LogLevel level, const char *format, ...)
{
    if (log == NULL || log->stream == NULL || level < log->level) return;

    char text[LOG_LINE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_write_fields(log, level, str_from(text), NULL, 0);
}

const char *log_level_name(LogLevel level)
{
    CHECK((size_t)level < COUNT_OF(LEVEL_NAMES));
    return LEVEL_NAMES[level];
}

bool log_level_parse(Str name, LogLevel *out)
{
    for (size_t i = 0; i < COUNT_OF(LEVEL_NAMES); i++) {
        if (!str_equal(name, str_from(LEVEL_NAMES[i]))) continue;
        *out = (LogLevel)i;
        return true;
    }
    return false;
}
