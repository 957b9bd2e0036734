/// `executor`, `image`, `network`, `resources`, `environment`, `secrets` of a step.
#include "config_fixture.h"

static void a_place_can_say_all(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              STEP("run: x, image: docker.io/library/python, network: true, resources: {cpus: 1.5, memory: 4GiB}, "
                   "environment: {HOME: , LEVEL: 3, MODE: fast}, secrets: [TOKEN]"),
              CONFIG_STEPS);
    const FlowPlace *place = &config.steps[0].place;
    ASSERT_STR(place->executor, "container");
    ASSERT_STR(place->image, "docker.io/library/python");
    assert_true(place->network);
    assert_int_equal(place->cpu_milli, 1500);
    assert_int_equal(place->memory_bytes, UINT64_C(4) << 30);
    assert_int_equal(place->environment_count, 1);
    ASSERT_STR(place->environment[0], "HOME");
    assert_int_equal(place->variable_count, 2);
    ASSERT_STR(place->variables[0].name, "LEVEL");
    ASSERT_STR(place->variables[0].value, "3");
    assert_int_equal(place->secret_count, 1);
    ASSERT_STR(place->secrets[0], "TOKEN");
}

static void a_place_need_not_be_stated(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP("run: x"), CONFIG_STEPS);
    assert_int_equal(config.steps[0].place.executor.size, 0);
    CONFIG_OF(sandbox, STEP("run: x, executor: sandbox"), CONFIG_STEPS);
    ASSERT_STR(sandbox.steps[0].place.executor, "sandbox");
}

static void mistakes_in_a_place_are_named(void **state)
{
    UNUSED(state);
    expect_step_error(STEP("run: x, executor: sandbx"), "did you mean 'sandbox'?");
    expect_step_error(STEP("run: x, executor: container"), "needs an 'image'");
    expect_step_error(STEP("run: x, executor: sandbox, image: a"), "'executor: container'");
    expect_step_error(STEP("run: x, executor: process, network: false"), "'executor: sandbox'");
    expect_step_error(STEP("run: x, resources: {cpus: 0}"), "'cpus' is a number of cores");
    expect_step_error(STEP("run: x, resources: {memory: 1MiB}"), "write at least 4MiB");
    expect_step_error(STEP("run: x, resources: {gpus: 1}"), "unknown key 'gpus'");
    expect_step_error(STEP("run: x, environment: [9A]"), "'9A' cannot name a variable");
    expect_step_error(STEP("run: x, environment: {PAWL_STEP: 1}"), "what pawl tells each step");
    expect_step_error(STEP("run: x, environment: [A], secrets: [A]"), "is also in 'environment'");
    expect_step_error(STEP("run: x, secrets: {A: b}"), "'secrets' is a list of names");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_can_say_all),
        cmocka_unit_test(a_place_need_not_be_stated),
        cmocka_unit_test(mistakes_in_a_place_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
