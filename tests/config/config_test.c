/// Whole pipeline files: which sections there are, what they need of each other, and what no file may have.
#include "config_fixture.h"

#include "config/config_internal.h"
#include "text/yaml.h"

static void smallest_pipeline_has_a_name_and_a_source(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, PIPELINE SOURCE, CONFIG_ALL);
    ASSERT_STR(config.pipeline, "p");
    assert_int_equal(config.source_count, 1);
    assert_false(config.has_dataset || config.has_train || config.has_register);
    assert_int_equal(config.step_count + config.view_count + config.parameter_count, 0);
    ASSERT_STR(config.document->name, "p.yaml");
}

static void split_and_gate_have_defaults(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, PIPELINE SOURCE, CONFIG_ALL);
    assert_true(config.split.train == 0.7 && config.split.validation == 0.15 && config.split.test == 0.15);
    assert_true(config.evaluate.gate.beat_baseline);
    assert_int_equal(config.evaluate.gate.leakage, LEAKAGE_FAIL);
    assert_int_equal(config.evaluate.gate.resamples, 2000);
    assert_int_equal(config.evaluate.gate.rows_min, 100);
    assert_int_equal(config.evaluate.gate.rule_count, 0);
}

static void file_must_be_a_map(void **state)
{
    UNUSED(state);
    const char *expected =
        "p.yaml: a pipeline file is a map with 'pipeline', 'sources' and more; this one is empty or no map";
    expect_config_error("", CONFIG_ALL, expected);
    expect_config_error("# nothing\n", CONFIG_ALL, expected);
    expect_config_error("- a\n", CONFIG_ALL, expected);
    expect_config_error("text\n", CONFIG_ALL, expected);
}

static void unknown_section_is_named_with_the_nearest(void **state)
{
    UNUSED(state);
    expect_config_error(PIPELINE "feturs: {}\n", CONFIG_ALL,
                        "p.yaml:2:1: unknown key 'feturs'; did you mean 'features'?\n  feturs: {}\n  ^");
}

static void memory_is_a_size_that_a_step_can_do_with(void **state)
{
    UNUSED(state);
    CONFIG_OF(none, PIPELINE SOURCE, CONFIG_ALL);
    CONFIG_OF(given, PIPELINE "memory: 1GiB\n" SOURCE, CONFIG_ALL);
    assert_int_equal(none.memory_bytes, 0);
    assert_int_equal(given.memory_bytes, 1 << 30);
    expect_config_error(
        PIPELINE "memory: 1MB\n" SOURCE, CONFIG_ALL,
        "p.yaml:2:9: this is too little for any step; write at least 64MiB\n  memory: 1MB\n          ^");
}

static void triggers_are_refused_and_never_ignored(void **state)
{
    UNUSED(state);
    expect_config_error(PIPELINE SOURCE "triggers:\n  - cron: x\n", CONFIG_ALL,
                        "p.yaml:5:3: this version runs pipelines on request only and has no triggers; remove "
                        "'triggers' and call 'pawl run' from cron or a timer\n    - cron: x\n    ^");
}

static void name_and_sources_are_required(void **state)
{
    UNUSED(state);
    expect_config_error(SOURCE, CONFIG_ALL, "p.yaml:1:1: 'pipeline' is missing\n  sources:\n  ^");
    expect_config_error(PIPELINE, CONFIG_ALL,
                        "p.yaml:1:1: 'sources' is missing: a pipeline reads at least one source, or has 'steps' of its "
                        "own only\n  pipeline: p\n  ^");
    expect_config_error("pipeline: 7\n" SOURCE, CONFIG_ALL,
                        "p.yaml:1:11: expected a text, found an integer '7'\n  pipeline: 7\n            ^");
}

static void sections_need_what_they_work_on(void **state)
{
    UNUSED(state);
    expect_config_error(PIPELINE SOURCE TRAIN, CONFIG_ALL,
                        "p.yaml:4:8: 'train' needs a 'dataset' to train on\n  train: {trainer: linear}\n         ^");
    expect_config_error(PIPELINE SOURCE DATASET "register: {model: m}\n", CONFIG_ALL,
                        "p.yaml:5:11: 'register' needs a 'train' that makes a model\n  register: {model: m}\n          "
                        "  ^");
}

static void a_step_reads_its_own_sections_alone(void **state)
{
    UNUSED(state);
    CONFIG_OF(train, TRAIN, CONFIG_TRAIN);
    assert_true(train.has_train && !train.has_dataset);
    CONFIG_OF(skipped, PIPELINE SOURCE DATASET TRAIN, CONFIG_SOURCES);
    assert_true(skipped.source_count == 1 && !skipped.has_dataset && !skipped.has_train);
}

static void broken_yaml_is_an_error_with_its_place(void **state)
{
    UNUSED(state);
    expect_error_at(PIPELINE "pipeline: q\n", CONFIG_ALL, 2, 1, "key 'pipeline' stands here twice");
}

static bool name_is_good(const char *name)
{
    Error err = {0};
    const Node node = {.kind = NODE_STRING};
    return config_check_name(&node, str_from(name), "a view", &err);
}

static void names_can_stand_in_expressions_and_paths(void **state)
{
    UNUSED(state);
    char longest[130];
    memset(longest, 'a', sizeof(longest));
    longest[129] = 0;
    assert_false(name_is_good(longest));
    longest[128] = 0;
    assert_true(name_is_good(longest));
    assert_true(name_is_good("_x9") && name_is_good("Trip"));
    assert_false(name_is_good(""));
    assert_false(name_is_good("9x"));
    assert_false(name_is_good("a.b"));
    assert_false(name_is_good("a-b"));
    assert_false(name_is_good("../x"));
    assert_false(name_is_good("\xC3\xA9"));
    expect_config_error(PIPELINE "sources:\n  my-trips: {files: a}\n", CONFIG_ALL,
                        "p.yaml:3:3: 'my-trips' cannot name a source: a name has letters, digits and _, does not start "
                        "with a digit, and at most 128 bytes\n    my-trips: {files: a}\n    ^");
}

static void expressions_know_where_they_stand(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              PIPELINE SOURCE "features:\n  v:\n    columns:\n      a: 'at'\n      b: >\n        1 +\n        2\n",
              CONFIG_ALL);
    const NamedExpression *columns = config.views[0].columns;
    ASSERT_STR(columns[0].expression.text, "at");
    assert_int_equal(columns[0].expression.position.line, 7);
    assert_int_equal(columns[0].expression.position.column, 11);
    assert_int_equal(columns[1].expression.position.line, 9);
    assert_int_equal(columns[1].expression.position.column, 9);
    expect_error_at(PIPELINE SOURCE "features:\n  v:\n    columns: {a: ' '}\n", CONFIG_ALL, 6, 18,
                    "an expression is expected, this is empty");
}

static void the_definition_is_what_the_language_compiles(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Definition definition = {0};
    Error err = {0};
    CONFIG_OF(config, PIPELINE SOURCE "features: {v: {columns: {a: at}}}\n" DATASET, CONFIG_ALL);
    ASSERT_OK(config_definition(&config, &arena, &definition, &err), err);
    assert_int_equal(definition.source_count, 1);
    ASSERT_STR(definition.sources[0].name, "s");
    assert_int_equal(definition.view_count, 1);
    assert_ptr_equal(definition.dataset, &config.dataset);
    assert_ptr_equal(definition.document, config.document);
}

static const char everything[] =
    "pipeline: p\n"
    "parameters: {n: 3}\n"
    "sources:\n"
    "  s:\n"
    "    files: [\"${n}.csv\", b.csv]\n"
    "    time: t\n"
    "    known: {row: time, x: u}\n"
    "    key: [id]\n"
    "    deleted: gone\n"
    "    types: {x: int64}\n"
    "    expect: {rows: '>= 1', fresh: 2d, x: {min: 1, max: 2, nulls: 0, unique: true, values: [1, 2]}}\n"
    "  c: {step: clean.table, time: t, known: t}\n"
    "features:\n"
    "  v: {from: s, by: {k: id}, columns: {a: count()}, ttl: 7d, inclusive: true}\n"
    "  w: {inputs: {x: int64}, columns: {b: x}}\n"
    "dataset: {from: s, at: t, label: {value: x, known: u}, features: [v.*], split: {validation_from: 2020-01-01, "
    "test_from: 2020-02-01, gap: 1h}, as_of: 2021-01-01}\n"
    "train: {trainer: linear, objective: binary, seed: 7, checkpoint: {rounds: 3, every: 1s}}\n"
    "evaluate: {metrics: [auc], slices: [x]}\n"
    "gate: {auc: {at_least: 0.6, no_worse_than: production, tolerance: 1%}, leakage: warn, baseline: off}\n"
    "register: {model: m, promote: production}\n"
    "steps:\n"
    "  clean: {run: 'sh ${n}.sh', inputs: [s], outputs: {table: clean.csv}, retries: {limit: 3, backoff: 1s}, "
    "timeout: 1h, cache: false}\n";

static bool parse_once(void *context, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    const ConfigSetting settings[] = {{STR("n"), STR("4")}, {STR("train.seed"), STR("8")}};
    return config_parse(STR("p.yaml"), str_from(context), CONFIG_ALL, settings, COUNT_OF(settings), &config, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    char text[sizeof(everything)];
    memcpy(text, everything, sizeof(everything));
    for_each_allocation_failure(parse_once, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smallest_pipeline_has_a_name_and_a_source),
        cmocka_unit_test(split_and_gate_have_defaults),
        cmocka_unit_test(file_must_be_a_map),
        cmocka_unit_test(unknown_section_is_named_with_the_nearest),
        cmocka_unit_test(memory_is_a_size_that_a_step_can_do_with),
        cmocka_unit_test(triggers_are_refused_and_never_ignored),
        cmocka_unit_test(name_and_sources_are_required),
        cmocka_unit_test(sections_need_what_they_work_on),
        cmocka_unit_test(a_step_reads_its_own_sections_alone),
        cmocka_unit_test(broken_yaml_is_an_error_with_its_place),
        cmocka_unit_test(names_can_stand_in_expressions_and_paths),
        cmocka_unit_test(expressions_know_where_they_stand),
        cmocka_unit_test(the_definition_is_what_the_language_compiles),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
