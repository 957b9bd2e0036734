/// After a value: operators, and what ends an opening.
#include "language/parser_internal.h"

static const struct {
    TokenKind token;
    TreeOperator operator;
} BINARY_OPERATORS[] = {
    {TOKEN_OR, TREE_OR},
    {TOKEN_AND, TREE_AND},
    {TOKEN_EQUAL, TREE_EQUAL},
    {TOKEN_EQUAL_EQUAL, TREE_EQUAL},
    {TOKEN_NOT_EQUAL, TREE_NOT_EQUAL},
    {TOKEN_UNEQUAL, TREE_NOT_EQUAL},
    {TOKEN_LESS, TREE_LESS},
    {TOKEN_LESS_EQUAL, TREE_LESS_EQUAL},
    {TOKEN_GREATER, TREE_GREATER},
    {TOKEN_GREATER_EQUAL, TREE_GREATER_EQUAL},
    {TOKEN_PLUS, TREE_ADD},
    {TOKEN_MINUS, TREE_SUBTRACT},
    {TOKEN_STAR, TREE_MULTIPLY},
    {TOKEN_SLASH, TREE_DIVIDE},
    {TOKEN_PERCENT, TREE_MODULO},
};

/// Finishes operators that bind tighter than a comparison; two comparisons in a row are refused.
static bool parser_reduce_to_comparison(Parser *parser, Error *err)
{
    TRY(parser_reduce(parser, PRECEDENCE_COMPARISON + 1, err));
    const Pending *top = parser_top(parser);
    if (top == NULL || top->precedence != PRECEDENCE_COMPARISON) return true;
    return place_error(parser->place, parser->token->offset, err,
                       "comparisons cannot be chained; use 'and', or parentheses");
}

/// The operator takes the operand before it as its first item.
static bool parser_push_after(Parser *parser, PendingKind kind, uint32_t precedence, TreeNode node, Error *err)
{
    Pending pending = {
        .kind = kind, .precedence = precedence, .base = (uint32_t)parser->operands.count - 1, .node = node};
    parser->operand_expected = true;
    parser->token++;
    return parser_push(parser, pending, err);
}

static bool parser_binary(Parser *parser, TreeOperator operator, Error * err)
{
    TreeNode node = {.kind = TREE_BINARY, .operator= operator, .offset = parser->token->offset };
    uint32_t precedence = tree_operator_precedence(operator);
    if (precedence == PRECEDENCE_COMPARISON) {
        TRY(parser_reduce_to_comparison(parser, err));
    } else {
        TRY(parser_reduce(parser, precedence, err));
    }
    return parser_push_after(parser, PENDING_BINARY, precedence, node, err);
}

/// `and` either joins two conditions or stands between the ends of a `between`.
static bool parser_and(Parser *parser, Error *err)
{
    TRY(parser_reduce(parser, PRECEDENCE_COMPARISON + 1, err));
    Pending *top = parser_top(parser);
    if (top == NULL || top->kind != PENDING_BETWEEN || top->stage == TOKEN_AND)
        return parser_binary(parser, TREE_AND, err);
    top->stage = TOKEN_AND;
    parser->token++;
    parser->operand_expected = true;
    return true;
}

static bool parser_is_null(Parser *parser, Error *err)
{
    TreeNode node = {.kind = TREE_IS_NULL, .offset = parser->token->offset};
    TRY(parser_reduce_to_comparison(parser, err));
    parser->token++;
    node.negated = parser->token->kind == TOKEN_NOT;
    if (node.negated) parser->token++;
    if (parser->token->kind != TOKEN_NULL_VALUE)
        return parser_unexpected(parser, "'null' or 'not null' after 'is'", err);
    parser->token++;
    return parser_build(parser, node, (uint32_t)parser->operands.count - 1, err);
}

static bool parser_in(Parser *parser, bool negated, Error *err)
{
    TreeNode node = {.kind = TREE_IN, .negated = negated, .offset = parser->token->offset};
    TRY(parser_reduce_to_comparison(parser, err));
    parser->token++;
    if (parser->token->kind != TOKEN_OPEN) return parser_unexpected(parser, "'(' after 'in'", err);
    return parser_push_after(parser, PENDING_IN, PRECEDENCE_OPENING, node, err);
}

static bool parser_between(Parser *parser, bool negated, Error *err)
{
    TreeNode node = {.kind = TREE_BETWEEN, .negated = negated, .offset = parser->token->offset};
    TRY(parser_reduce_to_comparison(parser, err));
    return parser_push_after(parser, PENDING_BETWEEN, PRECEDENCE_COMPARISON, node, err);
}

static bool parser_not(Parser *parser, Error *err)
{
    parser->token++;
    if (parser->token->kind == TOKEN_IN) return parser_in(parser, true, err);
    if (parser->token->kind == TOKEN_BETWEEN) return parser_between(parser, true, err);
    return parser_unexpected(parser, "'in' or 'between' after 'not'", err);
}

/// Finishes all operators, and every aggregate whose `where` ends here.
static bool parser_end_value(Parser *parser, Error *err)
{
    TRY(parser_reduce(parser, PRECEDENCE_LOWEST, err));
    while (parser_top(parser) != NULL && parser_top(parser)->kind == PENDING_WHERE) {
        Pending done = *parser_top(parser);
        parser->pending.count--;
        TRY(parser_finish_aggregate(parser, done, err));
        TRY(parser_reduce(parser, PRECEDENCE_LOWEST, err));
    }
    return true;
}

static bool pending_is_list(PendingKind kind)
{
    return kind == PENDING_CALL || kind == PENDING_IN || kind == PENDING_AGGREGATE || kind == PENDING_LIST;
}

static bool parser_comma(Parser *parser, Error *err)
{
    TRY(parser_end_value(parser, err));
    const Pending *top = parser_top(parser);
    if (top != NULL && top->kind == PENDING_CAST)
        return parser_unexpected(parser, "'as' and a type: cast(x as int64)", err);
    if (top == NULL || !pending_is_list(top->kind)) {
        return place_error(parser->place, parser->token->offset, err, "this ',' stands in no list");
    }
    parser->token++;
    parser->operand_expected = true;
    return true;
}

static bool parser_close(Parser *parser, Error *err)
{
    TRY(parser_end_value(parser, err));
    const Pending *top = parser_top(parser);
    if (top == NULL) return place_error(parser->place, parser->token->offset, err, "this ')' closes nothing");
    if (top->kind == PENDING_CAST) return parser_unexpected(parser, "'as' and a type: cast(x as int64)", err);
    if (top->kind == PENDING_CASE) return parser_unexpected(parser, "'end' of the case", err);
    if (top->kind == PENDING_LIST) return parser_unexpected(parser, "',' or ']' of the list", err);

    Pending done = *top;
    parser->pending.count--;
    parser->token++;
    if (done.kind == PENDING_PARENTHESIS) return true;
    if (done.kind == PENDING_AGGREGATE) return parser_read_category(parser, done, err);
    return parser_build(parser, done.node, done.base, err);
}

static bool parser_close_list(Parser *parser, Error *err)
{
    TRY(parser_end_value(parser, err));
    const Pending *top = parser_top(parser);
    if (top == NULL || top->kind != PENDING_LIST)
        return place_error(parser->place, parser->token->offset, err, "this ']' closes nothing");
    Pending done = *top;
    parser->pending.count--;
    parser->token++;
    return parser_build(parser, done.node, done.base, err);
}

static bool parser_as(Parser *parser, Error *err)
{
    TRY(parser_end_value(parser, err));
    const Pending *top = parser_top(parser);
    if (top == NULL || top->kind != PENDING_CAST) return parser_unexpected(parser, "an operator", err);
    Pending done = *top;
    TRY(parser_read_type(parser, &done.node.type, err));
    if (parser->token->kind != TOKEN_CLOSE) return parser_unexpected(parser, "')' after the type", err);
    parser->pending.count--;
    parser->token++;
    return parser_build(parser, done.node, done.base, err);
}

static bool case_stage_allows(TokenKind stage, TokenKind next)
{
    switch (next) {
    case TOKEN_THEN:
        return stage == TOKEN_WHEN;
    case TOKEN_WHEN:
    case TOKEN_ELSE:
        return stage == TOKEN_THEN;
    default:
        return stage == TOKEN_THEN || stage == TOKEN_ELSE;
    }
}

static bool parser_case_word(Parser *parser, Error *err)
{
    TokenKind word = parser->token->kind;
    TRY(parser_end_value(parser, err));
    Pending *top = parser_top(parser);
    if (top == NULL || top->kind != PENDING_CASE || !case_stage_allows(top->stage, word)) {
        return parser_unexpected(parser, "an operator", err);
    }
    parser->token++;
    if (word == TOKEN_END_CASE) {
        Pending done = *top;
        parser->pending.count--;
        return parser_build(parser, done.node, done.base, err);
    }
    top->stage = word;
    parser->operand_expected = true;
    return true;
}

static bool parser_end(Parser *parser, Error *err)
{
    TRY(parser_end_value(parser, err));
    const Pending *top = parser_top(parser);
    if (top == NULL) return true;
    if (top->kind == PENDING_CASE) return place_error(parser->place, top->node.offset, err, "this case has no 'end'");
    if (top->kind == PENDING_LIST)
        return place_error(parser->place, top->node.offset, err, "the '[' that begins here is never closed");
    return place_error(parser->place, top->node.offset, err, "the '(' that begins here is never closed");
}

static NameHint aggregation_hint(Str name)
{
    Str names[AGGREGATION_COUNT_];
    for (size_t i = 0; i < COUNT_OF(names); i++) names[i] = str_from(aggregation_name((Aggregation)i));
    return name_hint(name, names, COUNT_OF(names));
}

static bool parser_misplaced_window(const Parser *parser, Error *err)
{
    bool over = parser->token->kind == TOKEN_OVER;
    for (size_t i = 0; i < parser->pending.count; i++) {
        if (over && parser->pending.items[i].kind == PENDING_WHERE) {
            return place_error(parser->place, parser->token->offset, err, "'over' stands before 'where'");
        }
    }
    const TreeNode *last = &parser->nodes.items[parser->nodes.count - 1];
    if (last->kind == TREE_CALL) {
        NameHint hint = aggregation_hint(last->name);
        return place_error(parser->place, last->offset, err, "there is no aggregate '%.*s'%s", STR_ARG(last->name),
                           hint.text);
    }
    return place_error(parser->place, parser->token->offset, err,
                       "'%s' belongs directly after an aggregate, such as count()", over ? "over" : "where");
}

/// A word or symbol that is no operator: a keyword in capitals, or two values in a row.
static bool parser_no_operator(Parser *parser, Error *err)
{
    char lower[8] = {0};
    Str text = parser->token->text;
    for (size_t i = 0; i < text.size && i < sizeof(lower); i++) lower[i] = (char)(text.data[i] | 0x20);
    bool keyword = parser->token->kind == TOKEN_NAME && text.size < sizeof(lower) &&
                   token_keyword((Str){lower, text.size}) != TOKEN_NAME;
    if (parser->token->kind == TOKEN_NAME && str_equal(text, STR("by")))
        return place_error(parser->place, parser->token->offset, err,
                           "'by' stands directly after an aggregate's ')', before 'over'");
    if (!keyword) return parser_unexpected(parser, "an operator", err);
    return place_error(parser->place, parser->token->offset, err, "keywords are lower case: '%s'", lower);
}

bool parser_read_operator(Parser *parser, Error *err)
{
    TRY(parser_end_category(parser, err));
    if (parser->operand_expected) return true; // a `where` has begun
    switch (parser->token->kind) {
    case TOKEN_AND:
        return parser_and(parser, err);
    case TOKEN_IS:
        return parser_is_null(parser, err);
    case TOKEN_IN:
        return parser_in(parser, false, err);
    case TOKEN_BETWEEN:
        return parser_between(parser, false, err);
    case TOKEN_NOT:
        return parser_not(parser, err);
    case TOKEN_COMMA:
        return parser_comma(parser, err);
    case TOKEN_CLOSE:
        return parser_close(parser, err);
    case TOKEN_CLOSE_LIST:
        return parser_close_list(parser, err);
    case TOKEN_AS:
        return parser_as(parser, err);
    case TOKEN_WHEN:
    case TOKEN_THEN:
    case TOKEN_ELSE:
    case TOKEN_END_CASE:
        return parser_case_word(parser, err);
    case TOKEN_OVER:
    case TOKEN_WHERE:
        return parser_misplaced_window(parser, err);
    case TOKEN_END:
        return parser_end(parser, err);
    default:
        break;
    }
    for (size_t i = 0; i < COUNT_OF(BINARY_OPERATORS); i++) {
        if (BINARY_OPERATORS[i].token == parser->token->kind) {
            return parser_binary(parser, BINARY_OPERATORS[i].operator, err);
        }
    }
    return parser_no_operator(parser, err);
}
