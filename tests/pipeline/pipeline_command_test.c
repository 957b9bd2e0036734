/// The user's own steps in the graph.
#include "support/test.h"

#include <stdio.h>

#include "pipeline_fixture.h"

#define STEP(body) "pipeline: p\n" SOURCES "steps: {own: {" body "}}\n"

static void a_command_is_run_by_the_shell(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(
        &fixture, state,
        STEP("run: 'sort < a', environment: HOME, retries: 2, timeout: 1m, cache: false, outputs: {out: o.txt}"));
    const FlowStep *step = fixture_step(&fixture, "own");
    ASSERT_STR(step->kind, "command");
    assert_int_equal(step->argv_count, 3);
    ASSERT_STR(step->argv[0], "/bin/sh");
    ASSERT_STR(step->argv[1], "-c");
    ASSERT_STR(step->argv[2], "cd \"$PAWL_DIRECTORY\" || exit 4\nsort < a");
    ASSERT_STR(step->params, "{}");
    ASSERT_STR(step->place.environment[0], "HOME");
    ASSERT_STR(step->outputs[0].name, "out");
    assert_int_equal(step->retries.limit, 2);
    assert_int_equal(step->timeout_us, 60000000);
    assert_true(step->uncached);
}

static void code_of(void **state, const char *text, char out[128])
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_prepare(&fixture, state, text);
    (void)snprintf(out, 128, "%.*s", STR_ARG(fixture_step(&fixture, "own")->code_digest));
}

static void a_command_changes_with_the_files_that_it_names(void **state)
{
    char before[128];
    char same[128];
    char after[128];
    fixture_files(state);
    test_write_file(state, "clean.py", "print(1)\n");
    test_write_file(state, "other.py", "print(1)\n");
    code_of(state, STEP("run: 'python3 ./clean.py --in=trips.csv'"), before);
    test_write_file(state, "other.py", "print(2)\n");
    code_of(state, STEP("run: 'python3 ./clean.py --in=trips.csv'"), same);
    assert_string_equal(before, same);
    test_write_file(state, "clean.py", "print(2)\n");
    code_of(state, STEP("run: 'python3 ./clean.py --in=trips.csv'"), after);
    assert_string_not_equal(before, after);
    test_write_file(state, "trips.csv", "id,t,u,zone,x\n1,2016-01-01 00:00:00,2016-01-01 01:00:00,north,7\n");
    code_of(state, STEP("run: 'python3 ./clean.py --in=trips.csv'"), before);
    assert_string_not_equal(before, after);
    code_of(state, STEP("run: 'python3  ./clean.py --in=trips.csv'"), after);
    assert_string_not_equal(before, after);
}

static void what_a_command_writes_is_not_its_code(void **state)
{
    char before[128];
    char after[128];
    fixture_files(state);
    code_of(state, STEP("run: 'date >> times; date >late'"), before);
    test_write_file(state, "times", "noon\n");
    test_write_file(state, "late", "noon\n");
    code_of(state, STEP("run: 'date >> times; date >late'"), after);
    assert_string_equal(before, after);
}

static void inputs_are_sources_or_outputs_of_steps(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    fixture_files(state);
    fixture_init(&fixture, state, STEP("run: x, inputs: [tripz]"));
    ASSERT_FAILS(pipeline_prepare(&fixture.pipeline, &err), err, ERROR_CONFIG,
                 "step 'own': input 'tripz' is neither a source nor an output written as step.output");
    fixture_deinit(&fixture);
    fixture_init(&fixture, state, STEP("run: x, inputs: [other.out]"));
    ASSERT_FAILS(pipeline_prepare(&fixture.pipeline, &err), err, ERROR_CONFIG, "there is no step 'other'");
    fixture_deinit(&fixture);
    fixture_init(&fixture, state, STEP("run: x, inputs: [own.out], outputs: {out: o}"));
    ASSERT_FAILS(pipeline_prepare(&fixture.pipeline, &err), err, ERROR_CONFIG, "circle");
}

static void a_rebuild_runs_the_steps_that_sources_wait_for(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    PipelineOptions options =
        fixture_options(state, "pipeline: p\n"
                               "sources: {s: {step: last.t, time: t, known: t}}\n"
                               "steps:\n"
                               "  first: {run: a, outputs: {t: t.csv}}\n"
                               "  before: {run: b}\n"
                               "  last: {run: c, inputs: [first.t], after: before, outputs: {t: t.csv}}\n"
                               "  report: {run: d, inputs: [s]}\n");
    options.model_only = true;
    ASSERT_OK(fixture_open(&fixture, &options, &err), err);
    ASSERT_OK(pipeline_prepare(&fixture.pipeline, &err), err);
    assert_non_null(fixture_step(&fixture, "first"));
    assert_non_null(fixture_step(&fixture, "before"));
    assert_non_null(fixture_step(&fixture, "last"));
    assert_null(fixture_step(&fixture, "report"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_command_is_run_by_the_shell),
        TEST_IN_DIRECTORY(a_command_changes_with_the_files_that_it_names),
        TEST_IN_DIRECTORY(what_a_command_writes_is_not_its_code),
        TEST_IN_DIRECTORY(inputs_are_sources_or_outputs_of_steps),
        TEST_IN_DIRECTORY(a_rebuild_runs_the_steps_that_sources_wait_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
