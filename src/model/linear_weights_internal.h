/// weights.json: a linear model as people can read it, standardisation included, and as predictions use it.
///
///     {"bias":1.5,"columns":[{"mean":3.0,"name":"trip.hour","scale":0.5,"weight":-1.0}],"objective":"regression"}
#ifndef PAWL_MODEL_LINEAR_WEIGHTS_INTERNAL_H
#define PAWL_MODEL_LINEAR_WEIGHTS_INTERNAL_H

#include "base/bytes.h"
#include "model/linear_scale_internal.h"
#include "model/trainer.h"

typedef struct LinearWeights {
    LinearScale scale;
    double *weights; ///< of the scaled columns, the bias last
} LinearWeights;

void linear_weights_deinit(LinearWeights *weights);
MUST_CHECK bool linear_weights_encode(const LinearScale *scale, const double *weights, const Str *names,
                                      Objective objective, Bytes *out, Error *err);

/// ERROR_DATA when it is not such a file, has another number of columns or another objective.
MUST_CHECK bool linear_weights_decode(Str text, Objective objective, size_t column_count, LinearWeights *out,
                                      Error *err);

/// The bias, then one column after the other, in order.
double linear_margin(const LinearWeights *weights, const double *row);

#endif
