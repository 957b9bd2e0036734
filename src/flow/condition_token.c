#include "flow/condition_token_internal.h"

typedef struct Lexer {
    const Document *document;
    Str text;
    size_t *at;
} Lexer;

static const struct {
    const char *text;
    TokenKind kind;
    ConditionKind operator;
} SYMBOLS[] = {
    {"!=", TOKEN_OPERATOR, CONDITION_UNEQUAL},
    {"<=", TOKEN_OPERATOR, CONDITION_LESS_EQUAL},
    {">=", TOKEN_OPERATOR, CONDITION_GREATER_EQUAL},
    {"=", TOKEN_OPERATOR, CONDITION_EQUAL},
    {"<", TOKEN_OPERATOR, CONDITION_LESS},
    {">", TOKEN_OPERATOR, CONDITION_GREATER},
    {"(", TOKEN_OPEN, 0},
    {")", TOKEN_CLOSE, 0},
    {"[", TOKEN_LIST_OPEN, 0},
    {"]", TOKEN_LIST_CLOSE, 0},
    {",", TOKEN_COMMA, 0},
};

static const struct {
    const char *text;
    TokenKind kind;
    ConditionKind operator;
} WORDS[] = {
    {"and", TOKEN_OPERATOR, CONDITION_AND},
    {"or", TOKEN_OPERATOR, CONDITION_OR},
    {"not", TOKEN_OPERATOR, CONDITION_NOT},
    {"in", TOKEN_OPERATOR, CONDITION_IN},
    {"true", TOKEN_VALUE, 0},
    {"false", TOKEN_VALUE, 0},
    {"null", TOKEN_VALUE, 0},
};

bool condition_error(const Document *document, size_t offset, Error *err, const char *what)
{
    return document_error(document, document_position(document, offset), err, ERROR_CONFIG, "%s", what);
}

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool continues_name(char c)
{
    return begins_name(c) || byte_is_digit(c) || c == '.' || c == '-' || c == '/';
}

static bool continues_number(char c)
{
    return byte_is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

static Token token_take(Lexer *lexer, TokenKind kind, ConditionKind operator, size_t size)
{
    Token token = {kind, operator, * lexer->at, size};
    *lexer->at += size;
    return token;
}

static Token word_token(Lexer *lexer)
{
    size_t end = *lexer->at;
    while (end < lexer->text.size && continues_name(lexer->text.data[end])) end++;
    Str word = str_slice(lexer->text, *lexer->at, end);
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (str_equal(word, str_from(WORDS[i].text)))
            return token_take(lexer, WORDS[i].kind, WORDS[i].operator, word.size);
    }
    return token_take(lexer, TOKEN_NAME, CONDITION_NAME, word.size);
}

static Token number_token(Lexer *lexer)
{
    size_t end = *lexer->at + 1;
    while (end < lexer->text.size && continues_number(lexer->text.data[end])) end++;
    return token_take(lexer, TOKEN_VALUE, CONDITION_LITERAL, end - *lexer->at);
}

/// With its quotes; a doubled quote goes on.
static bool text_token(Lexer *lexer, Token *out, Error *err)
{
    Str text = lexer->text;
    size_t end = *lexer->at + 1;
    while (end < text.size && (text.data[end] != '\'' || (end + 1 < text.size && text.data[end + 1] == '\''))) {
        end += text.data[end] == '\'' ? 2 : 1;
    }
    if (end >= text.size) return condition_error(lexer->document, *lexer->at, err, "this text has no closing '");
    *out = token_take(lexer, TOKEN_VALUE, CONDITION_LITERAL, end + 1 - *lexer->at);
    return true;
}

static bool symbol_token(Lexer *lexer, Token *out, Error *err)
{
    Str rest = str_slice(lexer->text, *lexer->at, lexer->text.size);
    for (size_t i = 0; i < COUNT_OF(SYMBOLS); i++) {
        Str symbol = str_from(SYMBOLS[i].text);
        if (!str_starts(rest, symbol)) continue;
        *out = token_take(lexer, SYMBOLS[i].kind, SYMBOLS[i].operator, symbol.size);
        return true;
    }
    return condition_error(lexer->document, *lexer->at, err, "a condition has no such sign");
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool condition_token(const Document *document, size_t *at, Token *out, Error *err)
{
    Str text = document->text;
    Lexer lexer = {document, text, at};
    while (*at < text.size && is_space(text.data[*at])) (*at)++;
    *out = (Token){.kind = TOKEN_END, .offset = *at};
    if (*at == text.size) return true;
    char c = text.data[*at];
    if (c == '\'') return text_token(&lexer, out, err);
    if (!begins_name(c) && !byte_is_digit(c) && c != '-') return symbol_token(&lexer, out, err);
    *out = begins_name(c) ? word_token(&lexer) : number_token(&lexer);
    return true;
}
