#include "language/place.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text/utf8.h"

/// What the text of one error holds before its place is added.
enum { MESSAGE_BYTES_MAX = 1024 };

/// The text from a one-based position on; the empty Str when the document has no such place.
static Str document_from(const Document *document, Position position)
{
    Str rest = document->text;
    for (uint32_t line = 1; line < position.line; line++) {
        rest = str_slice(rest, str_find(rest, '\n') + 1, rest.size);
    }
    for (uint32_t column = 1; column < position.column && rest.size > 0; column++) {
        uint32_t code = 0;
        size_t size = utf8_decode(rest, 0, &code);
        rest = str_slice(rest, size > 0 ? size : 1, rest.size);
    }
    return rest;
}

static bool place_is_verbatim(const Place *place, Str before)
{
    return place->document != NULL && place->expression.position.line > 0 && str_find(before, '\n') == before.size &&
           str_starts(document_from(place->document, place->expression.position), place->expression.text);
}

/// The line of the expression that holds `offset`, and a caret under it.
static bool place_error_shown(const Place *place, size_t offset, Error *err, const char *message)
{
    Str text = place->expression.text;
    size_t begin = offset;
    while (begin > 0 && text.data[begin - 1] != '\n') begin--;
    size_t end = begin + str_find(str_slice(text, begin, text.size), '\n');
    size_t indent = utf8_width(str_slice(text, begin, offset));
    Str line = str_slice(text, begin, end);

    if (place->document != NULL && place->expression.position.line > 0) {
        Position position = place->expression.position;
        return error_set(err, ERROR_CONFIG, "%.*s:%u:%u: %s\n  %.*s\n  %*s^", STR_ARG(place->document->name),
                         position.line, position.column, message, STR_ARG(line), (int)indent, "");
    }
    return error_set(err, ERROR_CONFIG, "%.*s: %s\n  %.*s\n  %*s^", STR_ARG(place->what), message, STR_ARG(line),
                     (int)indent, "");
}

bool place_error(const Place *place, size_t offset, Error *err, const char *format, ...)
{
    char message[MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);

    Str before = str_slice(place->expression.text, 0, offset);
    if (!place_is_verbatim(place, before)) return place_error_shown(place, before.size, err, message);
    Position position = place->expression.position;
    position.column += (uint32_t)utf8_count(before);
    return document_error(place->document, position, err, ERROR_CONFIG, "%s", message);
}

bool definition_error(const Definition *definition, Position position, Error *err, const char *format, ...)
{
    char message[MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);

    if (definition->document == NULL || position.line == 0) return error_set(err, ERROR_CONFIG, "%s", message);
    return document_error(definition->document, position, err, ERROR_CONFIG, "%s", message);
}

NameHint name_hint(Str name, const Str *candidates, size_t count)
{
    NameHint hint = {{0}};
    Str nearest = str_nearest(name, candidates, count);
    if (nearest.size > 0) snprintf(hint.text, sizeof(hint.text), "; did you mean '%.*s'?", STR_ARG(nearest));
    return hint;
}
