/// An expression as the user wrote it, without any rewriting: what the compiler types and turns into a program, and what the
/// naive interpreter of the tests walks.
///
/// A tree is a list of nodes in post-order: every node stands after its items, and a node's subtree is the run of nodes
/// [begin, its own place]. So it is walked by a loop, never by recursion. The last node is the root.
///
/// Precedence, from loose to tight: or; and; not; comparison (= == != <> < <= > >=, is null, in, between; no chains);
/// + -; * / %; unary -. `over` and `where` belong to the aggregate directly before them; a `where` takes all up to the next
/// ',' or ')' of its own level, or the end, so that (mean(x) over 1h where y > 0) / z needs its parentheses.
#ifndef PAWL_LANGUAGE_TREE_H
#define PAWL_LANGUAGE_TREE_H

#include "language/place.h"
#include "language/plan.h"

enum {
    TREE_NODES_MAX = 4096, ///< of one expression
    TREE_DEPTH_MAX = 256,  ///< operators and parentheses that are open at the same time
};

/// No node.
#define TREE_NONE UINT32_MAX

typedef enum TreeKind {
    TREE_NULL,
    TREE_BOOL,
    TREE_INT,
    TREE_FLOAT,
    TREE_STRING,
    TREE_TIMESTAMP, ///< timestamp '2016-01-22T16:01:00Z'; `integer` is microseconds, text the literal
    TREE_NAME,      ///< `name`, or `view.name`
    TREE_AT,        ///< the instant of evaluation
    TREE_UNARY,     ///< one item
    TREE_BINARY,    ///< two items
    TREE_IS_NULL,   ///< one item; may be negated
    TREE_IN,        ///< the value, then the list; may be negated
    TREE_BETWEEN,   ///< the value, from, to; both ends belong to it; may be negated
    TREE_CASE,      ///< condition, value, condition, value, ...; an odd last item is the else
    TREE_CALL,      ///< `name` of the items
    TREE_CAST,      ///< one item, to `type`
    TREE_LIST,      ///< [a, b, c]: a list of the items
    TREE_DURATION,  ///< 7d as a parameter of an aggregate; `integer` is microseconds
    TREE_AGGREGATE, ///< its items: the arguments, then the category, then the condition, those that are there
    TREE_KIND_COUNT
} TreeKind;

typedef enum TreeOperator {
    TREE_OR,
    TREE_AND,
    TREE_NOT,
    TREE_EQUAL,
    TREE_NOT_EQUAL,
    TREE_LESS,
    TREE_LESS_EQUAL,
    TREE_GREATER,
    TREE_GREATER_EQUAL,
    TREE_ADD,
    TREE_SUBTRACT,
    TREE_MULTIPLY,
    TREE_DIVIDE,
    TREE_MODULO,
    TREE_NEGATE,
    TREE_OPERATOR_COUNT
} TreeOperator;

typedef struct TreeNode {
    TreeKind kind;
    TreeOperator operator; ///< TREE_UNARY, TREE_BINARY
    bool negated;          ///< TREE_IS_NULL, TREE_IN, TREE_BETWEEN
    uint32_t offset;       ///< where errors about it point, in the expression's text
    uint32_t begin;        ///< the first node of its subtree
    uint32_t item_count;
    uint32_t *items; ///< nodes
    union {
        bool boolean;
        int64_t integer;
        double number;
    };
    Str view;  ///< TREE_NAME: empty when not given
    Str name;  ///< TREE_NAME, TREE_CALL; the content of TREE_STRING, TREE_TIMESTAMP
    Type type; ///< TREE_CAST; a computed type
    Aggregation aggregation;
    // TREE_AGGREGATE: `name(arguments) by category over [windows] where condition`
    uint32_t argument_count; ///< 0: count()
    uint32_t category;       ///< a node, also an item; TREE_NONE: no `by`
    uint32_t condition;      ///< a node, also an item; TREE_NONE: no `where`
    const Window *windows;   ///< more than one: a series, which makes a column of each
    const Str *window_texts; ///< each as written, in the expression's text
    uint32_t window_count;   ///< 0: no `over`
} TreeNode;

/// In the arena it was parsed into; its texts may lie in the expression's.
typedef struct Tree {
    TreeNode *nodes;
    uint32_t node_count;
} Tree;

/// Parses all of the expression.
MUST_CHECK bool tree_parse(const Place *place, Arena *arena, Tree *out, Error *err);

/// A text that parses to the same tree, with no parentheses but the needed ones.
MUST_CHECK bool tree_format(const Tree *tree, Bytes *out, Error *err);

/// Whether both say the same, wherever they stand.
bool tree_equal(const Tree *left, const Tree *right);

/// "=", "and", "-", ...
const char *tree_operator_text(TreeOperator operator);

/// 1 (or) to 7 (unary -); see above.
uint32_t tree_operator_precedence(TreeOperator operator);

#endif
