/// A shunting yard (Dijkstra, MC 34/61, 1961): operators wait on a stack of their own until what follows binds less tightly.
#include "flow/condition_token_internal.h"

#include "base/bytes.h"
#include "text/json.h"

/// An operator or bracket that waits.
typedef struct Waiting {
    Token token;
    size_t item_count; ///< of a list: complete ones
} Waiting;

typedef struct Parser {
    Str text;
    Arena *arena;
    Document *document;
    size_t at;
    ConditionNode *nodes;
    size_t count;
    Waiting waiting[CONDITION_DEPTH_MAX];
    size_t depth;
} Parser;

static bool parse_error(const Parser *parser, size_t offset, Error *err, const char *what)
{
    return condition_error(parser->document, offset, err, what);
}

static bool node_add(Parser *parser, ConditionNode node, Error *err)
{
    if (parser->count == CONDITION_NODES_MAX)
        return parse_error(parser, node.offset, err, "a condition has at most 512 values and operators");
    parser->nodes[parser->count++] = node;
    return true;
}

/// 'it''s' without its quotes.
static bool text_node(Parser *parser, Str quoted, Node **out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str kept = {0};
    for (size_t i = 1; i + 1 < quoted.size; i++) {
        TRY(bytes_append_byte(&text, (uint8_t)quoted.data[i], err));
        if (quoted.data[i] == '\'') i++;
    }
    TRY(arena_copy(parser->arena, bytes_str(&text), &kept, err));
    return node_new_str(parser->arena, kept, out, err);
}

static bool value_add(Parser *parser, Token token, Error *err)
{
    Str text = str_slice(parser->text, token.offset, token.offset + token.size);
    Document document = {0};
    Error bad = {0};
    Node *literal = NULL;
    if (text.data[0] == '\'') {
        TRY(text_node(parser, text, &literal, err));
    } else {
        if (!json_parse(STR("number"), text, parser->arena, &document, &bad))
            return parse_error(parser, token.offset, err, "this is no number");
        literal = document.root;
    }
    return node_add(
        parser,
        (ConditionNode){.kind = CONDITION_LITERAL, .offset = token.offset, .size = token.size, .literal = literal},
        err);
}

/// `item`, or what stands before the last dot and after it.
static bool name_add(Parser *parser, Token token, Error *err)
{
    Str text = str_slice(parser->text, token.offset, token.offset + token.size);
    ConditionNode node = {.kind = CONDITION_NAME, .offset = token.offset, .size = token.size, .value = text};
    size_t dot = text.size;
    while (dot > 0 && text.data[dot - 1] != '.') dot--;
    if (dot > 1) node.step = str_slice(text, 0, dot - 1);
    if (dot > 1) node.value = str_slice(text, dot, text.size);
    bool good = node.value.size > 0 && (node.step.size > 0 || str_equal(text, STR("item")));
    if (!good) return parse_error(parser, token.offset, err, "a name is 'item', 'params.NAME' or 'STEP.VALUE'");
    return node_add(parser, node, err);
}

/// How tightly an operator binds; 0: a bracket.
static int binding(Token token)
{
    if (token.kind != TOKEN_OPERATOR) return 0;
    switch (token.operator) {
    case CONDITION_OR:
        return 1;
    case CONDITION_AND:
        return 2;
    case CONDITION_NOT:
        return 3;
    default:
        return 4;
    }
}

static bool waiting_push(Parser *parser, Token token, Error *err)
{
    if (parser->depth == CONDITION_DEPTH_MAX)
        return parse_error(parser, token.offset, err, "a condition nests at most 64 deep");
    parser->waiting[parser->depth++] = (Waiting){.token = token};
    return true;
}

/// Operators that bind at least as tightly come first.
static bool waiting_pop(Parser *parser, int least, Error *err)
{
    while (parser->depth > 0 && binding(parser->waiting[parser->depth - 1].token) >= least) {
        Token token = parser->waiting[--parser->depth].token;
        TRY(node_add(parser, (ConditionNode){.kind = token.operator, .offset = token.offset, .size = token.size}, err));
    }
    return true;
}

static bool operator_add(Parser *parser, Token token, Error *err)
{
    int own = binding(token);
    TRY(waiting_pop(parser, own == 4 ? 5 : own, err));
    bool chained = own == 4 && parser->depth > 0 && binding(parser->waiting[parser->depth - 1].token) == 4;
    if (chained) return parse_error(parser, token.offset, err, "comparisons do not chain; join two with 'and'");
    return waiting_push(parser, token, err);
}

static bool list_end(Parser *parser, Token token, size_t item_count, Error *err)
{
    parser->depth--;
    return node_add(
        parser,
        (ConditionNode){.kind = CONDITION_LIST, .offset = token.offset, .size = token.size, .count = item_count}, err);
}

/// A bracket or comma that ends a value.
static bool bracket_end(Parser *parser, Token token, Error *err)
{
    TRY(waiting_pop(parser, 1, err));
    Waiting *open = parser->depth == 0 ? NULL : &parser->waiting[parser->depth - 1];
    TokenKind wanted = token.kind == TOKEN_CLOSE ? TOKEN_OPEN : TOKEN_LIST_OPEN;
    if (open == NULL || open->token.kind != wanted)
        return parse_error(parser, token.offset, err, "nothing is open that this could end");
    if (token.kind == TOKEN_CLOSE) {
        parser->depth--;
        return true;
    }
    open->item_count++;
    return token.kind == TOKEN_COMMA || list_end(parser, token, open->item_count, err);
}

/// `[]`.
static bool list_is_empty(const Parser *parser, Token token)
{
    const Waiting *open = parser->depth == 0 ? NULL : &parser->waiting[parser->depth - 1];
    return token.kind == TOKEN_LIST_CLOSE && open != NULL && open->token.kind == TOKEN_LIST_OPEN &&
           open->item_count == 0;
}

/// Where a value must stand. `*out_value` is true when one did.
static bool operand_take(Parser *parser, Token token, bool *out_value, Error *err)
{
    *out_value = false;
    if (token.kind == TOKEN_OPEN || token.kind == TOKEN_LIST_OPEN) return waiting_push(parser, token, err);
    if (token.kind == TOKEN_OPERATOR && token.operator== CONDITION_NOT) {
        if (parser->depth > 0 && binding(parser->waiting[parser->depth - 1].token) == 4)
            return parse_error(parser, token.offset, err, "put parentheses around what 'not' belongs to");
        return waiting_push(parser, token, err);
    }
    *out_value = true;
    if (list_is_empty(parser, token)) return list_end(parser, token, 0, err);
    if (token.kind == TOKEN_VALUE) return value_add(parser, token, err);
    if (token.kind == TOKEN_NAME) return name_add(parser, token, err);
    return parse_error(parser, token.offset, err, "a value is missing here");
}

/// Where an operator or a closing bracket must stand. `*out_value` is true when a value has still just ended.
static bool operator_take(Parser *parser, Token token, bool *out_value, Error *err)
{
    *out_value = token.kind == TOKEN_CLOSE || token.kind == TOKEN_LIST_CLOSE;
    if (*out_value || token.kind == TOKEN_COMMA) return bracket_end(parser, token, err);
    if (token.kind == TOKEN_OPERATOR && token.operator!= CONDITION_NOT) return operator_add(parser, token, err);
    return parse_error(parser, token.offset, err, "an operator is missing before this");
}

static bool tokens_take(Parser *parser, Error *err)
{
    bool value = false;
    for (;;) {
        Token token = {0};
        TRY(condition_token(parser->document, &parser->at, &token, err));
        if (token.kind == TOKEN_END && value) break;
        TRY(value ? operator_take(parser, token, &value, err) : operand_take(parser, token, &value, err));
    }
    TRY(waiting_pop(parser, 1, err));
    if (parser->depth == 0) return true;
    return parse_error(parser, parser->waiting[parser->depth - 1].token.offset, err, "this is never closed");
}

bool condition_parse(Str text, Arena *arena, Condition *out, Error *err)
{
    Parser parser = {.arena = arena};
    if (text.size > CONDITION_BYTES_MAX)
        return error_set(err, ERROR_CONFIG, "a condition has at most %d bytes", CONDITION_BYTES_MAX);
    TRY(document_new(STR("when"), text, ERROR_CONFIG, arena, &parser.document, err));
    TRY(document_check_utf8(parser.document, err));
    parser.text = parser.document->text;
    size_t room = text.size < CONDITION_NODES_MAX ? text.size + 1 : CONDITION_NODES_MAX; // each is one byte at least
    parser.nodes = arena_alloc_array(arena, room, sizeof(ConditionNode), err);
    TRY(parser.nodes != NULL && tokens_take(&parser, err));
    *out = (Condition){.document = parser.document, .nodes = parser.nodes, .count = parser.count};
    return true;
}
