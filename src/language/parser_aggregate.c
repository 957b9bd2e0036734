/// `by`: one result of an aggregate per value of a category.
#include "language/parser_internal.h"

// A category is one value: anything looser stands in parentheses, so that count() by kind + 1 is not in doubt.
static bool token_begins_category(TokenKind kind)
{
    return kind == TOKEN_NAME || kind == TOKEN_QUOTED_NAME || kind == TOKEN_OPEN || kind == TOKEN_CASE;
}

bool parser_read_category(Parser *parser, Pending aggregate, Error *err)
{
    bool is_by = parser->token->kind == TOKEN_NAME && str_equal(parser->token->text, STR("by"));
    if (!is_by) return parser_read_window(parser, aggregate, err);

    parser->token++;
    if (!token_begins_category(parser->token->kind))
        return parser_unexpected(parser, "a category after 'by': a column, a call, or a value in parentheses", err);
    aggregate.kind = PENDING_CATEGORY;
    parser->operand_expected = true;
    return parser_push(parser, aggregate, err);
}

bool parser_end_category(Parser *parser, Error *err)
{
    for (const Pending *top = parser_top(parser); top != NULL && top->kind == PENDING_CATEGORY;
         top = parser_top(parser)) {
        Pending aggregate = *top;
        parser->pending.count--;
        aggregate.node.category = parser->operands.items[parser->operands.count - 1];
        TRY(parser_read_window(parser, aggregate, err));
    }
    return true;
}
