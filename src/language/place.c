#include "language/place.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text/document.h"
#include "text/utf8.h"

/// What the text of one error holds before its place is added.
enum { MESSAGE_BYTES_MAX = 1024 };

static bool byte_is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static size_t skip_spaces(Str text, size_t offset)
{
    while (offset < text.size && byte_is_space(text.data[offset])) offset++;
    return offset;
}

/// Where byte `offset` of the expression is in the document, when the expression stands there from `begin` on, whatever the
/// spaces and line ends between its words; SIZE_MAX when something else stands there.
static size_t expression_match(Str document, size_t begin, Str expression, size_t offset)
{
    size_t at = begin;
    size_t found = offset == expression.size ? at : SIZE_MAX;
    for (size_t i = 0; i < expression.size; i++) {
        bool space = byte_is_space(expression.data[i]);
        if (!space) at = skip_spaces(document, at);
        if (i == offset) found = at;
        if (space) continue;
        if (at == document.size || document.data[at] != expression.data[i]) return SIZE_MAX;
        at++;
        if (i + 1 == offset) found = at;
    }
    return found;
}

/// The place in the document; for a block scalar, whose position is its '>' or '|', from the next line on.
static size_t place_document_offset(const Place *place, size_t offset)
{
    if (place->document == NULL || place->expression.position.line == 0) return SIZE_MAX;
    Str text = place->document->text;
    size_t begin = document_offset(place->document, place->expression.position);
    size_t found = expression_match(text, begin, place->expression.text, offset);
    if (found != SIZE_MAX) return found;
    return expression_match(text, begin + str_find(str_slice(text, begin, text.size), '\n'), place->expression.text,
                            offset);
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

    size_t found = place_document_offset(place, offset);
    if (found == SIZE_MAX) return place_error_shown(place, offset, err, message);
    return document_error(place->document, document_position(place->document, found), err, ERROR_CONFIG, "%s", message);
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
