#include <string.h>

#include "flow/condition.h"

typedef struct Evaluation {
    const Condition *condition;
    const Node *values[CONDITION_NODES_MAX]; ///< a stack
    size_t count;
    Node made[CONDITION_NODES_MAX]; ///< booleans and lists that came about on the way
    size_t made_count;
    const Node *items[CONDITION_NODES_MAX]; ///< of made lists
    size_t item_count;
} Evaluation;

/// As SQL has it.
typedef enum Truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_NULL } Truth;

static bool is_null(const Node *value)
{
    return value == NULL || value->kind == NODE_NULL;
}

static bool is_number(const Node *value)
{
    return value->kind == NODE_INT || value->kind == NODE_FLOAT;
}

static bool evaluation_error(const Evaluation *evaluation, const ConditionNode *at, Error *err, const char *what)
{
    const Document *document = evaluation->condition->document;
    return document_error(document, document_position(document, at->offset), err, ERROR_DATA, "%s", what);
}

static const Node *pop(Evaluation *evaluation)
{
    return evaluation->values[--evaluation->count];
}

static void push(Evaluation *evaluation, const Node *value)
{
    evaluation->values[evaluation->count++] = value;
}

static void push_truth(Evaluation *evaluation, Truth truth)
{
    Node *made = &evaluation->made[evaluation->made_count++];
    *made = (Node){.kind = truth == TRUTH_NULL ? NODE_NULL : NODE_BOOL, .boolean = truth == TRUTH_TRUE};
    push(evaluation, made);
}

static Truth truth_of(bool value)
{
    return value ? TRUTH_TRUE : TRUTH_FALSE;
}

static bool truth_pop(Evaluation *evaluation, const ConditionNode *at, Truth *out, Error *err)
{
    const Node *value = pop(evaluation);
    if (is_null(value)) {
        *out = TRUTH_NULL;
        return true;
    }
    if (value->kind != NODE_BOOL)
        return evaluation_error(evaluation, at, err, "and, or and not take true and false only");
    *out = truth_of(value->boolean);
    return true;
}

/// -1, 0, 1; exact for every integer, which a double may not hold.
static int compare_int_double(int64_t left, double right)
{
    if (right >= 9223372036854775808.0) return -1;
    if (right < -9223372036854775808.0) return 1;
    int64_t whole = (int64_t)right;
    if (left != whole) return left < whole ? -1 : 1;
    double rest = right - (double)whole;
    return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

static int compare_numbers(const Node *left, const Node *right)
{
    if (left->kind == NODE_INT && right->kind == NODE_INT)
        return left->integer < right->integer ? -1 : left->integer > right->integer;
    if (left->kind == NODE_INT) return compare_int_double(left->integer, right->number);
    if (right->kind == NODE_INT) return -compare_int_double(right->integer, left->number);
    return left->number < right->number ? -1 : left->number > right->number;
}

/// False: they are of different kinds, or of one that has no order.
static bool compare(const Node *left, const Node *right, int *out)
{
    if (is_number(left) && is_number(right)) {
        *out = compare_numbers(left, right);
        return true;
    }
    if (left->kind != right->kind || (left->kind != NODE_STRING && left->kind != NODE_BOOL)) return false;
    *out = left->kind == NODE_STRING ? str_compare(left->text, right->text) : left->boolean - right->boolean;
    return true;
}

static bool order_fits(ConditionKind kind, int order)
{
    switch (kind) {
    case CONDITION_EQUAL:
        return order == 0;
    case CONDITION_UNEQUAL:
        return order != 0;
    case CONDITION_LESS:
        return order < 0;
    case CONDITION_LESS_EQUAL:
        return order <= 0;
    case CONDITION_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static bool comparison_evaluate(Evaluation *evaluation, const ConditionNode *node, Error *err)
{
    const Node *right = pop(evaluation);
    const Node *left = pop(evaluation);
    int order = 0;
    if (is_null(left) || is_null(right)) {
        push_truth(evaluation, TRUTH_NULL);
        return true;
    }
    if (!compare(left, right, &order)) {
        const Document *document = evaluation->condition->document;
        return document_error(document, document_position(document, node->offset), err, ERROR_DATA,
                              "cannot compare %s with %s", node_kind_name(left->kind), node_kind_name(right->kind));
    }
    push_truth(evaluation, truth_of(order_fits(node->kind, order)));
    return true;
}

static Truth list_holds(const Node *list, const Node *value)
{
    Truth found = TRUTH_FALSE;
    for (size_t i = 0; i < list->count; i++) {
        int order = 0;
        if (is_null(list->items[i])) {
            found = TRUTH_NULL;
        } else if (compare(value, list->items[i], &order) && order == 0) {
            return TRUTH_TRUE;
        }
    }
    return found;
}

static bool in_evaluate(Evaluation *evaluation, const ConditionNode *node, Error *err)
{
    const Node *list = pop(evaluation);
    const Node *value = pop(evaluation);
    if (!is_null(list) && list->kind != NODE_LIST)
        return evaluation_error(evaluation, node, err, "'in' wants a list on its right");
    bool unknown = is_null(list) || (is_null(value) && list->count > 0);
    push_truth(evaluation, unknown ? TRUTH_NULL : list->count == 0 ? TRUTH_FALSE : list_holds(list, value));
    return true;
}

static void list_evaluate(Evaluation *evaluation, const ConditionNode *node)
{
    static const Node NOTHING = {.kind = NODE_NULL};
    Node *made = &evaluation->made[evaluation->made_count++];
    const Node **items = &evaluation->items[evaluation->item_count];
    evaluation->item_count += node->count;
    evaluation->count -= node->count;
    for (size_t i = 0; i < node->count; i++) {
        const Node *item = evaluation->values[evaluation->count + i];
        items[i] = item == NULL ? &NOTHING : item;
    }
    *made = (Node){.kind = NODE_LIST, .count = node->count};
    memcpy(&made->items, &items, sizeof(items)); // lists that are only read hold what is only read
    push(evaluation, made);
}

static bool not_evaluate(Evaluation *evaluation, const ConditionNode *node, Error *err)
{
    Truth value = TRUTH_NULL;
    TRY(truth_pop(evaluation, node, &value, err));
    push_truth(evaluation, value == TRUTH_NULL ? TRUTH_NULL : truth_of(value == TRUTH_FALSE));
    return true;
}

/// `decisive` on either side decides; else a null makes null.
static bool joint_evaluate(Evaluation *evaluation, const ConditionNode *node, Error *err)
{
    Truth decisive = truth_of(node->kind == CONDITION_OR);
    Truth right = TRUTH_NULL;
    Truth left = TRUTH_NULL;
    TRY(truth_pop(evaluation, node, &right, err));
    TRY(truth_pop(evaluation, node, &left, err));
    bool unknown = left == TRUTH_NULL || right == TRUTH_NULL;
    Truth other = unknown ? TRUTH_NULL : truth_of(decisive == TRUTH_FALSE);
    push_truth(evaluation, left == decisive || right == decisive ? decisive : other);
    return true;
}

static bool node_evaluate(Evaluation *evaluation, const ConditionNode *node, ConditionLookup lookup, void *context,
                          Error *err)
{
    const Node *value = node->literal;
    switch (node->kind) {
    case CONDITION_NAME:
        TRY(lookup(context, node, &value, err));
        push(evaluation, value);
        return true;
    case CONDITION_LITERAL:
        push(evaluation, value);
        return true;
    case CONDITION_LIST:
        list_evaluate(evaluation, node);
        return true;
    case CONDITION_NOT:
        return not_evaluate(evaluation, node, err);
    case CONDITION_AND:
    case CONDITION_OR:
        return joint_evaluate(evaluation, node, err);
    case CONDITION_IN:
        return in_evaluate(evaluation, node, err);
    default:
        return comparison_evaluate(evaluation, node, err);
    }
}

bool condition_evaluate(const Condition *condition, ConditionLookup lookup, void *context, bool *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Evaluation *evaluation = arena_alloc(&arena, sizeof(Evaluation), err);
    TRY(evaluation != NULL);
    evaluation->condition = condition;
    for (size_t i = 0; i < condition->count; i++)
        TRY(node_evaluate(evaluation, &condition->nodes[i], lookup, context, err));
    const Node *value = pop(evaluation);
    if (!is_null(value) && value->kind != NODE_BOOL)
        return evaluation_error(evaluation, &condition->nodes[condition->count - 1], err,
                                "a condition is true or false, and this is neither");
    *out = !is_null(value) && value->boolean;
    return true;
}
