/// What trainers share with the table that lists them.
#ifndef PAWL_MODEL_TRAINER_INTERNAL_H
#define PAWL_MODEL_TRAINER_INTERNAL_H

#include "model/trainer.h"

extern const Trainer TRAINER_XGBOOST;
extern const Trainer TRAINER_LINEAR;
extern const Trainer TRAINER_LOGISTIC;

/// What no trainer can learn from is an ERROR_DATA that says why: no training rows, labels that are not finite, and for a
/// binary objective labels other than 0 and 1, or only one of both.
MUST_CHECK bool training_data_check(Objective objective, const TrainingData *data, Error *err);

/// Appends an empty file of that name.
MUST_CHECK bool model_files_add(ModelFiles *files, Str name, Bytes **out, Error *err);

/// The content of the named file; ERROR_DATA when it is missing.
MUST_CHECK bool model_files_find(const ModelFiles *files, Str name, Str *out, Error *err);

const char *objective_name(Objective objective);

/// Of an integer or number of a map that may lack it; outside of [min, max] is an ERROR_CONFIG at the node.
MUST_CHECK bool param_int(const Node *params, Str name, int64_t min, int64_t max, int64_t *out, Error *err);

/// `above`: values equal to `min` are refused too.
MUST_CHECK bool param_double(const Node *params, Str name, double min, bool above, double max, double *out, Error *err);

#endif
