#include "flow/retry_policy_internal.h"

#include "flow_fixture.h"

static RetryCase case_of(const FlowStep *step, FlowFailure failure)
{
    return (RetryCase){.step = step, .run = 3, .attempt = 1, .failures = 1, .failure = failure, .exit_code = 9};
}

static void all_kinds_but_a_failed_start_and_store_are_retried_by_default(void **state)
{
    UNUSED(state);
    FlowStep step = {.retries = {.limit = 1}};
    for (size_t i = 0; i < FAILURE_COUNT; i++) {
        RetryCase failed = case_of(&step, (FlowFailure)i);
        assert_int_equal(retry_is_allowed(&failed), i != FAILURE_START && i != FAILURE_STORAGE);
        failed.failures = 2;
        assert_false(retry_is_allowed(&failed));
    }
    assert_true(retry_is_free(&step.retries, FAILURE_LOST));
    assert_false(retry_is_free(&step.retries, FAILURE_EXIT));
}

static void only_the_kinds_named_are_retried(void **state)
{
    UNUSED(state);
    FlowStep step = {.retries = {.limit = 5, .failures = 1U << FAILURE_MEMORY | 1U << FAILURE_START}};
    for (size_t i = 0; i < FAILURE_COUNT; i++) {
        RetryCase failed = case_of(&step, (FlowFailure)i);
        assert_int_equal(retry_is_allowed(&failed), i == FAILURE_MEMORY || i == FAILURE_START);
    }
    assert_false(retry_is_free(&step.retries, FAILURE_LOST));
}

static void only_the_exit_codes_named_are_retried(void **state)
{
    static const int CODES[] = {9, 11};
    UNUSED(state);
    FlowStep step = {.retries = {.limit = 5, .exit_codes = CODES, .exit_code_count = 2}};
    RetryCase failed = case_of(&step, FAILURE_EXIT);
    assert_true(retry_is_allowed(&failed));
    failed.exit_code = 10;
    assert_false(retry_is_allowed(&failed));
    failed.failure = FAILURE_SIGNAL;
    assert_true(retry_is_allowed(&failed));
}

static void delays_grow_up_to_their_cap(void **state)
{
    UNUSED(state);
    FlowStep step = {.retries = {.backoff_us = 1000, .factor = 3, .cap_us = 5000}};
    RetryCase failed = case_of(&step, FAILURE_EXIT);
    static const int64_t EXPECTED[] = {1000, 3000, 5000, 5000};
    for (uint32_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        failed.failures = i + 1;
        assert_int_equal(retry_delay_us(&failed), EXPECTED[i]);
    }
    step.retries = (FlowRetries){.backoff_us = 1000000, .factor = 10};
    failed.failures = 50;
    assert_int_equal(retry_delay_us(&failed), INT64_C(3600000000));
}

static void jitter_is_within_its_share_and_the_same_each_time(void **state)
{
    UNUSED(state);
    FlowStep step = {.name = STR("step"), .retries = {.backoff_us = 1000000, .factor = 2, .jitter = 0.2}};
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (uint32_t attempt = 1; attempt <= 200; attempt++) {
        RetryCase failed = case_of(&step, FAILURE_EXIT);
        failed.attempt = attempt;
        int64_t delay = retry_delay_us(&failed);
        assert_int_equal(delay, retry_delay_us(&failed));
        assert_in_range(delay, 800000, 1200000);
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    assert_true(least < 850000 && most > 1150000);
}

static void a_step_is_retried_by_the_kind_of_its_failure(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    static const int CODES[] = {9};
    FlowStep *step =
        fixture_step(&fixture, "step", "ran step; [ $(wc -l < $PAWL_DIRECTORY/ran) -lt 3 ] && exit 9; exit 8");
    step->retries = (FlowRetries){.limit = 9, .exit_codes = CODES, .exit_code_count = 1};
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "step"), 3);
    assert_true(str_starts(fixture.outcome.message, STR("exited with code 8")));
}

/// flow.md 16: exit 0 with an output missing, told apart from a bad exit.
static void a_missing_output_is_a_kind_of_its_own(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "ran step; [ $(wc -l < $PAWL_DIRECTORY/ran) -lt 2 ] || exit 9");
    step->retries = (FlowRetries){.limit = 9, .failures = 1U << FAILURE_OUTPUT};
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "step"), 2);
}

static void the_time_for_all_attempts_ends_an_attempt(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step =
        fixture_step(&fixture, "step", "ran step; [ $(wc -l < $PAWL_DIRECTORY/ran) -gt 2 ] || exit 9; sleep 60");
    step->retries = (FlowRetries){.limit = 1000, .backoff_us = 1000};
    step->timeout_us = 50000000;
    step->timeout_total_us = 1500000;
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "step"), 3);
    ASSERT_STR(fixture.outcome.message, "took longer than its timeout for all attempts of 1.5 s");
}

static void no_attempt_is_waited_for_that_would_begin_too_late(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    FlowStep *step = fixture_step(&fixture, "step", "ran step; exit 9");
    step->retries = (FlowRetries){.limit = 1000, .backoff_us = 60000000};
    step->timeout_total_us = 30000000;
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "step"), 1);
    assert_true(str_starts(fixture.outcome.message, STR("exited with code 9")));
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_kinds_but_a_failed_start_and_store_are_retried_by_default),
        cmocka_unit_test(only_the_kinds_named_are_retried),
        cmocka_unit_test(only_the_exit_codes_named_are_retried),
        cmocka_unit_test(delays_grow_up_to_their_cap),
        cmocka_unit_test(jitter_is_within_its_share_and_the_same_each_time),
        TEST_IN_DIRECTORY(a_step_is_retried_by_the_kind_of_its_failure),
        TEST_IN_DIRECTORY(a_missing_output_is_a_kind_of_its_own),
        TEST_IN_DIRECTORY(the_time_for_all_attempts_ends_an_attempt),
        TEST_IN_DIRECTORY(no_attempt_is_waited_for_that_would_begin_too_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
