/// The tree that YAML and JSON are read into: its nodes, how to walk it and how to build it.
///
/// Nodes live in the arena given to the parser and are read-only afterwards. Scalars keep their raw text: an
/// expression such as `count() over 1h` or `>= 1000` arrives untouched. A node knows its document.
#ifndef PAWL_TEXT_NODE_TREE_H
#define PAWL_TEXT_NODE_TREE_H

#include "base/arena.h"
#include "text/document.h"

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
    size_t count; ///< of items; of a map's entries
    Node **items; ///< a list's items; a map's values, in the order of the text
    Node **keys;  ///< a map's keys, beside `items`
    const Document *document;
};

enum {
    NODE_DEPTH_MAX = 64,      ///< lists and maps inside each other
    NODE_COUNT_MAX = 1 << 22, ///< nodes of one document
};

/// "null", "a boolean", "an integer", "a number", "a text", "a list", "a map".
const char *node_kind_name(NodeKind kind);

/// The value under `key` of a map; NULL when it is not there, or when `map` is NULL or no map. Looks through the
/// keys one by one: whoever needs all entries walks them.
const Node *node_get(const Node *map, Str key);

/// The item of a list or the value of a map's entry.
const Node *node_at(const Node *node, size_t i);

/// The key of a map's entry, as a text and as a node (for its position).
Str node_key(const Node *map, size_t i);
const Node *node_key_at(const Node *map, size_t i);

/// Items or entries; 0 for scalars and NULL.
size_t node_count(const Node *node);

bool node_is_scalar(const Node *node);

/// Where the byte `offset` of a scalar's text lies in the document; the node's start where the text is not
/// found again in the source (escapes).
Position node_position_at(const Node *node, size_t offset);

// Building trees, for parsers and for programs that make documents.

MUST_CHECK bool node_new(Arena *arena, NodeKind kind, Node **out, Error *err);
MUST_CHECK bool node_new_str(Arena *arena, Str text, Node **out, Error *err);
MUST_CHECK bool node_new_int(Arena *arena, int64_t value, Node **out, Error *err);
MUST_CHECK bool node_new_double(Arena *arena, double value, Node **out, Error *err);
MUST_CHECK bool node_new_bool(Arena *arena, bool value, Node **out, Error *err);
MUST_CHECK bool node_append(Arena *arena, Node *list, Node *item, Error *err);

/// Adds an entry at the end; the caller sees to it that the key is new (node_get).
MUST_CHECK bool node_put(Arena *arena, Node *map, Node *key, Node *value, Error *err);

/// The first key, in the order of the text, that stood before; NULL when all differ.
MUST_CHECK bool node_duplicate_key(const Node *map, const Node **out, Error *err);

/// Kind and value of a plain scalar by YAML 1.2's core schema, from `node->text`; a number that does not fit
/// into 64 bits is an error at the node.
MUST_CHECK bool node_resolve(Node *node, Error *err);

#endif
