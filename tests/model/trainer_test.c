#include "model/trainer_internal.h"

#include "model/training_fixture.h"
#include "support/test.h"

static void trainers_are_found_by_name(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < trainer_count(); i++)
        assert_ptr_equal(trainer_find(str_from(trainer_at(i)->name)), trainer_at(i));
    assert_int_equal(trainer_count(), 3);
    assert_non_null(trainer_find(STR("xgboost")));
    assert_null(trainer_find(STR("xgboos")));
    assert_null(trainer_find(STR("")));
}

static void the_label_mean_is_exact(void **state)
{
    UNUSED(state);
    Error err = {0};
    double mean = 0;
    const double label[] = {1e300, 1, -1e300, 2, 0, 0};
    ASSERT_OK(label_mean(label, 6, &mean, &err), err);
    assert_true(mean == 0.5);
    ASSERT_FAILS(label_mean(label, 0, &mean, &err), err, ERROR_DATA, "no training rows");
}

/// Trains on the labels with every trainer that takes the objective; all refuse alike.
static void labels_refused(Objective objective, const double *labels, size_t count, const char *text)
{
    static const char *const TRAINERS[2][2] = {{"linear", "xgboost"}, {"logistic", "xgboost"}};
    for (size_t i = 0; i < 2; i++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles files = {0};
        ASSERT_OK(fixture_init(&fixture, TRAINERS[objective][i], objective, "{}", 40, &err), err);
        fixture.data.train_label = labels;
        fixture.data.train.row_count = count;
        ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_DATA, text);
    }
}

static void labels_that_teach_nothing_are_refused(void **state)
{
    UNUSED(state);
    const double zeros[3] = {0, 0, 0};
    const double ones[3] = {1, 1, 1};
    const double other[3] = {0, 1, 2};
    const double missing[3] = {0, float_nan(), 1};
    const double infinite[3] = {0, 1, float_infinity()};
    labels_refused(OBJECTIVE_BINARY, zeros, 3,
                   "all 3 training rows have the label 0: a binary model needs both classes");
    labels_refused(OBJECTIVE_BINARY, ones, 3, "all 3 training rows have the label 1");
    labels_refused(OBJECTIVE_BINARY, other, 3, "training row 2 has the label 2, but a binary objective needs labels 0");
    labels_refused(OBJECTIVE_BINARY, missing, 3, "training row 1 has the label nan");
    labels_refused(OBJECTIVE_REGRESSION, missing, 3, "training row 1 has the label nan, but labels are finite numbers");
    labels_refused(OBJECTIVE_REGRESSION, infinite, 3, "training row 2 has the label inf");
    labels_refused(OBJECTIVE_REGRESSION, zeros, 0, "there are no training rows");
}

static void validation_labels_are_checked_too(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    const double labels[10] = {0, 3};
    ASSERT_OK(fixture_init(&fixture, "logistic", OBJECTIVE_BINARY, "{}", 40, &err), err);
    fixture.data.validation_label = labels;
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_DATA, "validation row 1 has the label 3");
}

/// Constant labels, one row, one column that says nothing, no validation rows: dull, but no error.
static void every_trainer_learns_a_constant(void **state)
{
    static const char *const TRAINERS[] = {"linear", "xgboost"};
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(TRAINERS); i++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles files = {0};
        const Trainer *trainer = trainer_find(str_from(TRAINERS[i]));
        Predictor *predictor = NULL;
        const double label = 4.25;
        double predicted = 0;
        ASSERT_OK(fixture_init(&fixture, TRAINERS[i], OBJECTIVE_REGRESSION, "{\"rounds\":2}", 1, &err), err);
        fixture.data.train_label = &label;
        ASSERT_OK(fixture_train(&fixture, &files, &err), err);
        ASSERT_OK(trainer->open(&files, OBJECTIVE_REGRESSION, FIXTURE_COLUMNS, &predictor, &err), err);
        ASSERT_OK(trainer->predict(predictor, &fixture.data.train, &predicted, &err), err);
        trainer->close(&predictor);
        assert_true(predicted == 4.25);
    }
}

static void a_model_has_so_many_files(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    Bytes *content = NULL;
    Str found = {0};
    for (size_t i = 0; i < MODEL_FILES_MAX; i++) ASSERT_OK(model_files_add(&files, STR("a"), &content, &err), err);
    ASSERT_FAILS(model_files_add(&files, STR("a"), &content, &err), err, ERROR_DATA, "at most 8 files");
    ASSERT_FAILS(model_files_find(&files, STR("b"), &found, &err), err, ERROR_DATA, "the file 'b' is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trainers_are_found_by_name),
        cmocka_unit_test(the_label_mean_is_exact),
        cmocka_unit_test(labels_that_teach_nothing_are_refused),
        cmocka_unit_test(validation_labels_are_checked_too),
        cmocka_unit_test(every_trainer_learns_a_constant),
        cmocka_unit_test(a_model_has_so_many_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
