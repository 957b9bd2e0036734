/// The words of an expression: names, literals, symbols, each with its place.
///
/// Names are letters, digits and '_', not starting with a digit; any other name stands in double quotes, as does a name that
/// is a keyword. Strings stand in single quotes, doubled inside ('it''s'). A number with letters directly after it is a
/// duration (7d, 1h30m). Keywords are lower case.
#ifndef PAWL_LANGUAGE_TOKEN_H
#define PAWL_LANGUAGE_TOKEN_H

#include "language/place.h"

enum {
    EXPRESSION_BYTES_MAX = 1 << 16, ///< of one expression's text
    EXPRESSION_TOKENS_MAX = 1 << 14,
};

// TOKEN_KEYWORD(id, text) and TOKEN_SYMBOL(id, text); a symbol that begins another stands after it.
#define TOKEN_KEYWORDS(TOKEN)                                                                                          \
    TOKEN(AND, "and")                                                                                                  \
    TOKEN(OR, "or")                                                                                                    \
    TOKEN(NOT, "not")                                                                                                  \
    TOKEN(IS, "is")                                                                                                    \
    TOKEN(IN, "in")                                                                                                    \
    TOKEN(BETWEEN, "between")                                                                                          \
    TOKEN(CASE, "case")                                                                                                \
    TOKEN(WHEN, "when")                                                                                                \
    TOKEN(THEN, "then")                                                                                                \
    TOKEN(ELSE, "else")                                                                                                \
    TOKEN(END_CASE, "end")                                                                                             \
    TOKEN(NULL_VALUE, "null")                                                                                          \
    TOKEN(TRUE_VALUE, "true")                                                                                          \
    TOKEN(FALSE_VALUE, "false")                                                                                        \
    TOKEN(AS, "as")                                                                                                    \
    TOKEN(OVER, "over")                                                                                                \
    TOKEN(WHERE, "where")

#define TOKEN_SYMBOLS(TOKEN)                                                                                           \
    TOKEN(NOT_EQUAL, "!=")                                                                                             \
    TOKEN(UNEQUAL, "<>")                                                                                               \
    TOKEN(LESS_EQUAL, "<=")                                                                                            \
    TOKEN(GREATER_EQUAL, ">=")                                                                                         \
    TOKEN(EQUAL_EQUAL, "==")                                                                                           \
    TOKEN(EQUAL, "=")                                                                                                  \
    TOKEN(LESS, "<")                                                                                                   \
    TOKEN(GREATER, ">")                                                                                                \
    TOKEN(PLUS, "+")                                                                                                   \
    TOKEN(MINUS, "-")                                                                                                  \
    TOKEN(STAR, "*")                                                                                                   \
    TOKEN(SLASH, "/")                                                                                                  \
    TOKEN(PERCENT, "%")                                                                                                \
    TOKEN(OPEN, "(")                                                                                                   \
    TOKEN(CLOSE, ")")                                                                                                  \
    TOKEN(OPEN_LIST, "[")                                                                                              \
    TOKEN(CLOSE_LIST, "]")                                                                                             \
    TOKEN(COMMA, ",")                                                                                                  \
    TOKEN(DOT, ".")

#define TOKEN_ID(id, text) TOKEN_##id,
typedef enum TokenKind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_QUOTED_NAME,
    TOKEN_INT,
    TOKEN_FLOAT,
    TOKEN_DURATION,
    TOKEN_STRING,
    TOKEN_KEYWORDS(TOKEN_ID) TOKEN_SYMBOLS(TOKEN_ID) TOKEN_KIND_COUNT
} TokenKind;
#undef TOKEN_ID

typedef struct Token {
    TokenKind kind;
    uint32_t offset; ///< bytes from the expression's beginning
    uint32_t size;   ///< bytes in the expression
    Str text;        ///< as written; of strings and quoted names the content
} Token;

/// All tokens of an expression; the last is TOKEN_END. They live in the arena and in the expression's text.
MUST_CHECK bool tokens_read(const Place *place, Arena *arena, Token **out, Error *err);

/// The keyword of this text, or TOKEN_NAME.
TokenKind token_keyword(Str text);

#endif
