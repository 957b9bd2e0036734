/// One pass of a linear model over rows: the sum of losses and, where wanted, its gradient and Hessian.
///
/// Rows are cut into leaves of GRAM_LEAF_ROWS, each computed in one order, and folded by the balanced tree over their
/// numbers, so no thread can show. The loss of a row is half the squared error, or the log loss.
#ifndef PAWL_MODEL_LINEAR_PASS_INTERNAL_H
#define PAWL_MODEL_LINEAR_PASS_INTERNAL_H

#include "model/linear_scale_internal.h"
#include "model/trainer.h"

typedef struct LinearRows {
    const Matrix *matrix;
    const double *label;
    const LinearScale *scale;
    Objective objective;
    uint32_t threads;
} LinearRows;

/// Columns and the constant 1 behind them, whose weight is the bias.
static inline size_t linear_width(const LinearScale *scale)
{
    return scale->column_count + 1;
}

/// The log loss of a margin, without overflow.
double linear_log_loss(double margin, double label);

/// `weights` has linear_width values, so has `out_gradient`; `out_hessian` is width * width, its lower triangle.
MUST_CHECK bool linear_derivatives(const LinearRows *rows, const double *weights, double *out_hessian,
                                   double *out_gradient, double *out_loss, Error *err);

MUST_CHECK bool linear_loss(const LinearRows *rows, const double *weights, double *out_loss, Error *err);

#endif
