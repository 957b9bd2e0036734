/// Writes a tree as text again. Works through a stack of pieces, so that a deep tree cannot exhaust the machine's own.
#include "base/array.h"
#include "language/token.h"
#include "language/tree.h"
#include "number/parse.h"
#include "text/duration.h"

enum {
    PRECEDENCE_ANY = 0,         ///< an aggregate with `where`: only where nothing can follow it
    PRECEDENCE_CONDITION = 4,   ///< is null, in, between
    PRECEDENCE_ABOVE_CONDITION, ///< what their parts need
    PRECEDENCE_ATOM = 8,
};

/// A text, or a node that is put in parentheses when it binds looser than `precedence`.
typedef struct Piece {
    Str text;
    uint32_t node; ///< TREE_NONE: the text
    uint32_t precedence;
} Piece;

typedef struct Formatter {
    const Tree *tree;
    Bytes *out;
    ARRAY_OF(Piece) stack;
} Formatter;

static void formatter_deinit(Formatter *formatter)
{
    memory_free(formatter->stack.items);
}

static bool push_text(Formatter *formatter, Str text, Error *err)
{
    Piece piece = {.text = text, .node = TREE_NONE};
    return ARRAY_PUSH(&formatter->stack, piece, err);
}

static bool push_node(Formatter *formatter, uint32_t node, uint32_t precedence, Error *err)
{
    Piece piece = {.node = node, .precedence = precedence};
    return ARRAY_PUSH(&formatter->stack, piece, err);
}

static uint32_t node_precedence(const TreeNode *node)
{
    switch (node->kind) {
    case TREE_UNARY:
    case TREE_BINARY:
        return tree_operator_precedence(node->operator);
    case TREE_IS_NULL:
    case TREE_IN:
    case TREE_BETWEEN:
        return PRECEDENCE_CONDITION;
    case TREE_AGGREGATE:
        return node->condition == TREE_NONE ? PRECEDENCE_ATOM : PRECEDENCE_ANY;
    default:
        return PRECEDENCE_ATOM;
    }
}

static bool format_quoted(Bytes *out, Str text, char quote, Error *err)
{
    TRY(bytes_append_byte(out, (uint8_t)quote, err));
    for (size_t i = 0; i < text.size; i++) {
        TRY(bytes_append_byte(out, (uint8_t)text.data[i], err));
        if (text.data[i] == quote) TRY(bytes_append_byte(out, (uint8_t)quote, err));
    }
    return bytes_append_byte(out, (uint8_t)quote, err);
}

static bool name_is_plain(Str name)
{
    bool plain = name.size > 0 && !(name.data[0] >= '0' && name.data[0] <= '9');
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        plain &=
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
    }
    return plain && token_keyword(name) == TOKEN_NAME && !str_equal(name, STR("at"));
}

static bool format_name(Bytes *out, Str name, Error *err)
{
    return name_is_plain(name) ? bytes_append_str(out, name, err) : format_quoted(out, name, '"', err);
}

static bool format_float(Bytes *out, double number, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    Str digits = {text, number_format_double(number, text)};
    TRY(bytes_append_str(out, digits, err));
    bool whole = str_find(digits, '.') == digits.size && str_find(digits, 'e') == digits.size;
    return !whole || bytes_append_str(out, STR(".0"), err);
}

static bool format_type(Bytes *out, Type type, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    if (type_is_timestamp(type)) return bytes_append_str(out, STR("timestamp"), err);
    type_name(type, name);
    return bytes_append_str(out, str_from(name), err);
}

static bool format_leaf(Bytes *out, const TreeNode *node, Error *err)
{
    switch (node->kind) {
    case TREE_NULL:
        return bytes_append_str(out, STR("null"), err);
    case TREE_BOOL:
        return bytes_append_str(out, node->boolean ? STR("true") : STR("false"), err);
    case TREE_INT:
        return bytes_append_format(out, err, "%lld", (long long)node->integer);
    case TREE_FLOAT:
        return format_float(out, node->number, err);
    case TREE_STRING:
        return format_quoted(out, node->name, '\'', err);
    case TREE_TIMESTAMP:
        TRY(bytes_append_str(out, STR("timestamp "), err));
        return format_quoted(out, node->name, '\'', err);
    case TREE_AT:
        return bytes_append_str(out, STR("at"), err);
    case TREE_DURATION:
        return bytes_append_str(out, str_from(duration_format(node->integer).text), err);
    default:
        break;
    }
    if (node->view.size > 0) TRY(format_name(out, node->view, err) && bytes_append_byte(out, '.', err));
    return format_name(out, node->name, err);
}

// From here on pieces are pushed in reverse: the last pushed is written first.

/// Items [first, end), with commas between them.
static bool push_items(Formatter *formatter, const TreeNode *node, uint32_t first, uint32_t end, Error *err)
{
    for (uint32_t i = end; i-- > first;) {
        TRY(push_node(formatter, node->items[i], PRECEDENCE_ANY, err));
        if (i > first) TRY(push_text(formatter, STR(", "), err));
    }
    return true;
}

static bool push_list(Formatter *formatter, const TreeNode *node, uint32_t first, Error *err)
{
    TRY(push_text(formatter, STR(")"), err));
    TRY(push_items(formatter, node, first, node->item_count, err));
    return push_text(formatter, STR("("), err);
}

static bool push_brackets(Formatter *formatter, const TreeNode *node, Error *err)
{
    TRY(push_text(formatter, STR("]"), err));
    TRY(push_items(formatter, node, 0, node->item_count, err));
    return push_text(formatter, STR("["), err);
}

static bool push_binary(Formatter *formatter, const TreeNode *node, Error *err)
{
    uint32_t precedence = node_precedence(node);
    uint32_t left = precedence == PRECEDENCE_CONDITION ? precedence + 1 : precedence;
    TRY(push_node(formatter, node->items[1], precedence + 1, err));
    TRY(push_text(formatter, STR(" "), err));
    TRY(push_text(formatter, str_from(tree_operator_text(node->operator)), err));
    TRY(push_text(formatter, STR(" "), err));
    return push_node(formatter, node->items[0], left, err);
}

static bool push_unary(Formatter *formatter, const TreeNode *node, Error *err)
{
    TRY(push_node(formatter, node->items[0], node_precedence(node), err));
    return push_text(formatter, node->operator== TREE_NOT ? STR("not ") : STR("-"), err);
}

static bool push_condition(Formatter *formatter, const TreeNode *node, Error *err)
{
    switch (node->kind) {
    case TREE_IS_NULL:
        TRY(push_text(formatter, node->negated ? STR(" is not null") : STR(" is null"), err));
        break;
    case TREE_IN:
        TRY(push_list(formatter, node, 1, err));
        TRY(push_text(formatter, node->negated ? STR(" not in ") : STR(" in "), err));
        break;
    default:
        TRY(push_node(formatter, node->items[2], PRECEDENCE_ABOVE_CONDITION, err));
        TRY(push_text(formatter, STR(" and "), err));
        TRY(push_node(formatter, node->items[1], PRECEDENCE_ABOVE_CONDITION, err));
        TRY(push_text(formatter, node->negated ? STR(" not between ") : STR(" between "), err));
        break;
    }
    return push_node(formatter, node->items[0], PRECEDENCE_ABOVE_CONDITION, err);
}

static bool push_case(Formatter *formatter, const TreeNode *node, Error *err)
{
    TRY(push_text(formatter, STR(" end"), err));
    for (uint32_t i = node->item_count; i-- > 0;) {
        bool is_else = i % 2 == 0 && i + 1 == node->item_count;
        Str word = is_else ? STR(" else ") : i % 2 == 1 ? STR(" then ") : STR(" when ");
        TRY(push_node(formatter, node->items[i], PRECEDENCE_ANY, err));
        TRY(push_text(formatter, word, err));
    }
    return push_text(formatter, STR("case"), err);
}

/// A category needs parentheses unless it is a name, a call or a case.
static bool push_category(Formatter *formatter, const TreeNode *node, Error *err)
{
    if (node->category == TREE_NONE) return true;
    TreeKind kind = formatter->tree->nodes[node->category].kind;
    bool bare = kind == TREE_NAME || kind == TREE_AT || kind == TREE_CALL || kind == TREE_CAST || kind == TREE_CASE;
    if (!bare) TRY(push_text(formatter, STR(")"), err));
    TRY(push_node(formatter, node->category, PRECEDENCE_ANY, err));
    return push_text(formatter, bare ? STR(" by ") : STR(" by ("), err);
}

static bool push_aggregate(Formatter *formatter, const TreeNode *node, Error *err)
{
    if (node->condition != TREE_NONE) {
        TRY(push_node(formatter, node->condition, PRECEDENCE_ANY, err));
        TRY(push_text(formatter, STR(" where "), err));
    }
    TRY(bytes_append_str(formatter->out, str_from(aggregation_name(node->aggregation)), err));
    TRY(bytes_append_byte(formatter->out, '(', err));
    // The window stands between what is pushed, so it is a piece of the aggregate's own: see format_window.
    Piece window = {.node = (uint32_t)(node - formatter->tree->nodes), .precedence = UINT32_MAX};
    TRY(ARRAY_PUSH(&formatter->stack, window, err));
    TRY(push_category(formatter, node, err));
    TRY(push_text(formatter, STR(")"), err));
    return push_items(formatter, node, 0, node->argument_count, err);
}

/// " over 7d", or " over [1h, 7d]".
static bool format_window(Bytes *out, const TreeNode *node, Error *err)
{
    if (node->window_count == 0) return true;
    TRY(bytes_append_str(out, node->window_count > 1 ? STR(" over [") : STR(" over "), err));
    for (uint32_t i = 0; i < node->window_count; i++) {
        if (i > 0) TRY(bytes_append_str(out, STR(", "), err));
        TRY(window_format(&node->windows[i], out, err));
    }
    return node->window_count == 1 || bytes_append_byte(out, ']', err);
}

static bool push_cast(Formatter *formatter, const TreeNode *node, Error *err)
{
    Piece type = {.node = (uint32_t)(node - formatter->tree->nodes), .precedence = UINT32_MAX};
    TRY(bytes_append_str(formatter->out, STR("cast("), err));
    TRY(ARRAY_PUSH(&formatter->stack, type, err));
    return push_node(formatter, node->items[0], PRECEDENCE_ANY, err);
}

/// " as int64)".
static bool format_cast_end(Bytes *out, const TreeNode *node, Error *err)
{
    TRY(bytes_append_str(out, STR(" as "), err));
    TRY(format_type(out, node->type, err));
    return bytes_append_byte(out, ')', err);
}

static bool push_parts(Formatter *formatter, const TreeNode *node, Error *err)
{
    switch (node->kind) {
    case TREE_UNARY:
        return push_unary(formatter, node, err);
    case TREE_BINARY:
        return push_binary(formatter, node, err);
    case TREE_IS_NULL:
    case TREE_IN:
    case TREE_BETWEEN:
        return push_condition(formatter, node, err);
    case TREE_CASE:
        return push_case(formatter, node, err);
    case TREE_CAST:
        return push_cast(formatter, node, err);
    case TREE_AGGREGATE:
        return push_aggregate(formatter, node, err);
    case TREE_LIST:
        return push_brackets(formatter, node, err);
    case TREE_CALL:
        TRY(push_list(formatter, node, 0, err));
        return push_text(formatter, node->name, err);
    default:
        return format_leaf(formatter->out, node, err);
    }
}

static bool format_piece(Formatter *formatter, Piece piece, Error *err)
{
    if (piece.node == TREE_NONE) return bytes_append_str(formatter->out, piece.text, err);
    const TreeNode *node = &formatter->tree->nodes[piece.node];
    if (piece.precedence == UINT32_MAX) {
        return node->kind == TREE_CAST ? format_cast_end(formatter->out, node, err)
                                       : format_window(formatter->out, node, err);
    }
    if (node_precedence(node) >= piece.precedence) return push_parts(formatter, node, err);
    TRY(push_text(formatter, STR(")"), err));
    TRY(push_node(formatter, piece.node, PRECEDENCE_ANY, err));
    return bytes_append_byte(formatter->out, '(', err);
}

bool tree_format(const Tree *tree, Bytes *out, Error *err)
{
    AUTO(formatter_deinit) Formatter formatter = {.tree = tree, .out = out};
    TRY(push_node(&formatter, tree->node_count - 1, PRECEDENCE_ANY, err));
    while (formatter.stack.count > 0) {
        TRY(format_piece(&formatter, formatter.stack.items[--formatter.stack.count], err));
    }
    return true;
}
