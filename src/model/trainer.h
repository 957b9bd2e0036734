/// Trainers: a table of functions found by name. A trainer advances round by round, so that progress, checkpoints, early stops and
/// signals are the caller's, the same for all.
#ifndef PAWL_MODEL_TRAINER_H
#define PAWL_MODEL_TRAINER_H

#include "model/matrix.h"
#include "text/node.h"

typedef enum Objective { OBJECTIVE_REGRESSION, OBJECTIVE_BINARY } Objective;

typedef struct TrainOptions {
    Str trainer;
    Objective objective;
    int64_t seed;
    const Node *params;        ///< the trainer's own; unknown names are ERROR_CONFIG with the nearest
    uint32_t threads;          ///< never changes the model's digest
    int64_t checkpoint_rounds; ///< 0: by time alone
    int64_t checkpoint_us;     ///< 0: by rounds alone
} TrainOptions;

typedef struct TrainingData {
    const Str *names;
    Matrix train, validation; ///< validation may have no rows
    const double *train_label, *validation_label;
} TrainingData;

/// What a trainer made: named byte strings that go into the package as files.
typedef struct ModelFile {
    Str name;
    Bytes content;
} ModelFile;

enum { MODEL_FILES_MAX = 8 };

typedef struct ModelFiles {
    ModelFile items[MODEL_FILES_MAX];
    size_t count;
} ModelFiles;

void model_files_deinit(ModelFiles *files);

/// Frees the matrices; names and labels are borrowed.
void training_data_deinit(TrainingData *data);

/// The mean of training labels, exact and rounded once: the trivial baseline.
MUST_CHECK bool label_mean(const double *label, size_t count, double *out, Error *err);

typedef struct TrainerState TrainerState;
typedef struct Predictor Predictor;

typedef struct Trainer {
    const char *name;
    const char *documentation;
    /// Checks params without data.
    bool (*check)(const TrainOptions *options, Error *err);
    bool (*start)(const TrainOptions *options, const TrainingData *data, TrainerState **out, Error *err);
    void (*stop)(TrainerState **state);
    int64_t (*rounds)(const TrainerState *state);
    /// One round; the loss after it on training and validation rows (NaN: none).
    bool (*advance)(TrainerState *state, double *out_train_loss, double *out_validation_loss, Error *err);
    /// Everything that later bits depend on, in and out.
    bool (*save)(const TrainerState *state, Bytes *out, Error *err);
    bool (*restore)(TrainerState *state, Str saved, Error *err);
    bool (*finish)(TrainerState *state, ModelFiles *out, Error *err);
    bool (*open)(const ModelFiles *files, Objective objective, size_t column_count, Predictor **out, Error *err);
    void (*close)(Predictor **predictor);
    /// `out` has a value per row; binary: the probability of 1. A row's bits do not depend on its neighbours.
    bool (*predict)(const Predictor *predictor, const Matrix *matrix, double *out, Error *err);
    /// "exact anywhere", or "exact on the recorded library and CPU class" with what that is.
    const char *reproducibility;
} Trainer;

/// The library that did the work and its version ("xgboost 1.7.4"), or empty.
MUST_CHECK bool trainer_library(const Trainer *trainer, Arena *arena, Str *out, Error *err);

/// NULL when unknown.
const Trainer *trainer_find(Str name);
size_t trainer_count(void);
const Trainer *trainer_at(size_t i);

#endif
