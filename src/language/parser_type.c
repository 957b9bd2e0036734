/// The type of a cast.
#include "language/kernel.h"
#include "language/parser_internal.h"
#include "number/parse.h"

/// "(38, s)" after "decimal".
static bool parser_decimal(Parser *parser, Type *out, Error *err)
{
    static const TokenKind WORDS[] = {TOKEN_OPEN, TOKEN_INT, TOKEN_COMMA, TOKEN_INT, TOKEN_CLOSE};
    int64_t digits = 0;
    int64_t scale = 0;
    const Token *words = parser->token;
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (words[i].kind == WORDS[i]) continue;
        return place_error(parser->place, words[0].offset, err, "expected a scale: decimal(38, 2)");
    }
    if (!number_parse_int64(words[1].text, &digits, NULL) || digits != 38) {
        return place_error(parser->place, words[1].offset, err,
                           "decimals are computed with 38 digits: decimal(38, %.*s)", STR_ARG(words[3].text));
    }
    if (!number_parse_int64(words[3].text, &scale, NULL) || scale > DECIMAL_SCALE_MAX) {
        return place_error(parser->place, words[3].offset, err, "a decimal's scale is 0 to %d", DECIMAL_SCALE_MAX);
    }
    parser->token += COUNT_OF(WORDS);
    *out = (Type){.id = TYPE_DECIMAL, .precision = 38, .scale = (uint8_t)scale};
    return true;
}

/// bool, int64, float64, decimal(38, 2), string or timestamp, at the current token.
static bool parser_plain_type(Parser *parser, Type *out, Error *err)
{
    static const struct {
        const char *name;
        Type type;
    } TYPES[] = {{"bool", {.id = TYPE_BOOL}},
                 {"int64", {.id = TYPE_INT64}},
                 {"float64", {.id = TYPE_FLOAT64}},
                 {"string", {.id = TYPE_STRING}},
                 {"timestamp", {.id = TYPE_TIMESTAMP_US, .zoned = true}}};
    Str name = parser->token->text;
    if (parser->token->kind == TOKEN_NAME && str_equal(name, STR("decimal"))) {
        parser->token++;
        return parser_decimal(parser, out, err);
    }
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) {
        if (parser->token->kind != TOKEN_NAME || !str_equal(name, str_from(TYPES[i].name))) continue;
        *out = TYPES[i].type;
        parser->token++;
        return true;
    }
    return parser_unexpected(parser, "a type (bool, int64, float64, decimal(38, 2), string, timestamp)", err);
}

static bool parser_expect(Parser *parser, TokenKind kind, const char *what, Error *err)
{
    if (parser->token->kind != kind) return parser_unexpected(parser, what, err);
    parser->token++;
    return true;
}

static bool parser_list_type(Parser *parser, Type *out, Error *err)
{
    Type item = {0};
    parser->token++;
    TRY(parser_expect(parser, TOKEN_OPEN, "the type of the items: list(float64)", err));
    TRY(parser_plain_type(parser, &item, err));
    TRY(parser_expect(parser, TOKEN_CLOSE, "')' after the type of the items", err));
    *out = type_list(item);
    return true;
}

static bool parser_map_type(Parser *parser, Type *out, Error *err)
{
    Type key = {0};
    Type item = {0};
    parser->token++;
    TRY(parser_expect(parser, TOKEN_OPEN, "the types of keys and values: map(string, float64)", err));
    const Token *key_token = parser->token;
    TRY(parser_plain_type(parser, &key, err));
    if (!type_can_be_key(key)) {
        return place_error(parser->place, key_token->offset, err, "a map's keys are bool, int64, string or timestamp");
    }
    TRY(parser_expect(parser, TOKEN_COMMA, "',' and the type of the values: map(string, float64)", err));
    TRY(parser_plain_type(parser, &item, err));
    TRY(parser_expect(parser, TOKEN_CLOSE, "')' after the type of the values", err));
    *out = type_map(key, item);
    return true;
}

bool parser_read_type(Parser *parser, Type *out, Error *err)
{
    parser->token++;
    bool is_name = parser->token->kind == TOKEN_NAME;
    if (is_name && str_equal(parser->token->text, STR("list"))) return parser_list_type(parser, out, err);
    if (is_name && str_equal(parser->token->text, STR("map"))) return parser_map_type(parser, out, err);
    return parser_plain_type(parser, out, err);
}
