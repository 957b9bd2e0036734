/// What the program tells about its work: lines for people, or JSON lines for machines, into a stream handed in.
///
/// A line is written whole, from any thread. Logging never fails the work that it tells about.
#ifndef PAWL_SYS_LOG_H
#define PAWL_SYS_LOG_H

#include <stdio.h>

#include "base/base.h"
#include "base/str.h"
#include "sys/clock.h"

enum { LOG_LINE_BYTES_MAX = 8192, LOG_FIELDS_MAX = 16 };

typedef enum LogLevel { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_NONE } LogLevel;

/// Borrows stream and clock.
typedef struct Log {
    FILE *stream; ///< NULL: silent
    const Clock *clock;
    LogLevel level; ///< less than this is not written
    bool json;
} Log;

typedef struct LogField {
    const char *name;
    Str value;
} LogField;

/// `log` may be NULL: silent.
void log_write(const Log *log, LogLevel level, const char *format, ...) PRINTF_LIKE(3, 4);

/// With named values after the text: `text name=value`, or members of the JSON object.
void log_write_fields(const Log *log, LogLevel level, Str text, const LogField *fields, size_t field_count);

/// "debug", "info", "warning", "error", "none".
const char *log_level_name(LogLevel level);

/// False when there is no such level.
bool log_level_parse(Str name, LogLevel *out);

#endif
