/// The parser's state: an operator-precedence parser with two explicit stacks (Dijkstra 1961), so that no text can exhaust
/// the machine's own.
///
/// It reads operands and operators in turn. `operands` holds finished subtrees; `pending` holds what waits for more: operators
/// for their right side, and openings ('(', a call, a case, ...) for their end.
#ifndef PAWL_LANGUAGE_PARSER_INTERNAL_H
#define PAWL_LANGUAGE_PARSER_INTERNAL_H

#include "base/array.h"
#include "language/token.h"
#include "language/tree.h"

enum {
    PRECEDENCE_OPENING = 0, ///< an opening ends every reduction
    PRECEDENCE_LOWEST = 1,
    PRECEDENCE_COMPARISON = 4,
};

typedef enum PendingKind {
    PENDING_UNARY,
    PENDING_BINARY,
    PENDING_BETWEEN,
    PENDING_PARENTHESIS,
    PENDING_CALL,
    PENDING_CAST,
    PENDING_IN,
    PENDING_CASE,
    PENDING_LIST,
    PENDING_AGGREGATE, ///< inside its parentheses
    PENDING_CATEGORY,  ///< after its `by`, up to the end of one value
    PENDING_WHERE,     ///< inside its condition
} PendingKind;

typedef struct Pending {
    PendingKind kind;
    uint32_t precedence; ///< PRECEDENCE_OPENING for openings
    uint32_t base;       ///< operands below it are not its own
    TreeNode node;       ///< what it becomes, as far as it is known
    TokenKind stage;     ///< PENDING_CASE: the keyword that it is after; PENDING_BETWEEN: TOKEN_AND once that was read
} Pending;

typedef struct Parser {
    const Place *place;
    Arena *arena;
    const Token *token; ///< the current one
    bool operand_expected;
    ARRAY_OF(TreeNode) nodes;
    ARRAY_OF(uint32_t) operands;
    ARRAY_OF(Pending) pending;
} Parser;

/// The innermost thing that waits, or NULL.
Pending *parser_top(Parser *parser);

MUST_CHECK bool parser_push(Parser *parser, Pending pending, Error *err);

/// Appends a node whose items are the operands above `base`, and makes it an operand in their place.
MUST_CHECK bool parser_build(Parser *parser, TreeNode node, uint32_t base, Error *err);

/// Finishes waiting operators that bind at least as tight as `precedence`.
MUST_CHECK bool parser_reduce(Parser *parser, uint32_t precedence, Error *err);

/// Finishes the innermost aggregate, whose `where` has just ended, or which has none.
MUST_CHECK bool parser_finish_aggregate(Parser *parser, Pending aggregate, Error *err);

/// "expected <what>, found 'x'" at the current token. Always returns false.
bool parser_unexpected(const Parser *parser, const char *what, Error *err);

/// One step where a value is expected.
MUST_CHECK bool parser_read_operand(Parser *parser, Error *err);

/// One step after a value.
MUST_CHECK bool parser_read_operator(Parser *parser, Error *err);

/// After `as`: a type's name.
MUST_CHECK bool parser_read_type(Parser *parser, Type *out, Error *err);

/// After an aggregate's ')': `by`, when it is there, and what follows it.
MUST_CHECK bool parser_read_category(Parser *parser, Pending aggregate, Error *err);

/// Once a value was read: ends the categories that it is.
MUST_CHECK bool parser_end_category(Parser *parser, Error *err);

/// After an aggregate's `by`: `over` and `where`, when they are there.
MUST_CHECK bool parser_read_window(Parser *parser, Pending aggregate, Error *err);

#endif
