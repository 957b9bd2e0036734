/// The trees of a booster, ready to be walked: prediction without XGBoost, without locks and without a call per batch,
/// with the bits that XGBoost's own prediction has.
///
/// A row goes left where its value, as a float32, is less than the split's, and the default way where it is missing. The
/// leaves' float32 values are added up in the order of the trees, as XGBoost does. Several trees are walked side by side, and
/// a leaf leads to itself, so that the processor waits for no branch and for no single walk.
#ifndef PAWL_MODEL_FOREST_INTERNAL_H
#define PAWL_MODEL_FOREST_INTERNAL_H

#include <float.h>

#include "base/error.h"
#include "base/str.h"

enum { FOREST_NODES_MAX = 1 << 30 };

typedef struct ForestNode {
    float value;      ///< a leaf's, or what the row's value must be less than
    uint32_t feature; ///< the highest bit: missing values go left
    uint32_t left;    ///< distance to the left child; 0: a leaf
    uint32_t right;
} ForestNode;

typedef struct ForestTree {
    uint32_t root;  ///< a node
    uint32_t depth; ///< steps from the root to the farthest leaf
} ForestTree;

/// The zero value predicts 0.
typedef struct Forest {
    ForestNode *nodes;
    size_t node_count;
    size_t node_capacity;
    ForestTree *trees;
    size_t tree_count;
    size_t tree_capacity;
} Forest;

void forest_deinit(Forest *forest);

/// Reads a model that XGBoost saved as UBJ. ERROR_DATA when it is not one, or names a column from `column_count` on.
MUST_CHECK bool forest_decode(Str booster, size_t column_count, Forest *out, Error *err);

/// The sum of the row's leaves; `row` has a value at least, and is narrowed.
float forest_sum(const Forest *forest, const float *row);

/// The nearest float32; beyond their range the greatest or least one, since XGBoost refuses infinities.
static inline float float_narrow(double value)
{
    if (value > (double)FLT_MAX) return FLT_MAX;
    if (value < -(double)FLT_MAX) return -FLT_MAX;
    return (float)value;
}

#endif
