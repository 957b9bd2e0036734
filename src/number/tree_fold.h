/// Sums of vectors in the one shape that does not depend on who computed the parts, or when: the balanced binary tree over
/// leaf numbers, where a subtree of 2^i leaves is full before the next begins.
#ifndef PAWL_NUMBER_TREE_FOLD_H
#define PAWL_NUMBER_TREE_FOLD_H

#include "base/error.h"

enum { TREE_FOLD_LEVELS_MAX = 48 };

/// Folds `slot_count` vectors of `width` doubles into slot 0; the other slots are spoilt.
void tree_fold(double *slots, size_t slot_count, size_t width);

/// The same tree for leaves that arrive in order of their numbers, in memory for log2(count) vectors. Starts as
/// {.width = w}. Owned: tree_folder_deinit.
typedef struct TreeFolder {
    size_t width;
    uint64_t count;
    double *levels[TREE_FOLD_LEVELS_MAX]; ///< level i holds a full subtree of 2^i leaves while bit i of count is set
} TreeFolder;

void tree_folder_deinit(TreeFolder *folder);
MUST_CHECK bool tree_folder_push(TreeFolder *folder, const double *leaf, Error *err);

/// Writes the fold of all leaves so far (zeros when there are none); the folder may go on.
void tree_folder_finish(const TreeFolder *folder, double *out);

#endif
