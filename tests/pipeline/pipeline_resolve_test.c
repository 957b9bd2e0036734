/// What is known only just before a step starts.
#include "support/test.h"

#include "pipeline_fixture.h"
#include "registry/registry.h"

static void resolved(Fixture *fixture, const char *step, const StepValue *values, size_t count, Bytes *out)
{
    Error err = {0};
    const FlowStep *found = fixture_step(fixture, step);
    assert_non_null(found);
    bytes_clear(out);
    ASSERT_OK(bytes_append_str(out, found->params, &err), err);
    ASSERT_OK(pipeline_resolve(&fixture->pipeline, found, values, count, out, &err), err);
}

/// The step's params are those of the flow, and more.
static void expect_added(Fixture *fixture, const char *step, const StepValue *values, size_t count,
                         const char *expected)
{
    AUTO(bytes_deinit) Bytes out = {0};
    Str params = fixture_step(fixture, step)->params;
    resolved(fixture, step, values, count, &out);
    assert_true(str_starts(bytes_str(&out), str_slice(params, 0, params.size - 1)));
    ASSERT_STR(str_slice(bytes_str(&out), params.size - 1, out.size), expected);
}

static void after_the_last_row_every_moment_gives_one_dataset(void **state)
{
    const StepValue values[] = {{STR("ingest.trips.known_max"), STR("500")},
                                {STR("ingest.zones.known_max"), STR("700")}};
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    fixture.pipeline.as_of_us = 1000;
    expect_added(&fixture, "dataset", values, 2, ",\"as_of\":701}");
    fixture.pipeline.as_of_us = 702;
    expect_added(&fixture, "dataset", values, 2, ",\"as_of\":701}");
    fixture.pipeline.as_of_us = 701;
    expect_added(&fixture, "dataset", values, 2, ",\"as_of\":701}");
    fixture.pipeline.as_of_us = 600;
    expect_added(&fixture, "dataset", values, 2, ",\"as_of\":600}");
    fixture.pipeline.as_of_us = INT64_MIN;
    expect_added(&fixture, "dataset", values, 2, ",\"as_of\":-9223372036854775808}");
}

static void the_last_instant_does_not_wrap(void **state)
{
    const StepValue values[] = {{STR("ingest.trips.known_max"), STR("9223372036854775807")},
                                {STR("ingest.zones.known_max"), STR("0")}};
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    fixture.pipeline.as_of_us = 5;
    expect_added(&fixture, "dataset", values, 2, ",\"as_of\":5}");
}

static void freshness_is_asked_of_the_runs_start(void **state)
{
    const StepValue values[] = {{STR("ingest.zones.time_max"), STR("1")}, {STR("ingest.trips.time_max"), STR("42")}};
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    fixture.pipeline.as_of_us = 7; // another matter
    expect_added(&fixture, "fresh.trips", values, 2, ",\"time_max\":42,\"now\":1456790400}");
}

static void a_value_that_no_step_gave_is_an_error(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Error err = {0};
    const StepValue values[] = {{STR("ingest.trips.known_max"), STR("500")}};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    ASSERT_FAILS(pipeline_resolve(&fixture.pipeline, fixture_step(&fixture, "dataset"), values, 1, &out, &err), err,
                 ERROR_STEP, "step 'dataset' needs the value 'ingest.zones.known_max', which no step gave");
}

/// A registered version whose package is an object of the store.
static void version_make(Fixture *fixture, void **state, int64_t expected)
{
    Error err = {0};
    RegistryCandidate candidate = {
        .model = STR("trips"), .run = STR("1"), .step = STR("register"), .metadata = STR("{}")};
    Promotion promotion = {
        .model = STR("trips"), .alias = STR("production"), .expected = expected, .event = STR("e"), .reason = STR("r")};
    test_write_file(state, ".pawl/package", "package");
    candidate.digest.bytes[0] = 0xAB;
    ASSERT_OK(object_commit(&fixture->pipeline.store, test_path(state, ".pawl/package"), &candidate.package, &err),
              err);
    ASSERT_OK(registry_register(&fixture->pipeline.store, &candidate, &promotion.version, &err), err);
    ASSERT_OK(registry_promote(&fixture->pipeline.store, &promotion, &err), err);
}

static void evaluation_depends_on_what_is_in_production(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    expect_added(&fixture, "evaluate", NULL, 0, "}");
    version_make(&fixture, state, REGISTRY_NO_VERSION);
    resolved(&fixture, "evaluate", NULL, 0, &out);
    Str added = str_slice(bytes_str(&out), fixture_step(&fixture, "evaluate")->params.size - 1, out.size);
    assert_true(str_starts(added, STR(",\"production\":{\"version\":1,\"digest\":\"ab000000")));
    assert_true(str_ends(added, STR("\"}}")));
    assert_int_not_equal(str_find(added, '/'), added.size);
}

static void registration_moves_the_alias_from_what_was_compared_with(void **state)
{
    const StepValue values[] = {{STR("evaluate.compared_with"), STR("3")}};
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    expect_added(&fixture, "register", values, 1, ",\"compared_with\":3}");
}

static void other_steps_stay_as_they_are(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    static const char *const names[] = {"ingest.trips", "train", "online", "notes"};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        resolved(&fixture, names[i], NULL, 0, &out);
        assert_true(str_equal(bytes_str(&out), fixture_step(&fixture, names[i])->params));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(after_the_last_row_every_moment_gives_one_dataset),
        TEST_IN_DIRECTORY(the_last_instant_does_not_wrap),
        TEST_IN_DIRECTORY(freshness_is_asked_of_the_runs_start),
        TEST_IN_DIRECTORY(a_value_that_no_step_gave_is_an_error),
        TEST_IN_DIRECTORY(evaluation_depends_on_what_is_in_production),
        TEST_IN_DIRECTORY(registration_moves_the_alias_from_what_was_compared_with),
        TEST_IN_DIRECTORY(other_steps_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
