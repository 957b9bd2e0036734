#include "base/memory.h"
#include "evaluate/bootstrap.h"
#include "number/random.h"
#include "support/test.h"

enum { ROWS = 200, RESAMPLES = 300 };

static void resamples_are_shared_among_threads_without_a_race(void **state)
{
    UNUSED(state);
    Error err = {0};
    double label[ROWS];
    double prediction[ROWS];
    AUTO(bootstrap_deinit) Bootstrap one = {0};
    const Metric *metric = metric_find(STR("auc"));
    BootstrapItem item = {.metric = metric};
    RandomKey key = random_key(1, RANDOM_TEST, 0);
    for (uint32_t i = 0; i < ROWS; i++) {
        label[i] = (double)random_below(key, i, 0, 2);
        prediction[i] = random_uniform(key, i, 1);
    }
    ASSERT_OK(metric->prepare(label, prediction, ROWS, &item.sample, &err), err);
    ASSERT_OK(bootstrap_run(&item, 1, ROWS, RESAMPLES, 5, 1, &one, &err), err);
    for (uint32_t threads = 2; threads <= 8; threads++) {
        AUTO(bootstrap_deinit) Bootstrap many = {0};
        ASSERT_OK(bootstrap_run(&item, 1, ROWS, RESAMPLES, 5, threads, &many, &err), err);
        assert_memory_equal(one.values, many.values, RESAMPLES * sizeof(double));
    }
    metric_sample_deinit(&item.sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(resamples_are_shared_among_threads_without_a_race)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
