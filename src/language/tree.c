#include "language/tree.h"

#include <string.h>

static const struct {
    const char *text;
    uint32_t precedence;
} OPERATORS[TREE_OPERATOR_COUNT] = {
    [TREE_OR] = {"or", 1},         [TREE_AND] = {"and", 2},      [TREE_NOT] = {"not", 3},
    [TREE_EQUAL] = {"=", 4},       [TREE_NOT_EQUAL] = {"!=", 4}, [TREE_LESS] = {"<", 4},
    [TREE_LESS_EQUAL] = {"<=", 4}, [TREE_GREATER] = {">", 4},    [TREE_GREATER_EQUAL] = {">=", 4},
    [TREE_ADD] = {"+", 5},         [TREE_SUBTRACT] = {"-", 5},   [TREE_MULTIPLY] = {"*", 6},
    [TREE_DIVIDE] = {"/", 6},      [TREE_MODULO] = {"%", 6},     [TREE_NEGATE] = {"-", 7},
};

const char *tree_operator_text(TreeOperator operator)
{
    return OPERATORS[operator].text;
}

uint32_t tree_operator_precedence(TreeOperator operator)
{
    return OPERATORS[operator].precedence;
}

static bool windows_same(const TreeNode *left, const TreeNode *right)
{
    if (left->window_count != right->window_count) return false;
    for (uint32_t i = 0; i < left->window_count; i++) {
        if (!window_equal(&left->windows[i], &right->windows[i])) return false;
    }
    return true;
}

static bool node_same_value(const TreeNode *left, const TreeNode *right)
{
    switch (left->kind) {
    case TREE_BOOL:
        return left->boolean == right->boolean;
    case TREE_INT:
    case TREE_TIMESTAMP:
    case TREE_DURATION:
        return left->integer == right->integer;
    case TREE_FLOAT:
        return left->number == right->number;
    case TREE_UNARY:
    case TREE_BINARY:
        return left->operator== right->operator;
    case TREE_CAST:
        return type_equal(left->type, right->type);
    case TREE_AGGREGATE:
        return left->aggregation == right->aggregation && left->argument_count == right->argument_count &&
               left->category == right->category && left->condition == right->condition && windows_same(left, right);
    default:
        return true;
    }
}

/// An aggregation may be written by another of its names.
static bool node_same_name(const TreeNode *left, const TreeNode *right)
{
    return left->kind == TREE_AGGREGATE || str_equal(left->name, right->name);
}

static bool node_same(const TreeNode *left, const TreeNode *right)
{
    return left->kind == right->kind && left->negated == right->negated && left->item_count == right->item_count &&
           str_equal(left->view, right->view) && node_same_name(left, right) &&
           (left->item_count == 0 || memcmp(left->items, right->items, left->item_count * sizeof(uint32_t)) == 0) &&
           node_same_value(left, right);
}

bool tree_equal(const Tree *left, const Tree *right)
{
    if (left->node_count != right->node_count) return false;
    for (uint32_t i = 0; i < left->node_count; i++) {
        if (!node_same(&left->nodes[i], &right->nodes[i])) return false;
    }
    return true;
}
