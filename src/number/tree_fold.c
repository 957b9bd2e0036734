#include "number/tree_fold.h"

#include <string.h>

#include "base/memory.h"

/// to[i] = left[i] + to[i]: `to` holds the right subtree.
static void add_left(const double *left, double *to, size_t width)
{
    for (size_t i = 0; i < width; i++) to[i] = left[i] + to[i];
}

void tree_fold(double *slots, size_t slot_count, size_t width)
{
    for (size_t stride = 1; stride < slot_count; stride *= 2) {
        for (size_t i = 0; i + stride < slot_count; i += 2 * stride) {
            double *left = slots + i * width;
            const double *right = slots + (i + stride) * width;
            for (size_t j = 0; j < width; j++) left[j] += right[j];
        }
    }
}

void tree_folder_deinit(TreeFolder *folder)
{
    for (size_t i = 0; i < TREE_FOLD_LEVELS_MAX; i++) memory_free(folder->levels[i]);
    *folder = (TreeFolder){0};
}

/// The new leaf swallows the full subtrees of all levels below the first free one.
bool tree_folder_push(TreeFolder *folder, const double *leaf, Error *err)
{
    size_t level = (size_t)__builtin_ctzll(~folder->count);
    CHECK(level < TREE_FOLD_LEVELS_MAX);
    if (folder->levels[level] == NULL) {
        folder->levels[level] = memory_alloc_array(folder->width, sizeof(double), err);
        if (folder->levels[level] == NULL) return false;
    }
    double *sum = folder->levels[level];
    memcpy(sum, leaf, folder->width * sizeof(*sum));
    for (size_t i = 0; i < level; i++) add_left(folder->levels[i], sum, folder->width);
    folder->count++;
    return true;
}

void tree_folder_finish(const TreeFolder *folder, double *out)
{
    bool empty = true;
    memset(out, 0, folder->width * sizeof(*out));
    for (size_t i = 0; i < TREE_FOLD_LEVELS_MAX; i++) {
        if ((folder->count >> i & 1) == 0) continue;
        if (empty) {
            memcpy(out, folder->levels[i], folder->width * sizeof(*out));
        } else {
            add_left(folder->levels[i], out, folder->width);
        }
        empty = false;
    }
}
