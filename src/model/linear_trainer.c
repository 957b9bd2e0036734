/// Linear and logistic regression with an L2 penalty, by Newton's method over standardised features.
///
/// A round is one full step: for squared error the first solves the normal equations, the second refines what rounding left.
/// Steps that would raise the objective are halved. Minimised is sum(loss) + l2 / 2 * |weights|^2 (the bias is free), so
/// l2 is scikit-learn's `alpha` of Ridge and 1 / `C` of LogisticRegression.
#include <string.h>

#include "base/memory.h"
#include "model/linear_pass_internal.h"
#include "model/linear_weights_internal.h"
#include "model/trainer_internal.h"
#include "number/cholesky.h"
#include "number/float_order.h"
#include "number/gemm.h"
#include "number/pinned.h"

enum { STEP_HALVINGS_MAX = 40 };

/// Of the objective: less is rounding, not a worse step.
#define OBJECTIVE_SLACK 1e-12

typedef struct LinearParams {
    int64_t rounds;
    double l2;
    double tolerance; ///< the greatest change of a weight, against the greatest weight or 1
} LinearParams;

struct TrainerState {
    LinearParams params;
    LinearScale scale;
    LinearRows train, validation;
    const Str *names; ///< borrowed
    size_t width;
    double *weights;
    double *step, *candidate; ///< of the round
    double *hessian;
    int64_t round;
    bool converged;
};

struct Predictor {
    LinearWeights weights;
    Objective objective;
};

static bool params_read(const Node *params, LinearParams *out, Error *err)
{
    LinearParams read = {.rounds = 100, .l2 = 1, .tolerance = 1e-10};
    if (params != NULL) TRY(NODE_CHECK_KEYS(params, err, "l2", "rounds", "tolerance"));
    TRY(param_int(params, STR("rounds"), 1, 100000, &read.rounds, err));
    TRY(param_double(params, STR("l2"), 0, false, float_infinity(), &read.l2, err));
    TRY(param_double(params, STR("tolerance"), 0, false, 1, &read.tolerance, err));
    *out = read;
    return true;
}

static bool check(const TrainOptions *options, Error *err)
{
    LinearParams params;
    return params_read(options->params, &params, err);
}

static void stop(TrainerState **state)
{
    TrainerState *old = *state;
    if (old == NULL) return;
    linear_scale_deinit(&old->scale);
    memory_free(old->weights);
    memory_free(old->step);
    memory_free(old->candidate);
    memory_free(old->hessian);
    memory_free(old);
    *state = NULL;
}

static bool arrays_allocate(TrainerState *state, Error *err)
{
    state->weights = memory_alloc_array(state->width, sizeof(double), err);
    TRY(state->weights != NULL);
    state->step = memory_alloc_array(state->width, sizeof(double), err);
    TRY(state->step != NULL);
    state->candidate = memory_alloc_array(state->width, sizeof(double), err);
    TRY(state->candidate != NULL);
    state->hessian = memory_alloc_array(state->width, state->width * sizeof(double), err);
    return state->hessian != NULL;
}

static bool state_fill(TrainerState *state, const TrainOptions *options, const TrainingData *data, Error *err)
{
    uint32_t threads = options->threads == 0 ? 1 : options->threads;
    TRY(training_data_check(options->objective, data, err));
    TRY(params_read(options->params, &state->params, err));
    if (data->train.column_count >= GRAM_COLUMNS_MAX)
        return error_set(err, ERROR_CONFIG, "a linear model has fewer than %d features", GRAM_COLUMNS_MAX);
    TRY(linear_scale_fit(&data->train, data->names, threads, &state->scale, err));
    state->train = (LinearRows){&data->train, data->train_label, &state->scale, options->objective, threads};
    state->validation =
        (LinearRows){&data->validation, data->validation_label, &state->scale, options->objective, threads};
    state->names = data->names;
    state->width = linear_width(&state->scale);
    return arrays_allocate(state, err);
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

static bool linear_start(const TrainOptions *options, const TrainingData *data, TrainerState **out, Error *err)
{
    if (options->objective == OBJECTIVE_REGRESSION) return start(options, data, out, err);
    return error_set(err, ERROR_CONFIG, "the trainer 'linear' is for regression; for a binary label take 'logistic'");
}

static bool logistic_start(const TrainOptions *options, const TrainingData *data, TrainerState **out, Error *err)
{
    if (options->objective == OBJECTIVE_BINARY) return start(options, data, out, err);
    return error_set(err, ERROR_CONFIG,
                     "the trainer 'logistic' is for a binary label (a bool, or `objective: binary`); for a number take "
                     "'linear'");
}

static int64_t rounds(const TrainerState *state)
{
    return state->converged ? state->round : state->params.rounds;
}

static double penalty(const TrainerState *state, const double *weights)
{
    return state->params.l2 / 2 * dot_fixed(weights, weights, state->scale.column_count);
}

/// Adds the penalty's part; a column that says nothing keeps its weight of 0.
static void penalty_derive(TrainerState *state)
{
    for (size_t i = 0; i < state->scale.column_count; i++) {
        double *curvature = &state->hessian[i * state->width + i];
        *curvature += state->params.l2;
        if (state->scale.scales[i] == 0) *curvature = 1;
        state->step[i] += state->params.l2 * state->weights[i];
    }
}

/// Newton's step at the weights, and the objective there.
static bool step_find(TrainerState *state, double *out_objective, Error *err)
{
    TRY(linear_derivatives(&state->train, state->weights, state->hessian, state->step, out_objective, err));
    *out_objective += penalty(state, state->weights);
    penalty_derive(state);
    TRY_OR(cholesky_factor(state->hessian, state->width, err), err,
           "the features leave the weights open (set `l2` above 0, or leave features out)");
    cholesky_solve(state->hessian, state->width, state->step);
    return true;
}

static bool candidate_loss(TrainerState *state, double factor, double *out, Error *err)
{
    memcpy(state->candidate, state->weights, state->width * sizeof(double));
    axpy_fixed(-factor, state->step, state->candidate, state->width);
    return linear_loss(&state->train, state->candidate, out, err);
}

static double greatest(const double *values, size_t count)
{
    double max = 0;
    for (size_t i = 0; i < count; i++) {
        double size = values[i] < 0 ? -values[i] : values[i];
        if (size > max) max = size;
    }
    return max;
}

static void candidate_take(TrainerState *state, double factor)
{
    double weight = greatest(state->candidate, state->width);
    double change = factor * greatest(state->step, state->width);
    memcpy(state->weights, state->candidate, state->width * sizeof(double));
    state->converged = change <= state->params.tolerance * (weight > 1 ? weight : 1);
}

/// The longest of the step, its half, its quarter, ... that does not raise the objective; none: this is the minimum.
static bool step_take(TrainerState *state, double objective, double *out_loss, Error *err)
{
    double factor = 1;
    double bound = objective + OBJECTIVE_SLACK * objective;
    for (int i = 0; i < STEP_HALVINGS_MAX; i++) {
        TRY(candidate_loss(state, factor, out_loss, err));
        if (*out_loss + penalty(state, state->candidate) <= bound) {
            candidate_take(state, factor);
            return true;
        }
        factor /= 2;
    }
    state->converged = true;
    return linear_loss(&state->train, state->weights, out_loss, err);
}

/// The sum of losses as people read it: rmse, or the mean log loss.
static double loss_shown(const LinearRows *rows, double sum)
{
    double mean = rows->matrix->row_count == 0 ? float_nan() : sum / (double)rows->matrix->row_count;
    return rows->objective == OBJECTIVE_BINARY ? mean : pinned_sqrt(2 * mean);
}

static bool advance(TrainerState *state, double *out_train_loss, double *out_validation_loss, Error *err)
{
    double objective = 0;
    double train = 0;
    double validation = 0;
    TRY(step_find(state, &objective, err));
    TRY(step_take(state, objective, &train, err));
    TRY(linear_loss(&state->validation, state->weights, &validation, err));
    state->round++;
    *out_train_loss = loss_shown(&state->train, train);
    *out_validation_loss = loss_shown(&state->validation, validation);
    return true;
}

static bool save(const TrainerState *state, Bytes *out, Error *err)
{
    TRY(bytes_append_u64(out, (uint64_t)state->round, err));
    TRY(bytes_append_byte(out, state->converged, err));
    for (size_t i = 0; i < state->width; i++) TRY(bytes_append_u64(out, float_bits(state->weights[i]), err));
    return true;
}

static bool restore(TrainerState *state, Str saved, Error *err)
{
    ByteReader reader = {.data = (const uint8_t *)saved.data, .size = saved.size};
    uint64_t value = 0;
    uint8_t converged = 0;
    if (saved.size != 9 + state->width * 8) return error_set(err, ERROR_DATA, "weights of another model");
    TRY(reader_u64(&reader, &value, err));
    TRY(reader_u8(&reader, &converged, err));
    state->round = (int64_t)value;
    state->converged = converged != 0;
    for (size_t i = 0; i < state->width; i++) {
        TRY(reader_u64(&reader, &value, err));
        state->weights[i] = float_from_bits(value);
    }
    return true;
}

static bool finish(TrainerState *state, ModelFiles *out, Error *err)
{
    AUTO(model_files_deinit) ModelFiles files = {0};
    Bytes *content = NULL;
    TRY(model_files_add(&files, STR("weights.json"), &content, err));
    TRY(linear_weights_encode(&state->scale, state->weights, state->names, state->train.objective, content, err));
    *out = files;
    files = (ModelFiles){0};
    return true;
}

static void predictor_close(Predictor **predictor)
{
    if (*predictor == NULL) return;
    linear_weights_deinit(&(*predictor)->weights);
    memory_free(*predictor);
    *predictor = NULL;
}

static bool predictor_open(const ModelFiles *files, Objective objective, size_t column_count, Predictor **out,
                           Error *err)
{
    AUTO(predictor_close) Predictor *predictor = memory_alloc(sizeof(*predictor), err);
    Str text = {0};
    TRY(predictor != NULL);
    TRY(model_files_find(files, STR("weights.json"), &text, err));
    TRY(linear_weights_decode(text, objective, column_count, &predictor->weights, err));
    predictor->objective = objective;
    *out = predictor;
    predictor = NULL;
    return true;
}

static bool predict(const Predictor *predictor, const Matrix *matrix, double *out, Error *err)
{
    UNUSED(err);
    CHECK(matrix->column_count == predictor->weights.scale.column_count);
    for (size_t i = 0; i < matrix->row_count; i++) {
        double margin = linear_margin(&predictor->weights, matrix->values + i * matrix->column_count);
        out[i] = predictor->objective == OBJECTIVE_BINARY ? pinned_sigmoid(margin) : margin;
    }
    return true;
}

#define LINEAR_PARAMS " Params: l2 (of the standardised features; 1), rounds (at most), tolerance."

const Trainer TRAINER_LINEAR = {
    .name = "linear",
    .documentation = "Linear regression with an L2 penalty (ridge)." LINEAR_PARAMS,
    .check = check,
    .start = linear_start,
    .stop = stop,
    .rounds = rounds,
    .advance = advance,
    .save = save,
    .restore = restore,
    .finish = finish,
    .open = predictor_open,
    .close = predictor_close,
    .predict = predict,
    .reproducibility = "exact anywhere",
};

const Trainer TRAINER_LOGISTIC = {
    .name = "logistic",
    .documentation = "Logistic regression with an L2 penalty, for a binary label." LINEAR_PARAMS,
    .check = check,
    .start = logistic_start,
    .stop = stop,
    .rounds = rounds,
    .advance = advance,
    .save = save,
    .restore = restore,
    .finish = finish,
    .open = predictor_open,
    .close = predictor_close,
    .predict = predict,
    .reproducibility = "exact anywhere",
};
