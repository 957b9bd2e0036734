/// Opening and preparing: all that can be wrong before a run is found before it.
#include "support/test.h"

#include "pipeline_fixture.h"

static void a_file_that_is_not_there_says_how_to_make_one(void **state)
{
    Fixture fixture = {0};
    Error err = {0};
    PipelineOptions options = {.file = test_path(state, "pawl.yaml")};
    ASSERT_FAILS(fixture_open(&fixture, &options, &err), err, ERROR_NOT_FOUND,
                 "'pawl init' writes one, --file names another");
    assert_false(disk_exists(disk_system(), test_path(state, ".pawl")));
}

static void a_pipeline_is_read_from_its_file_and_kept_beside_it(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    PipelineOptions options = {.file = test_path(state, "pawl.yaml")};
    fixture_files(state);
    test_write_file(state, "pawl.yaml", WHOLE);
    ASSERT_OK(fixture_open(&fixture, &options, &err), err);
    assert_true(str_equal(fixture.pipeline.directory, test_path(state, "")) ||
                str_starts(test_path(state, ""), fixture.pipeline.directory));
    assert_true(disk_exists(disk_system(), test_path(state, ".pawl")));
    ASSERT_OK(pipeline_prepare(&fixture.pipeline, &err), err);
}

static void a_wrong_file_makes_no_store(void **state)
{
    Fixture fixture = {0};
    Error err = {0};
    PipelineOptions options = fixture_options(state, "pipeline: p\n");
    ASSERT_FAILS(fixture_open(&fixture, &options, &err), err, ERROR_CONFIG, "'sources' is missing");
    assert_false(disk_exists(disk_system(), test_path(state, ".pawl")));
}

static void features_are_compiled_before_the_run(void **state)
{
    AUTO(fixture_deinit) Fixture good = {0};
    AUTO(fixture_deinit) Fixture bad = {0};
    AUTO(plan_deinit) Plan plan = {0};
    bool compiled = false;
    Error err = {0};
    fixture_files(state);
    fixture_prepare(&good, state, WHOLE);
    ASSERT_OK(pipeline_compile(&good.pipeline, &plan, &compiled, &err), err);
    assert_true(compiled && plan.feature_count == 2);
    fixture_init(&bad, state,
                 "pipeline: p\n" SOURCES "features: {v: {from: trips, by: zone, columns: {m: mean(y) over 1d}}}\n");
    ASSERT_FAILS(pipeline_prepare(&bad.pipeline, &err), err, ERROR_CONFIG,
                 "pawl.yaml:5:57: there is no column in the rows of 'trips' called 'y'");
}

static void a_model_is_named_before_it_is_trained(void **state)
{
    AUTO(fixture_deinit) Fixture model = {0};
    AUTO(fixture_deinit) Fixture alias = {0};
    Error err = {0};
    fixture_files(state);
    fixture_init(&model, state, "pipeline: p\n" SOURCES FEATURES DATASET TRAIN "register: {model: a@b}\n");
    ASSERT_FAILS(pipeline_prepare(&model.pipeline, &err), err, ERROR_CONFIG,
                 "pawl.yaml:9:19: 'a@b' is no name of a model");
    fixture_init(&alias, state, "pipeline: p\n" SOURCES FEATURES DATASET TRAIN "register: {model: m, promote: '3'}\n");
    ASSERT_FAILS(pipeline_prepare(&alias.pipeline, &err), err, ERROR_CONFIG,
                 "alias '3': a number is a version; an alias needs a letter");
}

static void relocking_an_unknown_source_is_an_error(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    PipelineOptions options = fixture_options(state, WHOLE);
    options.relock = STR("tripz");
    fixture_files(state);
    ASSERT_OK(fixture_open(&fixture, &options, &err), err);
    ASSERT_FAILS(pipeline_prepare(&fixture.pipeline, &err), err, ERROR_USAGE,
                 "--relock tripz: the pipeline has no such source");
}

/// What the forecast says of a step, and the as_of that it was made for.
static int64_t forecast_as_of(Fixture *fixture)
{
    AUTO(arena_deinit) Arena arena = {0};
    FlowOptions options = {0};
    FlowForecast *forecast = NULL;
    Error err = {0};
    ASSERT_OK(pipeline_forecast(&fixture->pipeline, &options, &arena, &forecast, &err), err);
    ASSERT_STR(forecast[0].step, "ingest.trips");
    assert_int_equal(forecast[0].state, STEP_WAITING);
    return fixture->pipeline.as_of_us;
}

static void a_run_is_as_of_its_start_or_what_was_stated(void **state)
{
    AUTO(fixture_deinit) Fixture now = {0};
    AUTO(fixture_deinit) Fixture stated = {0};
    AUTO(fixture_deinit) Fixture overridden = {0};
    Error err = {0};
    const char *text = "pipeline: p\n" SOURCES FEATURES "dataset: {from: trips, at: t, label: x, as_of: 2016-02-01}\n";
    PipelineOptions options = fixture_options(state, text);
    options.as_of_us = 77;
    fixture_files(state);
    fixture_prepare(&now, state, WHOLE);
    assert_int_equal(forecast_as_of(&now), FIXTURE_NOW_US);
    fixture_prepare(&stated, state, text);
    assert_int_equal(forecast_as_of(&stated), INT64_C(1454284800000000));
    ASSERT_OK(fixture_open(&overridden, &options, &err), err);
    ASSERT_OK(pipeline_prepare(&overridden.pipeline, &err), err);
    assert_int_equal(forecast_as_of(&overridden), 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_file_that_is_not_there_says_how_to_make_one),
        TEST_IN_DIRECTORY(a_pipeline_is_read_from_its_file_and_kept_beside_it),
        TEST_IN_DIRECTORY(a_wrong_file_makes_no_store),
        TEST_IN_DIRECTORY(features_are_compiled_before_the_run),
        TEST_IN_DIRECTORY(a_model_is_named_before_it_is_trained),
        TEST_IN_DIRECTORY(relocking_an_unknown_source_is_an_error),
        TEST_IN_DIRECTORY(a_run_is_as_of_its_start_or_what_was_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
