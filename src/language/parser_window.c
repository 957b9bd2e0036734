/// What follows an aggregate, and the type of a cast: the two places with words of their own.
#include <stdio.h>
#include <string.h>

#include "language/parser_internal.h"
#include "number/parse.h"
#include "text/duration.h"

static bool parser_duration_refused(const Parser *parser, const Error *reason, Error *err)
{
    Str text = parser->token->text;
    bool zero = true;
    for (size_t i = 0; i < text.size; i++) zero &= text.data[i] < '1' || text.data[i] > '9';
    if (zero) return place_error(parser->place, parser->token->offset, err, "a window must be longer than 0");
    return place_error(parser->place, parser->token->offset, err, "%s", reason->text);
}

static bool parser_over(Parser *parser, int64_t *out_us, Error *err)
{
    Error reason = {0};
    parser->token++;
    if (parser->token->kind == TOKEN_NAME && str_equal(parser->token->text, STR("next"))) {
        return place_error(parser->place, parser->token->offset, err,
                           "a window looks back: 'over 7d'; one that looks ahead would show a feature its future");
    }
    if (parser->token->kind != TOKEN_DURATION && parser->token->kind != TOKEN_INT) {
        return parser_unexpected(parser, "a duration such as 7d after 'over'", err);
    }
    if (!duration_parse(parser->token->text, out_us, &reason)) return parser_duration_refused(parser, &reason, err);
    parser->token++;
    return true;
}

static bool parser_windows(Parser *parser, TreeNode *node, Error *err)
{
    Window *window = arena_alloc(parser->arena, sizeof(*window), err);
    TRY(window != NULL);
    window->kind = WINDOW_TIME;
    TRY(parser_over(parser, &window->length_us, err));
    node->windows = window;
    node->window_count = 1;
    return true;
}

bool parser_read_window(Parser *parser, Pending aggregate, Error *err)
{
    if (parser->token->kind == TOKEN_OVER) TRY(parser_windows(parser, &aggregate.node, err));
    if (parser->token->kind != TOKEN_WHERE) return parser_finish_aggregate(parser, aggregate, err);

    aggregate.kind = PENDING_WHERE;
    parser->token++;
    parser->operand_expected = true;
    return parser_push(parser, aggregate, err);
}

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

bool parser_read_type(Parser *parser, Type *out, Error *err)
{
    static const struct {
        const char *name;
        Type type;
    } TYPES[] = {{"bool", {.id = TYPE_BOOL}},
                 {"int64", {.id = TYPE_INT64}},
                 {"float64", {.id = TYPE_FLOAT64}},
                 {"string", {.id = TYPE_STRING}},
                 {"timestamp", {.id = TYPE_TIMESTAMP_US, .zoned = true}}};
    parser->token++;
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
