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

/// Moves over one character or one line break.
static void place_advance(Str text, DocumentMark *place)
{
    size_t broken = break_size(text, place->offset);
    place->position.line += broken > 0;
    place->position.column = broken > 0 ? 1 : place->position.column + 1;
    place->offset += broken > 0 ? broken : character_size(text, place->offset);
}

static const DocumentMark text_start = {.offset = 0, .position = {1, 1}};

static bool marks_make(Document *document, Arena *arena, Error *err)
{
    size_t count = document->text.size / DOCUMENT_MARK_BYTES + 1;
    DocumentMark *marks = arena_alloc_array(arena, count, sizeof(DocumentMark), err);
    TRY(marks != NULL);
    DocumentMark place = text_start;
    for (size_t i = 0; i < count; i++) {
        while (place.offset < i * DOCUMENT_MARK_BYTES) place_advance(document->text, &place);
        marks[i] = place;
    }
    document->marks = marks;
    document->mark_count = count;
    return true;
}

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
    TRY(marks_make(document, arena, err));
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

static bool position_reached(Position position, Position wanted)
{
    return position.line > wanted.line || (position.line == wanted.line && position.column >= wanted.column);
}

/// The last mark that is not behind the position.
static DocumentMark mark_before(const Document *document, Position position)
{
    size_t begin = 0;
    size_t end = document->mark_count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (position_reached(position, document->marks[middle].position))
            begin = middle + 1;
        else
            end = middle;
    }
    return begin == 0 ? text_start : document->marks[begin - 1];
}

size_t document_offset(const Document *document, Position position)
{
    DocumentMark place = mark_before(document, position);
    while (place.offset < document->text.size && !position_reached(place.position, position))
        place_advance(document->text, &place);
    return place.offset;
}

Position document_position(const Document *document, size_t offset)
{
    size_t i = offset / DOCUMENT_MARK_BYTES;
    DocumentMark place = text_start;
    if (document->mark_count > 0) place = document->marks[i < document->mark_count ? i : document->mark_count - 1];
    // A character may reach over the mark's byte.
    if (place.offset > offset) place = i > 0 ? document->marks[i - 1] : text_start;
    while (place.offset < offset && place.offset < document->text.size) place_advance(document->text, &place);
    return place.position;
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
    size_t start = document_offset(document, (Position){number, 1});
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
