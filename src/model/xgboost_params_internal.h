/// What a user may set of XGBoost, checked before any data is read.
#ifndef PAWL_MODEL_XGBOOST_PARAMS_INTERNAL_H
#define PAWL_MODEL_XGBOOST_PARAMS_INTERNAL_H

#include "model/xgboost_api_internal.h"
#include "text/node.h"

typedef struct XgboostParams {
    int64_t rounds;
    int64_t max_depth; ///< 0: without a limit, which needs max_leaves
    int64_t max_leaves;
    int64_t max_bin;
    double learning_rate;
    double lambda, alpha, gamma;
    double min_child_weight;
    double subsample; ///< share of rows that a round sees
} XgboostParams;

/// `params` may be NULL: the defaults.
MUST_CHECK bool xgboost_params_read(const Node *params, XgboostParams *out, Error *err);

/// Hands them to a booster; ours are `rounds` and `subsample`.
MUST_CHECK bool xgboost_params_apply(const XgboostParams *params, uint32_t threads, const XgboostApi *api,
                                     void *booster, Error *err);

#endif
