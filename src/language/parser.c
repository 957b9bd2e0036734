#include "language/parser_internal.h"

#include <string.h>

static void parser_deinit(Parser *parser)
{
    memory_free(parser->nodes.items);
    memory_free(parser->operands.items);
    memory_free(parser->pending.items);
}

Pending *parser_top(Parser *parser)
{
    return parser->pending.count > 0 ? &parser->pending.items[parser->pending.count - 1] : NULL;
}

bool parser_push(Parser *parser, Pending pending, Error *err)
{
    if (parser->pending.count == TREE_DEPTH_MAX) {
        return place_error(parser->place, pending.node.offset, err, "more than %d open operators and parentheses",
                           TREE_DEPTH_MAX);
    }
    return ARRAY_PUSH(&parser->pending, pending, err);
}

static uint32_t parser_subtree_begin(const Parser *parser, uint32_t base)
{
    if (parser->operands.count == base) return (uint32_t)parser->nodes.count;
    return parser->nodes.items[parser->operands.items[base]].begin;
}

bool parser_build(Parser *parser, TreeNode node, uint32_t base, Error *err)
{
    if (parser->nodes.count == TREE_NODES_MAX) {
        return place_error(parser->place, node.offset, err, "more than %d parts in one expression", TREE_NODES_MAX);
    }
    node.begin = parser_subtree_begin(parser, base);
    node.item_count = (uint32_t)parser->operands.count - base;
    if (node.item_count > 0) {
        node.items = arena_alloc_array(parser->arena, node.item_count, sizeof(uint32_t), err);
        if (node.items == NULL) return false;
        memcpy(node.items, parser->operands.items + base, node.item_count * sizeof(uint32_t));
    }
    parser->operands.count = base;
    uint32_t id = (uint32_t)parser->nodes.count;
    return ARRAY_PUSH(&parser->nodes, node, err) && ARRAY_PUSH(&parser->operands, id, err);
}

bool parser_reduce(Parser *parser, uint32_t precedence, Error *err)
{
    for (Pending *top = parser_top(parser); top != NULL; top = parser_top(parser)) {
        if (top->precedence == PRECEDENCE_OPENING || top->precedence < precedence) return true;
        if (top->kind == PENDING_BETWEEN && top->stage != TOKEN_AND) {
            return place_error(parser->place, top->node.offset, err, "'between' needs two ends: between 1 and 5");
        }
        Pending done = *top;
        parser->pending.count--;
        TRY(parser_build(parser, done.node, done.base, err));
    }
    return true;
}

bool parser_finish_aggregate(Parser *parser, Pending aggregate, Error *err)
{
    TreeNode node = aggregate.node;
    bool has_condition = aggregate.kind == PENDING_WHERE;
    bool has_category = node.category != TREE_NONE;
    uint32_t item_count = (uint32_t)parser->operands.count - aggregate.base;

    node.argument_count = item_count - (has_condition ? 1 : 0) - (has_category ? 1 : 0);
    node.condition = has_condition ? parser->operands.items[parser->operands.count - 1] : TREE_NONE;
    return parser_build(parser, node, aggregate.base, err);
}

bool parser_unexpected(const Parser *parser, const char *what, Error *err)
{
    const Token *token = parser->token;
    if (token->kind == TOKEN_END)
        return place_error(parser->place, token->offset, err, "expected %s, found the end", what);
    Str text = str_slice(parser->place->expression.text, token->offset, token->offset + token->size);
    return place_error(parser->place, token->offset, err, "expected %s, found %.*s%.*s%.*s", what,
                       token->kind == TOKEN_STRING ? 0 : 1, "'", STR_ARG(text), token->kind == TOKEN_STRING ? 0 : 1,
                       "'");
}

static bool parser_finish(const Parser *parser, Arena *arena, Tree *out, Error *err)
{
    TreeNode *nodes = arena_alloc_array(arena, parser->nodes.count, sizeof(TreeNode), err);
    if (nodes == NULL) return false;
    memcpy(nodes, parser->nodes.items, parser->nodes.count * sizeof(TreeNode));
    *out = (Tree){nodes, (uint32_t)parser->nodes.count};
    return true;
}

bool tree_parse(const Place *place, Arena *arena, Tree *out, Error *err)
{
    AUTO(parser_deinit) Parser parser = {.place = place, .arena = arena, .operand_expected = true};
    Token *tokens = NULL;
    TRY(tokens_read(place, arena, &tokens, err));
    parser.token = tokens;

    while (parser.operand_expected || parser.token->kind != TOKEN_END) {
        TRY(parser.operand_expected ? parser_read_operand(&parser, err) : parser_read_operator(&parser, err));
    }
    // The end is read as an operator too: it finishes all that waits, or tells what is open.
    TRY(parser_read_operator(&parser, err));
    return parser_finish(&parser, arena, out, err);
}
