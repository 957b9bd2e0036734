#include "model/trainer_internal.h"

#include "number/exact_stats.h"
#include "number/parse.h"

#include "model/xgboost_api_internal.h"

static const Trainer *const TRAINERS[] = {&TRAINER_XGBOOST, &TRAINER_LINEAR, &TRAINER_LOGISTIC};

const Trainer *trainer_find(Str name)
{
    for (size_t i = 0; i < COUNT_OF(TRAINERS); i++) {
        if (str_equal(str_from(TRAINERS[i]->name), name)) return TRAINERS[i];
    }
    return NULL;
}

size_t trainer_count(void)
{
    return COUNT_OF(TRAINERS);
}

const Trainer *trainer_at(size_t i)
{
    CHECK(i < COUNT_OF(TRAINERS));
    return TRAINERS[i];
}

bool trainer_library(const Trainer *trainer, Arena *arena, Str *out, Error *err)
{
    if (trainer == &TRAINER_XGBOOST) return xgboost_version(arena, out, err);
    *out = STR("");
    return true;
}

const char *objective_name(Objective objective)
{
    return objective == OBJECTIVE_BINARY ? "binary" : "regression";
}

void model_files_deinit(ModelFiles *files)
{
    for (size_t i = 0; i < files->count; i++) bytes_deinit(&files->items[i].content);
    *files = (ModelFiles){0};
}

bool model_files_add(ModelFiles *files, Str name, Bytes **out, Error *err)
{
    if (files->count == MODEL_FILES_MAX)
        return error_set(err, ERROR_DATA, "a model has at most %d files", MODEL_FILES_MAX);
    ModelFile *file = &files->items[files->count++];
    *file = (ModelFile){.name = name};
    *out = &file->content;
    return true;
}

bool model_files_find(const ModelFiles *files, Str name, Str *out, Error *err)
{
    for (size_t i = 0; i < files->count; i++) {
        if (!str_equal(files->items[i].name, name)) continue;
        *out = bytes_str(&files->items[i].content);
        return true;
    }
    return error_set(err, ERROR_DATA, "the file '%.*s' is missing", STR_ARG(name));
}

void training_data_deinit(TrainingData *data)
{
    matrix_deinit(&data->train);
    matrix_deinit(&data->validation);
    *data = (TrainingData){0};
}

bool label_mean(const double *label, size_t count, double *out, Error *err)
{
    ExactSum sum = {0};
    if (count == 0) return error_set(err, ERROR_DATA, "there are no training rows");
    for (size_t i = 0; i < count; i++) exact_sum_add(&sum, label[i]);
    *out = exact_mean(&sum, count);
    return true;
}

static bool label_refused(const char *part, size_t row, double label, const char *wanted, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    (void)number_format_double(label, text);
    return error_set(err, ERROR_DATA, "%s row %zu has the label %s, but %s", part, row, text, wanted);
}

static bool labels_check(Objective objective, const char *part, const double *label, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!float_is_finite(label[i])) return label_refused(part, i, label[i], "labels are finite numbers", err);
        if (objective == OBJECTIVE_BINARY && label[i] != 0 && label[i] != 1)
            return label_refused(part, i, label[i], "a binary objective needs labels 0 and 1", err);
    }
    return true;
}

static bool classes_check(const double *label, size_t count, Error *err)
{
    for (size_t i = 1; i < count; i++) {
        if (label[i] != label[0]) return true;
    }
    return error_set(err, ERROR_DATA, "all %zu training rows have the label %d: a binary model needs both classes",
                     count, label[0] != 0);
}

bool training_data_check(Objective objective, const TrainingData *data, Error *err)
{
    size_t count = data->train.row_count;
    if (count == 0) return error_set(err, ERROR_DATA, "there are no training rows");
    TRY(labels_check(objective, "training", data->train_label, count, err));
    TRY(labels_check(objective, "validation", data->validation_label, data->validation.row_count, err));
    return objective == OBJECTIVE_REGRESSION || classes_check(data->train_label, count, err);
}

bool param_int(const Node *params, Str name, int64_t min, int64_t max, int64_t *out, Error *err)
{
    return params == NULL || node_get_int(params, name, min, max, out, err);
}

static bool param_outside(const Node *node, double min, bool above, double max, Error *err)
{
    char low[NUMBER_TEXT_BYTES_MAX];
    char high[NUMBER_TEXT_BYTES_MAX];
    (void)number_format_double(min, low);
    (void)number_format_double(max, high);
    const char *least = above ? "above" : "at least";
    if (!float_is_finite(max)) return node_error(node, err, "a number %s %s is wanted", least, low);
    return node_error(node, err, "a number %s %s and at most %s is wanted", least, low, high);
}

bool param_double(const Node *params, Str name, double min, bool above, double max, double *out, Error *err)
{
    const Node *node = node_get(params, name);
    double value = 0;
    if (node == NULL) return true;
    TRY(node_double(node, &value, err));
    bool inside = float_is_finite(value) && value <= max && (above ? value > min : value >= min);
    if (!inside) return param_outside(node, min, above, max, err);
    *out = value;
    return true;
}
