/// The graph that a pipeline becomes: its steps, what they read, which run every time, and that each step's params hold exactly what it
/// depends on.
#include "support/test.h"

#include "pipeline_fixture.h"

static void expect_names(const Fixture *fixture, const char *expected)
{
    AUTO(bytes_deinit) Bytes names = {0};
    Error err = {0};
    for (size_t i = 0; i < fixture->pipeline.flow.step_count; i++)
        ASSERT_OK(bytes_append_format(&names, &err, "%s%.*s", i > 0 ? " " : "",
                                      STR_ARG(fixture->pipeline.flow.steps[i].name)),
                  err);
    ASSERT_STR(bytes_str(&names), expected);
}

/// "step: name=step.output ..., after step ...".
static void expect_inputs(const Fixture *fixture, const char *name, const char *expected)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    const FlowStep *step = fixture_step(fixture, name);
    assert_non_null(step);
    for (size_t i = 0; i < step->input_count; i++)
        ASSERT_OK(bytes_append_format(&text, &err, "%.*s=%.*s.%.*s ", STR_ARG(step->inputs[i].name),
                                      STR_ARG(step->inputs[i].step), STR_ARG(step->inputs[i].output)),
                  err);
    for (size_t i = 0; i < step->after_count; i++)
        ASSERT_OK(bytes_append_format(&text, &err, "after %.*s ", STR_ARG(step->after[i])), err);
    ASSERT_STR(str_trim(bytes_str(&text)), expected);
}

static void a_whole_pipeline_has_every_step(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    expect_names(&fixture, "ingest.trips fresh.trips ingest.zones dataset train evaluate online register notes");
    expect_inputs(&fixture, "ingest.trips", "");
    expect_inputs(&fixture, "fresh.trips", "after ingest.trips");
    expect_inputs(&fixture, "dataset",
                  "source.trips=ingest.trips.table source.zones=ingest.zones.table after fresh.trips");
    expect_inputs(&fixture, "train", "snapshot=dataset.snapshot");
    expect_inputs(&fixture, "evaluate",
                  "snapshot=dataset.snapshot model=train.model source.trips=ingest.trips.table "
                  "source.zones=ingest.zones.table");
    expect_inputs(&fixture, "online",
                  "snapshot=dataset.snapshot source.trips=ingest.trips.table source.zones=ingest.zones.table");
    expect_inputs(&fixture, "register",
                  "model=train.model evaluation=evaluate.evaluation snapshot=dataset.snapshot after online");
    expect_inputs(&fixture, "notes", "trips=ingest.trips.table dataset.snapshot=dataset.snapshot after train");
    ASSERT_STR(fixture.pipeline.flow.name, "p");
    assert_int_equal(fixture_step(&fixture, "train")->seed, 7);
}

static void only_what_asks_the_world_runs_every_time(void **state)
{
    static const char *const uncached[] = {"fresh.trips", "online", "register"};
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_prepare(&fixture, state, WHOLE);
    for (size_t i = 0; i < fixture.pipeline.flow.step_count; i++) {
        const FlowStep *step = &fixture.pipeline.flow.steps[i];
        bool expected = false;
        for (size_t k = 0; k < COUNT_OF(uncached); k++) expected |= str_equal(step->name, str_from(uncached[k]));
        assert_int_equal(step->uncached, expected);
    }
}

static void sql_that_names_no_files_runs_every_time(void **state)
{
    AUTO(fixture_deinit) Fixture open = {0};
    AUTO(fixture_deinit) Fixture closed = {0};
    fixture_prepare(&open, state,
                    "pipeline: p\nsources: {s: {sql: \"SELECT TIMESTAMP '2020-01-01' t\", time: t, known: t}}\n");
    fixture_prepare(&closed, state,
                    "pipeline: p\nsources: {s: {sql: \"SELECT TIMESTAMP '2020-01-01' t\", files: [], time: t, known: "
                    "t}}\n");
    assert_true(fixture_step(&open, "ingest.s")->uncached);
    assert_false(fixture_step(&closed, "ingest.s")->uncached);
}

static void sections_that_are_not_there_make_no_steps(void **state)
{
    AUTO(fixture_deinit) Fixture sources = {0};
    AUTO(fixture_deinit) Fixture features = {0};
    AUTO(fixture_deinit) Fixture trained = {0};
    fixture_files(state);
    fixture_prepare(&sources, state, "pipeline: p\n" SOURCES);
    expect_names(&sources, "ingest.trips fresh.trips ingest.zones");
    fixture_prepare(&features, state, "pipeline: p\n" SOURCES FEATURES DATASET);
    expect_names(&features, "ingest.trips fresh.trips ingest.zones dataset online");
    fixture_prepare(&trained, state, "pipeline: p\n" SOURCES FEATURES DATASET TRAIN);
    expect_names(&trained, "ingest.trips fresh.trips ingest.zones dataset train evaluate online");
}

static void a_rebuild_has_only_what_makes_the_model(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    PipelineOptions options = fixture_options(state, WHOLE);
    options.model_only = true;
    fixture_files(state);
    ASSERT_OK(fixture_open(&fixture, &options, &err), err);
    ASSERT_OK(pipeline_prepare(&fixture.pipeline, &err), err);
    expect_names(&fixture, "ingest.trips fresh.trips ingest.zones dataset train");
}

static void a_table_made_by_a_step_is_ingested_after_it(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_prepare(&fixture, state,
                    "pipeline: p\n"
                    "sources: {s: {step: clean.table, time: t, known: t}}\n"
                    "steps: {clean: {run: x, outputs: {table: clean.csv}}}\n");
    expect_inputs(&fixture, "ingest.s", "table=clean.table");
    ASSERT_STR(fixture_step(&fixture, "ingest.s")->params,
               "{\"config\":{\"pipeline\":\"p\",\"sources\":{\"s\":{\"step\":\"clean.table\",\"time\":\"t\",\"known\":"
               "\"t\"}}},\"files\":[],\"locked\":[],\"file_name\":\"clean.csv\"}");
}

/// One change to the file, and the steps whose params it changes. "%" stands for what is changed.
typedef struct Change {
    const char *from, *to;
    const char *changed;
} Change;

static const Change changes[] = {
    {"x: mean(x) over 7d", "x: mean(x) over 8d", "dataset register"},
    {"label: x", "label: x * 2", "dataset register"},
    {"train: 50%", "validation: 10%, train: 40%", "dataset register"},
    {"seed: 7", "seed: 8", "train register"},
    {"trainer: linear", "trainer: xgboost", "train register"},
    {"metrics: [rmse]", "metrics: [mae]", "evaluate register"},
    {"at_most: 9", "at_most: 8", "evaluate register"},
    {"promote: production", "promote: staging", "register"},
    {"fresh: 1d", "fresh: 2d", "ingest.trips fresh.trips dataset register"},
    {"key: zone", "key: [zone, since]", "ingest.zones dataset register"},
    {"cat notes.txt", "cat -n notes.txt", "register notes"},
    {"pipeline: p", "pipeline: p # a comment", ""},
};

static void text_change(const Change *change, Bytes *out)
{
    Str text = STR(WHOLE);
    Str from = str_from(change->from);
    Error err = {0};
    size_t at = 0;
    while (at < text.size && !str_starts(str_slice(text, at, text.size), from)) at++;
    assert_true(at < text.size);
    ASSERT_OK(bytes_append_str(out, str_slice(text, 0, at), &err), err);
    ASSERT_OK(bytes_append_str(out, str_from(change->to), &err), err);
    ASSERT_OK(bytes_append_format(out, &err, "%.*s%c", STR_ARG(str_slice(text, at + from.size, text.size)), 0), err);
}

/// The names of the steps whose params, or commands, differ.
static void expect_changed(const Fixture *before, const Fixture *after, const char *expected)
{
    AUTO(bytes_deinit) Bytes names = {0};
    Error err = {0};
    assert_int_equal(before->pipeline.flow.step_count, after->pipeline.flow.step_count);
    for (size_t i = 0; i < before->pipeline.flow.step_count; i++) {
        const FlowStep *step = &before->pipeline.flow.steps[i];
        const FlowStep *now = &after->pipeline.flow.steps[i];
        if (str_equal(step->params, now->params) && str_equal(step->code_digest, now->code_digest)) continue;
        ASSERT_OK(bytes_append_format(&names, &err, "%s%.*s", names.size > 0 ? " " : "", STR_ARG(step->name)), err);
    }
    ASSERT_STR(bytes_str(&names), expected);
}

static void params_hold_what_a_step_depends_on_and_nothing_else(void **state)
{
    AUTO(fixture_deinit) Fixture before = {0};
    fixture_files(state);
    fixture_prepare(&before, state, WHOLE);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        AUTO(fixture_deinit) Fixture after = {0};
        AUTO(bytes_deinit) Bytes text = {0};
        text_change(&changes[i], &text);
        fixture_prepare(&after, state, (const char *)text.data);
        expect_changed(&before, &after, changes[i].changed);
    }
}

static void the_gates_leakage_policy_is_the_datasets_too(void **state)
{
    AUTO(fixture_deinit) Fixture before = {0};
    AUTO(fixture_deinit) Fixture after = {0};
    fixture_files(state);
    fixture_prepare(&before, state, WHOLE);
    fixture_prepare(&after, state,
                    "pipeline: p\n" SOURCES FEATURES DATASET TRAIN EVALUATE
                    "gate: {rmse: {at_most: 9}, leakage: warn}\n" REGISTER STEPS);
    expect_changed(&before, &after, "dataset evaluate register");
}

static void a_changed_file_changes_its_ingest_alone(void **state)
{
    AUTO(fixture_deinit) Fixture before = {0};
    AUTO(fixture_deinit) Fixture after = {0};
    fixture_files(state);
    fixture_prepare(&before, state, WHOLE);
    test_write_file(state, "zones.csv", "zone,since\nnorth,2015-01-01 00:00:01\n");
    fixture_prepare(&after, state, WHOLE);
    expect_changed(&before, &after, "ingest.zones");
}

static void names_that_cannot_be_are_refused(void **state)
{
    AUTO(fixture_deinit) Fixture own = {0};
    AUTO(fixture_deinit) Fixture nowhere = {0};
    Error err = {0};
    fixture_files(state);
    fixture_init(&own, state, "pipeline: p\n" SOURCES FEATURES DATASET "steps: {dataset: {run: x}}\n");
    ASSERT_FAILS(pipeline_prepare(&own.pipeline, &err), err, ERROR_CONFIG,
                 "'dataset' is the name of one of pawl's own steps; call yours something else");
    fixture_init(&nowhere, state,
                 "pipeline: p\nsources: {s: {step: cleam.table, time: t, known: t}}\n"
                 "steps: {clean: {run: x, outputs: {table: clean.csv}}}\n");
    ASSERT_FAILS(pipeline_prepare(&nowhere.pipeline, &err), err, ERROR_CONFIG, "did you mean 'clean'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_whole_pipeline_has_every_step),
        TEST_IN_DIRECTORY(only_what_asks_the_world_runs_every_time),
        TEST_IN_DIRECTORY(sql_that_names_no_files_runs_every_time),
        TEST_IN_DIRECTORY(sections_that_are_not_there_make_no_steps),
        TEST_IN_DIRECTORY(a_rebuild_has_only_what_makes_the_model),
        TEST_IN_DIRECTORY(a_table_made_by_a_step_is_ingested_after_it),
        TEST_IN_DIRECTORY(params_hold_what_a_step_depends_on_and_nothing_else),
        TEST_IN_DIRECTORY(the_gates_leakage_policy_is_the_datasets_too),
        TEST_IN_DIRECTORY(a_changed_file_changes_its_ingest_alone),
        TEST_IN_DIRECTORY(names_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
