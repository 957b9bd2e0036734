/// What a trainer sees of a snapshot: its features as they are, or what the transforms make of them, fitted on training rows.
#ifndef PAWL_STAGE_TRAIN_INPUT_INTERNAL_H
#define PAWL_STAGE_TRAIN_INPUT_INTERNAL_H

#include "config/config.h"
#include "fit/fit.h"
#include "model/trainer.h"

typedef struct TrainInput {
    Arena arena;
    Str *names; ///< of the columns
    size_t count;
    TrainingData data;
    bool fitted; ///< whether there are transforms
    Fitting fitting;
} TrainInput;

void train_input_deinit(TrainInput *input);

/// Nothing but training rows is fitted on; validation rows see what serving would.
MUST_CHECK bool train_input_read(const Config *config, const Snapshot *snapshot, uint32_t threads, TrainInput *out,
                                 Error *err);

#endif
