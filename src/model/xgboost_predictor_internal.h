/// Predictions of boosted trees, from the files that training left and without XGBoost: what serving runs.
///
///     base.json      what the trees' sum is added to, as {"base":1.5,"objective":"regression"}
///     booster.ubj    the trees, as XGBoost saves them
#ifndef PAWL_MODEL_XGBOOST_PREDICTOR_INTERNAL_H
#define PAWL_MODEL_XGBOOST_PREDICTOR_INTERNAL_H

#include "model/trainer.h"

#define XGBOOST_FILE_BASE STR("base.json")
#define XGBOOST_FILE_BOOSTER STR("booster.ubj")

MUST_CHECK bool xgboost_base_encode(double base, Objective objective, Bytes *out, Error *err);

MUST_CHECK bool xgboost_predictor_open(const ModelFiles *files, Objective objective, size_t column_count,
                                       Predictor **out, Error *err);
void xgboost_predictor_close(Predictor **predictor);
MUST_CHECK bool xgboost_predict(const Predictor *predictor, const Matrix *matrix, double *out, Error *err);

#endif
