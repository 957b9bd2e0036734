#include "model/xgboost_predictor_internal.h"

#include "base/memory.h"
#include "model/boost_loss_internal.h"
#include "model/forest_internal.h"
#include "model/trainer_internal.h"
#include "text/json.h"
#include "text/json_writer.h"

struct Predictor {
    Forest forest;
    Objective objective;
    double base;
    size_t column_count;
};

bool xgboost_base_encode(double base, Objective objective, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    TRY(json_object_begin(&json, err));
    TRY(json_field_double(&json, STR("base"), base, err));
    TRY(json_field_str(&json, STR("objective"), str_from(objective_name(objective)), err));
    return json_object_end(&json, err);
}

void xgboost_predictor_close(Predictor **predictor)
{
    if (*predictor == NULL) return;
    forest_deinit(&(*predictor)->forest);
    memory_free(*predictor);
    *predictor = NULL;
}

static bool base_read(Str text, Objective objective, double *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    Str name = {0};
    const Node *node = NULL;
    TRY(json_parse(XGBOOST_FILE_BASE, text, &arena, &document, err));
    TRY(NODE_CHECK_KEYS(document.root, err, "base", "objective"));
    TRY(node_need(document.root, STR("objective"), &node, err));
    TRY(node_str(node, &name, err));
    if (!str_equal(name, str_from(objective_name(objective)))) return node_error(node, err, "another objective");
    TRY(node_need(document.root, STR("base"), &node, err));
    return node_double(node, out, err);
}

static bool predictor_fill(Predictor *predictor, const ModelFiles *files, Error *err)
{
    Str base = {0};
    Str booster = {0};
    TRY(model_files_find(files, XGBOOST_FILE_BASE, &base, err));
    TRY(base_read(base, predictor->objective, &predictor->base, err));
    TRY(model_files_find(files, XGBOOST_FILE_BOOSTER, &booster, err));
    TRY_OR(forest_decode(booster, predictor->column_count, &predictor->forest, err), err, "booster.ubj");
    return true;
}

bool xgboost_predictor_open(const ModelFiles *files, Objective objective, size_t column_count, Predictor **out,
                            Error *err)
{
    AUTO(xgboost_predictor_close) Predictor *predictor = memory_alloc(sizeof(*predictor), err);
    TRY(predictor != NULL);
    predictor->objective = objective;
    predictor->column_count = column_count;
    TRY(predictor_fill(predictor, files, err));
    *out = predictor;
    predictor = NULL;
    return true;
}

static void rows_predict(const Predictor *predictor, const Matrix *matrix, float *row, double *out)
{
    for (size_t i = 0; i < matrix->row_count; i++) {
        const double *values = matrix->values + i * matrix->column_count;
        for (size_t j = 0; j < matrix->column_count; j++) row[j] = float_narrow(values[j]);
        out[i] = boost_predict(predictor->objective, predictor->base, forest_sum(&predictor->forest, row));
    }
}

bool xgboost_predict(const Predictor *predictor, const Matrix *matrix, double *out, Error *err)
{
    CHECK(matrix->column_count == predictor->column_count);
    float *row = memory_alloc_array(matrix->column_count + 1, sizeof(float), err);
    TRY(row != NULL);
    rows_predict(predictor, matrix, row, out);
    memory_free(row);
    return true;
}
