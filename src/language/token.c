#include "language/token.h"

#include "base/array.h"

typedef struct TokenWord {
    Str text;
    TokenKind kind;
} TokenWord;

#define TOKEN_ROW(id, text) {{(text), sizeof(text) - 1}, TOKEN_##id},
static const TokenWord KEYWORDS[] = {TOKEN_KEYWORDS(TOKEN_ROW)};
static const TokenWord SYMBOLS[] = {TOKEN_SYMBOLS(TOKEN_ROW)};
#undef TOKEN_ROW

typedef struct Lexer {
    const Place *place;
    Arena *arena;
    Str text;
    size_t offset;
} Lexer;

static bool byte_is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/// The byte `ahead` of the current one; 0 at the end.
static char lexer_peek(const Lexer *lexer, size_t ahead)
{
    return lexer->offset + ahead < lexer->text.size ? lexer->text.data[lexer->offset + ahead] : '\0';
}

static void lexer_skip_spaces(Lexer *lexer)
{
    while (lexer->offset < lexer->text.size) {
        char byte = lexer->text.data[lexer->offset];
        if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') return;
        lexer->offset++;
    }
}

static Token lexer_token(Lexer *lexer, TokenKind kind, size_t size)
{
    Token token = {.kind = kind,
                   .offset = (uint32_t)lexer->offset,
                   .size = (uint32_t)size,
                   .text = str_slice(lexer->text, lexer->offset, lexer->offset + size)};
    lexer->offset += size;
    return token;
}

TokenKind token_keyword(Str text)
{
    for (size_t i = 0; i < COUNT_OF(KEYWORDS); i++) {
        if (str_equal(text, KEYWORDS[i].text)) return KEYWORDS[i].kind;
    }
    return TOKEN_NAME;
}

static Token lexer_name(Lexer *lexer)
{
    size_t size = 1;
    while (byte_is_letter(lexer_peek(lexer, size)) || byte_is_digit(lexer_peek(lexer, size))) size++;
    Token token = lexer_token(lexer, TOKEN_NAME, size);
    token.kind = token_keyword(token.text);
    return token;
}

/// Digits from `size` on; gives where they end.
static size_t lexer_digits(const Lexer *lexer, size_t size)
{
    while (byte_is_digit(lexer_peek(lexer, size))) size++;
    return size;
}

/// The end of "e5", "E-5" at `size`, or `size` when there is no exponent.
static size_t lexer_exponent(const Lexer *lexer, size_t size)
{
    if (lexer_peek(lexer, size) != 'e' && lexer_peek(lexer, size) != 'E') return size;
    size_t sign = lexer_peek(lexer, size + 1) == '+' || lexer_peek(lexer, size + 1) == '-' ? 1 : 0;
    size_t digits = size + 1 + sign;
    return byte_is_digit(lexer_peek(lexer, digits)) ? lexer_digits(lexer, digits) : size;
}

static bool lexer_number(Lexer *lexer, Token *out, Error *err)
{
    size_t whole = lexer_digits(lexer, 0);
    size_t size = whole;
    if (lexer_peek(lexer, size) == '.') size = lexer_digits(lexer, size + 1);
    size = lexer_exponent(lexer, size);
    TokenKind kind = size > whole ? TOKEN_FLOAT : TOKEN_INT;
    size_t end = size;
    while (byte_is_letter(lexer_peek(lexer, end)) || byte_is_digit(lexer_peek(lexer, end))) end++;
    if (end > size && kind == TOKEN_FLOAT) {
        return place_error(lexer->place, lexer->offset, err, "'%.*s' is neither a number nor a duration such as 7d",
                           (int)end, lexer->text.data + lexer->offset);
    }
    *out = lexer_token(lexer, end > size ? TOKEN_DURATION : kind, end);
    return true;
}

/// The end of the text in quotes that begins here, one past the closing quote, and how many quotes are doubled inside.
static bool lexer_quoted_end(const Lexer *lexer, size_t *out_size, size_t *out_doubled, Error *err)
{
    char quote = lexer_peek(lexer, 0);
    size_t size = 1;
    size_t doubled = 0;
    while (lexer->offset + size < lexer->text.size) {
        bool is_quote = lexer_peek(lexer, size) == quote;
        if (is_quote && lexer_peek(lexer, size + 1) != quote) {
            *out_size = size + 1;
            *out_doubled = doubled;
            return true;
        }
        doubled += is_quote;
        size += is_quote ? 2 : 1;
    }
    return place_error(lexer->place, lexer->offset, err, "this %c is never closed", quote);
}

/// The content with each doubled quote as one.
static bool content_undouble(Arena *arena, Str content, size_t doubled, char quote, Str *out, Error *err)
{
    char *bytes = arena_alloc(arena, content.size - doubled, err);
    if (bytes == NULL) return false;
    size_t size = 0;
    for (size_t i = 0; i < content.size; i++) {
        bytes[size++] = content.data[i];
        if (content.data[i] == quote) i++;
    }
    *out = (Str){bytes, size};
    return true;
}

static bool lexer_quoted(Lexer *lexer, Token *out, Error *err)
{
    char quote = lexer_peek(lexer, 0);
    size_t size = 0;
    size_t doubled = 0;
    TRY(lexer_quoted_end(lexer, &size, &doubled, err));

    Token token = lexer_token(lexer, quote == '\'' ? TOKEN_STRING : TOKEN_QUOTED_NAME, size);
    token.text = str_slice(token.text, 1, size - 1);
    if (doubled > 0) TRY(content_undouble(lexer->arena, token.text, doubled, quote, &token.text, err));
    if (token.kind == TOKEN_QUOTED_NAME && token.text.size == 0) {
        return place_error(lexer->place, token.offset, err, "an empty name");
    }
    *out = token;
    return true;
}

static bool lexer_unknown(const Lexer *lexer, Error *err)
{
    static const struct {
        char byte;
        const char *hint;
    } HINTS[] = {{'&', "; write 'and'"},
                 {'|', "; write 'or', or concat(a, b)"},
                 {'!', "; write 'not'"},
                 {'`', "; names that need quotes stand in double quotes"},
                 {'?', "; write if(condition, this, that)"},
                 {'^', "; there is no power operator"}};
    char byte = lexer_peek(lexer, 0);
    const char *hint = "";
    for (size_t i = 0; i < COUNT_OF(HINTS); i++) {
        if (HINTS[i].byte == byte) hint = HINTS[i].hint;
    }
    if (byte < ' ' || byte > '~')
        return place_error(lexer->place, lexer->offset, err, "a character that means nothing here");
    return place_error(lexer->place, lexer->offset, err, "'%c' means nothing here%s", byte, hint);
}

static bool lexer_symbol(Lexer *lexer, Token *out, Error *err)
{
    Str rest = str_slice(lexer->text, lexer->offset, lexer->text.size);
    for (size_t i = 0; i < COUNT_OF(SYMBOLS); i++) {
        if (!str_starts(rest, SYMBOLS[i].text)) continue;
        *out = lexer_token(lexer, SYMBOLS[i].kind, SYMBOLS[i].text.size);
        return true;
    }
    return lexer_unknown(lexer, err);
}

static bool lexer_next(Lexer *lexer, Token *out, Error *err)
{
    lexer_skip_spaces(lexer);
    char byte = lexer_peek(lexer, 0);
    bool digit = byte_is_digit(byte) || (byte == '.' && byte_is_digit(lexer_peek(lexer, 1)));
    if (digit) return lexer_number(lexer, out, err);
    if (byte == '\'' || byte == '"') return lexer_quoted(lexer, out, err);
    if (lexer->offset < lexer->text.size && !byte_is_letter(byte)) return lexer_symbol(lexer, out, err);

    *out = lexer->offset < lexer->text.size ? lexer_name(lexer) : lexer_token(lexer, TOKEN_END, 0);
    return true;
}

static bool expression_check_size(const Place *place, Error *err)
{
    if (place->expression.text.size <= EXPRESSION_BYTES_MAX) return true;
    return error_set(err, ERROR_CONFIG, "%.*s: the expression is longer than %d bytes", STR_ARG(place->what),
                     EXPRESSION_BYTES_MAX);
}

typedef ARRAY_OF(Token) TokenArray;

static void token_array_deinit(TokenArray *tokens)
{
    memory_free(tokens->items);
}

bool tokens_read(const Place *place, Arena *arena, Token **out, Error *err)
{
    AUTO(token_array_deinit) TokenArray tokens = {0};
    Lexer lexer = {.place = place, .arena = arena, .text = place->expression.text};
    Token token = {.kind = TOKEN_NAME};

    TRY(expression_check_size(place, err));
    while (token.kind != TOKEN_END) {
        TRY(lexer_next(&lexer, &token, err));
        if (tokens.count == EXPRESSION_TOKENS_MAX) {
            return place_error(place, token.offset, err, "more than %d words in one expression", EXPRESSION_TOKENS_MAX);
        }
        // The end is where the last word ends, not after line ends that follow it.
        bool last = token.kind == TOKEN_END && tokens.count > 0;
        if (last) token.offset = tokens.items[tokens.count - 1].offset + tokens.items[tokens.count - 1].size;
        TRY(ARRAY_PUSH(&tokens, token, err));
    }
    Token *copy = arena_alloc_array(arena, tokens.count, sizeof(Token), err);
    if (copy == NULL) return false;
    for (size_t i = 0; i < tokens.count; i++) copy[i] = tokens.items[i];
    *out = copy;
    return true;
}
