#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct ErrorRow {
    const char *name;
    int exit_code;
    int http_status;
} ErrorRow;

static const ErrorRow ERROR_ROWS[ERROR_KIND_COUNT] = {
    [ERROR_NONE] = {"none", 0, 200},         [ERROR_REFUSED] = {"refused", 1, 422},
    [ERROR_USAGE] = {"usage", 2, 400},       [ERROR_CONFIG] = {"config", 2, 400},
    [ERROR_DATA] = {"data", 3, 422},         [ERROR_NOT_FOUND] = {"not_found", 2, 404},
    [ERROR_CONFLICT] = {"conflict", 4, 409}, [ERROR_STEP] = {"step", 3, 500},
    [ERROR_STORAGE] = {"storage", 4, 503},   [ERROR_ENVIRONMENT] = {"environment", 4, 503},
    [ERROR_MEMORY] = {"memory", 4, 503},     [ERROR_PREEMPTED] = {"preempted", 75, 503},
};

static const ErrorRow *error_row(ErrorKind kind)
{
    CHECK((unsigned)kind < ERROR_KIND_COUNT);
    return &ERROR_ROWS[kind];
}

/// Marks a text that was cut: `size` is what it would have needed without its zero.
static void text_mark_cut(char text[ERROR_TEXT_BYTES_MAX], size_t size)
{
    static const char MARK[] = "...";

    if (size < ERROR_TEXT_BYTES_MAX) return;
    memcpy(text + ERROR_TEXT_BYTES_MAX - sizeof(MARK), MARK, sizeof(MARK));
}

/// Formats into `text`; gives the size that the whole would have needed.
PRINTF_LIKE(2, 0)
static size_t text_format(char text[ERROR_TEXT_BYTES_MAX], const char *format, va_list arguments)
{
    int size = vsnprintf(text, ERROR_TEXT_BYTES_MAX, format, arguments);
    CHECK(size >= 0);
    return (size_t)size;
}

bool error_set(Error *err, ErrorKind kind, const char *format, ...)
{
    if (err == NULL) return false;

    // The arguments may lie in err->text.
    char text[ERROR_TEXT_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    text_mark_cut(text, text_format(text, format, arguments));
    va_end(arguments);

    err->kind = kind;
    memcpy(err->text, text, strlen(text) + 1);
    return false;
}

/// Appends to `text` of `size` bytes as far as there is room; gives the size that the whole would have needed.
static size_t text_append(char text[ERROR_TEXT_BYTES_MAX], size_t size, const char *tail)
{
    size_t tail_size = strlen(tail);
    if (size < ERROR_TEXT_BYTES_MAX) {
        size_t room = ERROR_TEXT_BYTES_MAX - 1 - size;
        size_t part = tail_size < room ? tail_size : room;
        memcpy(text + size, tail, part);
        text[size + part] = '\0';
    }
    return size + tail_size;
}

bool error_prefix(Error *err, const char *format, ...)
{
    if (err == NULL) return false;

    char text[ERROR_TEXT_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    size_t size = text_format(text, format, arguments);
    va_end(arguments);

    size = text_append(text, size, ": ");
    size = text_append(text, size, err->text);
    text_mark_cut(text, size);
    memcpy(err->text, text, strlen(text) + 1);
    return false;
}

int error_exit_code(ErrorKind kind)
{
    return error_row(kind)->exit_code;
}

int error_http_status(ErrorKind kind)
{
    return error_row(kind)->http_status;
}

const char *error_kind_name(ErrorKind kind)
{
    return error_row(kind)->name;
}
