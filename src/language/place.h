/// Where an expression comes from, so that every error about it names file, line and column, shows the line, and puts a
/// caret under the piece that is wrong.
#ifndef PAWL_LANGUAGE_PLACE_H
#define PAWL_LANGUAGE_PLACE_H

#include "language/definition.h"

/// Borrowed. `what` names the expression where there is no document: "vendor.slowdown", "the label".
typedef struct Place {
    const Document *document; ///< may be NULL
    Str what;
    Expression expression;
} Place;

/// An ERROR_CONFIG at the byte `offset` of the expression's text, found in the document even where its lines are folded. Where the
/// text does not stand there (escapes), the expression's own line is shown. Always returns false.
bool place_error(const Place *place, size_t offset, Error *err, const char *format, ...) PRINTF_LIKE(4, 5);

/// An ERROR_CONFIG at a position of the definition's document, when it has one. Always returns false.
bool definition_error(const Definition *definition, Position position, Error *err, const char *format, ...)
    PRINTF_LIKE(4, 5);

/// "; did you mean 'x'?" for the nearest of `candidates`, or an empty text; at most NAME_HINT_BYTES_MAX with its final zero.
enum { NAME_HINT_BYTES_MAX = 160 };
typedef struct NameHint {
    char text[NAME_HINT_BYTES_MAX];
} NameHint;

NameHint name_hint(Str name, const Str *candidates, size_t count);

#endif
