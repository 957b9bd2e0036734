/// What a training's bits depend on, as one digest: a checkpoint of other data or other options is not gone on from.
#ifndef PAWL_MODEL_TRAINING_KEY_INTERNAL_H
#define PAWL_MODEL_TRAINING_KEY_INTERNAL_H

#include "model/trainer.h"

/// Threads and the rhythm of checkpoints are not in it: they never change the model.
MUST_CHECK bool training_key(const Trainer *trainer, const TrainOptions *options, const TrainingData *data, Digest *out,
                             Error *err);

#endif
