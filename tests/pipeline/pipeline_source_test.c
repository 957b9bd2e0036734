/// A source's files and their digests, as they are before a run.
#include "support/test.h"

#include "pipeline_fixture.h"

static void files_are_named_from_the_pipelines_directory(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Digest digest = {0};
    Error err = {0};
    test_write_file(state, "b.csv", "t\n2016-01-01 00:00:00\n");
    test_write_file(state, "a.csv", "t\n2016-01-02 00:00:00\n");
    fixture_prepare(&fixture, state, "pipeline: p\nsources: {s: {files: '*.csv', time: t, known: t}}\n");
    const PipelineSource *source = &fixture.pipeline.sources[0];
    assert_int_equal(source->file_count, 2);
    ASSERT_STR(source->files[0].path, "a.csv");
    ASSERT_STR(source->files[1].path, "b.csv");
    assert_int_equal(source->files[0].size, 22);
    ASSERT_OK(digest_of(STR("t\n2016-01-02 00:00:00\n"), &digest, &err), err);
    assert_true(digest_equal(&source->files[0].digest, &digest));
    assert_int_equal(source->locked.count, 1);
}

static void files_outside_keep_their_whole_path(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    Str outside = test_path(state, "elsewhere.csv");
    test_write_file(state, "elsewhere.csv", "t\n2016-01-01 00:00:00\n");
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, "in"), &err), err);
    ASSERT_OK(bytes_append_format(&text, &err, "pipeline: p\nsources: {s: {files: '%.*s', time: t, known: t}}\n%c",
                                  STR_ARG(outside), 0),
              err);
    PipelineOptions options = fixture_options(state, (const char *)text.data);
    options.file = test_path(state, "in/pawl.yaml");
    ASSERT_OK(fixture_open(&fixture, &options, &err), err);
    ASSERT_OK(pipeline_prepare(&fixture.pipeline, &err), err);
    assert_true(str_equal(fixture.pipeline.sources[0].files[0].path, outside));
}

static void missing_files_name_their_source(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    fixture_init(&fixture, state, "pipeline: p\nsources: {trips: {files: none.csv, time: t, known: t}}\n");
    ASSERT_FAILS(pipeline_prepare(&fixture.pipeline, &err), err, ERROR_NOT_FOUND, "source 'trips': ");
    ASSERT_FAILS(pipeline_prepare(&fixture.pipeline, &err), err, ERROR_NOT_FOUND, "none.csv");
}

static void what_a_step_makes_is_not_looked_at_before(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Plan plan = {0};
    bool compiled = true;
    Error err = {0};
    fixture_prepare(&fixture, state,
                    "pipeline: p\nsources: {s: {step: clean.t, time: t, known: t}}\n"
                    "steps: {clean: {run: x, outputs: {t: t.csv}}}\n");
    assert_int_equal(fixture.pipeline.sources[0].locked.count, 0);
    assert_int_equal(fixture.pipeline.sources[0].file_count, 0);
    ASSERT_OK(pipeline_compile(&fixture.pipeline, &plan, &compiled, &err), err);
    assert_false(compiled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(files_are_named_from_the_pipelines_directory),
        TEST_IN_DIRECTORY(files_outside_keep_their_whole_path),
        TEST_IN_DIRECTORY(missing_files_name_their_source),
        TEST_IN_DIRECTORY(what_a_step_makes_is_not_looked_at_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
