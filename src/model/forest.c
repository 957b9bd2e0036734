#include "model/forest_internal.h"

#include "base/array.h"
#include "model/ubj_internal.h"

#define MISSING_LEFT ((uint32_t)1 << 31)

/// Trees that are walked side by side.
enum { FOREST_LANES = 8 };

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
    memory_free(forest->trees);
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

/// Steps to the farthest leaf; children stand behind their parents.
static bool tree_depth(const ForestNode *nodes, size_t count, uint32_t *out, Error *err)
{
    uint32_t *depths = memory_alloc_array(count, sizeof(uint32_t), err);
    TRY(depths != NULL);
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (depths[i] > *out) *out = depths[i];
        if (nodes[i].left == 0) continue;
        depths[i + nodes[i].left] = depths[i] + 1;
        depths[i + nodes[i].right] = depths[i] + 1;
    }
    memory_free(depths);
    return true;
}

static bool tree_append(Forest *forest, const Tree *tree, size_t column_count, Error *err)
{
    TRY(arrays_check(forest, tree, err));
    size_t count = tree->arrays[0].count;
    size_t root = forest->node_count;
    uint32_t depth = 0;
    TRY(array_reserve(&forest->nodes, &forest->node_capacity, root + count, sizeof(ForestNode), err));
    for (size_t i = 0; i < count; i++) TRY(node_decode(forest, tree, i, column_count, &forest->nodes[root + i], err));
    TRY(tree_depth(forest->nodes + root, count, &depth, err));
    TRY(array_reserve(&forest->trees, &forest->tree_capacity, forest->tree_count + 1, sizeof(ForestTree), err));
    forest->trees[forest->tree_count++] = (ForestTree){(uint32_t)root, depth};
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

/// A missing value is less than nothing, so only its bit sends it left.
static inline const ForestNode *node_next(const ForestNode *node, const float *row)
{
    float value = row[node->feature & ~MISSING_LEFT];
    uint32_t missing = value != value;
    uint32_t goes_left = (value < node->value) | (missing & (node->feature >> 31));
    return node + (node->right ^ ((node->left ^ node->right) & (0 - goes_left)));
}

/// Adds the leaves of FOREST_LANES trees, in their order.
static float lanes_add(const Forest *forest, const ForestTree *trees, const float *row, float sum)
{
    const ForestNode *nodes[FOREST_LANES];
    uint32_t depth = 0;
    for (size_t i = 0; i < FOREST_LANES; i++) {
        nodes[i] = forest->nodes + trees[i].root;
        if (trees[i].depth > depth) depth = trees[i].depth;
    }
    for (; depth > 0; depth--) {
        for (size_t i = 0; i < FOREST_LANES; i++) nodes[i] = node_next(nodes[i], row);
    }
    for (size_t i = 0; i < FOREST_LANES; i++) sum += nodes[i]->value;
    return sum;
}

static float tree_leaf(const Forest *forest, const ForestTree *tree, const float *row)
{
    const ForestNode *node = forest->nodes + tree->root;
    while (node->left != 0) node = node_next(node, row);
    return node->value;
}

float forest_sum(const Forest *forest, const float *row)
{
    float sum = 0;
    size_t i = 0;
    for (; i + FOREST_LANES <= forest->tree_count; i += FOREST_LANES)
        sum = lanes_add(forest, forest->trees + i, row, sum);
    for (; i < forest->tree_count; i++) sum += tree_leaf(forest, &forest->trees[i], row);
    return sum;
}
