/// The losses that trees descend: what a round's predictions cost, and the gradients of the next round.
///
/// XGBoost adds gradients up in doubles, in an order that depends on its threads. So gradients are rounded to multiples of
/// a power of two that is coarse enough for every sum of them, over whatever rows, to be exact in a double: no order can
/// show. (With a million rows a gradient keeps 32 bits below the greatest one, where float32 has 24.)
#ifndef PAWL_MODEL_BOOST_LOSS_INTERNAL_H
#define PAWL_MODEL_BOOST_LOSS_INTERNAL_H

#include "model/trainer.h"

enum { BOOST_BLOCK_ROWS = 4096 };

/// The rows of one split as boosting sees them.
typedef struct BoostRows {
    const double *label; ///< borrowed
    size_t count;
    double
        *prediction; ///< after the last round: the value, or the probability of 1 within a few units of its last place
    double *block_loss; ///< a value for each block of rows
    double *block_residual_max;
    double loss;         ///< rmse, or the mean log loss; NaN without rows
    double residual_max; ///< greatest |prediction - label|
} BoostRows;

typedef struct BoostLoss {
    Objective objective;
    double base; ///< what the trees' sum is added to: the labels' mean, or its logit
    uint32_t threads;
    int64_t seed;
    double subsample;
} BoostLoss;

void boost_rows_deinit(BoostRows *rows);
MUST_CHECK bool boost_rows_init(const double *label, size_t count, BoostRows *out, Error *err);

/// Of checked labels: at least one row, and for a binary objective both classes.
double boost_base(Objective objective, const double *label, size_t count);

/// base + sum: as a value, or as the probability of 1.
double boost_predict(Objective objective, double base, float sum);

/// Predictions and loss from the trees' sums.
MUST_CHECK bool boost_score(const BoostLoss *loss, const float *sums, BoostRows *rows, Error *err);

/// First and second derivatives for the round (from 0) that comes; 0 for rows that it does not draw.
MUST_CHECK bool boost_gradients(const BoostLoss *loss, const BoostRows *rows, int64_t round, float *gradients,
                                float *hessians, Error *err);

#endif
