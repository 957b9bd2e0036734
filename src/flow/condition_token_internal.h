/// The words of a condition, each with its place.
#ifndef PAWL_FLOW_CONDITION_TOKEN_INTERNAL_H
#define PAWL_FLOW_CONDITION_TOKEN_INTERNAL_H

#include "flow/condition.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_VALUE, ///< a number, a text, true, false, null
    TOKEN_NAME,
    TOKEN_OPERATOR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_LIST_OPEN,
    TOKEN_LIST_CLOSE,
    TOKEN_COMMA,
} TokenKind;

typedef struct Token {
    TokenKind kind;
    ConditionKind operator;
    size_t offset, size;
} Token;

/// Reads on in `document` from `*at`, and moves it. ERROR_CONFIG, with column and caret, for what is no word.
MUST_CHECK bool condition_token(const Document *document, size_t *at, Token *out, Error *err);

/// An error at a byte of the condition. Always false.
bool condition_error(const Document *document, size_t offset, Error *err, const char *what);

#endif
