/// How much runs at once, for how long, and in which order.
#include "config_fixture.h"

#define STEP_RUNNING(body) "steps:\n  clean: {run: x, " body "}\n"
#define POOLS "pools: {gpu: 1, database: 4}\n"

static void a_run_has_no_limits_unless_it_says_so(void **state)
{
    UNUSED(state);
    CONFIG_OF(none, PIPELINE SOURCE, CONFIG_ALL);
    assert_int_equal(none.parallel, 0);
    assert_int_equal(none.timeout_us, 0);
    assert_int_equal(none.pool_count, 0);
    CONFIG_OF(given, PIPELINE "parallel: 3\ntimeout: 2h\n" POOLS SOURCE, CONFIG_ALL);
    assert_int_equal(given.parallel, 3);
    assert_int_equal(given.timeout_us, INT64_C(7200000000));
    assert_int_equal(given.pool_count, 2);
    ASSERT_STR(given.pools[1].name, "database");
    assert_int_equal(given.pools[1].slots, 4);
}

static void limits_of_a_run_are_checked(void **state)
{
    UNUSED(state);
    expect_error_at(PIPELINE "parallel: 0\n" SOURCE, CONFIG_ALL, 2, 11, "0 is not between 1 and 1024");
    expect_error_at(PIPELINE "pools: {gpu: 0}\n" SOURCE, CONFIG_ALL, 2, 14, "0 is not between 1 and 1024");
    expect_error_at(PIPELINE "pools: [gpu]\n" SOURCE, CONFIG_ALL, 2, 8, "expected a map, found a list");
    expect_error_at(PIPELINE "tiemout: 2h\n" SOURCE, CONFIG_ALL, 2, 1,
                    "unknown key 'tiemout'; did you mean 'timeout'?");
}

static void a_step_has_a_priority_and_a_pool(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP_RUNNING("priority: -7, pool: gpu") POOLS, CONFIG_STEPS);
    assert_int_equal(config.steps[0].priority, -7);
    ASSERT_STR(config.steps[0].pool, "gpu");
    CONFIG_OF(none, STEP_RUNNING("cache: true") POOLS, CONFIG_STEPS);
    assert_int_equal(none.steps[0].priority, 0);
    assert_int_equal(none.steps[0].pool.size, 0);
    expect_error_at(STEP_RUNNING("priority: high"), CONFIG_STEPS, 2, 29, "expected an integer, found a text 'high'");
}

static void an_unknown_pool_is_told_with_its_place_and_the_nearest(void **state)
{
    UNUSED(state);
    expect_error_at(STEP_RUNNING("pool: gup") POOLS, CONFIG_STEPS, 2, 25, "unknown value 'gup'; did you mean 'gpu'?");
    expect_error_at(STEP_RUNNING("pool: gpu"), CONFIG_STEPS, 2, 25,
                    "the pipeline has no 'pools'; add 'pools: {NAME: 1}' beside 'steps'");
}

static void so_many_instances_at_once(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, STEP_RUNNING("foreach: {in: [1, 2], parallel: 2}"), CONFIG_STEPS);
    assert_int_equal(config.steps[0].foreach->parallel_max, 2);
    CONFIG_OF(none, STEP_RUNNING("foreach: {in: [1, 2]}"), CONFIG_STEPS);
    assert_int_equal(none.steps[0].foreach->parallel_max, 0);
    expect_error_at(STEP_RUNNING("foreach: {in: [1], parallel: 0}"), CONFIG_STEPS, 2, 48,
                    "0 is not between 1 and 1024");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_has_no_limits_unless_it_says_so),
        cmocka_unit_test(limits_of_a_run_are_checked),
        cmocka_unit_test(a_step_has_a_priority_and_a_pool),
        cmocka_unit_test(an_unknown_pool_is_told_with_its_place_and_the_nearest),
        cmocka_unit_test(so_many_instances_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
