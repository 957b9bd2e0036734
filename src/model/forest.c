#include "model/forest_internal.h"

#include "base/array.h"
#include "model/ubj_internal.h"

#define MISSING_LEFT ((uint32_t)1 << 31)

/// The arrays of a tree, in the order in which they are looked up.
typedef enum TreeArray {
    TREE_DEFAULT_LEFT,
    TREE_LEFT,
    TREE_RIGHT,
    TREE_VALUE,
    TREE_FEATURE,
    TREE_ARRAY_COUNT
} TreeArray;

static const Str TREE_ARRAYS[TREE_ARRAY_COUNT] = {
    [TREE_DEFAULT_LEFT] = STR_INIT("default_left"), [TREE_LEFT] = STR_INIT("left_children"),
    [TREE_RIGHT] = STR_INIT("right_children"),      [TREE_VALUE] = STR_INIT("split_conditions"),
    [TREE_FEATURE] = STR_INIT("split_indices"),
};

typedef struct Tree {
    UbjToken arrays[TREE_ARRAY_COUNT];
    size_t found; ///< arrays so far
} Tree;

void forest_deinit(Forest *forest)
{
    memory_free(forest->nodes);
    memory_free(forest->roots);
    *forest = (Forest){0};
}

static bool tree_wrong(const Forest *forest, const char *what, Error *err)
{
    return error_set(err, ERROR_DATA, "tree %zu: %s", forest->tree_count, what);
}

/// Children stand behind their parent, so that every walk ends.
static bool child_distance(const Forest *forest, const UbjToken *children, size_t node, uint32_t *out, Error *err)
{
    int64_t child = ubj_item_integer(children, node);
    if (child <= (int64_t)node || child >= (int64_t)children->count)
        return tree_wrong(forest, "a child that is none", err);
    *out = (uint32_t)((size_t)child - node);
    return true;
}

static bool split_decode(const Forest *forest, const Tree *tree, size_t i, size_t column_count, ForestNode *out,
                         Error *err)
{
    int64_t feature = ubj_item_integer(&tree->arrays[TREE_FEATURE], i);
    if (feature < 0 || feature >= (int64_t)column_count) return tree_wrong(forest, "a split by an unknown column", err);
    out->feature = (uint32_t)feature;
    if (ubj_item_integer(&tree->arrays[TREE_DEFAULT_LEFT], i) != 0) out->feature |= MISSING_LEFT;
    TRY(child_distance(forest, &tree->arrays[TREE_LEFT], i, &out->left, err));
    return child_distance(forest, &tree->arrays[TREE_RIGHT], i, &out->right, err);
}

static bool node_decode(const Forest *forest, const Tree *tree, size_t i, size_t column_count, ForestNode *out,
                        Error *err)
{
    *out = (ForestNode){.value = ubj_item_float(&tree->arrays[TREE_VALUE], i)};
    if (ubj_item_integer(&tree->arrays[TREE_LEFT], i) == -1) return true;
    return split_decode(forest, tree, i, column_count, out, err);
}

static bool arrays_check(const Forest *forest, const Tree *tree, Error *err)
{
    size_t count = tree->arrays[0].count;
    if (count == 0 || count > FOREST_NODES_MAX - forest->node_count)
        return tree_wrong(forest, "no nodes, or too many", err);
    for (size_t i = 0; i < TREE_ARRAY_COUNT; i++) {
        const UbjToken *array = &tree->arrays[i];
        if (array->count != count) return tree_wrong(forest, "arrays of different lengths", err);
        bool is_float = array->item_type == 'd';
        if (array->item_type == 'D' || is_float != (i == TREE_VALUE))
            return tree_wrong(forest, "an array of a wrong type", err);
    }
    return true;
}

static bool tree_append(Forest *forest, const Tree *tree, size_t column_count, Error *err)
{
    TRY(arrays_check(forest, tree, err));
    size_t count = tree->arrays[0].count;
    size_t root = forest->node_count;
    TRY(array_reserve(&forest->nodes, &forest->node_capacity, root + count, sizeof(ForestNode), err));
    for (size_t i = 0; i < count; i++) TRY(node_decode(forest, tree, i, column_count, &forest->nodes[root + i], err));
    TRY(array_reserve(&forest->roots, &forest->tree_capacity, forest->tree_count + 1, sizeof(uint32_t), err));
    forest->roots[forest->tree_count++] = (uint32_t)root;
    forest->node_count += count;
    return true;
}

static size_t tree_array_find(Str key)
{
    size_t i = 0;
    while (i < TREE_ARRAY_COUNT && !str_equal(TREE_ARRAYS[i], key)) i++;
    return i;
}

/// An array that stands under one of a tree's keys; the fifth completes the tree.
static bool array_take(Forest *forest, Tree *tree, Str key, const UbjToken *token, size_t column_count, Error *err)
{
    size_t i = tree_array_find(key);
    if (i == TREE_ARRAY_COUNT) return true;
    if (tree->arrays[i].kind == UBJ_TYPED_ARRAY) return tree_wrong(forest, "an array comes twice", err);
    tree->arrays[i] = *token;
    if (++tree->found < TREE_ARRAY_COUNT) return true;
    TRY(tree_append(forest, tree, column_count, err));
    *tree = (Tree){0};
    return true;
}

static bool trees_decode(Str booster, size_t column_count, Forest *forest, Error *err)
{
    UbjReader reader = ubj_reader(booster);
    UbjToken token = {0};
    Tree tree = {0};
    Str key = {0};
    do {
        TRY(ubj_next(&reader, &token, err));
        if (token.kind == UBJ_KEY) key = token.text;
        if (token.kind == UBJ_TYPED_ARRAY) TRY(array_take(forest, &tree, key, &token, column_count, err));
    } while (token.kind != UBJ_END);
    if (tree.found != 0) return tree_wrong(forest, "arrays are missing", err);
    return forest->tree_count > 0 || error_set(err, ERROR_DATA, "there are none");
}

bool forest_decode(Str booster, size_t column_count, Forest *out, Error *err)
{
    AUTO(forest_deinit) Forest forest = {0};
    TRY_OR(trees_decode(booster, column_count, &forest, err), err, "the trees");
    *out = forest;
    forest = (Forest){0};
    return true;
}

static float tree_leaf(const ForestNode *node, const double *row)
{
    while (node->left != 0) {
        float value = float_narrow(row[node->feature & ~MISSING_LEFT]);
        bool goes_left = value != value ? (node->feature & MISSING_LEFT) != 0 : value < node->value;
        node += goes_left ? node->left : node->right;
    }
    return node->value;
}

float forest_sum(const Forest *forest, const double *row)
{
    float sum = 0;
    for (size_t i = 0; i < forest->tree_count; i++) sum += tree_leaf(forest->nodes + forest->roots[i], row);
    return sum;
}
