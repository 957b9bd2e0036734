/// The training loop: rounds, progress, checkpoints that survive any crash, and going on from the newest good one to the same model.
#ifndef PAWL_MODEL_TRAINING_H
#define PAWL_MODEL_TRAINING_H

#include "model/trainer.h"
#include "sys/clock.h"
#include "sys/disk.h"

typedef struct TrainProgress {
    int64_t round, rounds;
    double train_loss, validation_loss;
    int64_t left_us;
} TrainProgress;

/// Any of them, and all, may be NULL.
typedef struct TrainHooks {
    void (*progress)(void *context, const TrainProgress *progress);
    bool (*stop_wanted)(void *context);            ///< polled between rounds: checkpoint, then ERROR_PREEMPTED
    void (*note)(void *context, const char *text); ///< a line for the log: where it goes on, what was damaged
    void *context;
} TrainHooks;

/// `checkpoints` is a directory of this training's key; empty: no checkpoints. A checkpoint is written beside, fsynced, its digest last, and
/// renamed; on start the newest that verifies is taken, others are reported and removed.
MUST_CHECK bool training_run(const TrainOptions *options, const TrainingData *data, Str checkpoints, const Disk *disk,
                             const Clock *clock, const TrainHooks *hooks, ModelFiles *out, Error *err);

#endif
