/// `steps:` the user's own commands.
#include "config_fixture.h"

static void a_step_is_a_command(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP("run: python3 clean.py"), CONFIG_STEPS);
    assert_int_equal(config.step_count, 1);
    ASSERT_STR(config.steps[0].name, "clean");
    ASSERT_STR(config.steps[0].run, "python3 clean.py");
    assert_true(config.steps[0].cache);
    assert_int_equal(config.steps[0].retries.limit, 0);
    assert_int_equal(config.steps[0].timeout_us, 0);
    assert_int_equal(config.steps[0].position.line, 2);
}

static void everything_about_a_step_can_be_said(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              STEP("run: x, inputs: [trips, other.table], outputs: {table: clean.csv, log: log.txt}, after: other, "
                   "environment: [HOME, LANG], timeout: 1h, cache: false, "
                   "retries: {limit: 3, backoff: 10s, factor: 1.5, jitter: 20%}"),
              CONFIG_STEPS);
    const ConfigStep *step = &config.steps[0];
    assert_int_equal(step->input_count, 2);
    ASSERT_STR(step->inputs[1], "other.table");
    assert_int_equal(step->output_count, 2);
    ASSERT_STR(step->outputs[0].name, "table");
    ASSERT_STR(step->outputs[0].file, "clean.csv");
    assert_int_equal(step->after_count, 1);
    ASSERT_STR(step->place.environment[1], "LANG");
    assert_int_equal(step->timeout_us, INT64_C(3600000000));
    assert_false(step->cache);
    assert_int_equal(step->retries.limit, 3);
    assert_int_equal(step->retries.backoff_us, 10000000);
    assert_true(step->retries.factor == 1.5 && step->retries.jitter == 0.2);
}

static void retries_may_be_a_number_alone(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP("run: x, retries: 2"), CONFIG_STEPS);
    assert_int_equal(config.steps[0].retries.limit, 2);
    assert_int_equal(config.steps[0].retries.backoff_us, 1000000);
    assert_true(config.steps[0].retries.factor == 2);
    CONFIG_OF(at_once, STEP("run: x, retries: {limit: 2, backoff: 0s}"), CONFIG_STEPS);
    assert_int_equal(at_once.steps[0].retries.backoff_us, 0);
}

static void outputs_are_made_in_the_steps_own_directory(void **state)
{
    UNUSED(state);
    static const char *const names[] = {"/etc/x", "../x", ".x", "a/b"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        AUTO(bytes_deinit) Bytes text = {0};
        Error err = {0};
        Error message = {0};
        ASSERT_OK(bytes_append_format(&text, &err, STEP("run: x, outputs: {t: %s}") "%c", names[i], 0), err);
        error_set(&message, ERROR_CONFIG,
                  "'%s' cannot name an output: a file or folder name without '/', made in the step's own directory",
                  names[i]);
        expect_error_at((const char *)text.data, CONFIG_STEPS, 2, 32, message.text);
    }
    expect_error_at(STEP("run: x, outputs: {t: a, u: a}"), CONFIG_STEPS, 2, 38, "'a' is two outputs at once");
}

static void mistakes_in_a_step_are_named(void **state)
{
    UNUSED(state);
    expect_error_at(STEP("inputs: [a]"), CONFIG_STEPS, 2, 10, "'run' is missing");
    expect_error_at(STEP("run: ''"), CONFIG_STEPS, 2, 16, "'run' is empty");
    expect_error_at(STEP("rum: x"), CONFIG_STEPS, 2, 11, "unknown key 'rum'; did you mean 'run'?");
    expect_error_at(STEP("run: x, retries: {factor: 0.5}"), CONFIG_STEPS, 2, 37, "'factor' is a number from 1 to 1000");
    expect_error_at(STEP("run: x, retries: {factor: .inf}"), CONFIG_STEPS, 2, 37,
                    "'factor' is a number from 1 to 1000");
    expect_error_at(STEP("run: x, retries: {factor: .nan}"), CONFIG_STEPS, 2, 37, "'factor' is no number");
    expect_error_at(STEP("run: x, retries: {jitter: 120%}"), CONFIG_STEPS, 2, 37,
                    "'jitter' is a share, from 0% to 100%");
    expect_error_at(STEP("run: x, retries: 1001"), CONFIG_STEPS, 2, 28, "1001 is not between 0 and 1000");
    expect_error_at("steps: {9a: {run: x}}\n", CONFIG_STEPS, 1, 9,
                    "'9a' cannot name a step: a name has letters, digits and _, does not start with a digit, and at "
                    "most 128 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_a_command),           cmocka_unit_test(everything_about_a_step_can_be_said),
        cmocka_unit_test(retries_may_be_a_number_alone), cmocka_unit_test(outputs_are_made_in_the_steps_own_directory),
        cmocka_unit_test(mistakes_in_a_step_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
