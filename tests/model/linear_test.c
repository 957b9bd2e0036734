#include "model/linear_pass_internal.h"
#include "model/linear_weights_internal.h"
#include "model/training_fixture.h"
#include "support/test.h"

enum { COLUMNS = FIXTURE_COLUMNS, WIDTH = COLUMNS + 1 };

static void train(const Fixture *fixture, LinearWeights *out)
{
    Error err = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    ASSERT_OK(fixture_train(fixture, &files, &err), err);
    assert_int_equal(files.count, 1);
    ASSERT_STR(files.items[0].name, "weights.json");
    ASSERT_OK(linear_weights_decode(bytes_str(&files.items[0].content), fixture->options.objective, COLUMNS, out, &err),
              err);
}

/// Gauss and Jordan with pivoting, in the widest floats that the compiler has.
static void solve_naively(long double system[WIDTH][WIDTH + 1])
{
    for (size_t i = 0; i < WIDTH; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < WIDTH; j++) {
            if (system[j][i] * system[j][i] > system[best][i] * system[best][i]) best = j;
        }
        for (size_t k = 0; k <= WIDTH; k++) {
            long double kept = system[i][k];
            system[i][k] = system[best][k];
            system[best][k] = kept;
        }
        for (size_t j = 0; j < WIDTH; j++) {
            long double factor = j == i ? 0 : system[j][i] / system[i][i];
            for (size_t k = 0; k <= WIDTH; k++) system[j][k] -= factor * system[i][k];
        }
    }
    for (size_t i = 0; i < WIDTH; i++) system[i][WIDTH] /= system[i][i];
}

static void row_standardise(const LinearScale *scale, const double *row, long double *out)
{
    for (size_t j = 0; j < COLUMNS; j++) {
        bool silent = float_is_nan(row[j]) || scale->scales[j] == 0;
        out[j] = silent ? 0 : ((long double)row[j] - scale->means[j]) / scale->scales[j];
    }
    out[COLUMNS] = 1;
}

/// The normal equations of the fixture's data, with the penalty; the silent constant column keeps weight 0.
static void ridge_naively(const Fixture *fixture, const LinearScale *scale, long double l2, long double *out)
{
    static long double system[WIDTH][WIDTH + 1];
    memset(system, 0, sizeof(system));
    for (size_t i = 0; i < fixture->data.train.row_count; i++) {
        long double row[WIDTH + 1];
        row_standardise(scale, fixture->data.train.values + i * COLUMNS, row);
        row[WIDTH] = fixture->data.train_label[i];
        for (size_t j = 0; j < WIDTH; j++)
            for (size_t k = 0; k <= WIDTH; k++) system[j][k] += row[j] * row[k];
    }
    for (size_t j = 0; j < COLUMNS; j++) system[j][j] += l2;
    system[3][3] = 1;
    solve_naively(system);
    for (size_t j = 0; j < WIDTH; j++) out[j] = system[j][WIDTH];
}

static void linear_regression_equals_the_naive_solution(void **state)
{
    static const struct {
        const char *params;
        long double l2;
    } CASES[] = {{"{}", 1}, {"{\"l2\":0}", 0}, {"{\"l2\":250.5}", 250.5L}};
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(linear_weights_deinit) LinearWeights weights = {0};
        long double expected[WIDTH];
        ASSERT_OK(fixture_init(&fixture, "linear", OBJECTIVE_REGRESSION, CASES[i].params, 3000, &err), err);
        train(&fixture, &weights);
        ridge_naively(&fixture, &weights.scale, CASES[i].l2, expected);
        for (size_t j = 0; j < WIDTH; j++) {
            long double difference = expected[j] - (long double)weights.weights[j];
            assert_true(difference < 1e-14L && difference > -1e-14L);
        }
        assert_true(weights.weights[3] == 0);
    }
}

/// Of the whole objective at the weights: no entry is far from 0.
static void gradient_vanishes(const Fixture *fixture, const LinearWeights *weights, double l2)
{
    Error err = {0};
    double hessian[WIDTH * WIDTH];
    double gradient[WIDTH];
    double loss = 0;
    LinearRows rows = {&fixture->data.train, fixture->data.train_label, &weights->scale, fixture->options.objective, 1};
    ASSERT_OK(linear_derivatives(&rows, weights->weights, hessian, gradient, &loss, &err), err);
    for (size_t j = 0; j < WIDTH; j++) {
        double whole = gradient[j] + (j < COLUMNS ? l2 * weights->weights[j] : 0);
        assert_true(whole < 1e-9 && whole > -1e-9);
    }
}

static void the_logistic_gradient_vanishes_at_the_solution(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(linear_weights_deinit) LinearWeights weights = {0};
    ASSERT_OK(fixture_init(&fixture, "logistic", OBJECTIVE_BINARY, "{\"l2\":0.5}", 5000, &err), err);
    train(&fixture, &weights);
    gradient_vanishes(&fixture, &weights, 0.5);
    double slope = weights.weights[0] / weights.scale.scales[0];
    assert_true(slope > 3.5 && slope < 4.5);
}

static void derivatives_are_those_of_the_loss(void **state)
{
    UNUSED(state);
    for (Objective objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(linear_scale_deinit) LinearScale scale = {0};
        double weights[WIDTH] = {0.3, -0.2, 0.1, 0, 0.5};
        double gradient[WIDTH], behind[WIDTH], hessian[WIDTH * WIDTH], other[WIDTH * WIDTH];
        double loss = 0;
        double ahead = 0;
        const double step = 1e-6;
        ASSERT_OK(fixture_init(&fixture, "linear", objective, "{}", 2000, &err), err);
        ASSERT_OK(linear_scale_fit(&fixture.data.train, FIXTURE_NAMES, 1, &scale, &err), err);
        LinearRows rows = {&fixture.data.train, fixture.data.train_label, &scale, objective, 1};
        ASSERT_OK(linear_derivatives(&rows, weights, hessian, gradient, &loss, &err), err);
        weights[1] += step;
        ASSERT_OK(linear_derivatives(&rows, weights, other, behind, &ahead, &err), err);
        double slope = (ahead - loss) / step - gradient[1];
        double curvature = (behind[1] - gradient[1]) / step - hessian[1 * WIDTH + 1];
        assert_true(slope < 1e-2 && slope > -1e-2);
        assert_true(curvature < 1e-2 && curvature > -1e-2);
        double alone = 0;
        ASSERT_OK(linear_loss(&rows, weights, &alone, &err), err);
        assert_memory_equal(&alone, &ahead, sizeof(alone));
    }
}

static void predictions_follow_the_law_and_stand_alone(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    const Trainer *trainer = trainer_find(STR("linear"));
    Predictor *predictor = NULL;
    double batch[100];
    ASSERT_OK(fixture_init(&fixture, "linear", OBJECTIVE_REGRESSION, "{\"l2\":0}", 400, &err), err);
    for (size_t i = 0; i < 400; i++) {
        double *row = fixture.data.train.values + i * COLUMNS;
        if (float_is_nan(row[1])) row[1] = -2.5;
    }
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
    ASSERT_OK(trainer->open(&files, OBJECTIVE_REGRESSION, COLUMNS, &predictor, &err), err);
    ASSERT_OK(trainer->predict(predictor, &fixture.data.validation, batch, &err), err);
    for (size_t i = 0; i < 100; i++) {
        Matrix row = {fixture.data.validation.values + i * COLUMNS, 1, COLUMNS};
        double alone = 0;
        ASSERT_OK(trainer->predict(predictor, &row, &alone, &err), err);
        assert_memory_equal(&alone, &batch[i], sizeof(double));
        double residual = alone - fixture.data.validation_label[i];
        if (i % 7 != 3) assert_true(residual < 1e-12 && residual > -1e-12);
    }
    trainer->close(&predictor);
}

static void a_null_counts_as_the_mean(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(linear_weights_deinit) LinearWeights weights = {0};
    const double rows[2][2] = {{float_nan(), 8}, {3, 8}};
    Str text = STR("{\"bias\":1.0,\"columns\":[{\"mean\":3.0,\"name\":\"a\",\"scale\":2.0,\"weight\":10.0},"
                   "{\"mean\":7.0,\"name\":\"b\",\"scale\":0.0,\"weight\":0.0}],\"objective\":\"regression\"}");
    ASSERT_OK(linear_weights_decode(text, OBJECTIVE_REGRESSION, 2, &weights, &err), err);
    assert_true(linear_margin(&weights, rows[0]) == 1);
    assert_true(linear_margin(&weights, rows[1]) == 1);
}

static void weights_that_are_none_are_refused(void **state)
{
    static const char *const CASES[][2] = {
        {"[]", "a map"},
        {"{\"bias\":1.0,\"columns\":[]}", "objective"},
        {"{\"bias\":1.0,\"columns\":[],\"objective\":\"binary\"}", "another objective"},
        {"{\"bias\":\"NaN\",\"columns\":[],\"objective\":\"regression\"}", "0 columns, but the model has 1"},
        {"{\"bias\":1,\"columns\":[{\"mean\":1,\"name\":\"a\",\"scale\":-1,\"weight\":1}],\"objective\":"
         "\"regression\"}",
         "not negative"},
        {"{\"bias\":1,\"columns\":[{\"mean\":1,\"name\":\"a\",\"scale\":1}],\"objective\":\"regression\"}", "weight"},
    };
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        LinearWeights weights = {0};
        ASSERT_FAILS(linear_weights_decode(str_from(CASES[i][0]), OBJECTIVE_REGRESSION, 1, &weights, &err), err,
                     ERROR_DATA, CASES[i][1]);
    }
}

static void weights_read_back_to_the_same_bits(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(linear_weights_deinit) LinearWeights weights = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    ASSERT_OK(fixture_init(&fixture, "logistic", OBJECTIVE_BINARY, "{}", 300, &err), err);
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
    Str text = bytes_str(&files.items[0].content);
    ASSERT_OK(linear_weights_decode(text, OBJECTIVE_BINARY, COLUMNS, &weights, &err), err);
    ASSERT_OK(linear_weights_encode(&weights.scale, weights.weights, FIXTURE_NAMES, OBJECTIVE_BINARY, &again, &err),
              err);
    assert_true(str_equal(bytes_str(&again), text));
}

/// "Exact anywhere": these bytes hold for every compiler, CPU and number of threads. A change must be meant.
static void weights_are_as_recorded(void **state)
{
    static const struct {
        const char *trainer;
        Objective objective;
        const char *digest;
    } CASES[] = {
        {"linear", OBJECTIVE_REGRESSION, "a090f4590871a9ba27caaa9aa694bff1c84f8325546aba297b2041fd977593ee"},
        {"logistic", OBJECTIVE_BINARY, "9eaf90237db39af7f7851d5fc6733b77f3090fa89eaac1f08e101de59c927002"},
    };
    UNUSED(state);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        Digest digest = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles files = {0};
        ASSERT_OK(fixture_init(&fixture, CASES[i].trainer, CASES[i].objective, "{}", 5000, &err), err);
        ASSERT_OK(fixture_train(&fixture, &files, &err), err);
        ASSERT_OK(digest_of(bytes_str(&files.items[0].content), &digest, &err), err);
        assert_string_equal(digest_hex(&digest).text, CASES[i].digest);
    }
}

static void dependent_features_need_a_penalty(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    ASSERT_OK(fixture_init(&fixture, "linear", OBJECTIVE_REGRESSION, "{\"l2\":0}", 300, &err), err);
    for (size_t i = 0; i < 300; i++) {
        double *row = fixture.data.train.values + i * COLUMNS;
        row[2] = row[0];
    }
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_DATA, "set `l2` above 0");
    ASSERT_OK(fixture_params(&fixture, "{\"l2\":0.001}", &err), err);
    ASSERT_OK(fixture_train(&fixture, &files, &err), err);
}

static void separable_classes_are_learned_with_a_penalty(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(linear_weights_deinit) LinearWeights weights = {0};
    double labels[1000];
    ASSERT_OK(fixture_init(&fixture, "logistic", OBJECTIVE_BINARY, "{\"l2\":1e-3}", 1000, &err), err);
    for (size_t i = 0; i < 1000; i++) labels[i] = fixture.data.train.values[i * COLUMNS] > 0.5;
    fixture.data.train_label = labels;
    train(&fixture, &weights);
    gradient_vanishes(&fixture, &weights, 1e-3);
}

static void infinite_features_are_named(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    ASSERT_OK(fixture_init(&fixture, "linear", OBJECTIVE_REGRESSION, "{}", 100, &err), err);
    fixture.data.train.values[5 * COLUMNS + 2] = float_infinity();
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_DATA,
                 "feature 'noise' is infinite in training row 5");
}

static void each_trainer_names_the_other_for_the_wrong_objective(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    ASSERT_OK(fixture_init(&fixture, "linear", OBJECTIVE_BINARY, "{}", 100, &err), err);
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_CONFIG, "take 'logistic'");
    fixture.options.trainer = STR("logistic");
    fixture.options.objective = OBJECTIVE_REGRESSION;
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_CONFIG, "take 'linear'");
}

static bool train_once(void *context, Error *err)
{
    AUTO(model_files_deinit) ModelFiles files = {0};
    AUTO(linear_weights_deinit) LinearWeights weights = {0};
    TRY(fixture_train(context, &files, err));
    return linear_weights_decode(bytes_str(&files.items[0].content), OBJECTIVE_REGRESSION, COLUMNS, &weights, err);
}

static void training_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    ASSERT_OK(fixture_init(&fixture, "linear", OBJECTIVE_REGRESSION, "{}", 100, &err), err);
    for_each_allocation_failure(train_once, &fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_regression_equals_the_naive_solution),
        cmocka_unit_test(the_logistic_gradient_vanishes_at_the_solution),
        cmocka_unit_test(derivatives_are_those_of_the_loss),
        cmocka_unit_test(predictions_follow_the_law_and_stand_alone),
        cmocka_unit_test(a_null_counts_as_the_mean),
        cmocka_unit_test(weights_that_are_none_are_refused),
        cmocka_unit_test(weights_read_back_to_the_same_bits),
        cmocka_unit_test(weights_are_as_recorded),
        cmocka_unit_test(dependent_features_need_a_penalty),
        cmocka_unit_test(separable_classes_are_learned_with_a_penalty),
        cmocka_unit_test(infinite_features_are_named),
        cmocka_unit_test(each_trainer_names_the_other_for_the_wrong_objective),
        cmocka_unit_test(training_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
