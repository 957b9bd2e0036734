/// A parsed text and its errors: each names file, line and column, shows the line, and points at the place.
///
///     pawl.yaml:12:5: unknown key 'feturs'; did you mean 'features'?
///           feturs:
///           ^
#ifndef PAWL_TEXT_DOCUMENT_H
#define PAWL_TEXT_DOCUMENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/// One-based; columns count characters (code points). Line 0: no position, as in a node made by hand.
typedef struct Position {
    uint32_t line;
    uint32_t column;
} Position;

typedef struct Node Node;

/// A place of the text that is known both ways, so that no look-up walks far.
typedef struct DocumentMark {
    size_t offset;
    Position position;
} DocumentMark;

/// `name` is what errors call it: the file's path as the user gave it. Name, text and nodes live in one arena.
typedef struct Document {
    Str name;
    Str text;
    const DocumentMark *marks; ///< one for each DOCUMENT_MARK_BYTES of the text; none in a document made by hand
    size_t mark_count;
    Node *root;
    ErrorKind error_kind; ///< what is wrong when its content is wrong: ERROR_CONFIG, ERROR_DATA
} Document;

enum { DOCUMENT_BYTES_MAX = 64 << 20, DOCUMENT_MARK_BYTES = 512 };

/// Copies name and text into the arena (without a byte order mark); ERROR_MEMORY beyond DOCUMENT_BYTES_MAX.
MUST_CHECK bool document_new(Str name, Str text, ErrorKind error_kind, Arena *arena, Document **out, Error *err);

/// An error at the first byte that is not UTF-8.
MUST_CHECK bool document_check_utf8(const Document *document, Error *err);

/// Always false. Sets "<name>:<line>:<column>: <message>", a line with the source line, indented by two, and a
/// line with a caret. Long lines are cut to a window around the caret; control characters are shown as spaces.
bool document_error(const Document *document, Position position, Error *err, ErrorKind kind, const char *format, ...)
    PRINTF_LIKE(5, 6);

/// The byte at which a position lies; the next line's first when its line is shorter, the text's size behind the last line.
size_t document_offset(const Document *document, Position position);

/// The position of a byte; one behind the end is allowed.
Position document_position(const Document *document, size_t offset);

#endif
