/// One tree for YAML and JSON documents, so that whoever reads a configuration has one set of getters whose
/// errors name file, line and column, show the line, and suggest the nearest known name.
///
/// Nodes live in the arena given to the parser and are read-only afterwards. Scalars keep their raw text: an
/// expression such as `count() over 1h` or `>= 1000` arrives untouched. A node knows its document.
#ifndef PAWL_TEXT_NODE_H
#define PAWL_TEXT_NODE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/// One-based; columns count characters (code points). Line 0: no position, as in a node made by hand.
typedef struct Position {
    uint32_t line;
    uint32_t column;
} Position;

typedef struct Node Node;

/// A parsed text. `name` is what errors call it: the file's path as the user gave it.
typedef struct Document {
    Str name;
    Str text;
    Node *root;
} Document;

typedef enum NodeKind { NODE_NULL, NODE_BOOL, NODE_INT, NODE_FLOAT, NODE_STRING, NODE_LIST, NODE_MAP } NodeKind;

struct Node {
    NodeKind kind;
    bool quoted; ///< a scalar in quotes or a block scalar; always a string
    Position position;
    Str text; ///< scalars: the content, unescaped, not resolved; otherwise empty
    union {
        bool boolean;
        int64_t integer;
        double number;
    };
    size_t count;  ///< of items; of a map's entries
    Node **items;  ///< a list's items; a map's values, in the order of the text
    Node **keys;   ///< a map's keys, beside `items`
    const Document *document;
};

enum {
    NODE_DEPTH_MAX = 64,              ///< lists and maps inside each other
    NODE_COUNT_MAX = 1 << 22,         ///< nodes of one document
    DOCUMENT_BYTES_MAX = 64 << 20,    ///< bytes of one document
};

/// "null", "a boolean", "an integer", "a number", "a text", "a list", "a map".
const char *node_kind_name(NodeKind kind);

/// The value under `key` of a map; NULL when it is not there, or when `map` is NULL or no map.
const Node *node_get(const Node *map, Str key);

/// The item of a list or the value of a map's entry.
const Node *node_at(const Node *node, size_t i);

/// The key of a map's entry, as a text and as a node (for its position).
Str node_key(const Node *map, size_t i);
const Node *node_key_at(const Node *map, size_t i);

/// Items or entries; 0 for scalars and NULL.
size_t node_count(const Node *node);

/// Whether it is a list, a map, or something else with text in it.
bool node_is_scalar(const Node *node);

// Errors. All return false and set "<name>:<line>:<column>: <message>\n  <source line>\n  <caret>".

bool document_error(const Document *document, Position position, Error *err, ErrorKind kind, const char *format, ...)
    PRINTF_LIKE(5, 6);

/// ERROR_CONFIG at the node.
bool node_error(const Node *node, Error *err, const char *format, ...) PRINTF_LIKE(3, 4);

/// ERROR_CONFIG at a byte offset in a scalar's text (an expression's own error); where the text is not found
/// again in the source (escapes), at the node.
bool node_error_at(const Node *node, size_t offset, Error *err, const char *format, ...) PRINTF_LIKE(4, 5);

/// Where the byte `offset` of a scalar's text lies in the document.
Position node_position_at(const Node *node, size_t offset);

/// Writes "; did you mean 'x'?" or "; known are: a, b, c" for a name that is not among `known`.
MUST_CHECK bool node_unknown_error(const Node *node, const char *what, Str name, const Str *known, size_t count,
                                   Error *err);

// Typed getters: an error when the node has another kind.

/// A text, quoted or plain; a number or boolean is refused.
MUST_CHECK bool node_str(const Node *node, Str *out, Error *err);

/// Any scalar's raw text but null's: for expressions, durations, versions.
MUST_CHECK bool node_text(const Node *node, Str *out, Error *err);
MUST_CHECK bool node_bool(const Node *node, bool *out, Error *err);

/// An integer of [min, max].
MUST_CHECK bool node_int(const Node *node, int64_t min, int64_t max, int64_t *out, Error *err);

/// An integer or a float.
MUST_CHECK bool node_double(const Node *node, double *out, Error *err);

/// A duration as text/duration.h reads it, above zero, in microseconds.
MUST_CHECK bool node_duration(const Node *node, int64_t *out_us, Error *err);

/// "4GiB" or a number of bytes.
MUST_CHECK bool node_size(const Node *node, uint64_t *out_bytes, Error *err);

/// "70%" or 0.7, as the fraction 0.7.
MUST_CHECK bool node_fraction(const Node *node, double *out, Error *err);

/// One of `names`, as its index; an error that suggests the nearest.
MUST_CHECK bool node_choice(const Node *node, const Str *names, size_t count, size_t *out, Error *err);

MUST_CHECK bool node_expect(const Node *node, NodeKind kind, Error *err);

/// The value under a key that must be there.
MUST_CHECK bool node_need(const Node *map, Str key, const Node **out, Error *err);

// The same for an optional key of a map: `*out` stays as it is when the key is absent.

MUST_CHECK bool node_get_str(const Node *map, Str key, Str *out, Error *err);
MUST_CHECK bool node_get_text(const Node *map, Str key, Str *out, Error *err);
MUST_CHECK bool node_get_bool(const Node *map, Str key, bool *out, Error *err);
MUST_CHECK bool node_get_int(const Node *map, Str key, int64_t min, int64_t max, int64_t *out, Error *err);
MUST_CHECK bool node_get_double(const Node *map, Str key, double *out, Error *err);
MUST_CHECK bool node_get_duration(const Node *map, Str key, int64_t *out_us, Error *err);
MUST_CHECK bool node_get_size(const Node *map, Str key, uint64_t *out_bytes, Error *err);
MUST_CHECK bool node_get_fraction(const Node *map, Str key, double *out, Error *err);

/// `node` is a map and each of its keys is one of `allowed`; otherwise the first unknown key's error.
MUST_CHECK bool node_check_keys(const Node *node, const Str *allowed, size_t count, Error *err);

/// node_check_keys with the keys as string literals: NODE_CHECK_KEYS(node, err, "files", "time", "known").
#define NODE_CHECK_KEYS(node, err, ...) node_check_key_names((node), (err), __VA_ARGS__, (const char *)NULL)
MUST_CHECK bool node_check_key_names(const Node *node, Error *err, ...) __attribute__((sentinel));

// Building trees, for parsers and for programs that make documents.

MUST_CHECK bool node_new(Arena *arena, NodeKind kind, Node **out, Error *err);
MUST_CHECK bool node_new_str(Arena *arena, Str text, Node **out, Error *err);
MUST_CHECK bool node_new_int(Arena *arena, int64_t value, Node **out, Error *err);
MUST_CHECK bool node_new_double(Arena *arena, double value, Node **out, Error *err);
MUST_CHECK bool node_new_bool(Arena *arena, bool value, Node **out, Error *err);
MUST_CHECK bool node_append(Arena *arena, Node *list, Node *item, Error *err);

/// Adds an entry at the end; the caller sees to it that the key is new (node_get).
MUST_CHECK bool node_put(Arena *arena, Node *map, Node *key, Node *value, Error *err);

/// Kind and value of a plain scalar by YAML 1.2's core schema, from `node->text`; an integer that does not fit
/// into 64 bits is an error.
MUST_CHECK bool node_resolve(Node *node, Error *err);

#endif
