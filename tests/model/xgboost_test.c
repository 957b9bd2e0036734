#include <stdio.h>

#include "model/forest_internal.h"
#include "model/training_fixture.h"
#include "model/xgboost_api_internal.h"
#include "model/xgboost_params_internal.h"
#include "support/test.h"

static const char PARAMS[] = "{\"rounds\":12,\"max_depth\":4,\"subsample\":0.8,\"learning_rate\":0.2}";

static const Trainer *xgboost(void)
{
    return trainer_find(STR("xgboost"));
}

static void train(Objective objective, const char *params, size_t rows, uint32_t threads, ModelFiles *out)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    ASSERT_OK(fixture_init(&fixture, "xgboost", objective, params, rows, &err), err);
    fixture.options.threads = threads;
    ASSERT_OK(fixture_train(&fixture, out, &err), err);
}

static void threads_never_change_the_booster(void **state)
{
    UNUSED(state);
    for (Objective objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        AUTO(model_files_deinit) ModelFiles one = {0};
        train(objective, PARAMS, 9000, 1, &one);
        for (uint32_t threads = 2; threads <= 3; threads++) {
            AUTO(model_files_deinit) ModelFiles more = {0};
            train(objective, PARAMS, 9000, threads, &more);
            assert_true(files_same(&one, &more));
        }
    }
}

static void the_seed_decides_which_rows_are_drawn(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles seven = {0};
    AUTO(model_files_deinit) ModelFiles eight = {0};
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_REGRESSION, PARAMS, 500, &err), err);
    ASSERT_OK(fixture_train(&fixture, &seven, &err), err);
    fixture.options.seed = 8;
    ASSERT_OK(fixture_train(&fixture, &eight, &err), err);
    assert_false(files_same(&seven, &eight));
}

/// Advances `rounds` times.
static void advance(TrainerState *training, int64_t rounds)
{
    Error err = {0};
    double loss[2];
    for (int64_t i = 0; i < rounds; i++) ASSERT_OK(xgboost()->advance(training, &loss[0], &loss[1], &err), err);
}

static void resume_at(const Fixture *fixture, int64_t cut, const ModelFiles *whole)
{
    Error err = {0};
    TrainerState *first = NULL;
    TrainerState *second = NULL;
    AUTO(bytes_deinit) Bytes saved = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    ASSERT_OK(xgboost()->start(&fixture->options, &fixture->data, &first, &err), err);
    advance(first, cut);
    ASSERT_OK(xgboost()->save(first, &saved, &err), err);
    xgboost()->stop(&first);
    ASSERT_OK(xgboost()->start(&fixture->options, &fixture->data, &second, &err), err);
    ASSERT_OK(xgboost()->restore(second, bytes_str(&saved), &err), err);
    advance(second, 12 - cut);
    ASSERT_OK(xgboost()->finish(second, &files, &err), err);
    xgboost()->stop(&second);
    assert_true(files_same(&files, whole));
}

static void a_resumed_training_gives_the_same_booster_from_every_cut(void **state)
{
    UNUSED(state);
    for (Objective objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles whole = {0};
        ASSERT_OK(fixture_init(&fixture, "xgboost", objective, PARAMS, 1500, &err), err);
        ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
        for (int64_t cut = 0; cut <= 12; cut++) resume_at(&fixture, cut, &whole);
    }
}

static void saving_between_rounds_does_not_change_the_booster(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles whole = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    TrainerState *training = NULL;
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_BINARY, PARAMS, 1500, &err), err);
    ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
    ASSERT_OK(xgboost()->start(&fixture.options, &fixture.data, &training, &err), err);
    for (int64_t i = 0; i < 12; i++) {
        AUTO(bytes_deinit) Bytes saved = {0};
        advance(training, 1);
        if (i % 3 == 0) ASSERT_OK(xgboost()->save(training, &saved, &err), err);
    }
    ASSERT_OK(xgboost()->finish(training, &files, &err), err);
    xgboost()->stop(&training);
    assert_true(files_same(&files, &whole));
}

static Predictor *open_predictor(const ModelFiles *files, Objective objective)
{
    Error err = {0};
    Predictor *predictor = NULL;
    ASSERT_OK(xgboost()->open(files, objective, FIXTURE_COLUMNS, &predictor, &err), err);
    return predictor;
}

static void a_known_function_is_learned(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    double predicted[1000];
    double squares = 0;
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_REGRESSION, "{\"rounds\":80}", 4000, &err), err);
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
    Predictor *predictor = open_predictor(&files, OBJECTIVE_REGRESSION);
    ASSERT_OK(xgboost()->predict(predictor, &fixture.data.validation, predicted, &err), err);
    xgboost()->close(&predictor);
    for (size_t i = 0; i < 1000; i++) {
        double residual = predicted[i] - fixture.data.validation_label[i];
        squares += residual * residual;
    }
    assert_true(pinned_sqrt(squares / 1000) < 0.15);
}

static void a_probability_follows_the_odds(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    double low_and_high[2];
    double rows[2 * FIXTURE_COLUMNS] = {0.05, 0.5, 0.5, 42, 0.95, 0.5, 0.5, 42};
    Matrix matrix = {rows, 2, FIXTURE_COLUMNS};
    train(OBJECTIVE_BINARY, "{\"rounds\":30,\"max_depth\":2,\"eta\":0.1}", 4000, 1, &files);
    Predictor *predictor = open_predictor(&files, OBJECTIVE_BINARY);
    ASSERT_OK(xgboost()->predict(predictor, &matrix, low_and_high, &err), err);
    xgboost()->close(&predictor);
    assert_true(low_and_high[0] > 0.05 && low_and_high[0] < 0.3);
    assert_true(low_and_high[1] > 0.7 && low_and_high[1] < 0.95);
}

static void a_rows_prediction_does_not_depend_on_its_neighbours(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    double batch[250];
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_BINARY, PARAMS, 1000, &err), err);
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
    Predictor *predictor = open_predictor(&files, OBJECTIVE_BINARY);
    ASSERT_OK(xgboost()->predict(predictor, &fixture.data.validation, batch, &err), err);
    for (size_t i = 0; i < 250; i++) {
        Matrix row = {fixture.data.validation.values + i * FIXTURE_COLUMNS, 1, FIXTURE_COLUMNS};
        double alone = 0;
        ASSERT_OK(xgboost()->predict(predictor, &row, &alone, &err), err);
        assert_memory_equal(&alone, &batch[i], sizeof(double));
    }
    xgboost()->close(&predictor);
}

/// The sums that XGBoost itself predicts for the matrix, from the saved booster.
static void sums_by_xgboost(Str booster, const float *values, size_t rows, float *out)
{
    static const char CONFIG[] = "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                                 "\"strict_shape\":false}";
    Error err = {0};
    XgboostApi api = {0};
    char array[160];
    void *matrix = NULL;
    void *handle = NULL;
    const uint64_t *shape = NULL;
    uint64_t dimensions = 0;
    const float *sums = NULL;
    ASSERT_OK(xgboost_load(&api, &err), err);
    (void)snprintf(array, sizeof(array), "{\"data\":[%llu,true],\"shape\":[%zu,%d],\"typestr\":\"<f4\",\"version\":3}",
                   (unsigned long long)(uintptr_t)values, rows, FIXTURE_COLUMNS);
    assert_int_equal(api.matrix_create(array, "{\"missing\":NaN,\"nthread\":1}", &matrix), 0);
    assert_int_equal(api.booster_create(NULL, 0, &handle), 0);
    assert_int_equal(api.booster_load(handle, booster.data, booster.size), 0);
    assert_int_equal(api.booster_predict(handle, matrix, CONFIG, &shape, &dimensions, &sums), 0);
    memcpy(out, sums, rows * sizeof(float));
    assert_int_equal(api.booster_free(handle), 0);
    assert_int_equal(api.matrix_free(matrix), 0);
}

static void our_trees_give_the_bits_that_xgboost_gives(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    AUTO(forest_deinit) Forest forest = {0};
    static float values[500 * FIXTURE_COLUMNS];
    float sums[500];
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_REGRESSION, PARAMS, 2000, &err), err);
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
    Str booster = bytes_str(&files.items[1].content);
    ASSERT_STR(files.items[1].name, "booster.ubj");
    ASSERT_OK(forest_decode(booster, FIXTURE_COLUMNS, &forest, &err), err);
    const Matrix *rows = &fixture.data.validation;
    for (size_t i = 0; i < COUNT_OF(values); i++) values[i] = float_narrow(rows->values[i]);
    sums_by_xgboost(booster, values, 500, sums);
    for (size_t i = 0; i < 500; i++) {
        float ours = forest_sum(&forest, values + i * FIXTURE_COLUMNS);
        assert_memory_equal(&ours, &sums[i], sizeof(float));
    }
}

static void infinite_features_are_the_greatest_ones(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_REGRESSION, PARAMS, 500, &err), err);
    for (size_t i = 0; i < 100; i++) fixture.data.train.values[i * FIXTURE_COLUMNS] = float_infinity();
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
    assert_true(float_narrow(float_infinity()) == FLT_MAX && float_narrow(-1e300) == -FLT_MAX);
    assert_true(float_narrow(float_nan()) != float_narrow(float_nan()));
}

static void labels_far_from_their_mean_are_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    double labels[500] = {1e13};
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_REGRESSION, PARAMS, 500, &err), err);
    fixture.data.train_label = labels;
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_DATA, "take its logarithm");
}

static void every_param_has_its_error(void **state)
{
    static const char *const CASES[][2] = {
        {"{\"max_dept\":3}", "did you mean 'max_depth'?"},
        {"{\"colsample_bytree\":0.5}", "'colsample_bytree' cannot be set: XGBoost draws columns"},
        {"{\"objective\":\"x\"}", "it stands beside params"},
        {"{\"tree_method\":\"exact\"}", "only 'hist'"},
        {"{\"subsample\":0}", "a number above 0 and at most 1 is wanted"},
        {"{\"subsample\":1.5}", "a number above 0 and at most 1 is wanted"},
        {"{\"lambda\":-1}", "a number at least 0 is wanted"},
        {"{\"rounds\":0}", "1"},
        {"{\"max_depth\":\"deep\"}", "max_depth"},
        {"{\"max_depth\":0}", "needs 'max_leaves'"},
        {"{\"eta\":0.1,\"learning_rate\":0.1}", "are the same"},
    };
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        ASSERT_OK(fixture_params(&fixture, CASES[i][0], &err), err);
        assert_false(xgboost()->check(&fixture.options, &err));
        if (strstr(err.text, CASES[i][1]) == NULL) fail_msg("%s: %s", CASES[i][0], err.text);
    }
}

static void every_param_reaches_xgboost(void **state)
{
    static const char *const CASES[] = {
        "{\"rounds\":3,\"max_depth\":2}",
        "{\"rounds\":3,\"max_bin\":8}",
        "{\"rounds\":3,\"eta\":0.05}",
        "{\"rounds\":3,\"lambda\":50}",
        "{\"rounds\":3,\"alpha\":20}",
        "{\"rounds\":3,\"gamma\":40}",
        "{\"rounds\":3,\"min_child_weight\":90}",
        "{\"rounds\":3,\"subsample\":0.5}",
        "{\"rounds\":3,\"max_leaves\":5}",
        "{\"rounds\":3}",
        "{\"rounds\":4}",
    };
    static ModelFiles files[COUNT_OF(CASES)];
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        train(OBJECTIVE_REGRESSION, CASES[i], 400, 1, &files[i]);
        for (size_t j = 0; j < i; j++) assert_false(files_same(&files[i], &files[j]));
    }
    for (size_t i = 0; i < COUNT_OF(CASES); i++) model_files_deinit(&files[i]);
}

static void the_version_names_the_library(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str version = {0};
    ASSERT_OK(trainer_library(xgboost(), &arena, &version, &err), err);
    assert_true(str_starts(version, STR("xgboost 1.")));
    ASSERT_OK(trainer_library(trainer_find(STR("linear")), &arena, &version, &err), err);
    assert_int_equal(version.size, 0);
}

static void an_error_of_xgboost_is_one_line(void **state)
{
    UNUSED(state);
    Error err = {0};
    XgboostApi api = {0};
    void *matrix = NULL;
    ASSERT_OK(xgboost_load(&api, &err), err);
    int status = api.matrix_create("{\"data\":[0,true],\"shape\":[1,1],\"typestr\":\"<f9\",\"version\":3}",
                                   "{\"missing\":NaN}", &matrix);
    ASSERT_FAILS(xgboost_done(&api, status, "taking the data", &err), err, ERROR_STEP, "xgboost: taking the data: ");
    (void)xgboost_done(&api, status, "taking the data", &err);
    assert_null(strchr(err.text, '\n'));
    assert_null(strstr(err.text, ".cc:"));
}

static bool train_once(void *context, Error *err)
{
    AUTO(model_files_deinit) ModelFiles files = {0};
    return fixture_train(context, &files, err);
}

static void training_survives_every_failing_allocation_of_ours(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    ASSERT_OK(fixture_init(&fixture, "xgboost", OBJECTIVE_REGRESSION, "{\"rounds\":2,\"max_depth\":2}", 50, &err), err);
    for_each_allocation_failure(train_once, &fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_never_change_the_booster),
        cmocka_unit_test(the_seed_decides_which_rows_are_drawn),
        cmocka_unit_test(a_resumed_training_gives_the_same_booster_from_every_cut),
        cmocka_unit_test(saving_between_rounds_does_not_change_the_booster),
        cmocka_unit_test(a_known_function_is_learned),
        cmocka_unit_test(a_probability_follows_the_odds),
        cmocka_unit_test(a_rows_prediction_does_not_depend_on_its_neighbours),
        cmocka_unit_test(our_trees_give_the_bits_that_xgboost_gives),
        cmocka_unit_test(infinite_features_are_the_greatest_ones),
        cmocka_unit_test(labels_far_from_their_mean_are_refused),
        cmocka_unit_test(every_param_has_its_error),
        cmocka_unit_test(every_param_reaches_xgboost),
        cmocka_unit_test(the_version_names_the_library),
        cmocka_unit_test(an_error_of_xgboost_is_one_line),
        cmocka_unit_test(training_survives_every_failing_allocation_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
