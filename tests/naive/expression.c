#include "naive/naive_internal.h"

static Value literal(const TreeNode *node)
{
    switch (node->kind) {
    case TREE_BOOL:
        return value_bool(node->boolean);
    case TREE_INT:
    case TREE_DURATION:
        return value_int(node->integer);
    case TREE_FLOAT:
        return value_float(node->number);
    case TREE_STRING:
        return value_string(node->name);
    case TREE_TIMESTAMP:
        return value_instant(node->integer);
    default:
        return value_null(TYPE_OF(TYPE_COUNT));
    }
}

static bool asker_input(const Naive *naive, const Asker *asker, Str name, Value *out)
{
    if (asker->inputs == NULL) {
        return naive_row_field(naive, asker->view, asker->rows, asker->version, name, out);
    }
    Vector vector;
    if (!frame_find(asker->inputs, name, &vector, NULL)) return false;
    *out = value_from(&vector, asker->row);
    return true;
}

static bool view_declares(const ViewDefinition *view, Str name)
{
    for (size_t i = 0; i < view->input_count; i++) {
        if (str_equal(view->inputs[i].name, name)) return true;
    }
    return false;
}

// A column that `by` reads is an input of the view.
static bool view_keys_read(const Naive *naive, size_t view, Str name)
{
    const ViewDefinition *definition = &naive->definition->views[view];
    for (size_t i = 0; i < definition->by_count; i++) {
        const Tree *tree = &naive->keys[view][i];
        if (naive->linked[view][i]) continue;
        for (uint32_t node = 0; node < tree->node_count; node++) {
            if (tree->nodes[node].kind == TREE_NAME && str_equal(tree->nodes[node].name, name)) return true;
        }
    }
    return false;
}

static bool named_key(Naive *naive, const Scope *scope, size_t view, Str name, Value *out, Error *err)
{
    const ViewDefinition *definition = &naive->definition->views[view];
    for (size_t i = 0; i < definition->by_count; i++) {
        const Tree *tree = &naive->request_keys[view][i];
        if (str_equal(definition->by[i].name, name))
            return naive_evaluate(naive, scope, tree, tree->node_count - 1, out, err);
    }
    return error_set(err, ERROR_CONFIG, "naive: what is '%.*s'?", STR_ARG(name));
}

static Asker row_asker(const Scope *scope)
{
    return (Asker){.at = scope->version->time, .rows = scope->rows, .version = scope->version, .view = scope->view};
}

// Over a row: its column, else a feature for the row.
static bool row_name(Naive *naive, const Scope *scope, Str name, Value *out, Error *err)
{
    if (naive_row_field(naive, scope->view, scope->rows, scope->version, name, out)) return true;
    ColumnPlace place;
    Asker asker = row_asker(scope);
    CHECK(naive_find_column(naive, naive_view(naive->definition, scope->view->name), name, &place));
    return naive_column(naive, place, &asker, out, err);
}

static bool request_name(Naive *naive, const Scope *scope, Str name, Value *out, Error *err)
{
    size_t view = naive_view(naive->definition, scope->view->name);
    bool input = view_declares(scope->view, name) || view_keys_read(naive, view, name);
    if (input && asker_input(naive, scope->asker, name, out)) return true;
    ColumnPlace place;
    if (naive_find_column(naive, view, name, &place)) return naive_column(naive, place, scope->asker, out, err);
    return named_key(naive, scope, view, name, out, err);
}

static bool feature_name(Naive *naive, const Scope *scope, const TreeNode *node, Value *out, Error *err)
{
    ColumnPlace place;
    CHECK(naive_find_column(naive, naive_view(naive->definition, node->view), node->name, &place));
    if (scope->rows == NULL) return naive_column(naive, place, scope->asker, out, err);
    Asker asker = row_asker(scope);
    return naive_column(naive, place, &asker, out, err);
}

static bool evaluate_name(Naive *naive, const Scope *scope, const TreeNode *node, Value *out, Error *err)
{
    if (node->view.size > 0) return feature_name(naive, scope, node, out, err);
    return scope->rows != NULL ? row_name(naive, scope, node->name, out, err)
                               : request_name(naive, scope, node->name, out, err);
}

static Value compare(TreeOperator operator, Value left, Value right)
{
    Value pair[2] = {left, right};
    Type type = value_join(pair, 2);
    // Decimals compare at their own scales; an int64 beside one is exact.
    if (type.id != TYPE_DECIMAL) {
        left = value_widen(left, type);
        right = value_widen(right, type);
    }
    if (left.type.id == TYPE_INT64 && type.id == TYPE_DECIMAL) left = value_widen(left, value_decimal(0, 0).type);
    if (right.type.id == TYPE_INT64 && type.id == TYPE_DECIMAL) right = value_widen(right, value_decimal(0, 0).type);
    if (!left.there || !right.there) return value_null(TYPE_OF(TYPE_BOOL));
    int order = value_compare(left, right);
    switch (operator) {
    case TREE_EQUAL:
        return value_bool(order == 0);
    case TREE_NOT_EQUAL:
        return value_bool(order != 0);
    case TREE_LESS:
        return value_bool(order < 0);
    case TREE_LESS_EQUAL:
        return value_bool(order <= 0);
    case TREE_GREATER:
        return value_bool(order > 0);
    default:
        return value_bool(order >= 0);
    }
}

// Logic of three values.
static Value both(Value left, Value right)
{
    if ((left.there && !left.boolean) || (right.there && !right.boolean)) return value_bool(false);
    return left.there && right.there ? value_bool(true) : value_null(TYPE_OF(TYPE_BOOL));
}

static Value opposite(Value value)
{
    return value.there ? value_bool(!value.boolean) : value;
}

static Value either(Value left, Value right)
{
    return opposite(both(opposite(left), opposite(right)));
}

static Value binary(TreeOperator operator, Value left, Value right)
{
    switch (operator) {
    case TREE_OR:
        return either(left, right);
    case TREE_AND:
        return both(left, right);
    case TREE_ADD:
        return value_arithmetic('+', left, right);
    case TREE_SUBTRACT:
        return value_arithmetic('-', left, right);
    case TREE_MULTIPLY:
        return value_arithmetic('*', left, right);
    case TREE_DIVIDE:
        return value_arithmetic('/', left, right);
    case TREE_MODULO:
        return value_arithmetic('%', left, right);
    default:
        return compare(operator, left, right);
    }
}

static Value unary(TreeOperator operator, Value value)
{
    if (operator== TREE_NOT) return opposite(value);
    if (!value.there) return value;
    if (value.type.id == TYPE_FLOAT64) return value_float(-value.number);
    if (value.type.id == TYPE_DECIMAL) return value_decimal(-value.decimal, value.type.scale);
    return value.integer == INT64_MIN ? value_null(value.type) : value_int(-value.integer);
}

static Value in_list(const Value *values, size_t count)
{
    Value any = compare(TREE_EQUAL, values[0], values[1]);
    for (size_t i = 2; i < count; i++) any = either(any, compare(TREE_EQUAL, values[0], values[i]));
    return any;
}

static Value in_case(Naive *naive, const Value *values, size_t count)
{
    Value *results = arena_alloc_array(&naive->scratch, count, sizeof(*results), NULL);
    size_t result_count = 0;
    CHECK(results != NULL);
    for (size_t i = 1; i < count; i += 2) results[result_count++] = values[i];
    if (count % 2 == 1) results[result_count++] = values[count - 1];
    Type type = value_join(results, result_count);
    for (size_t i = 0; i + 1 < count; i += 2) {
        if (value_is_true(values[i])) return value_widen(values[i + 1], type);
    }
    return count % 2 == 1 ? value_widen(values[count - 1], type) : value_null(type);
}

static Value in_brackets(Naive *naive, const Value *values, size_t count)
{
    Type type = value_join(values, count);
    Value *items = arena_alloc_array(&naive->scratch, count + 1, sizeof(*items), NULL);
    CHECK(items != NULL);
    for (size_t i = 0; i < count; i++) items[i] = value_widen(values[i], type);
    return value_list(type, items, count, &naive->scratch);
}

static bool combine(Naive *naive, const TreeNode *node, const Value *values, Value *out, Error *err)
{
    switch (node->kind) {
    case TREE_UNARY:
        *out = unary(node->operator, values[0]);
        return true;
    case TREE_BINARY:
        *out = binary(node->operator, values[0], values[1]);
        return true;
    case TREE_IS_NULL:
        *out = value_bool(values[0].there == node->negated);
        return true;
    case TREE_IN:
        *out = in_list(values, node->item_count);
        break;
    case TREE_BETWEEN:
        *out = both(compare(TREE_GREATER_EQUAL, values[0], values[1]), compare(TREE_LESS_EQUAL, values[0], values[2]));
        break;
    case TREE_CASE:
        *out = in_case(naive, values, node->item_count);
        return true;
    case TREE_CAST:
        *out = value_cast(values[0], node->type, &naive->scratch);
        return true;
    case TREE_LIST:
        *out = in_brackets(naive, values, node->item_count);
        return true;
    default:
        if (value_call_list(node->name, values, node->item_count, &naive->scratch, out)) return true;
        if (value_call(node->name, values, node->item_count, &naive->scratch, out)) return true;
        return error_set(err, ERROR_CONFIG, "naive: no function '%.*s'", STR_ARG(node->name));
    }
    if (node->negated) *out = opposite(*out);
    return true;
}

// By recursion: trees of tests are shallow.
// NOLINTNEXTLINE(misc-no-recursion)
bool naive_evaluate(Naive *naive, const Scope *scope, const Tree *tree, uint32_t index, Value *out, Error *err)
{
    const TreeNode *node = &tree->nodes[index];
    if (node->kind == TREE_NAME) return evaluate_name(naive, scope, node, out, err);
    if (node->kind == TREE_AGGREGATE) return naive_aggregate(naive, scope, tree, node, out, err);
    if (node->kind == TREE_AT) {
        *out = value_instant(scope->asker->at);
        return true;
    }
    if (node->kind <= TREE_TIMESTAMP || node->kind == TREE_DURATION) {
        *out = literal(node);
        return true;
    }
    Value *values = arena_alloc_array(&naive->scratch, node->item_count, sizeof(*values), err);
    TRY(values != NULL);
    for (uint32_t i = 0; i < node->item_count; i++)
        TRY(naive_evaluate(naive, scope, tree, node->items[i], &values[i], err));
    return combine(naive, node, values, out, err);
}
