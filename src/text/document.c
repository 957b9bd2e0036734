#include "text/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text/utf8.h"

enum {
    MESSAGE_BYTES_MAX = 2048,
    EXCERPT_CHARACTERS_MAX = 100, ///< of the source line that is shown
    EXCERPT_BEFORE_MAX = 70,      ///< of them before the caret
    EXCERPT_BYTES_MAX = (EXCERPT_CHARACTERS_MAX + 2) * UTF8_BYTES_MAX
};

bool document_new(Str name, Str text, ErrorKind error_kind, Arena *arena, Document **out, Error *err)
{
    if (text.size > DOCUMENT_BYTES_MAX) {
        return error_set(err, ERROR_MEMORY, "%.*s: longer than %d bytes (DOCUMENT_BYTES_MAX)", STR_ARG(name),
                         DOCUMENT_BYTES_MAX);
    }
    Str mark = STR("\xEF\xBB\xBF");
    Document *document = arena_alloc(arena, sizeof(Document), err);
    if (!document) return false;
    document->error_kind = error_kind;
    TRY(arena_copy(arena, name, &document->name, err));
    TRY(arena_copy(arena, str_slice(text, str_starts(text, mark) ? mark.size : 0, text.size), &document->text, err));
    *out = document;
    return true;
}

bool document_check_utf8(const Document *document, Error *err)
{
    Str text = document->text;
    uint32_t code;
    size_t size;
    if (str_is_utf8(text)) return true;
    for (size_t offset = 0; offset < text.size; offset += size) {
        size = utf8_decode(text, offset, &code);
        if (size > 0) continue;
        return document_error(document, document_position(document, offset), err, document->error_kind,
                              "byte 0x%02X is not UTF-8", (uint8_t)text.data[offset]);
    }
    return true;
}

/// The bytes of the line break at `offset`: "\n", "\r\n", "\r", or 0 when there is none.
static size_t break_size(Str text, size_t offset)
{
    if (text.data[offset] == '\n') return 1;
    if (text.data[offset] != '\r') return 0;
    return offset + 1 < text.size && text.data[offset + 1] == '\n' ? 2 : 1;
}

static size_t character_size(Str text, size_t offset)
{
    uint32_t code;
    size_t size = utf8_decode(text, offset, &code);
    return size ? size : 1;
}

/// The byte behind the line break that ends the line at `offset`.
static size_t line_next(Str text, size_t offset)
{
    while (offset < text.size) {
        size_t size = break_size(text, offset);
        if (size > 0) return offset + size;
        offset++;
    }
    return text.size;
}

static size_t line_start(Str text, uint32_t line)
{
    size_t offset = 0;
    for (uint32_t i = 1; i < line && offset < text.size; i++) offset = line_next(text, offset);
    return offset;
}

size_t document_offset(const Document *document, Position position)
{
    Str text = document->text;
    size_t offset = line_start(text, position.line);
    for (uint32_t i = 1; i < position.column && offset < text.size; i++) offset += character_size(text, offset);
    return offset;
}

Position document_position(const Document *document, size_t offset)
{
    Str text = document->text;
    Position position = {1, 1};
    size_t at = 0;
    while (at < offset && at < text.size) {
        size_t broken = break_size(text, at);
        position.line += broken > 0;
        position.column = broken > 0 ? 1 : position.column + 1;
        at += broken > 0 ? broken : character_size(text, at);
    }
    return position;
}

/// Skips `count` characters of the line.
static Str characters_skip(Str line, size_t count)
{
    size_t offset = 0;
    for (size_t i = 0; i < count && offset < line.size; i++) offset += character_size(line, offset);
    return str_slice(line, offset, line.size);
}

/// The line without its line break.
static Str document_line(const Document *document, uint32_t number)
{
    size_t start = line_start(document->text, number);
    Str line = str_slice(document->text, start, line_next(document->text, start));
    while (line.size > 0 && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r')) line.size--;
    return line;
}

/// Copies at most EXCERPT_CHARACTERS_MAX characters that a terminal can show.
static size_t excerpt_copy(Str line, char out[EXCERPT_BYTES_MAX])
{
    size_t used = 0;
    size_t offset = 0;
    for (size_t i = 0; i < EXCERPT_CHARACTERS_MAX && offset < line.size; i++) {
        size_t size = character_size(line, offset);
        bool control = size == 1 && ((uint8_t)line.data[offset] < 0x20 || (uint8_t)line.data[offset] >= 0x7F);
        memcpy(out + used, control ? " " : line.data + offset, size);
        used += size;
        offset += size;
    }
    return used;
}

/// The columns that the terminal gives to what stands before the caret.
static size_t caret_width(Str excerpt, size_t characters)
{
    Str rest = characters_skip(excerpt, characters);
    return utf8_width(str_slice(excerpt, 0, excerpt.size - rest.size)) +
           (rest.size == 0 && utf8_count(excerpt) < characters ? characters - utf8_count(excerpt) : 0);
}

bool document_error(const Document *document, Position position, Error *err, ErrorKind kind, const char *format, ...)
{
    char message[MESSAGE_BYTES_MAX];
    char excerpt[EXCERPT_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (position.line == 0) return error_set(err, kind, "%.*s: %s", STR_ARG(document->name), message);

    size_t before = position.column - 1;
    size_t skipped = before > EXCERPT_BEFORE_MAX ? before - EXCERPT_BEFORE_MAX : 0;
    Str line = characters_skip(document_line(document, position.line), skipped);
    Str shown = {excerpt, excerpt_copy(line, excerpt)};
    return error_set(err, kind, "%.*s:%u:%u: %s\n  %.*s\n  %*s^", STR_ARG(document->name), position.line,
                     position.column, message, STR_ARG(shown), (int)caret_width(shown, before - skipped), "");
}
