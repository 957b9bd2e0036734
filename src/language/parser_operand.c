/// Where a value is expected: literals, names, and what opens a longer value.
#include "language/aggregation.h"
#include "language/parser_internal.h"
#include "number/parse.h"
#include "text/duration.h"
#include "text/timestamp.h"

/// A value that is one word is finished at once.
static bool parser_leaf(Parser *parser, TreeNode node, Error *err)
{
    TRY(parser_build(parser, node, (uint32_t)parser->operands.count, err));
    parser->token++;
    parser->operand_expected = false;
    return true;
}

static bool parser_int(Parser *parser, TreeNode node, Error *err)
{
    Error reason = {0};
    node.kind = TREE_INT;
    if (!number_parse_int64(parser->token->text, &node.integer, &reason)) {
        return place_error(parser->place, node.offset, err,
                           "%.*s does not fit into an int64; as a float64 it is %.*s.0", STR_ARG(parser->token->text),
                           STR_ARG(parser->token->text));
    }
    return parser_leaf(parser, node, err);
}

static bool parser_float(Parser *parser, TreeNode node, Error *err)
{
    Error reason = {0};
    node.kind = TREE_FLOAT;
    if (!number_parse_double(parser->token->text, &node.number, &reason) || node.number > 0x1.fffffffffffffp1023) {
        return place_error(parser->place, node.offset, err, "%.*s does not fit into a float64",
                           STR_ARG(parser->token->text));
    }
    return parser_leaf(parser, node, err);
}

/// A half-life or a unit of time, alone between an aggregate's commas.
static bool parser_duration(Parser *parser, TreeNode node, Error *err)
{
    Error reason = {0};
    const Pending *top = parser_top(parser);
    TokenKind next = parser->token[1].kind;
    bool is_parameter = top != NULL && top->kind == PENDING_AGGREGATE && (next == TOKEN_COMMA || next == TOKEN_CLOSE);
    if (!is_parameter) {
        return place_error(parser->place, node.offset, err,
                           "'%.*s' looks like a duration; a duration stands only after 'over', or as a parameter of an "
                           "aggregate",
                           STR_ARG(parser->token->text));
    }
    node.kind = TREE_DURATION;
    if (!duration_parse(parser->token->text, &node.integer, &reason))
        return place_error(parser->place, node.offset, err, "%s", reason.text);
    return parser_leaf(parser, node, err);
}

static bool parser_timestamp(Parser *parser, TreeNode node, Error *err)
{
    Error reason = {0};
    parser->token++;
    node.kind = TREE_TIMESTAMP;
    node.name = parser->token->text;
    if (!timestamp_parse(node.name, NULL, TIMESTAMP_DOWN, &node.integer, &reason)) {
        return place_error(parser->place, parser->token->offset, err, "%s", reason.text);
    }
    return parser_leaf(parser, node, err);
}

static bool token_is_name(const Token *token)
{
    return token->kind == TOKEN_NAME || token->kind == TOKEN_QUOTED_NAME;
}

static bool parser_name(Parser *parser, TreeNode node, Error *err)
{
    node.kind = TREE_NAME;
    node.name = parser->token->text;
    if (parser->token[1].kind == TOKEN_DOT) {
        parser->token += 2;
        if (!token_is_name(parser->token)) return parser_unexpected(parser, "a column's name after '.'", err);
        node.view = node.name;
        node.name = parser->token->text;
    } else if (parser->token->kind == TOKEN_NAME && str_equal(node.name, STR("at"))) {
        node.kind = TREE_AT;
    }
    return parser_leaf(parser, node, err);
}

/// An opening of `size` words; directly closed, it has no operands.
static bool parser_open(Parser *parser, PendingKind kind, TreeNode node, uint32_t size, Error *err)
{
    Pending pending = {
        .kind = kind, .precedence = PRECEDENCE_OPENING, .base = (uint32_t)parser->operands.count, .node = node};
    TRY(parser_push(parser, pending, err));
    parser->token += size;
    bool may_be_empty = kind == PENDING_CALL || kind == PENDING_AGGREGATE || kind == PENDING_LIST;
    TokenKind closing = kind == PENDING_LIST ? TOKEN_CLOSE_LIST : TOKEN_CLOSE;
    parser->operand_expected = !(may_be_empty && parser->token->kind == closing);
    return true;
}

static bool parser_aggregate(Parser *parser, TreeNode node, Error *err)
{
    node.kind = TREE_AGGREGATE;
    node.category = node.condition = TREE_NONE;
    if (node.aggregation == AGGREGATION_COUNT && parser->token[2].kind == TOKEN_STAR) {
        return place_error(parser->place, parser->token[2].offset, err, "write count() to count rows");
    }
    return parser_open(parser, PENDING_AGGREGATE, node, 2, err);
}

static bool parser_call(Parser *parser, TreeNode node, Error *err)
{
    node.name = parser->token->text;
    if (aggregation_find(node.name, &node.aggregation)) return parser_aggregate(parser, node, err);
    bool is_cast = str_equal(node.name, STR("cast"));
    node.kind = is_cast ? TREE_CAST : TREE_CALL;
    return parser_open(parser, is_cast ? PENDING_CAST : PENDING_CALL, node, 2, err);
}

static bool parser_word(Parser *parser, TreeNode node, Error *err)
{
    const Token *next = parser->token + 1;
    bool is_timestamp = str_equal(parser->token->text, STR("timestamp")) && next->kind == TOKEN_STRING;
    if (is_timestamp) return parser_timestamp(parser, node, err);
    if (next->kind == TOKEN_OPEN) return parser_call(parser, node, err);
    return parser_name(parser, node, err);
}

static bool parser_unary(Parser *parser, TreeNode node, TreeOperator operator, Error * err)
{
    node.kind = TREE_UNARY;
    node.operator= operator;
    Pending pending = {.kind = PENDING_UNARY,
                       .precedence = tree_operator_precedence(operator),
                       .base = (uint32_t)parser->operands.count,
                       .node = node};
    parser->token++;
    return parser_push(parser, pending, err);
}

static bool parser_case(Parser *parser, TreeNode node, Error *err)
{
    node.kind = TREE_CASE;
    if (parser->token[1].kind != TOKEN_WHEN) {
        parser->token++;
        return parser_unexpected(parser, "'when' (case when condition then value else value end)", err);
    }
    TRY(parser_open(parser, PENDING_CASE, node, 2, err));
    parser_top(parser)->stage = TOKEN_WHEN;
    return true;
}

bool parser_read_operand(Parser *parser, Error *err)
{
    const Token *token = parser->token;
    TreeNode node = {.offset = token->offset};
    switch (token->kind) {
    case TOKEN_INT:
        return parser_int(parser, node, err);
    case TOKEN_FLOAT:
        return parser_float(parser, node, err);
    case TOKEN_DURATION:
        return parser_duration(parser, node, err);
    case TOKEN_STRING:
        node.kind = TREE_STRING;
        node.name = token->text;
        return parser_leaf(parser, node, err);
    case TOKEN_NULL_VALUE:
        return parser_leaf(parser, node, err);
    case TOKEN_TRUE_VALUE:
    case TOKEN_FALSE_VALUE:
        node.kind = TREE_BOOL;
        node.boolean = token->kind == TOKEN_TRUE_VALUE;
        return parser_leaf(parser, node, err);
    case TOKEN_NAME:
        return parser_word(parser, node, err);
    case TOKEN_QUOTED_NAME:
        return parser_name(parser, node, err);
    case TOKEN_MINUS:
        return parser_unary(parser, node, TREE_NEGATE, err);
    case TOKEN_NOT:
        return parser_unary(parser, node, TREE_NOT, err);
    case TOKEN_OPEN:
        return parser_open(parser, PENDING_PARENTHESIS, node, 1, err);
    case TOKEN_OPEN_LIST:
        node.kind = TREE_LIST;
        return parser_open(parser, PENDING_LIST, node, 1, err);
    case TOKEN_CASE:
        return parser_case(parser, node, err);
    default:
        return parser_unexpected(parser, "a value", err);
    }
}
