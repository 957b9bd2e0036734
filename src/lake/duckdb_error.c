#include "lake/duckdb_error_internal.h"

#include <string.h>

/// What DuckDB puts before a message, and what the error means here. A disk that is full is an IO error as well.
static const struct {
    Str prefix;
    ErrorKind kind;
} duckdb_errors[] = {
    {STR_INIT("IO Error: "), ERROR_STORAGE},
    {STR_INIT("Out of Memory Error: "), ERROR_MEMORY},
    {STR_INIT("Conversion Error: "), ERROR_DATA},
    {STR_INIT("Invalid Input Error: "), ERROR_DATA},
    {STR_INIT("Out of Range Error: "), ERROR_DATA},
    {STR_INIT("Serialization Error: "), ERROR_DATA},
    {STR_INIT("Parser Error: "), ERROR_CONFIG},
    {STR_INIT("Syntax Error: "), ERROR_CONFIG},
    {STR_INIT("Binder Error: "), ERROR_CONFIG},
    {STR_INIT("Catalog Error: "), ERROR_CONFIG},
    {STR_INIT("Not implemented Error: "), ERROR_CONFIG},
    {STR_INIT("Missing Extension Error: "), ERROR_ENVIRONMENT},
    {STR_INIT("HTTP Error: "), ERROR_ENVIRONMENT},
    {STR_INIT("Permission Error: "), ERROR_ENVIRONMENT},
    {STR_INIT("Invalid Configuration Error: "), ERROR_ENVIRONMENT},
};

/// Messages whose kind is not their prefix's.
static const struct {
    Str beginning;
    ErrorKind kind;
} special_errors[] = {
    {STR_INIT("No files found that match"), ERROR_NOT_FOUND},
    {STR_INIT("Cannot prepare multiple statements"), ERROR_CONFIG},
};

/// The rest of the line that begins with `label`; the empty Str when there is none.
static Str message_field(Str message, Str label)
{
    Str line = {0};
    while (str_split(&message, '\n', &line)) {
        if (str_starts(line, label)) return str_trim(str_slice(line, label.size, line.size));
    }
    return (Str){0};
}

static Str message_first_line(Str message)
{
    return str_trim(str_slice(message, 0, str_find(message, '\n')));
}

/// The digits that a text begins with.
static Str leading_digits(Str text)
{
    size_t size = 0;
    while (size < text.size && text.data[size] >= '0' && text.data[size] <= '9') size++;
    return str_slice(text, 0, size);
}

/// Where `part` begins, or `text.size`.
static size_t text_find(Str text, Str part)
{
    const char *found = part.size > text.size ? NULL : memmem(text.data, text.size, part.data, part.size);
    return found == NULL ? text.size : (size_t)(found - text.data);
}

/// The third line of a CSV error, without the full stop.
static Str csv_reason(Str message)
{
    Str reason = {0};
    for (int i = 0; i < 3 && str_split(&message, '\n', &reason); i++) {
    }
    reason = str_trim(reason);
    return str_ends(reason, STR(".")) ? str_slice(reason, 0, reason.size - 1) : reason;
}

/// "CSV Error on Line: 3\nOriginal Line: b,2\nExpected Number of Columns: 3 Found: 2\n..."
static bool csv_error_set(Error *err, Str message)
{
    const Str expected_label = STR("Expected Number of Columns: ");
    Str line = leading_digits(message_field(message, STR("CSV Error on Line: ")));
    Str original = message_field(message, STR("Original Line: "));
    Str expected = message_field(message, expected_label);
    if (expected.size > 0) {
        size_t found = text_find(expected, STR("Found: "));
        Str count = leading_digits(str_slice(expected, found + strlen("Found: "), expected.size));
        return error_set(err, ERROR_DATA, "line %.*s: %.*s columns instead of %.*s: '%.*s'", STR_ARG(line),
                         STR_ARG(count), STR_ARG(leading_digits(expected)), STR_ARG(original));
    }
    Str reason = csv_reason(message);
    if (str_starts(reason, STR("Invalid unicode"))) {
        return error_set(err, ERROR_DATA, "line %.*s: the text is not UTF-8", STR_ARG(line));
    }
    return error_set(err, ERROR_DATA, "line %.*s: %.*s: '%.*s'", STR_ARG(line), STR_ARG(reason), STR_ARG(original));
}

/// "Malformed JSON in file "x", at byte 8 in line 4: unexpected end of data." The line is left out: it is one too many.
static bool json_error_set(Error *err, Str message)
{
    const Str place_label = STR("\", at byte ");
    Str first = message_first_line(message);
    size_t place = text_find(first, place_label);
    size_t reason = str_find(str_slice(first, place, first.size), ':') + place;
    if (reason >= first.size) return error_set(err, ERROR_DATA, "malformed JSON");
    Str byte = leading_digits(str_slice(first, place + place_label.size, first.size));
    Str why = str_trim(str_slice(first, reason + 1, first.size));
    if (str_ends(why, STR("."))) why = str_slice(why, 0, why.size - 1);
    return error_set(err, ERROR_DATA, "malformed JSON at byte %.*s: %.*s", STR_ARG(byte), STR_ARG(why));
}

/// The excerpt "LINE 1: SELECT ..." goes behind the message, so that a long SQL text shows where.
static bool plain_error_set(Error *err, ErrorKind kind, Str message)
{
    Str first = message_first_line(message);
    Str excerpt = message_field(message, STR("LINE "));
    if (excerpt.size == 0 || kind != ERROR_CONFIG) return error_set(err, kind, "%.*s", STR_ARG(first));
    return error_set(err, kind, "%.*s (line %.*s)", STR_ARG(first), STR_ARG(excerpt));
}

/// Takes the prefix off the message.
static ErrorKind message_kind(Str *message)
{
    ErrorKind kind = ERROR_STORAGE;
    for (size_t i = 0; i < COUNT_OF(duckdb_errors); i++) {
        if (!str_starts(*message, duckdb_errors[i].prefix)) continue;
        kind = duckdb_errors[i].kind;
        *message = str_slice(*message, duckdb_errors[i].prefix.size, message->size);
        break;
    }
    for (size_t i = 0; i < COUNT_OF(special_errors); i++) {
        if (str_starts(*message, special_errors[i].beginning)) kind = special_errors[i].kind;
    }
    return kind;
}

bool duckdb_error_set(Error *err, const char *message)
{
    Str text = str_from(message == NULL ? "DuckDB failed without a message" : message);
    ErrorKind kind = message_kind(&text);
    if (str_starts(text, STR("CSV Error on Line: "))) return csv_error_set(err, text);
    if (str_starts(text, STR("Malformed JSON"))) return json_error_set(err, text);
    return plain_error_set(err, kind, text);
}
