#include "model/linear_pass_internal.h"

#include <string.h>

#include "base/memory.h"
#include "number/gemm.h"
#include "number/pinned.h"
#include "sys/thread.h"

/// Leaves are computed in groups, whose results stay in memory until they are folded.
enum { LEAF_GROUP_MAX = 64, LEAF_GROUP_VALUES_MAX = 1 << 23 };

/// What a leaf's rows become on the way; one for each task.
typedef struct LeafRows {
    double *scaled; ///< row-major, `width` columns
    double *residuals;
    double *curvatures;
} LeafRows;

typedef struct Pass {
    const LinearRows *rows;
    const double *weights;
    size_t width;
    bool with_derivatives;
    size_t slot_width; ///< Hessian, gradient, loss; or the loss alone
    size_t leaf_first; ///< of the group
    double *slots;
} Pass;

static size_t leaf_count(const LinearRows *rows)
{
    return (rows->matrix->row_count + GRAM_LEAF_ROWS - 1) / GRAM_LEAF_ROWS;
}

static size_t leaf_rows(const LinearRows *rows, size_t leaf)
{
    size_t left = rows->matrix->row_count - leaf * GRAM_LEAF_ROWS;
    return left < GRAM_LEAF_ROWS ? left : GRAM_LEAF_ROWS;
}

static void leaf_deinit(LeafRows *leaf)
{
    memory_free(leaf->scaled);
    memory_free(leaf->residuals);
    memory_free(leaf->curvatures);
}

static bool leaf_init(size_t width, LeafRows *leaf, Error *err)
{
    leaf->scaled = memory_alloc_array(GRAM_LEAF_ROWS, width * sizeof(double), err);
    TRY(leaf->scaled != NULL);
    leaf->residuals = memory_alloc_array(GRAM_LEAF_ROWS, sizeof(double), err);
    TRY(leaf->residuals != NULL);
    leaf->curvatures = memory_alloc_array(GRAM_LEAF_ROWS, sizeof(double), err);
    return leaf->curvatures != NULL;
}

static void leaf_scale(const Pass *pass, size_t leaf, LeafRows *out)
{
    const Matrix *matrix = pass->rows->matrix;
    const double *values = matrix->values + leaf * GRAM_LEAF_ROWS * matrix->column_count;
    for (size_t i = 0; i < leaf_rows(pass->rows, leaf); i++) {
        double *scaled = out->scaled + i * pass->width;
        for (size_t j = 0; j < matrix->column_count; j++)
            scaled[j] = linear_scaled(pass->rows->scale, j, values[i * matrix->column_count + j]);
        scaled[matrix->column_count] = 1;
    }
}

double linear_log_loss(double margin, double label)
{
    double positive = margin > 0 ? margin : 0;
    double size = margin < 0 ? -margin : margin;
    return positive - margin * label + pinned_log1p(pinned_exp(-size));
}

/// Residual and curvature of a row; gives its loss.
static double row_loss(Objective objective, double margin, double label, double *residual, double *curvature)
{
    if (objective == OBJECTIVE_REGRESSION) {
        *residual = margin - label;
        *curvature = 1;
        return *residual * *residual / 2;
    }
    double probability = pinned_sigmoid(margin);
    *residual = probability - label;
    *curvature = probability * (1 - probability);
    return linear_log_loss(margin, label);
}

static double leaf_loss(const Pass *pass, size_t leaf, LeafRows *rows)
{
    const double *label = pass->rows->label + leaf * GRAM_LEAF_ROWS;
    double loss = 0;
    for (size_t i = 0; i < leaf_rows(pass->rows, leaf); i++) {
        double margin = dot_fixed(rows->scaled + i * pass->width, pass->weights, pass->width);
        loss += row_loss(pass->rows->objective, margin, label[i], &rows->residuals[i], &rows->curvatures[i]);
    }
    return loss;
}

static void leaf_derive(const Pass *pass, size_t leaf, const LeafRows *rows, double *slot)
{
    size_t count = leaf_rows(pass->rows, leaf);
    const double *curvatures = pass->rows->objective == OBJECTIVE_REGRESSION ? NULL : rows->curvatures;
    double *gradient = slot + pass->width * pass->width;
    gram_leaf(rows->scaled, count, pass->width, curvatures, NULL, slot, NULL);
    for (size_t i = 0; i < count; i++)
        axpy_fixed(rows->residuals[i], rows->scaled + i * pass->width, gradient, pass->width);
}

static bool leaf_pass(void *context, size_t index, Error *err)
{
    const Pass *pass = context;
    AUTO(leaf_deinit) LeafRows rows = {0};
    double *slot = pass->slots + index * pass->slot_width;
    size_t leaf = pass->leaf_first + index;
    TRY(leaf_init(pass->width, &rows, err));
    memset(slot, 0, pass->slot_width * sizeof(double));
    leaf_scale(pass, leaf, &rows);
    slot[pass->slot_width - 1] = leaf_loss(pass, leaf, &rows);
    if (pass->with_derivatives) leaf_derive(pass, leaf, &rows, slot);
    return true;
}

static size_t group_size(const Pass *pass)
{
    size_t fitting = LEAF_GROUP_VALUES_MAX / pass->slot_width;
    if (fitting < 1) return 1;
    return fitting < LEAF_GROUP_MAX ? fitting : LEAF_GROUP_MAX;
}

static bool groups_fold(Pass *pass, TreeFolder *folder, Error *err)
{
    size_t leaves = leaf_count(pass->rows);
    while (pass->leaf_first < leaves) {
        size_t left = leaves - pass->leaf_first;
        size_t count = left < group_size(pass) ? left : group_size(pass);
        TRY(thread_parallel_for(count, pass->rows->threads, leaf_pass, pass, err));
        for (size_t i = 0; i < count; i++) TRY(tree_folder_push(folder, pass->slots + i * pass->slot_width, err));
        pass->leaf_first += count;
    }
    return true;
}

static bool pass_run(Pass *pass, double *out, Error *err)
{
    AUTO(tree_folder_deinit) TreeFolder folder = {.width = pass->slot_width};
    pass->slots = memory_alloc_array(group_size(pass), pass->slot_width * sizeof(double), err);
    TRY(pass->slots != NULL);
    bool done = groups_fold(pass, &folder, err);
    if (done) tree_folder_finish(&folder, out);
    memory_free(pass->slots);
    return done;
}

bool linear_loss(const LinearRows *rows, const double *weights, double *out_loss, Error *err)
{
    Pass pass = {.rows = rows, .weights = weights, .width = linear_width(rows->scale), .slot_width = 1};
    return pass_run(&pass, out_loss, err);
}

bool linear_derivatives(const LinearRows *rows, const double *weights, double *out_hessian, double *out_gradient,
                        double *out_loss, Error *err)
{
    size_t width = linear_width(rows->scale);
    Pass pass = {
        .rows = rows,
        .weights = weights,
        .width = width,
        .with_derivatives = true,
        .slot_width = width * width + width + 1,
    };
    double *sums = memory_alloc_array(pass.slot_width, sizeof(double), err);
    TRY(sums != NULL);
    bool done = pass_run(&pass, sums, err);
    if (done) {
        memcpy(out_hessian, sums, width * width * sizeof(double));
        memcpy(out_gradient, sums + width * width, width * sizeof(double));
        *out_loss = sums[pass.slot_width - 1];
    }
    memory_free(sums);
    return done;
}
