/// Boosted trees by XGBoost's histogram method. Base, gradients and row sampling are ours; XGBoost finds the splits, and its
/// sums of our gradients are exact (boost_loss), so neither threads nor checkpoints can show in the trees.
#include "base/memory.h"
#include "model/boost_loss_internal.h"
#include "model/forest_internal.h"
#include "model/trainer_internal.h"
#include "model/xgboost_params_internal.h"
#include "model/xgboost_predictor_internal.h"
#include "number/float_order.h"

#include <stdio.h>
#include <string.h>

enum { ARRAY_TEXT_BYTES_MAX = 160 };

/// The square of a sum of gradients must fit into XGBoost's float32.
#define LABEL_DISTANCE_MAX 1e12

static const char PREDICT_CONFIG[] =
    "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}";

struct TrainerState {
    XgboostApi api;
    XgboostParams params;
    BoostLoss loss;
    void *booster;
    void *matrices[2]; ///< training, validation; XGBoost keeps the trees' sums beside them
    size_t matrix_count;
    BoostRows train, validation;
    float *gradients, *hessians;
    size_t column_count;
    int64_t round;
};

static bool check(const TrainOptions *options, Error *err)
{
    XgboostParams params;
    return xgboost_params_read(options->params, &params, err);
}

static void stop(TrainerState **state)
{
    TrainerState *old = *state;
    if (old == NULL) return;
    if (old->booster != NULL) (void)old->api.booster_free(old->booster);
    for (size_t i = 0; i < old->matrix_count; i++) (void)old->api.matrix_free(old->matrices[i]);
    boost_rows_deinit(&old->train);
    boost_rows_deinit(&old->validation);
    memory_free(old->gradients);
    memory_free(old->hessians);
    memory_free(old);
    *state = NULL;
}

static bool matrix_hand_over(TrainerState *state, const float *values, const Matrix *matrix, Error *err)
{
    char array[ARRAY_TEXT_BYTES_MAX];
    char config[64];
    (void)snprintf(array, sizeof(array), "{\"data\":[%llu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
                   (unsigned long long)(uintptr_t)values, matrix->row_count, matrix->column_count);
    (void)snprintf(config, sizeof(config), "{\"missing\":NaN,\"nthread\":%u}", state->loss.threads);
    void **out = &state->matrices[state->matrix_count];
    TRY(xgboost_done(&state->api, state->api.matrix_create(array, config, out), "taking the data", err));
    state->matrix_count++;
    return true;
}

static bool matrix_add(TrainerState *state, const Matrix *matrix, Error *err)
{
    size_t count = matrix->row_count * matrix->column_count;
    float *values = memory_alloc_array(count, sizeof(float), err);
    TRY(values != NULL);
    for (size_t i = 0; i < count; i++) values[i] = float_narrow(matrix->values[i]);
    bool done = matrix_hand_over(state, values, matrix, err);
    memory_free(values);
    return done;
}

static bool booster_new(TrainerState *state, Error *err)
{
    const XgboostApi *api = &state->api;
    if (state->booster != NULL) (void)api->booster_free(state->booster);
    state->booster = NULL;
    int status = api->booster_create(state->matrices, state->matrix_count, &state->booster);
    TRY(xgboost_done(api, status, "making a booster", err));
    return xgboost_params_apply(&state->params, state->loss.threads, api, state->booster, err);
}

static bool part_score(TrainerState *state, size_t part, BoostRows *rows, Error *err)
{
    const uint64_t *shape = NULL;
    uint64_t dimensions = 0;
    const float *sums = NULL;
    int status =
        state->api.booster_predict(state->booster, state->matrices[part], PREDICT_CONFIG, &shape, &dimensions, &sums);
    TRY(xgboost_done(&state->api, status, "predicting", err));
    CHECK(dimensions >= 1 && shape[0] == rows->count);
    return boost_score(&state->loss, sums, rows, err);
}

/// What the trees so far say of all rows.
static bool state_score(TrainerState *state, Error *err)
{
    TRY(part_score(state, 0, &state->train, err));
    state->validation.loss = float_nan();
    return state->matrix_count < 2 || part_score(state, 1, &state->validation, err);
}

/// Before the first tree all sums are 0; XGBoost predicts nothing without trees.
static bool start_score(TrainerState *state, Error *err)
{
    memset(state->gradients, 0, state->train.count * sizeof(float));
    return boost_score(&state->loss, state->gradients, &state->train, err);
}

static bool distances_check(const TrainerState *state, Error *err)
{
    if (state->train.residual_max <= LABEL_DISTANCE_MAX) return true;
    return error_set(err, ERROR_DATA,
                     "a label is more than 1e12 away from the labels' mean, too far for XGBoost's float32: scale the "
                     "label, or take its logarithm");
}

static bool arrays_allocate(TrainerState *state, const TrainingData *data, Error *err)
{
    TRY(boost_rows_init(data->train_label, data->train.row_count, &state->train, err));
    TRY(boost_rows_init(data->validation_label, data->validation.row_count, &state->validation, err));
    state->gradients = memory_alloc_array(data->train.row_count, sizeof(float), err);
    TRY(state->gradients != NULL);
    state->hessians = memory_alloc_array(data->train.row_count, sizeof(float), err);
    return state->hessians != NULL;
}

static bool state_fill(TrainerState *state, const TrainOptions *options, const TrainingData *data, Error *err)
{
    TRY(training_data_check(options->objective, data, err));
    TRY(xgboost_params_read(options->params, &state->params, err));
    state->loss = (BoostLoss){
        .objective = options->objective,
        .base = boost_base(options->objective, data->train_label, data->train.row_count),
        .threads = options->threads == 0 ? 1 : options->threads,
        .seed = options->seed,
        .subsample = state->params.subsample,
    };
    state->column_count = data->train.column_count;
    TRY(arrays_allocate(state, data, err));
    TRY(start_score(state, err));
    TRY(distances_check(state, err));
    TRY(xgboost_load(&state->api, err));
    TRY(matrix_add(state, &data->train, err));
    if (data->validation.row_count > 0) TRY(matrix_add(state, &data->validation, err));
    return booster_new(state, err);
}

static bool start(const TrainOptions *options, const TrainingData *data, TrainerState **out, Error *err)
{
    AUTO(stop) TrainerState *state = memory_alloc(sizeof(*state), err);
    TRY(state != NULL);
    TRY(state_fill(state, options, data, err));
    *out = state;
    state = NULL;
    return true;
}

static int64_t rounds(const TrainerState *state)
{
    return state->params.rounds;
}

static bool advance(TrainerState *state, double *out_train_loss, double *out_validation_loss, Error *err)
{
    TRY(boost_gradients(&state->loss, &state->train, state->round, state->gradients, state->hessians, err));
    int status = state->api.booster_boost(state->booster, state->matrices[0], state->gradients, state->hessians,
                                          state->train.count);
    TRY(xgboost_done(&state->api, status, "growing a tree", err));
    TRY(state_score(state, err));
    state->round++;
    *out_train_loss = state->train.loss;
    *out_validation_loss = state->validation.loss;
    return true;
}

static bool booster_save(const TrainerState *state, Bytes *out, Error *err)
{
    uint64_t size = 0;
    const char *data = NULL;
    int status = state->api.booster_save(state->booster, "{\"format\":\"ubj\"}", &size, &data);
    TRY(xgboost_done(&state->api, status, "saving the booster", err));
    return bytes_append(out, data, size, err);
}

static bool save(const TrainerState *state, Bytes *out, Error *err)
{
    TRY(bytes_append_u64(out, (uint64_t)state->round, err));
    return state->round == 0 || booster_save(state, out, err);
}

static bool restore(TrainerState *state, Str saved, Error *err)
{
    ByteReader reader = {.data = (const uint8_t *)saved.data, .size = saved.size};
    uint64_t round = 0;
    TRY(reader_u64(&reader, &round, err));
    if (round > (uint64_t)state->params.rounds)
        return error_set(err, ERROR_DATA, "the checkpoint has more rounds than wanted");
    state->round = (int64_t)round;
    TRY(booster_new(state, err));
    if (round == 0) return start_score(state, err);
    int status = state->api.booster_load(state->booster, reader.data + reader.offset, reader.size - reader.offset);
    TRY(xgboost_done(&state->api, status, "reading the booster", err));
    TRY(xgboost_params_apply(&state->params, state->loss.threads, &state->api, state->booster, err));
    return state_score(state, err);
}

/// What was saved must also open: the trees are read once.
static bool finish(TrainerState *state, ModelFiles *out, Error *err)
{
    AUTO(model_files_deinit) ModelFiles files = {0};
    AUTO(forest_deinit) Forest forest = {0};
    Bytes *base = NULL;
    Bytes *booster = NULL;
    TRY(model_files_add(&files, XGBOOST_FILE_BASE, &base, err));
    TRY(xgboost_base_encode(state->loss.base, state->loss.objective, base, err));
    TRY(model_files_add(&files, XGBOOST_FILE_BOOSTER, &booster, err));
    TRY(booster_save(state, booster, err));
    TRY(forest_decode(bytes_str(booster), state->column_count, &forest, err));
    *out = files;
    files = (ModelFiles){0};
    return true;
}

const Trainer TRAINER_XGBOOST = {
    .name = "xgboost",
    .documentation =
        "Boosted trees by XGBoost (hist). regression: squared error; binary: log loss. Params: rounds, max_depth, "
        "max_leaves, max_bin, learning_rate (eta), lambda, alpha, gamma, min_child_weight, subsample.",
    .check = check,
    .start = start,
    .stop = stop,
    .rounds = rounds,
    .advance = advance,
    .save = save,
    .restore = restore,
    .finish = finish,
    .open = xgboost_predictor_open,
    .close = xgboost_predictor_close,
    .predict = xgboost_predict,
    .reproducibility = "exact on the recorded library and CPU class (xgboost); predictions exact anywhere",
};
