#include "model/package.h"

#include <stdio.h>

#include "fit/fit.h"
#include "frame/frame.h"
#include "model/training_fixture.h"
#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"

static const char DEFINITION[] =
    "views:\n"
    "  t: {inputs: {x: float64, y: float64}, columns: {x: x, y: y, noise: x + y, one: 42.0}}\n";

/// A trained model of the fixture and its plan.
typedef struct Made {
    Fixture fixture;
    Plan plan;
    Bytes plan_json;
    ModelFiles files;
    ModelManifest manifest;
    Digest digest;
} Made;

static void made_deinit(Made *made)
{
    fixture_deinit(&made->fixture);
    plan_deinit(&made->plan);
    bytes_deinit(&made->plan_json);
    model_files_deinit(&made->files);
    model_manifest_deinit(&made->manifest);
}

static void manifest_fill(Made *made)
{
    Error err = {0};
    ModelManifest *manifest = &made->manifest;
    *manifest = (ModelManifest){
        .pipeline = STR("trips"),
        .trainer = made->fixture.options.trainer,
        .reproducibility = STR("exact anywhere"),
        .params = STR("{\"l2\":2}"),
        .objective = made->fixture.options.objective,
        .seed = 7,
        .feature_count = made->plan.feature_count,
        .plan = made->plan.digest,
        .as_of_us = 5,
        .trained_until_us = -3,
        .label_mean = 0.1,
        .train_rows = 300,
    };
    manifest->features = arena_alloc_array(&manifest->arena, made->plan.feature_count, sizeof(Str), &err);
    for (uint32_t i = 0; i < made->plan.feature_count; i++) manifest->features[i] = made->plan.features[i].name;
    manifest->sources = arena_alloc_array(&manifest->arena, 1, sizeof(PackageSource), &err);
    manifest->sources[0] = (PackageSource){.name = STR("trips")};
    manifest->source_count = 1;
}

/// Into the test's directory "package".
static void make(void **state, const char *trainer, Objective objective, Made *made)
{
    Error err = {0};
    ASSERT_OK(fixture_init(&made->fixture, trainer, objective, "{\"rounds\":5}", 300, &err), err);
    ASSERT_OK(fixture_train(&made->fixture, &made->files, &err), err);
    plan_text_compile(DEFINITION, &made->plan);
    ASSERT_OK(plan_encode(&made->plan, &made->plan_json, &err), err);
    manifest_fill(made);
    ASSERT_OK(package_write(disk_system(), &made->manifest, bytes_str(&made->plan_json), &made->files,
                            test_path(state, "package"), &made->digest, &err),
              err);
}

/// The fixture's validation rows as a frame in which the columns stand in another order.
static void frame_of(const Fixture *fixture, Frame *frame)
{
    static const size_t ORDER[FIXTURE_COLUMNS] = {2, 0, 3, 1};
    static const char *const NAMES[FIXTURE_COLUMNS] = {"t.x", "t.y", "t.noise", "t.one"};
    Error err = {0};
    const Matrix *matrix = &fixture->data.validation;
    for (size_t j = 0; j < FIXTURE_COLUMNS; j++) {
        Column *column = NULL;
        ASSERT_OK(frame_add_column(frame, str_from(NAMES[ORDER[j]]), TYPE_OF(TYPE_FLOAT64), &column, &err), err);
        for (size_t i = 0; i < matrix->row_count; i++) {
            double value = matrix->values[i * FIXTURE_COLUMNS + ORDER[j]];
            bool null = float_is_nan(value);
            ASSERT_OK(null ? column_push_null(column, &err) : column_push_float(column, value, &err), err);
        }
    }
    frame_finish(frame);
}

static void predictions_equal(const Model *model, const Fixture *fixture, const ModelFiles *files)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    double expected[75];
    double batch[75];
    Predictor *predictor = NULL;
    frame_of(fixture, &frame);
    ASSERT_OK(model->trainer->open(files, fixture->options.objective, FIXTURE_COLUMNS, &predictor, &err), err);
    ASSERT_OK(model->trainer->predict(predictor, &fixture->data.validation, expected, &err), err);
    model->trainer->close(&predictor);
    ASSERT_OK(model_predict(model, &frame, NULL, 75, batch, &err), err);
    assert_memory_equal(batch, expected, sizeof(batch));
    for (uint64_t i = 0; i < 75; i++) {
        double alone = 0;
        ASSERT_OK(model_predict(model, &frame, &i, 1, &alone, &err), err);
        assert_memory_equal(&alone, &batch[i], sizeof(double));
    }
}

static void a_package_opens_to_the_model_that_was_trained(void **state)
{
    static const struct {
        const char *trainer;
        Objective objective;
    } CASES[] = {{"linear", OBJECTIVE_REGRESSION},
                 {"logistic", OBJECTIVE_BINARY},
                 {"xgboost", OBJECTIVE_REGRESSION},
                 {"xgboost", OBJECTIVE_BINARY}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        AUTO(made_deinit) Made made = {0};
        AUTO(model_deinit) Model model = {0};
        make(state, CASES[i].trainer, CASES[i].objective, &made);
        ASSERT_OK(model_open(disk_system(), test_path(state, "package"), &model, &err), err);
        assert_true(digest_equal(&model.digest, &made.digest));
        assert_true(digest_equal(&model.plan.digest, &made.plan.digest));
        predictions_equal(&model, &made.fixture, &made.files);
        ASSERT_OK(disk_remove_tree(disk_system(), test_path(state, "package"), &err), err);
    }
}

static void the_same_training_gives_the_same_digest(void **state)
{
    AUTO(made_deinit) Made first = {0};
    AUTO(made_deinit) Made second = {0};
    make(state, "xgboost", OBJECTIVE_REGRESSION, &first);
    make(state, "xgboost", OBJECTIVE_REGRESSION, &second);
    assert_true(digest_equal(&first.digest, &second.digest));
}

/// Flips a byte, opens, and puts the file back.
static void damage_is_found(void **state, const char *name, size_t place)
{
    Error err = {0};
    char path[64];
    AUTO(bytes_deinit) Bytes content = {0};
    Model model = {0};
    (void)snprintf(path, sizeof(path), "package/%s", name);
    ASSERT_OK(disk_read(disk_system(), test_path(state, path), 1 << 20, &content, &err), err);
    content.data[place % content.size] ^= 0x20;
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, path), bytes_str(&content), &err), err);
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "package"), &model, &err), err, ERROR_DATA, name);
    content.data[place % content.size] ^= 0x20;
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(state, path), bytes_str(&content), &err), err);
}

static void every_damaged_file_is_named(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    AUTO(model_deinit) Model model = {0};
    make(state, "xgboost", OBJECTIVE_REGRESSION, &made);
    for (size_t place = 0; place < 2000; place += 397) {
        damage_is_found(state, "plan.json", place);
        damage_is_found(state, "booster.ubj", place);
        damage_is_found(state, "base.json", place);
    }
    damage_is_found(state, "model.json", 0);
    ASSERT_OK(model_open(disk_system(), test_path(state, "package"), &model, &err), err);
}

static void transform_write(void **state, Made *made, const Plan *features, const char *expression)
{
    AUTO(fitting_deinit) Fitting fitting = {0};
    AUTO(transform_deinit) Transform transform = {0};
    AUTO(frame_deinit) Frame frame = {0};
    Error err = {0};
    static const Str KEEP[] = {STR_INIT("t.y"), STR_INIT("t.noise"), STR_INIT("t.one")};
    const NamedExpression column = {STR("x"), {.text = str_from(expression)}};
    const TransformDefinition definition = {.columns = &column, .column_count = 1, .keep = KEEP, .keep_count = 3};
    const FitRows rows = {.frame = &frame, .count = made->fixture.data.validation.row_count, .threads = 1};
    frame_of(&made->fixture, &frame);
    ASSERT_OK(transform_compile(&definition, features, &transform, &err), err);
    ASSERT_OK(transform_fit(&transform, &rows, &fitting, &err), err);
    ASSERT_OK(package_add_transform(&made->files, &fitting.plan, STR("[]"), &err), err);
    ASSERT_OK(package_write(disk_system(), &made->manifest, bytes_str(&made->plan_json), &made->files,
                            test_path(state, "package"), &made->digest, &err),
              err);
}

static void transforms_are_part_of_the_model(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    AUTO(model_deinit) Model plain = {0};
    AUTO(model_deinit) Model model = {0};
    AUTO(bytes_deinit) Bytes facts = {0};
    make(state, "linear", OBJECTIVE_REGRESSION, &made);
    ASSERT_OK(model_open(disk_system(), test_path(state, "package"), &plain, &err), err);
    assert_false(plain.has_transform);
    transform_write(state, &made, &made.plan, "t.x + 0");
    ASSERT_OK(model_open(disk_system(), test_path(state, "package"), &model, &err), err);
    assert_true(model.has_transform);
    assert_false(digest_equal(&plain.digest, &model.digest));
    predictions_equal(&model, &made.fixture, &made.files);
    ASSERT_OK(package_facts(disk_system(), test_path(state, "package"), &facts, &err), err);
    ASSERT_STR(bytes_str(&facts), "[]");
    for (size_t place = 0; place < 1000; place += 97) damage_is_found(state, "transform.json", place);
}

static void transforms_change_what_the_trainer_sees(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    AUTO(model_deinit) Model plain = {0};
    AUTO(model_deinit) Model model = {0};
    AUTO(frame_deinit) Frame frame = {0};
    double as_it_is = 0;
    double scaled = 0;
    uint64_t row = 3;
    make(state, "linear", OBJECTIVE_REGRESSION, &made);
    ASSERT_OK(model_open(disk_system(), test_path(state, "package"), &plain, &err), err);
    transform_write(state, &made, &made.plan, "scale(t.x, 'min_max') + 7");
    ASSERT_OK(model_open(disk_system(), test_path(state, "package"), &model, &err), err);
    frame_of(&made.fixture, &frame);
    ASSERT_OK(model_predict(&plain, &frame, &row, 1, &as_it_is, &err), err);
    ASSERT_OK(model_predict(&model, &frame, &row, 1, &scaled, &err), err);
    assert_true(as_it_is != scaled);
}

static void transforms_of_another_plan_are_refused(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    AUTO(plan_deinit) Plan other = {0};
    Model model = {0};
    make(state, "linear", OBJECTIVE_REGRESSION, &made);
    plan_text_compile(
        "views:\n  t: {inputs: {x: float64, y: float64}, columns: {y: y, x: x, noise: x + y, one: 42.0}}\n", &other);
    transform_write(state, &made, &other, "t.x + 0");
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "package"), &model, &err), err, ERROR_DATA,
                 "the transforms read other features than the plan has");
}

static void a_missing_file_is_named(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    Model model = {0};
    make(state, "linear", OBJECTIVE_REGRESSION, &made);
    ASSERT_OK(disk_remove_file(disk_system(), test_path(state, "package/weights.json"), &err), err);
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "package"), &model, &err), err, ERROR_NOT_FOUND,
                 "weights.json");
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "nowhere"), &model, &err), err, ERROR_NOT_FOUND,
                 "model.json");
}

static void a_package_of_another_plan_is_refused(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    Model model = {0};
    make(state, "linear", OBJECTIVE_REGRESSION, &made);
    made.manifest.plan.bytes[0] ^= 1;
    ASSERT_OK(package_write(disk_system(), &made.manifest, bytes_str(&made.plan_json), &made.files,
                            test_path(state, "package"), &made.digest, &err),
              err);
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "package"), &model, &err), err, ERROR_DATA,
                 "another plan than model.json names");
    made.manifest.plan.bytes[0] ^= 1;
    made.manifest.features[0] = STR("t.z");
    ASSERT_OK(package_write(disk_system(), &made.manifest, bytes_str(&made.plan_json), &made.files,
                            test_path(state, "package"), &made.digest, &err),
              err);
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "package"), &model, &err), err, ERROR_DATA,
                 "feature 0 is 't.x' in the plan, 't.z' in the model");
}

static void an_unknown_trainer_is_named(void **state)
{
    Error err = {0};
    AUTO(made_deinit) Made made = {0};
    Model model = {0};
    make(state, "linear", OBJECTIVE_REGRESSION, &made);
    made.manifest.trainer = STR("oracle");
    ASSERT_OK(package_write(disk_system(), &made.manifest, bytes_str(&made.plan_json), &made.files,
                            test_path(state, "package"), &made.digest, &err),
              err);
    ASSERT_FAILS(model_open(disk_system(), test_path(state, "package"), &model, &err), err, ERROR_DATA, "'oracle'");
}

typedef struct Opening {
    Str directory;
    Frame *frame;
} Opening;

static bool open_and_predict(void *context, Error *err)
{
    const Opening *opening = context;
    AUTO(model_deinit) Model model = {0};
    double out[3];
    TRY(model_open(disk_system(), opening->directory, &model, err));
    return model_predict(&model, opening->frame, NULL, 3, out, err);
}

static void opening_survives_every_failing_allocation(void **state)
{
    AUTO(made_deinit) Made made = {0};
    AUTO(frame_deinit) Frame frame = {0};
    make(state, "xgboost", OBJECTIVE_BINARY, &made);
    frame_of(&made.fixture, &frame);
    Opening opening = {test_path(state, "package"), &frame};
    for_each_allocation_failure(open_and_predict, &opening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_package_opens_to_the_model_that_was_trained),
        TEST_IN_DIRECTORY(the_same_training_gives_the_same_digest),
        TEST_IN_DIRECTORY(every_damaged_file_is_named),
        TEST_IN_DIRECTORY(a_missing_file_is_named),
        TEST_IN_DIRECTORY(transforms_are_part_of_the_model),
        TEST_IN_DIRECTORY(transforms_change_what_the_trainer_sees),
        TEST_IN_DIRECTORY(transforms_of_another_plan_are_refused),
        TEST_IN_DIRECTORY(a_package_of_another_plan_is_refused),
        TEST_IN_DIRECTORY(an_unknown_trainer_is_named),
        TEST_IN_DIRECTORY(opening_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
