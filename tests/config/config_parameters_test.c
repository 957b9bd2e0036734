/// `parameters:`, ${name}, and `--set`.
#include "config_fixture.h"

#define TEXT                                                                                                           \
    "parameters: {n: 3, folder: data}\n"                                                                               \
    "sources: {s: {files: ['${folder}/a.csv', '${ n }.csv'], time: t, known: t}}\n"                                    \
    "train: {trainer: linear, seed: 7, params: {l2: 0.5}}\n"                                                           \
    "steps: {clean: {run: \"echo ${n}${n} $HOME\", outputs: {out: 'x'}}}\n"
#define SECTIONS (CONFIG_SOURCES | CONFIG_TRAIN | CONFIG_STEPS | CONFIG_PARAMETERS)

static void parameters_stand_in_files_sql_and_commands(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, TEXT, SECTIONS);
    assert_int_equal(config.parameter_count, 2);
    ASSERT_STR(config.parameters[0].name, "n");
    ASSERT_STR(config.parameters[0].text, "3");
    ASSERT_STR(config.sources[0].query.files[0], "data/a.csv");
    ASSERT_STR(config.sources[0].query.files[1], "3.csv");
    ASSERT_STR(config.steps[0].run, "echo 33 $HOME");
    CONFIG_OF(sql, "parameters: {n: 3}\nsources: {s: {sql: \"SELECT ${n}\", time: t, known: t}}\n", CONFIG_SOURCES);
    ASSERT_STR(sql.sources[0].query.sql, "SELECT 3");
}

static void unknown_parameter_is_named_where_it_stands(void **state)
{
    UNUSED(state);
    expect_config_error("parameters: {trips: 3}\nsources: {s: {files: 'a${tripz}.csv', time: t, known: t}}\n",
                        CONFIG_SOURCES,
                        "p.yaml:2:24: unknown parameter 'tripz'; did you mean 'trips'?\n"
                        "  sources: {s: {files: 'a${tripz}.csv', time: t, known: t}}\n                         ^");
    expect_error_at(
        "steps: {s: {run: 'echo ${PATH}'}}\n", CONFIG_STEPS, 1, 24,
        "unknown parameter 'PATH'; declare it under 'parameters' (a shell's own variable is written $PATH)");
    expect_error_at("steps: {s: {run: 'echo ${n'}}\n", CONFIG_STEPS, 1, 24, "'${' without its '}'");
}

static void parameters_have_names_and_single_values(void **state)
{
    UNUSED(state);
    expect_error_at("parameters: {a-b: 1}\n", CONFIG_PARAMETERS, 1, 14,
                    "'a-b' cannot name a parameter: a name has letters, digits and _, does not start with a digit, and "
                    "at most 128 bytes");
    expect_error_at("parameters: {a: [1]}\n", CONFIG_PARAMETERS, 1, 17, "expected a text, found a list");
    expect_error_at("parameters: [a]\n", CONFIG_PARAMETERS, 1, 13, "expected a map, found a list");
    // Params of a step are read again after they were expanded.
    expect_error_at("parameters: {a: '${b}', b: 1}\n", CONFIG_PARAMETERS, 1, 17,
                    "a parameter's value holds no '${': parameters do not name others");
}

static void set_with(const char *name, const char *value, Config *out)
{
    Error err = {0};
    const ConfigSetting setting = {str_from(name), str_from(value)};
    ASSERT_OK(config_parse(STR("p.yaml"), STR(TEXT), SECTIONS, &setting, 1, out, &err), err);
}

static void a_setting_replaces_a_parameter_or_a_scalar_by_its_path(void **state)
{
    UNUSED(state);
    AUTO(config_deinit) Config parameter = {0};
    AUTO(config_deinit) Config seed = {0};
    AUTO(config_deinit) Config deep = {0};
    set_with("n", "12", &parameter);
    ASSERT_STR(parameter.steps[0].run, "echo 1212 $HOME");
    set_with("train.seed", "9", &seed);
    assert_int_equal(seed.train.seed, 9);
    set_with("train.params.l2", "1.5", &deep);
    double value = 0;
    Error err = {0};
    ASSERT_OK(node_get_double(deep.train.params, STR("l2"), &value, &err), err);
    assert_true(value == 1.5);
}

static void the_last_setting_holds(void **state)
{
    UNUSED(state);
    AUTO(config_deinit) Config config = {0};
    Error err = {0};
    const ConfigSetting settings[] = {{STR("n"), STR("1")}, {STR("n"), STR("2")}};
    ASSERT_OK(config_parse(STR("p.yaml"), STR(TEXT), SECTIONS, settings, COUNT_OF(settings), &config, &err), err);
    ASSERT_STR(config.steps[0].run, "echo 22 $HOME");
}

static void expect_setting_error(const char *name, const char *value, ErrorKind kind, const char *part)
{
    Config config = {0};
    Error err = {0};
    const ConfigSetting setting = {str_from(name), str_from(value)};
    ASSERT_FAILS(config_parse(STR("p.yaml"), STR(TEXT), SECTIONS, &setting, 1, &config, &err), err, kind, part);
}

static void settings_that_set_nothing_are_errors(void **state)
{
    UNUSED(state);
    expect_setting_error("m", "1", ERROR_USAGE,
                         "--set m: no parameter and no scalar of that path (such as train.params.rounds) in p.yaml");
    expect_setting_error("train.sed", "1", ERROR_USAGE, "--set train.sed: no parameter");
    expect_setting_error("train.seed.x", "1", ERROR_USAGE, "--set train.seed.x: no parameter");
    expect_setting_error("", "1", ERROR_USAGE, "--set : no parameter");
    expect_setting_error("train", "1", ERROR_USAGE, "--set train: that is a map, only a single value can be set");
    expect_setting_error("train.seed", "soon", ERROR_CONFIG, "expected an integer, found a text 'soon'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_stand_in_files_sql_and_commands),
        cmocka_unit_test(unknown_parameter_is_named_where_it_stands),
        cmocka_unit_test(parameters_have_names_and_single_values),
        cmocka_unit_test(a_setting_replaces_a_parameter_or_a_scalar_by_its_path),
        cmocka_unit_test(the_last_setting_holds),
        cmocka_unit_test(settings_that_set_nothing_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
